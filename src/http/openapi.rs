//! The endpoint tables as `OpenAPI` 3.1, as Markdown and as rows of a page.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::endpoint::{Access, BodyRule, Endpoint, Impersonation, Media};
use super::router::re_rooted;
use super::schema::BodySchema;
use crate::config::Config;

/// What the part of an upload means.
const FILE_MEANING: &str = "The file, the only part of a multipart/form-data body";

const MEBIBYTE: u64 = 1024 * 1024;

/// One operation, for the page and the Markdown file.
#[derive(Clone, Debug)]
pub struct DocRow {
    /// The operation id, which is also the anchor.
    pub id: &'static str,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// What it does.
    pub summary: &'static str,
    /// What it takes.
    pub fields: Vec<DocField>,
    /// Who may ask.
    pub access: &'static str,
    /// The statuses.
    pub answers: &'static [u16],
}

/// Something that an operation takes.
#[derive(Clone, Debug)]
pub struct DocField {
    /// Its name.
    pub name: String,
    /// `path`, `query` or `body`.
    pub place: &'static str,
    /// Its type, with its bounds.
    pub kind: String,
    /// What it means.
    pub meaning: String,
    /// Whether it must be there.
    pub is_required: bool,
}

/// Writes the document.
#[must_use]
pub fn document(tables: &[&'static [Endpoint]], config: &Config) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in tables.iter().flat_map(|table| table.iter()) {
        let path = re_rooted(endpoint.path, &config.auth.base_path);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            item.insert(endpoint.method.as_str().to_lowercase(), operation(endpoint));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": config.brand.name,
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Accounts, sessions, the waitlist and preview cards. Paths under the account root \
                speak the wire protocol of Better Auth 1.7.",
        },
        "servers": [{"url": config.server.public_url.origin()}],
        "paths": paths,
        "components": {
            "schemas": {"Error": error_schema()},
            "responses": {
                "Error": {
                    "description": "Says what was wrong, where, and what to do",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
                },
            },
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": config.auth.session_cookie},
                "cron": {"type": "http", "scheme": "bearer"},
                "cronHeader": {"type": "apiKey", "in": "header", "name": "x-cron-secret"},
            },
        },
    })
}

fn operation(endpoint: &Endpoint) -> Value {
    let mut operation = json!({
        "operationId": endpoint.id,
        "summary": endpoint.summary,
        "responses": responses(endpoint.answers),
    });
    let parameters: Vec<Value> = path_names(endpoint.path)
        .map(|name| {
            json!({
                "name": name, "in": "path", "required": true, "schema": {"type": "string"},
            })
        })
        .chain(endpoint.query.iter().map(|field| {
            json!({
                "name": field.name, "in": "query", "required": field.is_required,
                "description": field.meaning, "schema": {"type": "string"},
            })
        }))
        .collect();
    let Some(map) = operation.as_object_mut() else { return operation };
    if !parameters.is_empty() {
        map.insert(String::from("parameters"), parameters.into());
    }
    if let Some((schema, is_required)) = body(endpoint) {
        let content: Map<String, Value> = media_types(endpoint.media)
            .iter()
            .map(|media| ((*media).to_owned(), json!({"schema": schema.json})))
            .collect();
        let body = json!({"required": is_required, "content": content});
        map.insert(String::from("requestBody"), body);
    }
    if endpoint.upload_bytes_max.is_some() {
        let file = json!({"type": "string", "format": "binary", "description": FILE_MEANING});
        let schema = json!({"type": "object", "required": ["file"], "properties": {"file": file}});
        let content = json!({"multipart/form-data": {"schema": schema}});
        let body = json!({"required": true, "content": content});
        map.insert(String::from("requestBody"), body);
    }
    if matches!(endpoint.access, Access::Session | Access::FreshSession | Access::Admin) {
        map.insert(String::from("security"), json!([{"session": []}]));
    }
    if endpoint.access == Access::Cron {
        map.insert(String::from("security"), json!([{"cron": []}, {"cronHeader": []}]));
    }
    operation
}

