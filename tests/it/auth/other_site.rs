//! A front end on another site, in a browser that keeps the cookies of sites apart: what
//! its pages call has one jar, and what the browser opens here by itself has another.

use serde_json::{Value, json};

use crate::support::openid::{CLIENT_ID, CLIENT_SECRET, Provider, depart, person, query};
use crate::support::server::PASSWORD;
use crate::support::{Client, Server};

const SITE: &str = "https://api.ejemplo.es";
const FRONT_END: &str = "https://www.otra.example";
const SECOND: &str = "https://www.tercera.example";
const SESSION: &str = "__Secure-better-auth.session_token";

fn server(more: &[(&str, &str)]) -> Server {
    let mut environment = vec![
        ("ANTESALA_SERVER__PUBLIC_URL", SITE),
        ("ANTESALA_SERVER__FRONTEND_URL", FRONT_END),
        ("ANTESALA_AUTH__TRUSTED_ORIGINS", SECOND),
        ("ANTESALA_AUTH__COOKIE_SAME_SITE", "none"),
        ("ANTESALA_RATE_LIMIT__ENABLED", "false"),
    ];
    environment.extend(more);
    Server::with(&environment)
}

fn with_provider(provider: &Provider) -> Server {
    let issuer = provider.issuer();
    server(&[
        ("ANTESALA_SOCIAL__ACME__CLIENT_ID", CLIENT_ID),
        ("ANTESALA_SOCIAL__ACME__CLIENT_SECRET", CLIENT_SECRET),
        ("ANTESALA_SOCIAL__ACME__ISSUER", issuer.as_str()),
    ])
}

/// The jar of the front end's pages.
fn page(server: &Server, origin: &str) -> Client {
    let mut page = server.visitor();
    page.set("origin", origin);
    page
}

/// The jar of what the browser opens here by itself.
fn tab(server: &Server) -> Client {
    let mut tab = server.visitor();
    tab.unset("origin");
    tab
}

fn wants() -> Value {
    json!({
        "provider": "acme", "callbackURL": "/panel?a=b", "newUserCallbackURL": "/hola",
        "errorCallbackURL": "/entrar",
    })
}

/// Goes to the provider and back; returns the page that the browser is led to.
fn come_and_go(server: &Server, provider: &Provider, page: &mut Client) -> String {
    let url = depart(page, wants());
    let back = provider.consent(&url, person("a-1", "ana@ejemplo.es"));
    let led = tab(server).get(&back).expect(302);
    assert_eq!(led.all("set-cookie").count(), 0, "nothing is opened in this jar");
    led.header("location").unwrap().to_owned()
}

fn code(led: &str) -> Value {
    assert!(led.starts_with(&format!("{FRONT_END}/panel?a=b&hand_over=")), "{led}");
    json!({"code": query(led)["hand_over"]})
}

#[test]
fn every_cookie_is_kept_in_its_sites_own_jar_and_cleared_there() {
    let server = server(&[]);
    let mut ana = page(&server, FRONT_END);
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    let opened = ana.post("/api/auth/sign-up/email", body).expect(200);
    let closed = ana.post("/api/auth/sign-out", json!({})).expect(200);
    let lines: Vec<_> = opened.all("set-cookie").chain(closed.all("set-cookie")).collect();
    assert!(lines.len() > 3, "{lines:?}");
    for line in lines {
        assert!(line.ends_with("; Secure; SameSite=None; Partitioned"), "{line}");
    }
}

#[test]
fn site_that_keeps_one_jar_says_nothing_of_partitions() {
    for environment in [
        [("ANTESALA_AUTH__COOKIE_PARTITIONED", "false")],
        [("ANTESALA_AUTH__COOKIE_SAME_SITE", "lax")],
    ] {
        let server = server(&environment);
        let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
        let opened = page(&server, FRONT_END).post("/api/auth/sign-up/email", body).expect(200);
        let line = opened.set_cookie(SESSION).unwrap();
        assert!(!line.contains("Partitioned"), "{line}");
    }
}

#[test]
fn sign_in_by_a_provider_is_taken_over_by_the_page_that_began_it() {
    let provider = Provider::start();
    let server = with_provider(&provider);
    let mut ana = page(&server, FRONT_END);
    let led = come_and_go(&server, &provider, &mut ana);
    assert_eq!(server.count("user"), 0, "nothing is believed before");
    let taken = ana.post("/api/auth/hand-over", code(&led)).expect(200);
    assert_eq!(taken.json()["user"]["email"], "ana@ejemplo.es");
    // Whoever is new is sent on by the client itself.
    assert_eq!(taken.json()["url"], format!("{FRONT_END}/hola"));
    assert_eq!(taken.json()["redirect"], true);
    assert!(taken.set_cookie(SESSION).unwrap().ends_with("; Partitioned"));
    let session = ana.get("/api/auth/get-session").expect(200).json();
    assert_eq!(session["user"]["email"], "ana@ejemplo.es");
    ana.post("/api/auth/hand-over", code(&led)).refused(401, "INVALID_TOKEN");

    let mut again = page(&server, FRONT_END);
    let led = come_and_go(&server, &provider, &mut again);
    let taken = again.post("/api/auth/hand-over", code(&led)).expect(200).json();
    assert_eq!((&taken["url"], &taken["redirect"]), (&json!(null), &json!(false)));
    assert_eq!(server.count("user"), 1);
}

