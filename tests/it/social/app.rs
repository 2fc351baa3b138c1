//! An app of Expo or React Native: it names itself in a header of its own, goes to a
//! provider in a browser that shares no cookie with it, and takes its cookies from the
//! address that leads back.

use serde_json::json;

use super::server;
use crate::support::openid::{Provider, depart, person, query};
use crate::support::server::PASSWORD;
use crate::support::{Client, Server};

const APP: &str = "miapp://";

fn with_app(provider: &Provider, more: &[(&str, &str)]) -> Server {
    let mut environment = vec![("ANTESALA_AUTH__TRUSTED_ORIGINS", APP)];
    environment.extend(more);
    server(provider, &environment)
}

/// The app: no origin, and cookies of its own.
fn app(server: &Server) -> Client {
    let mut app = server.visitor();
    app.unset("origin");
    app.set("expo-origin", APP);
    app
}

/// The browser that the app opens: neither origin nor cookies.
fn opened(server: &Server) -> Client {
    let mut browser = server.visitor();
    browser.unset("origin");
    browser
}

fn proxied(url: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("authorizationURL", url)
        .finish();
    format!("/api/auth/expo-authorization-proxy?{query}")
}

fn wants() -> serde_json::Value {
    json!({
        "provider": "acme", "callbackURL": "miapp://panel?a=b", "newUserCallbackURL": "miapp:/hola",
        "errorCallbackURL": "miapp:///fallo",
    })
}

/// Goes to the provider and back by the app's browser; returns the app's own address.
fn come_and_go(server: &Server, provider: &Provider, app: &mut Client) -> String {
    let url = depart(app, wants());
    let mut browser = opened(server);
    let onward = browser.get(&proxied(&url)).expect(302).header("location").unwrap().to_owned();
    assert_eq!(onward, url);
    let back = provider.consent(&onward, person("a-1", "ana@ejemplo.es"));
    browser.get(&back).expect(302).header("location").unwrap().to_owned()
}

#[test]
fn app_names_itself_in_a_header_of_its_own() {
    let provider = Provider::start();
    let server = with_app(&provider, &[]);
    let mut ana = app(&server);
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    ana.post("/api/auth/sign-up/email", body).expect(200);
    ana.post("/api/auth/update-user", json!({"name": "Ana B"})).expect(200);
    ana.set("expo-origin", "otra://");
    ana.post("/api/auth/update-user", json!({"name": "Eva"})).refused(403, "INVALID_ORIGIN");
    // A browser says itself where it comes from, and is believed before the app.
    ana.set("expo-origin", APP);
    ana.set("origin", "https://evil.example");
    ana.post("/api/auth/update-user", json!({"name": "Eva"})).refused(403, "INVALID_ORIGIN");
}

#[test]
fn sign_in_by_a_provider_brings_the_app_its_cookies() {
    let provider = Provider::start();
    let server = with_app(&provider, &[]);
    let led = come_and_go(&server, &provider, &mut app(&server));
    assert!(
        led.starts_with("miapp:/hola?cookie=") || led.starts_with("miapp:///hola?cookie="),
        "{led}"
    );
    let led = come_and_go(&server, &provider, &mut app(&server));
    assert!(led.starts_with("miapp://panel?a=b&cookie="), "{led}");
    let cookies = query(&led)["cookie"].clone();
    let session = cookies.split(", ").find(|line| line.contains("session_token=")).unwrap();
    let (name, rest) = session.split_once('=').unwrap();
    let mut ana = app(&server);
    ana.put_cookie(name, rest.split(';').next().unwrap());
    let known = ana.get("/api/auth/get-session").expect(200).json();
    assert_eq!(known["user"]["email"], "ana@ejemplo.es");
}

#[test]
fn providers_no_leads_to_the_app() {
    let provider = Provider::start();
    let server = with_app(&provider, &[]);
    let url = depart(&mut app(&server), wants());
    let mut browser = opened(&server);
    browser.get(&proxied(&url)).expect(302);
    let no = format!("/api/auth/callback/acme?error=access_denied&state={}", query(&url)["state"]);
    let led = browser.get(&no).expect(302).header("location").unwrap().to_owned();
    assert!(led.starts_with("miapp:///fallo?error=access_denied"), "{led}");
}

#[test]
fn proxy_leads_nowhere_but_where_an_apps_sign_in_was_sent() {
    let provider = Provider::start();
    let server = with_app(&provider, &[]);
    let url = depart(&mut app(&server), wants());
    // Whoever begins on a page has its cookie already, and gets none by a link.
    let of_a_page = depart(&mut server.visitor(), json!({"provider": "acme", "callbackURL": "/"}));
    let state = &query(&url)["state"];
    for wrong in [
        String::new(),
        String::from("no"),
        format!("https://evil.example/authorize?state={state}"),
        format!("{}/otra?state={state}", provider.issuer()),
        url.replace(state, "nobodys"),
        format!("{url}#x"),
        of_a_page,
    ] {
        let refused = opened(&server).get(&proxied(&wrong));
        assert_eq!(refused.status, 400, "{wrong}: {}", refused.text);
        assert_eq!(refused.all("set-cookie").count(), 0, "{wrong}");
    }
    opened(&server).get("/api/auth/expo-authorization-proxy").expect(400);
}

#[test]
fn mailed_link_brings_the_app_that_waits_its_cookies() {
    let provider = Provider::start();
    let required = [("ANTESALA_AUTH__REQUIRE_EMAIL_VERIFICATION", "true")];
    let server = with_app(&provider, &required);
    let mut ana = app(&server);
    let body = json!({
        "name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD,
        "callbackURL": "miapp://panel?cookie=mine&a=b",
    });
    ana.post("/api/auth/sign-up/email", body).expect(200);
    let mail = server.mail_of("verify-email", "ana@ejemplo.es");
    let link = server.path_of(mail["url"].as_str().unwrap()).to_owned();
    // As an app that opens the link itself.
    let led = ana.get(&link).expect(302).header("location").unwrap().to_owned();
    assert!(led.starts_with("miapp://panel?a=b&cookie="), "{led}");
    assert!(query(&led)["cookie"].contains("better-auth.session_token="), "{led}");
    // A page gets no cookie in its address.
    let again = opened(&server).get(&link).expect(302);
    assert_eq!(again.header("location"), Some("miapp://panel?cookie=mine&a=b"));
}

#[test]
fn one_stroke_of_a_trusted_scheme_counts_and_another_scheme_does_not() {
    let provider = Provider::start();
    let trusted = [("ANTESALA_AUTH__TRUSTED_ORIGINS", "miapp://,otra://host")];
    let server = with_app(&provider, &trusted);
    let status = |target: &str| {
        let body = json!({"email": "ana@ejemplo.es", "redirectTo": target});
        server.visitor().post("/api/auth/request-password-reset", body).status
    };
    for (target, expected) in [
        ("miapp:/x", 200),
        ("miapp://x", 200),
        ("miapp:///x", 200),
        ("MIAPP:/x", 200),
        ("otra://host/x", 200),
        ("otra:/host/x", 403),
        ("otra:/x", 403),
        ("fremd:/x", 403),
        ("javascript:/x", 403),
        ("https:/evil.example", 403),
        ("miapp:x", 403),
        (":/x", 403),
    ] {
        assert_eq!(status(target), expected, "{target}");
    }
}