fn responses(statuses: &[u16]) -> Value {
    let responses: Map<String, Value> = statuses
        .iter()
        .map(|status| {
            let response = if *status < 400 {
                json!({"description": reason(*status)})
            } else {
                json!({"$ref": "#/components/responses/Error"})
            };
            (status.to_string(), response)
        })
        .collect();
    responses.into()
}

fn reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("")
}

fn error_schema() -> Value {
    json!({
        "type": "object",
        "required": ["error", "message", "code", "requestId"],
        "properties": {
            "error": {"type": "string", "description": "The message again"},
            "message": {"type": "string", "description": "In the caller's language"},
            "code": {"type": "string", "description": "Never changes and is never translated"},
            "requestId": {"type": "string", "description": "Names the request in the log"},
            "details": {
                "type": "array",
                "description": "The wrong fields",
                "items": {
                    "type": "object",
                    "required": ["field", "code", "message"],
                    "properties": {
                        "field": {"type": "string"},
                        "code": {"type": "string"},
                        "message": {"type": "string"},
                    },
                },
            },
        },
    })
}

const fn media_types(media: Media) -> &'static [&'static str] {
    match media {
        Media::Json => &["application/json"],
        Media::JsonOrForm => &["application/json", "application/x-www-form-urlencoded"],
        Media::Form => &["application/x-www-form-urlencoded"],
        Media::OneClick => {
            &["application/json", "application/x-www-form-urlencoded", "multipart/form-data"]
        }
    }
}

/// Compiles the body's schema; a table with a bad one is refused by the router.
fn body(endpoint: &Endpoint) -> Option<(BodySchema, bool)> {
    match endpoint.body {
        BodyRule::None => None,
        BodyRule::Optional(schema) => schema().ok().map(|schema| (schema, false)),
        BodyRule::Required(schema) => schema().ok().map(|schema| (schema, true)),
    }
}

fn path_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// Lists the operations for people.
#[must_use]
pub fn rows(tables: &[&'static [Endpoint]], auth_root: &str) -> Vec<DocRow> {
    tables.iter().flat_map(|table| table.iter()).map(|endpoint| row(endpoint, auth_root)).collect()
}

fn row(endpoint: &'static Endpoint, auth_root: &str) -> DocRow {
    let of_path = path_names(endpoint.path).map(|name| DocField {
        name: name.to_owned(),
        place: "path",
        kind: String::from("string"),
        meaning: String::new(),
        is_required: true,
    });
    let of_query = endpoint.query.iter().map(|field| DocField {
        name: field.name.to_owned(),
        place: "query",
        kind: String::from("string"),
        meaning: field.meaning.to_owned(),
        is_required: field.is_required,
    });
    let of_body = body(endpoint).map_or_else(Vec::new, |(schema, _)| body_fields(&schema.json));
    let of_upload = endpoint.upload_bytes_max.map(|bytes_max| DocField {
        name: String::from("file"),
        place: "part",
        kind: format!("file, ≤ {} MiB", bytes_max / MEBIBYTE),
        meaning: FILE_MEANING.to_owned(),
        is_required: true,
    });
    DocRow {
        id: endpoint.id,
        method: endpoint.method.to_string(),
        path: re_rooted(endpoint.path, auth_root),
        summary: endpoint.summary,
        fields: of_path.chain(of_query).chain(of_body).chain(of_upload).collect(),
        access: asker(endpoint),
        answers: endpoint.answers,
    }
}

fn asker(endpoint: &Endpoint) -> &'static str {
    match (endpoint.access, endpoint.impersonation) {
        (Access::Public, _) => "anybody",
        (Access::Optional, Impersonation::Allowed) => "anybody, with or without a session",
        (Access::Optional, Impersonation::Refused) => {
            "anybody, with or without a session of one's own"
        }
        (Access::Session, Impersonation::Allowed) => "a session",
        (Access::Session, Impersonation::Refused) => "a session of one's own",
        (Access::Cron, _) => "the token `cron.secret`",
        (Access::Admin, _) => "an administrator's session",
        (Access::FreshSession, Impersonation::Allowed) => "a fresh session",
        (Access::FreshSession, Impersonation::Refused) => "a fresh session of one's own",
    }
}

