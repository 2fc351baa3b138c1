//! What a sender made up is repeated in measure: wrong fields, unknown keys, media types.

use antesala::base::bounds::{ECHO_LENGTH_MAX, FORM_PAIRS_MAX, QUERY_PAIRS_MAX, VIOLATIONS_MAX};
use antesala::http::endpoint::{BodyRule, Endpoint, Media};
use antesala::serve::tables;
use serde_json::{Map, Value, json};

use crate::support::{Reply, Server};

/// No refusal is longer than this, whatever was sent: every fault that is named, with its
/// path and its words, twice.
const ANSWER_BYTES_MAX: usize = 24_000;

fn rows() -> impl Iterator<Item = &'static Endpoint> {
    tables().into_iter().flatten()
}

fn schema(row: &Endpoint) -> Option<Value> {
    match row.body {
        BodyRule::None => None,
        BodyRule::Required(schema) | BodyRule::Optional(schema) => Some(schema().unwrap().json),
    }
}

/// As many unknown keys as a body has room for.
fn unknown_keys() -> Map<String, Value> {
    (0..8_000).map(|n| (format!("x{n}"), json!(0))).collect()
}

fn assert_short(reply: &Reply, what: &str) {
    assert!(reply.text.len() <= ANSWER_BYTES_MAX, "{what}: {} bytes", reply.text.len());
    let told = reply.json();
    let details = told["details"].as_array().cloned().unwrap_or_default();
    assert!(details.len() <= VIOLATIONS_MAX, "{what}: {} details", details.len());
    for detail in details {
        let field = detail["field"].as_str().unwrap().chars().count();
        assert!(field <= 3 * ECHO_LENGTH_MAX, "{what}: {field}");
    }
}

fn fill(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "nada".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[test]
fn thousands_of_unknown_fields_are_answered_in_measure() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut admin = server.admin();
    let mut closed = 0;
    for row in rows().filter(|row| row.media != Media::Form) {
        let Some(schema) = schema(row) else { continue };
        let mut body = unknown_keys();
        let reply = admin.send(
            row.method.as_str(),
            &fill(row.path),
            Some(("application/json", Value::from(body.clone()).to_string().as_bytes())),
        );
        if reply.status >= 400 {
            assert_short(&reply, row.id);
        }
        closed += usize::from(schema["additionalProperties"] == json!(false));
        body.clear();
        body.insert("k".repeat(60_000), json!(0));
        let reply = admin.send(
            row.method.as_str(),
            &fill(row.path),
            Some(("application/json", Value::from(body).to_string().as_bytes())),
        );
        if reply.status >= 400 {
            assert_short(&reply, row.id);
        }
    }
    assert!(closed > 5, "{closed} rows deny unknown fields");
    let log = server.log();
    assert!(!log.contains(&"k".repeat(300)) && !log.contains("x7999"), "nor does the log say it");
}

#[test]
fn unknown_fields_inside_a_field_are_answered_in_measure() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut admin = server.admin();
    let mut tried = 0;
    for row in rows().filter(|row| row.media != Media::Form) {
        let Some(schema) = schema(row) else { continue };
        for (name, _field) in schema["properties"].as_object().into_iter().flatten() {
            let wrong = [
                Value::from(unknown_keys()),
                Value::from(vec![json!({"a": []}); 8_000]),
                Value::from(vec![json!({"k".repeat(50): [1]}); 900]),
            ];
            for value in wrong {
                let body = json!({ name: value }).to_string();
                let reply = admin.send(
                    row.method.as_str(),
                    &fill(row.path),
                    Some(("application/json", body.as_bytes())),
                );
                if reply.status >= 400 {
                    assert_short(&reply, &format!("{} {name}", row.id));
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn parameters_and_form_fields_are_counted_before_they_are_read() {
    let server = Server::with(&[
        ("ANTESALA_RATE_LIMIT__ENABLED", "false"),
        ("ANTESALA_SERVER__URI_BYTES_MAX", "65536"),
    ]);
    let mut visitor = server.visitor();
    let query =
        |count: usize| (0..count).fold(String::new(), |query, n| query + &format!("&x{n}=1"));
    for path in ["/api/auth/ok", "/api/jobs", "/api/og", "/api/auth/verify-email", "/empleos"] {
        let reply = visitor.get(&format!("{path}?{}", query(QUERY_PAIRS_MAX + 1)));
        let reply = reply.refused(400, "VALIDATION_ERROR");
        assert_short(&reply, path);
        let reply = visitor.get(&format!("{path}?{}=1", "k".repeat(5_000)));
        assert_short(&reply.refused(400, "VALIDATION_ERROR"), path);
    }
    visitor.get(&format!("/api/auth/ok?{}", query(QUERY_PAIRS_MAX))).expect(200);
    let reply = visitor.get(&format!("/api/jobs?{}", query(QUERY_PAIRS_MAX)));
    assert_short(&reply.refused(400, "VALIDATION_ERROR"), "the search");
    let reply = visitor.get(&format!("/api/og?{}", query(QUERY_PAIRS_MAX)));
    assert_short(&reply.refused(400, "VALIDATION_ERROR"), "the card");
    visitor.set("accept", "application/json");
    for (body, status) in [
        (query(FORM_PAIRS_MAX + 1), 400),
        (format!("{}=1", "k".repeat(5_000)), 400),
        (query(FORM_PAIRS_MAX), 400),
    ] {
        let form = ("application/x-www-form-urlencoded", body.as_bytes());
        let reply = visitor.send("POST", "/api/auth/sign-in/email", Some(form)).expect(status);
        assert_short(&reply, "a form");
        assert!(reply.text.len() < 1_000, "{}", reply.text);
    }
}

#[test]
fn media_type_is_repeated_in_measure() {
    let server = Server::start();
    for length in [200, 300, 5_000] {
        let kind = format!("text/{}", "k".repeat(length));
        let reply = server.visitor().send("POST", "/api/auth/sign-in/email", Some((&kind, b"{}")));
        let reply = reply.refused(415, "UNSUPPORTED_MEDIA_TYPE");
        assert!(reply.text.len() < 600, "{}", reply.text);
    }
}

#[test]
fn pages_and_redirects_repeat_no_long_address() {
    let server = Server::start();
    let mut visitor = server.visitor();
    visitor.set("accept", "text/html");
    let long = "k".repeat(7_000);
    let sent = visitor.get(&format!("/dashboard/cuenta?x={long}")).expect(303);
    assert_eq!(sent.header("location"), Some("/login?next=%2Fdashboard%2Fcuenta"));
    for path in ["/", "/login", "/empleos", "/nada"] {
        let page = visitor.get(&format!("{path}?x={long}")).text;
        assert!(!page.contains(&long[..3_000]), "{path}");
    }
}
