//! What every endpoint must refuse, derived from the table a row each.

use antesala::http::endpoint::{Access, BodyRule, Endpoint, Limit, Media};
use antesala::serve::tables;
use serde_json::{Value, json};

use crate::support::{Client, Server};

const PARAMETERS: [(&str, &str); 6] = [
    ("{token}", "nada"),
    ("{code}", "nada"),
    ("{file}", "site.css"),
    ("{id}", "nada"),
    ("{userId}", "nada"),
    ("{invitationId}", "nada"),
];

fn rows() -> impl Iterator<Item = &'static Endpoint> {
    tables().into_iter().flatten()
}

fn path(row: &Endpoint) -> String {
    PARAMETERS.iter().fold(row.path.to_owned(), |path, (name, value)| path.replace(name, value))
}

/// The path with a value for every parameter that the query must have.
fn whole_path(row: &Endpoint) -> String {
    let required = row.query.iter().filter(|field| field.is_required);
    let query: Vec<_> = required.map(|field| format!("{}=nada", field.name)).collect();
    if query.is_empty() { path(row) } else { format!("{}?{}", path(row), query.join("&")) }
}

fn is_auth(row: &Endpoint) -> bool {
    row.path.starts_with("/api/auth/")
}

struct Field {
    name: String,
    is_required: bool,
    is_email: bool,
    is_object: bool,
    /// One of the names that it takes, where it takes names.
    option: Option<Value>,
    /// How long a text must be.
    length_min: usize,
}

/// A text that a field takes.
fn sample(field: &Field) -> Value {
    match field {
        Field { is_object: true, .. } => json!({}),
        Field { is_email: true, .. } => json!("ana@ejemplo.es"),
        Field { option: Some(option), .. } => option.clone(),
        _ => json!("una frase bien larga ".repeat(1 + field.length_min / 20)),
    }
}

/// A value that a field cannot take.
fn mistyped(field: &Field) -> Value {
    if field.is_object { json!([7]) } else { json!({"x": []}) }
}

/// The fields of a row's body, in the order of its schema.
fn fields(row: &Endpoint) -> Option<Vec<Field>> {
    let schema = match row.body {
        BodyRule::None => return None,
        BodyRule::Required(schema) | BodyRule::Optional(schema) => schema().unwrap().json,
    };
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let properties = schema["properties"].as_object().into_iter().flatten();
    Some(
        properties
            .map(|(name, schema)| Field {
                name: name.clone(),
                is_required: required.contains(&json!(name)),
                is_email: schema["format"] == "email",
                is_object: schema["type"] == "object",
                option: schema["enum"].get(0).cloned(),
                length_min: schema["minLength"]
                    .as_u64()
                    .map_or(0, |min| usize::try_from(min).unwrap()),
            })
            .collect(),
    )
}

/// Whoever gets as far as the body: outside the contract access comes before it.
fn asker<'a>(row: &Endpoint, visitor: &'a mut Client, admin: &'a mut Client) -> &'a mut Client {
    let is_for_people =
        matches!(row.access, Access::Session | Access::FreshSession | Access::Admin);
    if is_for_people && !is_auth(row) { admin } else { visitor }
}

fn post(client: &mut Client, row: &Endpoint, body: &Value) -> u16 {
    client
        .send(
            row.method.as_str(),
            &path(row),
            Some(("application/json", body.to_string().as_bytes())),
        )
        .status
}

#[test]
fn paths_and_ids_are_unique_and_answers_are_declared() {
    let mut seen = std::collections::BTreeSet::new();
    for row in rows() {
        assert!(
            seen.insert((row.method.to_string(), row.path)),
            "{} {} twice",
            row.method,
            row.path
        );
        assert!(seen.insert((String::from("id"), row.id)), "{} twice", row.id);
        assert!(!row.answers.is_empty() && row.answers.is_sorted(), "{}", row.id);
        assert!(!row.summary.ends_with('.'), "{}", row.id);
    }
}

#[test]
fn wrong_methods_are_405_with_allow_or_the_contracts_404() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut visitor = server.visitor();
    for row in rows() {
        let is_taken = |method: &str| {
            rows().any(|other| other.path == row.path && other.method.as_str() == method)
        };
        let wrong = ["PATCH", "PUT", "DELETE"].into_iter().find(|method| !is_taken(method));
        let reply = visitor.send(wrong.expect("no path takes all three"), &path(row), None);
        if is_auth(row) {
            assert_eq!(reply.code(), "NOT_FOUND", "{}", row.path);
            assert_eq!(reply.status, 404, "{}", row.path);
        } else {
            let allow = reply.header("allow").unwrap_or_default().to_owned();
            assert_eq!(reply.status, 405, "{}", row.path);
            assert!(
                allow.split(", ").any(|method| *row.method.as_str() == *method),
                "{}: {allow}",
                row.path
            );
        }
    }
}