#[test]
fn code_is_worth_nothing_elsewhere_later_or_in_another_browser() {
    let provider = Provider::start();
    let server = with_provider(&provider);
    let mut ana = page(&server, FRONT_END);

    // Another trusted origin, with all that the browser has.
    let led = come_and_go(&server, &provider, &mut ana);
    ana.set("origin", SECOND);
    ana.post("/api/auth/hand-over", code(&led)).refused(401, "INVALID_TOKEN");
    ana.unset("origin");
    ana.post("/api/auth/hand-over", code(&led)).refused(403, "MISSING_OR_NULL_ORIGIN");
    ana.set("origin", FRONT_END);

    // Somebody who was sent the link, to be signed in as another.
    page(&server, FRONT_END).post("/api/auth/hand-over", code(&led)).refused(401, "INVALID_TOKEN");
    let mut eva = page(&server, FRONT_END);
    depart(&mut eva, wants());
    let led = come_and_go(&server, &provider, &mut ana);
    eva.post("/api/auth/hand-over", code(&led)).refused(401, "INVALID_TOKEN");
    assert_eq!(server.count("session"), 0);

    let led = come_and_go(&server, &provider, &mut ana);
    server.clock.advance_s(61);
    ana.post("/api/auth/hand-over", code(&led)).refused(401, "INVALID_TOKEN");
    for wrong in ["", "x", &"x".repeat(300)] {
        let refused = ana.post("/api/auth/hand-over", json!({"code": wrong}));
        assert!([400, 401].contains(&refused.status), "{}", refused.text);
    }
    assert_eq!(server.count("user"), 0);
}

#[test]
fn table_holds_neither_a_code_nor_what_it_stands_for() {
    let provider = Provider::start();
    let server = with_provider(&provider);
    let led = come_and_go(&server, &provider, &mut page(&server, FRONT_END));
    let row = server.text(
        "SELECT identifier || value || payload FROM verification WHERE identifier = 'hand-over'",
    );
    for secret in [query(&led)["hand_over"].as_str(), "code-1", FRONT_END, "acme"] {
        assert!(!row.contains(secret), "{secret} in {row}");
    }
}

#[test]
fn way_in_is_added_to_the_account_whose_page_asked_and_to_no_other() {
    let provider = Provider::start();
    let server = with_provider(&provider);
    let mut ana = page(&server, FRONT_END);
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    ana.post("/api/auth/sign-up/email", body).expect(200);
    let link = |ana: &mut Client| {
        let reply = ana.post("/api/auth/link-social", wants()).expect(200).json();
        let back =
            provider.consent(reply["url"].as_str().unwrap(), person("a-1", "ana@ejemplo.es"));
        let led = tab(&server).get(&back).expect(302).header("location").unwrap().to_owned();
        assert_eq!(server.count("account"), 1, "nothing is linked by whoever comes back");
        code(&led)
    };
    // Whoever agrees at the provider in another browser gives nobody a way in.
    let sent = link(&mut ana);
    page(&server, FRONT_END).post("/api/auth/hand-over", sent).refused(401, "INVALID_TOKEN");
    let code = link(&mut ana);
    let linked = ana.post("/api/auth/hand-over", code).expect(200).json();
    assert_eq!(linked, json!({"url": null, "status": true, "redirect": false}));
    assert_eq!(server.count("account"), 2);
}

#[test]
fn providers_no_is_told_to_the_front_end() {
    let provider = Provider::start();
    let server = with_provider(&provider);
    let url = depart(&mut page(&server, FRONT_END), wants());
    let no = format!("/api/auth/callback/acme?error=access_denied&state={}", query(&url)["state"]);
    let led = tab(&server).get(&no).expect(302).header("location").unwrap().to_owned();
    assert_eq!(led, format!("{FRONT_END}/entrar?error=access_denied"));
    let unknown = tab(&server).get("/api/auth/callback/acme?code=x&state=y").expect(302);
    assert!(unknown.header("location").unwrap().contains("error=state_mismatch"));
}

