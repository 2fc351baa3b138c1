//! Forms are taken from our own pages and from nowhere else.

use antesala::http::endpoint::{Guard, Media};
use antesala::pages::TABLES;
use http::Method;

use super::{FORM, browser, submit};
use crate::support::Server;
use crate::support::server::PASSWORD;

const TRUSTED: &str = "https://app.example.com";

fn server() -> Server {
    Server::with(&[
        ("ANTESALA_AUTH__TRUSTED_ORIGINS", TRUSTED),
        ("ANTESALA_RATE_LIMIT__ENABLED", "false"),
    ])
}

#[test]
fn every_form_of_a_page_is_guarded() {
    let rows = TABLES.iter().flat_map(|table| table.iter());
    let posts: Vec<_> = rows.filter(|row| row.method == Method::POST).collect();
    assert!(posts.len() > 15);
    for row in posts {
        // What mail programs press by themselves comes from no page of ours.
        let is_mailed = matches!(row.media, Media::OneClick | Media::JsonOrForm);
        assert!(is_mailed || row.guard == Guard::OwnPage, "{}", row.path);
    }
}

#[test]
fn no_other_site_posts_a_form_whatever_is_trusted() {
    let server = server();
    let refused = [
        (Some(TRUSTED), None, "INVALID_ORIGIN"),
        (Some("https://evil.example"), None, "INVALID_ORIGIN"),
        (Some("https://evil.example"), Some("cross-site"), "INVALID_ORIGIN"),
        (Some("http://localhost:3000"), Some("cross-site"), "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED"),
        (Some("http://localhost:3000"), Some("same-site"), "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED"),
        (Some("http://localhost:3000@evil.example"), None, "INVALID_ORIGIN"),
        (Some("http://localhost:3001"), Some("same-origin"), "INVALID_ORIGIN"),
        (Some("null"), None, "MISSING_OR_NULL_ORIGIN"),
        (Some("null"), Some("cross-site"), "INVALID_ORIGIN"),
    ];
    for path in ["/login", "/registro", "/lista-de-espera", "/salir", "/preferencias"] {
        for (origin, site, code) in refused {
            for with_cookie in [true, false] {
                let mut victim = server.visitor();
                if with_cookie {
                    victim.put_cookie("algo", "1");
                }
                victim.set("origin", origin.unwrap());
                if let Some(site) = site {
                    victim.set("sec-fetch-site", site);
                }
                let reply = submit(&mut victim, path, &[("email", "eva@ejemplo.es")]);
                assert_eq!(
                    (reply.status, reply.code().as_str()),
                    (403, code),
                    "{path} {origin:?} {site:?}"
                );
            }
        }
    }
    assert_eq!(server.count("waitlist"), 0);
}

#[test]
fn cookie_without_a_word_of_where_it_comes_from_is_refused() {
    let server = server();
    let mut victim = server.person("ana@ejemplo.es");
    victim.unset("origin");
    submit(&mut victim, "/dashboard/cuenta", &[("name", "X")])
        .refused(403, "MISSING_OR_NULL_ORIGIN");
    victim.set("referer", "http://localhost:3000/dashboard/cuenta");
    submit(&mut victim, "/dashboard/cuenta", &[("name", "Eva")]).expect(303);
    assert_eq!(server.text("SELECT name FROM \"user\""), "Eva");
}

#[test]
fn own_page_that_keeps_its_origin_to_itself_is_known_by_its_site() {
    let server = server();
    server.person("ana@ejemplo.es");
    let mut ana = browser(&server);
    ana.put_cookie("algo", "1");
    ana.set("origin", "null");
    ana.set("sec-fetch-site", "same-origin");
    submit(&mut ana, "/login", &[("email", "ana@ejemplo.es"), ("password", PASSWORD)]).expect(303);
}

#[test]
fn forms_are_forms_and_nothing_else() {
    let server = server();
    let mut ana = server.person("ana@ejemplo.es");
    for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x"] {
        let reply = ana.send("POST", "/dashboard/cuenta", Some((kind, b"{\"name\":\"X\"}")));
        assert_eq!(reply.status, 415, "{kind}");
    }
    let twice = b"name=Eva&name=Ana+Dos&role=admin&emailVerified=true";
    ana.send("POST", "/dashboard/cuenta", Some((FORM, twice))).expect(303);
    assert_eq!(server.text("SELECT name FROM \"user\""), "Ana Dos");
    assert_eq!(server.text("SELECT role FROM \"user\""), "user");
}
