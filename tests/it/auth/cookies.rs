//! Cookies by the contract: names, attributes, signatures.

use serde_json::json;

use crate::support::Server;

const NAME: &str = "better-auth.session_token";

#[test]
fn attributes_are_upstreams() {
    let server = Server::start();
    let body =
        json!({"name": "Ana", "email": "ana@ejemplo.es", "password": "una frase bien larga"});
    let reply = server.visitor().post("/api/auth/sign-up/email", body).expect(200);
    let cookie = reply.set_cookie(NAME).unwrap();
    let (value, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "Max-Age=604800; Path=/; HttpOnly; SameSite=Lax");
    assert!(value.ends_with("%3D"), "a signature of 32 bytes is padded: {value}");
    let token = reply.json()["token"].as_str().unwrap().to_owned();
    assert!(value.starts_with(&format!("{NAME}={token}.")));
}

#[test]
fn https_site_gets_secure_prefixed_cookies() {
    let server = Server::with(&[("ANTESALA_SERVER__PUBLIC_URL", "https://ejemplo.es")]);
    let mut visitor = server.visitor();
    visitor.set("origin", "https://ejemplo.es");
    let body =
        json!({"name": "Ana", "email": "ana@ejemplo.es", "password": "una frase bien larga"});
    let reply = visitor.post("/api/auth/sign-up/email", body).expect(200);
    let cookie = reply.set_cookie("__Secure-better-auth.session_token").unwrap();
    assert!(cookie.contains("; Secure"), "{cookie}");
    assert!(reply.header("strict-transport-security").is_some());
}

#[test]
fn fixed_name_domain_and_same_site_are_honoured() {
    let server = Server::with(&[
        ("ANTESALA_SERVER__PUBLIC_URL", "https://api.ejemplo.es"),
        ("ANTESALA_AUTH__COOKIE_NAME", "inmobiliaria_session"),
        ("ANTESALA_AUTH__COOKIE_DOMAIN", "ejemplo.es"),
        ("ANTESALA_AUTH__COOKIE_SAME_SITE", "none"),
    ]);
    let mut visitor = server.visitor();
    visitor.set("origin", "https://api.ejemplo.es");
    let body =
        json!({"name": "Ana", "email": "ana@ejemplo.es", "password": "una frase bien larga"});
    let reply = visitor.post("/api/auth/sign-up/email", body).expect(200);
    let cookie = reply.set_cookie("inmobiliaria_session").unwrap();
    for attribute in ["Domain=ejemplo.es", "Secure", "SameSite=None", "HttpOnly", "Path=/"] {
        assert!(cookie.contains(&format!("; {attribute}")), "{attribute} in {cookie}");
    }
    let session = visitor.get("/api/auth/get-session").expect(200).json();
    assert_eq!(session["user"]["email"], "ana@ejemplo.es");
}

#[test]
fn neighbours_that_are_no_ascii_hide_only_themselves() {
    let server = Server::start();
    let body =
        json!({"name": "Ana", "email": "ana@ejemplo.es", "password": "una frase bien larga"});
    let reply = server.visitor().post("/api/auth/sign-up/email", body).expect(200);
    let pair = reply.set_cookie(NAME).unwrap().split("; ").next().unwrap().to_owned();
    let (name, value) = pair.split_once('=').unwrap();
    let quoted = format!("{name}=\"{value}\"");
    for line in [
        format!("utm=campaña; {pair}"),
        format!("{pair}; utm=\u{20ac}"),
        format!("=; ;a; {pair}"),
        quoted,
    ] {
        let mut visitor = server.visitor();
        visitor.set("cookie", &line);
        let session = visitor.get("/api/auth/get-session").expect(200).json();
        assert_eq!(session["user"]["email"], "ana@ejemplo.es", "{line}");
    }
}

#[test]
fn altered_cookies_are_no_cookies() {
    let server = Server::start();
    let ana = server.person("ana@ejemplo.es");
    let signed = ana.cookie(NAME).unwrap().to_owned();
    let (token, signature) = signed.split_once('.').unwrap();
    let altered = [
        token.to_owned(),
        format!("{token}."),
        format!("{token}.AAAA"),
        format!("{}.{signature}", token.to_lowercase()),
        signed.replace("%3D", ""),
        format!("{signed}x"),
        String::from("%"),
        String::from("."),
        "a".repeat(8000),
    ];
    for value in altered {
        let mut visitor = server.visitor();
        visitor.put_cookie(NAME, &value);
        let reply = visitor.get("/api/auth/get-session").expect(200);
        assert!(reply.json().is_null(), "{value}");
        assert_eq!(reply.all("set-cookie").count(), 0, "{value}");
    }
    let mut visitor = server.visitor();
    visitor.set("cookie", &format!("a=b; {NAME}={signed}; c=d"));
    assert!(!visitor.get("/api/auth/get-session").json().is_null());
}

#[test]
fn handle_of_a_session_opens_nothing() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let id = ana.get("/api/auth/get-session").json()["session"]["id"].as_str().unwrap().to_owned();
    let mut visitor = server.visitor();
    visitor.put_cookie(NAME, &id);
    assert!(visitor.get("/api/auth/get-session").json().is_null());
    visitor.set("authorization", &format!("Bearer {id}"));
    assert!(visitor.get("/api/auth/get-session").json().is_null());
}

#[test]
fn cookie_signed_by_better_auth_with_the_same_secret_is_ours() {
    // Token, secret and value as Better Auth's own cookie signing made them.
    let secret = "secreto-de-prueba-con-mas-de-treinta-y-dos";
    let server = Server::with(&[("ANTESALA_AUTH__SECRET", secret)]);
    let ana = server.person("ana@ejemplo.es");
    let (token, signature) = ana.cookie(NAME).unwrap().split_once('.').unwrap();
    let signature = signature.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    assert_eq!(signature, crate::support::server::hmac_base64(secret, token));
}