#[test]
fn mailed_link_signs_in_on_the_page_that_waits_for_it() {
    let server = server(&[("ANTESALA_AUTH__REQUIRE_EMAIL_VERIFICATION", "true")]);
    let mut ana = page(&server, FRONT_END);
    let body = json!({
        "name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD, "callbackURL": "/panel?a=b",
    });
    ana.post("/api/auth/sign-up/email", body).expect(200);
    let mail = server.mail_of("verify-email", "ana@ejemplo.es");
    let link = mail["url"].as_str().unwrap().strip_prefix(SITE).unwrap().to_owned();
    let led = tab(&server).get(&link).expect(302);
    assert_eq!(led.all("set-cookie").count(), 0);
    let led = led.header("location").unwrap().to_owned();
    // A browser that waits for nothing is not signed in as whoever sent it here.
    page(&server, FRONT_END).post("/api/auth/hand-over", code(&led)).refused(401, "INVALID_TOKEN");
    // And the link hands over once.
    let again = tab(&server).get(&link).expect(302);
    assert_eq!(again.header("location"), Some("https://www.otra.example/panel?a=b"));
    ana.post("/api/auth/hand-over", code(&led)).refused(401, "INVALID_TOKEN");
}

#[test]
fn link_that_deletes_an_account_ends_it_on_the_page_that_has_the_session() {
    let server = server(&[]);
    let opened = |email: &str| {
        let mut page = page(&server, FRONT_END);
        let body = json!({"name": "Ana", "email": email, "password": PASSWORD});
        page.post("/api/auth/sign-up/email", body).expect(200);
        page
    };
    let (mut ana, mut eva) = (opened("ana@ejemplo.es"), opened("eva@ejemplo.es"));
    server.clock.advance_s(86_400);
    ana.post("/api/auth/delete-user", json!({"callbackURL": "/panel?a=b"})).expect(200);
    let mail = server.mail_of("delete-account", "ana@ejemplo.es");
    let link = mail["url"].as_str().unwrap().strip_prefix(SITE).unwrap().to_owned();
    let unknown = link.replace("token=", "token=x");
    tab(&server).get(&unknown).refused(404, "FAILED_TO_GET_USER_INFO");
    tab(&server).send("HEAD", &link, None).expect(404);
    let led = || code(tab(&server).get(&link).expect(302).header("location").unwrap());

    let nobody = led();
    page(&server, FRONT_END)
        .post("/api/auth/hand-over", nobody)
        .refused(404, "FAILED_TO_GET_USER_INFO");
    eva.post("/api/auth/hand-over", led()).refused(404, "INVALID_TOKEN");
    let set_admin =
        "UPDATE \"user\" SET role = 'admin', is_admin = 1 WHERE email = 'eva@ejemplo.es'";
    server.execute(set_admin);
    let id = server.text("SELECT id FROM \"user\" WHERE email = 'ana@ejemplo.es'");
    eva.post("/api/auth/admin/impersonate-user", json!({"userId": id})).expect(200);
    eva.post("/api/auth/hand-over", led()).refused(403, "NOT_WHILE_IMPERSONATING");
    assert_eq!(server.count("user"), 2);

    let gone = ana.post("/api/auth/hand-over", led()).expect(200);
    assert_eq!(gone.json(), json!({"success": true, "message": "User deleted"}));
    assert!(gone.set_cookie(SESSION).unwrap().contains("Max-Age=0"));
    assert_eq!(server.count("user"), 1);
    tab(&server).get(&link).refused(404, "FAILED_TO_GET_USER_INFO");
}

#[test]
fn proof_that_is_handed_over_opens_a_session_unless_the_password_changed() {
    let server = server(&[("ANTESALA_AUTH__REQUIRE_EMAIL_VERIFICATION", "true")]);
    for (email, is_reset) in [("ana@ejemplo.es", false), ("eva@ejemplo.es", true)] {
        let mut who = page(&server, FRONT_END);
        let body = json!({
            "name": "Ana", "email": email, "password": PASSWORD, "callbackURL": "/panel?a=b",
        });
        who.post("/api/auth/sign-up/email", body).expect(200);
        let mail = server.mail_of("verify-email", email);
        let link = mail["url"].as_str().unwrap().strip_prefix(SITE).unwrap().to_owned();
        let led = tab(&server).get(&link).expect(302).header("location").unwrap().to_owned();
        if is_reset {
            let ask = json!({"email": email, "redirectTo": "/nueva"});
            page(&server, FRONT_END).post("/api/auth/request-password-reset", ask).expect(200);
            let token = server.mail_of("reset-password", email)["token"].clone();
            let set = json!({"newPassword": "otra frase bien larga", "token": token});
            page(&server, FRONT_END).post("/api/auth/reset-password", set).expect(200);
            who.post("/api/auth/hand-over", code(&led)).refused(401, "INVALID_TOKEN");
        } else {
            let taken = who.post("/api/auth/hand-over", code(&led)).expect(200).json();
            assert_eq!(taken["user"]["emailVerified"], true);
            let session = who.get("/api/auth/get-session").expect(200).json();
            assert_eq!(session["user"]["email"], email);
        }
    }
}
