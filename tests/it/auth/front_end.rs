//! A front end at an address of its own: where its relative targets lead, and what its
//! pages may read.

use serde_json::json;

use crate::support::openid::{CLIENT_ID, CLIENT_SECRET, Provider, depart, person};
use crate::support::server::PASSWORD;
use crate::support::{Client, Server};

const FRONT_END: &str = "https://www.ejemplo.es";
const PREVIEW: &str = "https://rama.vista.ejemplo.net";

fn server(more: &[(&str, &str)]) -> Server {
    let mut environment = vec![
        ("ANTESALA_SERVER__FRONTEND_URL", FRONT_END),
        ("ANTESALA_AUTH__TRUSTED_ORIGINS", "https://*.vista.ejemplo.net,miapp://"),
    ];
    environment.extend(more);
    Server::with(&environment)
}

fn visitor(server: &Server, origin: &str) -> Client {
    let mut visitor = server.visitor();
    visitor.set("origin", origin);
    visitor
}

/// Opens the newest mailed link of a kind and returns where it leads.
fn click(server: &Server, kind: &str) -> String {
    let mail = server.mail_of(kind, "ana@ejemplo.es");
    let link = server.path_of(mail["url"].as_str().unwrap()).to_owned();
    server.visitor().get(&link).expect(302).header("location").unwrap().to_owned()
}

fn sign_up(client: &mut Client) {
    let body = json!({
        "name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD, "callbackURL": "/panel",
    });
    client.post("/api/auth/sign-up/email", body).expect(200);
}

#[test]
fn relative_targets_of_mails_lead_to_the_front_end() {
    let server = server(&[]);
    let mut ana = visitor(&server, FRONT_END);
    sign_up(&mut ana);
    assert_eq!(click(&server, "verify-email"), format!("{FRONT_END}/panel"));
    let ask = json!({"email": "ana@ejemplo.es", "redirectTo": "/reset-password?a=b"});
    visitor(&server, FRONT_END).post("/api/auth/request-password-reset", ask).expect(200);
    let form = click(&server, "reset-password");
    assert!(form.starts_with(&format!("{FRONT_END}/reset-password?a=b&token=")), "{form}");
    let change = json!({"newEmail": "ana@ejemplo.net", "callbackURL": "/cuenta"});
    ana.post("/api/auth/change-email", change).expect(200);
    assert_eq!(click(&server, "change-email"), format!("{FRONT_END}/cuenta"));
}

#[test]
fn relative_target_of_a_sign_in_is_the_front_ends() {
    let server = server(&[]);
    sign_up(&mut visitor(&server, FRONT_END));
    let body = json!({"email": "ana@ejemplo.es", "password": PASSWORD, "callbackURL": "/panel"});
    for (origin, leads) in [
        (FRONT_END, format!("{FRONT_END}/panel")),
        // Another front end that is trusted means its own page.
        (PREVIEW, format!("{PREVIEW}/panel")),
        // An app has no pages, and who calls from our own origin means no page of ours.
        ("miapp://", format!("{FRONT_END}/panel")),
        (crate::support::server::SITE, format!("{FRONT_END}/panel")),
    ] {
        let mut ana = visitor(&server, origin);
        let answer = ana.post("/api/auth/sign-in/email", body.clone()).expect(200).json();
        assert_eq!(answer["url"], leads, "{origin}");
    }
    let foreign =
        json!({"email": "a@ejemplo.es", "password": "x", "callbackURL": "//evil.example"});
    visitor(&server, FRONT_END)
        .post("/api/auth/sign-in/email", foreign)
        .refused(403, "INVALID_CALLBACK_URL");
}

#[test]
fn every_relative_target_of_a_sign_in_by_a_provider_leads_to_the_front_end() {
    let provider = Provider::start();
    let issuer = provider.issuer();
    let server = server(&[
        ("ANTESALA_SOCIAL__ACME__CLIENT_ID", CLIENT_ID),
        ("ANTESALA_SOCIAL__ACME__CLIENT_SECRET", CLIENT_SECRET),
        ("ANTESALA_SOCIAL__ACME__ISSUER", issuer.as_str()),
    ]);
    let targets = json!({
        "provider": "acme", "callbackURL": "/panel", "newUserCallbackURL": "/hola",
        "errorCallbackURL": "/entrar",
    });
    for leads in ["/hola", "/panel"] {
        let mut ana = visitor(&server, FRONT_END);
        let url = depart(&mut ana, targets.clone());
        let back = provider.consent(&url, person("a-1", "ana@ejemplo.es"));
        let location = ana.get(&back).expect(302).header("location").unwrap().to_owned();
        assert_eq!(location, format!("{FRONT_END}{leads}"));
    }
    let mut eva = visitor(&server, FRONT_END);
    let url = depart(&mut eva, targets);
    let state = crate::support::openid::query(&url)["state"].clone();
    let denied = format!("/api/auth/callback/acme?error=access_denied&state={state}");
    let location = eva.get(&denied).expect(302).header("location").unwrap().to_owned();
    assert_eq!(location, format!("{FRONT_END}/entrar?error=access_denied"));
}

#[test]
fn preflight_of_a_missing_endpoint_passes_and_its_404_can_be_read() {
    let server = server(&[]);
    let mut browser = visitor(&server, FRONT_END);
    browser.set("access-control-request-headers", "content-type");
    for (method, path) in [
        ("POST", "/api/auth/two-factor/enable"),
        ("DELETE", "/api/no-such-thing"),
        // Where something is, but not by this method.
        ("PUT", "/api/auth/get-session"),
        ("PATCH", "/api/waitlist"),
    ] {
        browser.set("access-control-request-method", method);
        let passed = browser.send("OPTIONS", path, None).expect(204);
        assert_eq!(passed.header("access-control-allow-origin"), Some(FRONT_END), "{path}");
        let methods = passed.header("access-control-allow-methods").unwrap();
        assert!(methods.split(", ").any(|each| each == method), "{path}: {methods}");
        assert_eq!(passed.header("access-control-allow-headers"), Some("content-type"));
        let absent = browser.send(method, path, Some(("application/json", b"{}")));
        assert!([404, 405].contains(&absent.status), "{path}: {}", absent.status);
        assert_eq!(absent.header("access-control-allow-origin"), Some(FRONT_END), "{path}");
        assert!(!absent.code().is_empty(), "{path}");
    }
    let mut stranger = visitor(&server, "https://evil.example");
    stranger.set("access-control-request-method", "POST");
    let told = stranger.send("OPTIONS", "/api/auth/two-factor/enable", None).expect(204);
    assert_eq!(told.header("access-control-allow-methods"), None);
    // What is no preflight, or asks for no part of the API, is a path like another.
    server.visitor().send("OPTIONS", "/api/no-such-thing", None).expect(404);
    browser.send("OPTIONS", "/no-such-page", None).expect(404);
}
