//! Every text of a sender's is bounded before it is looked at, and nothing goes back and
//! forth over one: attacks against the real executable, which must answer and live.

use std::fmt::Write as _;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::process::{Place, Running};
use crate::support::raw;
use crate::support::server::SITE;
use crate::support::{Client, Server};

/// Far longer than any of these answers takes, and far shorter than walking all ways
/// through one of these texts; reaching it fails the test.
const PATIENCE: Duration = Duration::from_secs(5);

/// One star, two, and as many as a pattern may have.
const TRUSTED: &str =
    "https://*.example.com,https://*a*a.example.org,https://*a*a*a*a*a*a*a*a*.example.net";

fn place() -> Place {
    let mut place = Place::on_file();
    place.set("ANTESALA_AUTH__TRUSTED_ORIGINS", TRUSTED);
    place.set("ANTESALA_RATE_LIMIT__ENABLED", "false");
    place
}

fn client(server: &Running) -> Client {
    Client::new(&server.base(), SITE)
}

/// Addresses that a pattern takes long for, or a stack for, when each letter is a call.
fn long_targets(letters: usize) -> Vec<String> {
    let host = "a".repeat(letters);
    vec![
        format!("https://{host}"),
        format!("https://{host}.example.com/"),
        format!("https://{}example.com/", "a.".repeat(letters / 2)),
        format!("https://{host}b.example.org/x"),
        format!("https://{host}b.example.net/x"),
        format!("/{host}"),
        format!("//{host}"),
        format!("myapp://{host}"),
        format!("https://app.example.com/{host}"),
        format!("https://xn--{host}.example.com/"),
        format!("/{}", "%2e%2e/".repeat(letters / 7)),
    ]
}

#[test]
fn long_callback_url_in_a_body_does_not_end_the_process() {
    let place = place();
    let server = place.serve();
    let mut visitor = client(&server);
    let sign_up = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": "una frase larga"});
    let doors = [
        ("/api/auth/sign-in/email", "callbackURL", sign_up.clone()),
        ("/api/auth/sign-up/email", "callbackURL", sign_up),
        ("/api/auth/sign-in/social", "callbackURL", json!({"provider": "google"})),
        ("/api/auth/sign-in/social", "errorCallbackURL", json!({"provider": "google"})),
        ("/api/auth/sign-in/social", "newUserCallbackURL", json!({"provider": "google"})),
        ("/api/auth/sign-in/oauth2", "callbackURL", json!({"providerId": "google"})),
        ("/api/auth/request-password-reset", "redirectTo", json!({"email": "ana@ejemplo.es"})),
        ("/api/auth/forget-password", "redirectTo", json!({"email": "ana@ejemplo.es"})),
        ("/api/auth/send-verification-email", "callbackURL", json!({"email": "ana@ejemplo.es"})),
    ];
    for (path, field, body) in doors {
        for target in long_targets(35_000) {
            let mut body = body.clone();
            body[field] = Value::from(target.as_str());
            let code = match field {
                "redirectTo" => "INVALID_REDIRECT_URL",
                "errorCallbackURL" => "INVALID_ERROR_CALLBACK_URL",
                "newUserCallbackURL" => "INVALID_NEW_USER_CALLBACK_URL",
                _ => "INVALID_CALLBACK_URL",
            };
            let reply = visitor.post(path, body);
            assert_eq!((reply.status, reply.code().as_str()), (403, code), "{path} {field}");
        }
    }
    visitor.get("/healthz").expect(200);
}

#[test]
fn long_callback_url_in_a_query_or_a_form_does_not_end_the_process() {
    let mut place = place();
    place.set("ANTESALA_SERVER__URI_BYTES_MAX", "65536");
    let server = place.serve();
    let mut visitor = client(&server);
    for target in long_targets(15_000) {
        let pair = form_urlencoded::Serializer::new(String::new())
            .append_pair("callbackURL", &target)
            .finish();
        for path in ["/api/auth/verify-email?token=x", "/api/auth/reset-password/x?y=z"] {
            let reply = visitor.get(&format!("{path}&{pair}"));
            reply.refused(403, "INVALID_CALLBACK_URL");
        }
        let next = pair.replace("callbackURL", "next");
        for path in ["/login", "/registro", "/api/auth/callback/google"] {
            let reply = visitor.get(&format!("{path}?{next}&{pair}"));
            assert!(reply.status < 500, "{path}: {}", reply.status);
        }
        let form = ("application/x-www-form-urlencoded", format!("email=a&{next}&{pair}"));
        for path in ["/login", "/registro", "/login/proveedor", "/recuperar"] {
            let reply = visitor.send("POST", path, Some((form.0, form.1.as_bytes())));
            assert!(reply.status < 500, "{path}: {}", reply.status);
        }
    }
    visitor.get("/healthz").expect(200);
}

/// Sends a request with a header on a connection of its own; returns head and body.
fn with_header(server: &Running, path: &str, header: &str) -> String {
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\nConnection: close\r\n\r\n");
    raw::text(server.address, &request)
}

