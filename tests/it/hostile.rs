//! Every input is hostile: a clear 4xx, and the others are served meanwhile.

use serde_json::{Value, json};

use crate::support::{Reply, Server};

const JOIN: &str = "/api/waitlist";
const SIGN_UP: &str = "/api/auth/sign-up/email";

fn post_bytes(server: &Server, path: &str, body: &[u8]) -> Reply {
    server.visitor().send("POST", path, Some(("application/json", body)))
}

#[test]
fn bodies_that_are_no_json_are_400_and_say_so() {
    let server = Server::start();
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let cases: [&[u8]; 9] = [
        b"{",
        b"",
        b"null",
        b"[]",
        b"\"x\"",
        b"{\"email\":",
        b"\xff\xfe",
        deep.as_bytes(),
        br#"{"email": "\ud800@ejemplo.es", "role": "professional"}"#,
    ];
    for path in [JOIN, SIGN_UP] {
        for body in cases {
            let reply = post_bytes(&server, path, body);
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            assert_eq!(reply.status, 400, "{path} {shown}: {}", reply.text);
            let json = reply.json();
            for key in ["error", "message", "code", "requestId"] {
                assert!(json[key].as_str().is_some_and(|text| !text.is_empty()), "{key} of {json}");
            }
        }
    }
    server.visitor().get("/healthz").expect(200);
}

#[test]
fn control_characters_and_nul_are_refused_by_field() {
    let server = Server::start();
    for name in ["a\u{0}b", "Ana\r\nBcc: x@y.es"] {
        let body =
            json!({"name": name, "email": "ana@ejemplo.es", "password": "una frase bien larga"});
        let reply = server.visitor().post(SIGN_UP, body).refused(400, "VALIDATION_ERROR");
        assert!(
            reply.json()["message"].as_str().unwrap().contains("[body.name]"),
            "{}",
            reply.text
        );
    }
    assert_eq!(server.count("user"), 0);
}

#[test]
fn too_long_is_too_long_everywhere() {
    let server = Server::start();
    let long = "x".repeat(300);
    let body = json!({"name": long, "email": "ana@ejemplo.es", "password": "una frase bien larga"});
    server.visitor().post(SIGN_UP, body).refused(400, "VALIDATION_ERROR");
    let email = format!("{}@ejemplo.es", "x".repeat(300));
    let body = json!({"name": "Ana", "email": email, "password": "una frase bien larga"});
    server.visitor().post(SIGN_UP, body).refused(400, "VALIDATION_ERROR");
    let big = json!({"email": "ana@ejemplo.es", "role": "professional", "x": "y".repeat(70_000)});
    let reply = server.visitor().post(JOIN, big);
    assert_eq!(reply.status, 413, "{}", reply.text);
}

#[test]
fn one_resource_has_one_path() {
    let server = Server::start();
    for path in [
        "/api/auth//get-session",
        "//api/auth/get-session",
        "/api/auth/get-session/",
        "/api/auth/%67et-session",
        "/api/auth/./get-session",
        "/api/auth/x/../get-session",
        "/api/auth%2fget-session",
        "/api/auth/%2e/get-session",
        "/api/auth/get-session%00",
        "/API/auth/get-session",
    ] {
        let reply = crate::support::raw::get(server.address(), path);
        assert!(reply.starts_with("HTTP/1.1 404"), "{path}: {}", reply.lines().next().unwrap());
    }
}

#[test]
fn foreign_sites_change_nothing_with_our_cookie() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let update = json!({"name": "Mala"});
    ana.set("origin", "https://evil.example");
    ana.post("/api/auth/update-user", update.clone()).refused(403, "INVALID_ORIGIN");
    ana.post("/api/waitlist", json!({"email": "x@y.es", "role": "empresa"}))
        .refused(403, "INVALID_ORIGIN");
    ana.set("origin", "null");
    ana.post("/api/auth/update-user", update.clone()).refused(403, "MISSING_OR_NULL_ORIGIN");
    ana.set("sec-fetch-site", "same-origin");
    ana.post("/api/auth/update-user", update).expect(200);
}

#[test]
fn login_csrf_is_blocked_without_cookies_too() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let credentials = json!({"email": "ana@ejemplo.es", "password": "una frase bien larga"});
    let mut visitor = server.visitor();
    visitor.unset("origin");
    visitor.set("sec-fetch-site", "cross-site");
    visitor.set("sec-fetch-mode", "navigate");
    visitor
        .post("/api/auth/sign-in/email", credentials.clone())
        .refused(403, "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED");
    let mut client = server.visitor();
    client.unset("origin");
    client.post("/api/auth/sign-in/email", credentials).expect(200);
}

#[test]
fn forged_forwarding_headers_do_not_choose_the_bucket() {
    let server = Server::with(&[("ANTESALA_SERVER__TRUSTED_PROXIES", "10.99.0.0/16")]);
    let statuses: Vec<u16> = (0..6)
        .map(|n| {
            let mut visitor = server.visitor();
            visitor.set("x-forwarded-for", &format!("198.51.100.{n}"));
            visitor
                .post(JOIN, json!({"email": format!("p{n}@ejemplo.es"), "role": "empresa"}))
                .status
        })
        .collect();
    assert_eq!(statuses, [201, 201, 201, 201, 201, 429], "the socket's address counts");
}

#[test]
fn ipv6_neighbours_share_a_bucket() {
    let server = Server::start();
    let join = |address: &str, n: usize| {
        let mut visitor = server.visitor();
        visitor.set("x-forwarded-for", address);
        visitor.post(JOIN, json!({"email": format!("p{n}@ejemplo.es"), "role": "empresa"})).status
    };
    for n in 0..5 {
        assert_eq!(join(&format!("2001:db8:1:1::{n}"), n), 201);
    }
    assert_eq!(join("2001:db8:1:1:ffff::1", 5), 429);
    assert_eq!(join("2001:db8:1:2::1", 6), 201);
    assert_eq!(join("::ffff:192.0.2.1", 7), 201);
}

#[test]
fn error_shape_is_one_shape() {
    let server = Server::start();
    let mut visitor = server.visitor();
    let not_found = visitor.get("/api/nada").refused(404, "NOT_FOUND").json();
    let wrong_method =
        visitor.send("DELETE", "/api/waitlist", None).refused(405, "METHOD_NOT_ALLOWED");
    assert_eq!(wrong_method.header("allow"), Some("OPTIONS, POST"));
    for body in [not_found, wrong_method.json()] {
        let keys: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["error", "message", "code", "requestId"]);
        assert_eq!(body["error"], body["message"]);
        assert!(body["requestId"].as_str().is_some_and(|id| !id.is_empty()), "{body}");
    }
    let _: Value = visitor.get("/api/auth/nada").refused(404, "NOT_FOUND").json();
}