fn body_fields(schema: &Value) -> Vec<DocField> {
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let mut fields = Vec::new();
    for (name, field) in properties {
        fields.push(DocField {
            name: name.clone(),
            place: "body",
            kind: kind(field),
            meaning: field["description"].as_str().unwrap_or_default().replace('\n', " "),
            is_required: required.contains(&name.as_str()),
        });
        // What stands inside a field follows it.
        fields.extend(body_fields(field).into_iter().map(|inner| DocField {
            name: format!("{name}.{}", inner.name),
            is_required: false,
            ..inner
        }));
    }
    fields
}

fn kind(field: &Value) -> String {
    if let Some(choices) = field["anyOf"].as_array() {
        return choices.iter().map(kind).collect::<Vec<_>>().join(" | ");
    }
    if let Some(options) = field["enum"].as_array() {
        let options: Vec<_> = options.iter().filter_map(Value::as_str).collect();
        return options.join(" | ");
    }
    let several = field["type"].as_array().into_iter().flatten();
    let names: Vec<&str> =
        field["type"].as_str().into_iter().chain(several.filter_map(Value::as_str)).collect();
    let mut kind = names.join(" | ");
    for (bound, sign) in [("minLength", "≥"), ("maxLength", "≤")] {
        if let Some(number) = field[bound].as_i64() {
            // Writing to a String cannot fail.
            let _ = write!(kind, ", {sign} {number}");
        }
    }
    kind
}

/// Writes `docs/api.md`.
#[must_use]
pub fn markdown(tables: &[&'static [Endpoint]]) -> String {
    let mut text = String::from(HEAD);
    for row in rows(tables, "/api/auth") {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n## {} {}\n\n{}. For {}.\n",
            row.method, row.path, row.summary, row.access
        );
        if !row.fields.is_empty() {
            text.push_str("\n| field | where | type | meaning |\n|---|---|---|---|\n");
        }
        for field in &row.fields {
            let star = if field.is_required { " *" } else { "" };
            let kind = field.kind.replace('|', "\\|");
            let _ = writeln!(
                text,
                "| `{}`{star} | {} | {kind} | {} |",
                field.name, field.place, field.meaning
            );
        }
        let answers: Vec<_> = row.answers.iter().map(|status| format!("`{status}`")).collect();
        let _ = write!(text, "\nAnswers: {}\n", answers.join(" "));
    }
    text
}

const HEAD: &str = "# API

Written from the endpoint table; a test compares. `*` is required. HEAD answers wherever GET does and
changes nothing; OPTIONS is the preflight. A request that changes something and carries a cookie must
come from a trusted origin. Errors have one shape: `error`, `message`, `code`, `requestId`, and
`details` where fields are wrong.

What answers 201 to somebody who is signed in takes an `Idempotency-Key` of 1 to 255 letters: within a
day the same request with the same key makes nothing more and gets the first one's status and body,
with `Idempotency-Replayed: true`; another request with the key is 409 `IDEMPOTENCY_KEY_REUSED`. Keys
belong to a person and an endpoint, refusals are not kept, and an upload, which takes the place of the
one before, has no need of a key. `Location` and `ETag` are not repeated: the body says id and version.

An `ETag` is taken in `If-Match` and `If-None-Match` as it was handed out or as compression weakened it
(`W/`). Whoever asks for an offer with the tag that they have gets 304 until it is changed, and their
view is counted; what only counts (`views`, `applicationsCount`) is no change.
";