#[test]
fn long_origins_cost_nobody_a_turn() {
    let place = place();
    let server = place.serve();
    let hosts = [
        "a".repeat(16_000),
        "a.".repeat(8_000),
        format!("{}b.example.org", "a".repeat(15_900)),
        format!("{}b.example.net", "a".repeat(15_900)),
        format!("{}.example.nex", "a".repeat(200)),
    ];
    let (done, all) = mpsc::channel();
    let mut expected = 0;
    for header in ["Origin", "Referer"] {
        for path in ["/healthz", "/nothing/here", "/api/auth/ok", "/api/auth/get-session", "/"] {
            for host in &hosts {
                expected += 1;
                let (done, address) = (done.clone(), server.address);
                let line = format!("{header}: https://{host}");
                thread::spawn(move || {
                    let request = format!(
                        "GET {path} HTTP/1.1\r\nHost: localhost\r\n{line}\r\nConnection: close\r\n\r\n"
                    );
                    let _ = done.send(raw::text(address, &request));
                });
            }
        }
    }
    for _ in 0..expected {
        let answer = all.recv_timeout(PATIENCE).expect("all are answered in time");
        assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
        assert!(!answer.to_lowercase().contains("access-control-allow-origin"), "{answer}");
    }
    let known = with_header(&server, "/healthz", "Origin: https://app.example.com");
    assert!(known.contains("access-control-allow-origin: https://app.example.com"), "{known}");
}

#[test]
fn origin_that_is_too_long_is_not_trusted() {
    let server = Server::with(&[
        ("ANTESALA_AUTH__TRUSTED_ORIGINS", "https://*.example.com"),
        ("ANTESALA_RATE_LIMIT__ENABLED", "false"),
    ]);
    let mut ana = server.person("ana@ejemplo.es");
    let update = json!({"name": "Ana"});
    let labels = |bytes: usize| "a".repeat(bytes);
    ana.set("origin", &format!("https://{}.example.com", labels(200)));
    ana.post("/api/auth/update-user", update.clone()).expect(200);
    for letters in [300, 4_000, 12_000] {
        ana.set("origin", &format!("https://{}.example.com", labels(letters)));
        ana.post("/api/auth/update-user", update.clone()).refused(403, "INVALID_ORIGIN");
    }
    ana.unset("origin");
    ana.set("referer", &format!("https://app.example.com/{}", labels(1_000)));
    ana.post("/api/auth/update-user", update.clone()).expect(200);
    ana.set("referer", &format!("https://app.example.com/{}", labels(5_000)));
    ana.post("/api/auth/update-user", update.clone()).refused(403, "INVALID_ORIGIN");
    let form = ("application/x-www-form-urlencoded", &b"name=Ana"[..]);
    ana.set("referer", &format!("{SITE}/{}", labels(5_000)));
    ana.set("accept", "application/json");
    ana.send("POST", "/dashboard/cuenta", Some(form)).refused(403, "INVALID_ORIGIN");
}

#[test]
fn every_header_may_be_as_long_as_it_likes_and_counts_for_nothing() {
    let place = place();
    let server = place.serve();
    let long = "a".repeat(12_000);
    let list = "a,".repeat(6_000);
    for (name, value) in [
        ("Host", &long),
        ("Accept", &list),
        ("Accept-Language", &list),
        ("Accept-Encoding", &list),
        ("If-None-Match", &list),
        ("If-Match", &list),
        ("If-Modified-Since", &long),
        ("Range", &list),
        ("Cookie", &"better-auth.session_token=a.b;".repeat(400)),
        ("Cookie", &";".repeat(12_000)),
        ("Forwarded", &list),
        ("X-Forwarded-For", &list),
        ("X-Forwarded-For", &long),
        ("X-Real-IP", &long),
        ("X-Request-Id", &long),
        ("User-Agent", &long),
        ("Authorization", &long),
        ("Idempotency-Key", &long),
        ("Last-Event-ID", &long),
        ("Content-Type", &list),
        ("Access-Control-Request-Headers", &list),
        ("Sec-Fetch-Site", &long),
    ] {
        for path in ["/healthz", "/api/auth/get-session", "/", "/robots.txt", "/nothing"] {
            let request = if name == "Host" {
                format!("GET {path} HTTP/1.1\r\nHost: {value}\r\nConnection: close\r\n\r\n")
            } else {
                format!(
                    "GET {path} HTTP/1.1\r\nHost: localhost\r\n{name}: {value}\r\n\
                     Connection: close\r\n\r\n"
                )
            };
            let answer = raw::text(server.address, &request);
            let status: u16 = answer.get(9..12).unwrap_or_default().parse().unwrap();
            let wanted = if name == "Host" { 400 } else { status.min(404) };
            assert_eq!(status, wanted, "{name} {path}: {answer}");
            assert!(answer.len() < 40_000 && !answer.contains(&long), "{name} {path}");
        }
    }
    let made_up = format!("{} / HTTP/1.1\r\nHost: localhost\r\n\r\n", "A".repeat(8_000));
    let refused = raw::text(server.address, &made_up);
    assert!(refused.starts_with("HTTP/1.1 400"), "{refused}");
    client(&server).get("/healthz").expect(200);
    let mut said = String::new();
    let _ = write!(said, "{}", place.log());
    assert!(!said.to_lowercase().contains(&"a".repeat(100)), "nor is it logged");
}