#[test]
fn endpoints_for_people_refuse_strangers() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    for row in rows()
        .filter(|row| matches!(row.access, Access::Session | Access::FreshSession | Access::Admin))
    {
        let body = valid_body(row);
        let mut visitor = server.visitor();
        let reply = match &body {
            Some(body) => visitor.send(
                row.method.as_str(),
                &whole_path(row),
                Some(("application/json", body.to_string().as_bytes())),
            ),
            None => visitor.send(row.method.as_str(), &whole_path(row), None),
        };
        assert_eq!((reply.status, reply.code().as_str()), (401, "UNAUTHORIZED"), "{}", row.path);
    }
}

#[test]
fn endpoints_for_machines_refuse_whoever_has_no_token() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut signed_in = server.admin();
    for row in rows().filter(|row| row.access == Access::Cron) {
        let reply = signed_in.send(row.method.as_str(), &path(row), None);
        reply.refused(401, "CRON_TOKEN_INVALID");
    }
}

/// A body that passes the schema: a text for every required field.
fn valid_body(row: &Endpoint) -> Option<Value> {
    let required = fields(row)?.into_iter().filter(|field| field.is_required);
    Some(
        required
            .map(|field| (field.name.clone(), sample(&field)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    )
}

#[test]
fn missing_and_mistyped_fields_are_named() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut admin = server.admin();
    let mut checked = 0;
    for row in rows().filter(|row| row.media != Media::Form) {
        for field in fields(row).unwrap_or_default() {
            let mut visitor = server.machine();
            let person = asker(row, &mut visitor, &mut admin);
            let mut body = valid_body(row).unwrap();
            body[&field.name] = mistyped(&field);
            let reply = person.send(
                row.method.as_str(),
                &path(row),
                Some(("application/json", body.to_string().as_bytes())),
            );
            assert_eq!(reply.status, 400, "{} {}: {}", row.path, field.name, reply.text);
            let told = reply.json();
            let names = told["details"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|detail| detail["field"].as_str());
            let code = told["code"].as_str().unwrap().to_owned();
            assert!(
                code == "CALLBACK_URL_NOT_STRING"
                    || names.into_iter().any(|name| name.split('.').next() == Some(&field.name)),
                "{} {}: {told}",
                row.path,
                field.name
            );
            checked += 1;
            if field.is_required {
                body.as_object_mut().unwrap().remove(&field.name);
                assert_eq!(post(person, row, &body), 400, "{} without {}", row.path, field.name);
            }
        }
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn bodies_over_the_limit_and_of_other_types_are_refused() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut admin = server.admin();
    for row in rows().filter(|row| !matches!(row.body, BodyRule::None)) {
        let mut visitor = server.machine();
        let asker = asker(row, &mut visitor, &mut admin);
        let needed = match row.body {
            BodyRule::None => 0,
            BodyRule::Optional(schema) | BodyRule::Required(schema) => {
                schema().unwrap().encoded_bytes_max()
            }
        };
        let big = vec![b'x'; row.body_bytes_max.unwrap_or(needed).max(65_536) + 4_464];
        let media = if row.media == Media::Form {
            "application/x-www-form-urlencoded"
        } else {
            "application/json"
        };
        let reply = asker.send(row.method.as_str(), &path(row), Some((media, &big)));
        assert_eq!(reply.status, 413, "{}: {}", row.path, reply.text);
        let reply = asker.send(row.method.as_str(), &path(row), Some(("text/plain", b"{}")));
        assert_eq!(reply.status, 415, "{}: {}", row.path, reply.text);
    }
}

#[test]
fn limits_close_after_their_number_and_open_after_their_window() {
    let server = Server::start();
    // What a cache answers is free; the cards' own tests count the rest.
    let counted = |row: &&Endpoint| !matches!(row.limit, Limit::Free | Limit::ReadUnlessCached);
    for row in rows().filter(counted) {
        let max = match row.limit {
            Limit::Auth => 10,
            Limit::SessionRead => 120,
            Limit::Waitlist => 5,
            Limit::Read => 300,
            Limit::Write => 60,
            Limit::Free | Limit::ReadUnlessCached => unreachable!("filtered"),
        };
        let mut visitor = server.visitor();
        let mut ask = || visitor.send(row.method.as_str(), &path(row), None);
        for _ in 0..max {
            assert_ne!(ask().status, 429, "{}", row.path);
        }
        let reply = ask();
        assert_eq!(reply.status, 429, "{}", row.path);
        let wait: i64 = reply.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{}: {wait}", row.path);
        server.clock.advance_s(wait);
        assert_ne!(ask().status, 429, "{}", row.path);
    }
}

#[test]
fn changes_from_a_foreign_origin_with_a_cookie_are_refused() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    for row in rows().filter(|row| row.method != http::Method::GET) {
        let mut ana = server.visitor();
        ana.set("cookie", "better-auth.session_token=x.y");
        ana.set("origin", "https://evil.example");
        let body = valid_body(row).unwrap_or_else(|| json!({}));
        let media = if row.media == Media::Form {
            "application/x-www-form-urlencoded"
        } else {
            "application/json"
        };
        let bytes =
            if row.media == Media::Form { b"a=b".to_vec() } else { body.to_string().into_bytes() };
        let reply = ana.send(row.method.as_str(), &path(row), Some((media, &bytes)));
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (403, "INVALID_ORIGIN"),
            "{} {}",
            row.method,
            row.path
        );
    }
}
