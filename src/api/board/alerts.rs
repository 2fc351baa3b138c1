//! `/api/alerts`: searches of one's own that are repeated.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::jobs::listing;
use super::jobs::shape::JobShape;
use super::senseless;
use crate::app::App;
use crate::base::bounds::{ALERT_QUERY_FIELDS_MAX, LINE_LENGTH_MAX};
use crate::base::clock::Iso;
use crate::board::alerts::{self, AlertFields};
use crate::domain::alert::{Alert, Frequency};
use crate::domain::job::filters::Filters;
use crate::domain::profile::some_line;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::ApiError;
use crate::http::idempotency;
use crate::http::page::Page;
use crate::http::precondition;
use crate::http::request::Request;
use crate::http::response::Response;

/// The endpoints.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/api/alerts" => list {
        id: "listAlerts", summary: "Lists one's alerts, the oldest first",
        limit: Read, access: Access::Session, answers: [200, 401, 429, 503],
    }),
    endpoint!(POST "/api/alerts" => add {
        id: "addAlert", summary: "Adds an alert: a search that is repeated, ten at most",
        limit: Write, access: Access::Session, body: AlertBody,
        answers: [201, 400, 401, 403, 409, 413, 415, 429, 503],
    }),
    endpoint!(GET "/api/alerts/{id}" => one {
        id: "getAlert", summary: "Returns an alert",
        limit: Read, access: Access::Session, answers: [200, 401, 404, 429, 503],
    }),
    endpoint!(PATCH "/api/alerts/{id}" => change {
        id: "changeAlert", summary: "Changes, pauses or resumes an alert",
        limit: Write, access: Access::Session, body: AlertPatch,
        answers: [200, 400, 401, 403, 404, 412, 413, 415, 429, 503],
    }),
    endpoint!(DELETE "/api/alerts/{id}" => remove {
        id: "removeAlert", summary: "Removes an alert",
        limit: Write, access: Access::Session, impersonation: Refused, answers: [204, 401, 403, 404, 429, 503],
    }),
    endpoint!(GET "/api/alerts/{id}/preview" => preview {
        id: "previewAlert", summary: "Lists what an alert would find now",
        limit: Read, access: Access::Session, answers: [200, 401, 404, 429, 503],
    }),
];

/// An alert on its way in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AlertBody {
    /// What it is called.
    #[schemars(length(min = 1, max = LINE_LENGTH_MAX))]
    name: String,
    /// The filters of `GET /api/jobs`.
    #[schemars(extend("x-record" = true, "maxProperties" = ALERT_QUERY_FIELDS_MAX))]
    query: Map<String, Value>,
    /// How often it looks.
    frequency: Frequency,
    /// Whether it looks at all; it does when nothing is said.
    is_active: Option<bool>,
}

/// What changes of an alert.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AlertPatch {
    /// What it is called.
    #[schemars(length(min = 1, max = LINE_LENGTH_MAX))]
    name: Option<String>,
    /// The filters of `GET /api/jobs`, all of them anew.
    #[schemars(extend("x-record" = true, "maxProperties" = ALERT_QUERY_FIELDS_MAX))]
    query: Option<Map<String, Value>>,
    /// How often it looks.
    frequency: Option<Frequency>,
    /// Whether it looks at all.
    is_active: Option<bool>,
}

/// An alert on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AlertShape<'a> {
    id: &'a str,
    name: &'a str,
    query: Value,
    frequency: Frequency,
    is_active: bool,
    last_sent_at: Option<Iso>,
    created_at: Iso,
}

impl<'a> From<&'a Alert> for AlertShape<'a> {
    fn from(alert: &'a Alert) -> Self {
        Self {
            id: &alert.id,
            name: &alert.name,
            query: serde_json::from_str(&alert.query).unwrap_or_default(),
            frequency: alert.frequency,
            is_active: alert.is_active,
            last_sent_at: alert.last_sent_at.map(Iso),
            created_at: Iso(alert.created_at),
        }
    }
}

/// Checks a query as a search would, and returns it as it is kept.
fn query(given: &Map<String, Value>) -> Result<String, ApiError> {
    // A filter is one value; a list of them would be read as no text that anybody wrote.
    if let Some((name, _)) = given.iter().find(|(_, it)| it.is_array() || it.is_object()) {
        return Err(senseless(format!("query.{name}")));
    }
    if let Err(wrong) = Filters::parse_json(given) {
        let named = wrong.into_iter().map(|(name, fault)| (format!("query.{name}"), fault));
        return Err(listing::refused("body", named.collect()));
    }
    Ok(json!(given).to_string())
}

fn name(sent: &str) -> Result<String, ApiError> {
    some_line(sent).ok_or_else(|| senseless("name"))
}

/// Lists one's alerts.
///
/// # Errors
/// A fault of the store.
pub async fn list(app: &App, request: Request) -> Result<Response, ApiError> {
    let alerts = alerts::list(app, &request.live()?.user).await?;
    let items: Vec<AlertShape<'_>> = alerts.iter().map(AlertShape::from).collect();
    Ok(Response::json(200, &Page { items, next_cursor: None }).no_store())
}

/// Adds an alert.
///
/// # Errors
/// `Invalid`, with the filters that are wrong; `LIMIT_REACHED`.
pub async fn add(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: AlertBody = request.body()?;
    let fields = AlertFields {
        name: name(&body.name)?,
        query: query(&body.query)?,
        frequency: body.frequency,
        is_active: body.is_active.unwrap_or(true),
    };
    let kept = |made: &Alert| idempotency::keep(&request, 201, &AlertShape::from(made));
    let drawn = (fields, request.now);
    let alert = alerts::add(app, &request.live()?.user, drawn, kept).await?;
    Ok(answer(201, &alert))
}

/// Returns an alert.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn one(app: &App, request: Request) -> Result<Response, ApiError> {
    let alert = alerts::find(app, &request.live()?.user, request.param("id")).await?;
    Ok(answer(200, &alert))
}

/// Changes an alert.
///
/// # Errors
/// `Invalid`; `NOT_FOUND`; `PRECONDITION_FAILED` when somebody was faster.
pub async fn change(app: &App, request: Request) -> Result<Response, ApiError> {
    let patch: AlertPatch = request.body()?;
    let mut known = alerts::find(app, &request.live()?.user, request.param("id")).await?;
    known.version = precondition::version_if_given(&request)?.unwrap_or(known.version);
    let fields = AlertFields {
        name: patch.name.as_deref().map_or_else(|| Ok(known.name.clone()), name)?,
        query: patch.query.as_ref().map_or_else(|| Ok(known.query.clone()), query)?,
        frequency: patch.frequency.unwrap_or(known.frequency),
        is_active: patch.is_active.unwrap_or(known.is_active),
    };
    let alert = alerts::change(app, known, fields, request.now).await?;
    Ok(answer(200, &alert))
}

/// Removes an alert.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn remove(app: &App, request: Request) -> Result<Response, ApiError> {
    alerts::remove(app, &request.live()?.user, request.param("id")).await?;
    Ok(Response::empty(204))
}

/// Lists what an alert would find now.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn preview(app: &App, request: Request) -> Result<Response, ApiError> {
    let page = alerts::preview(app, &request.live()?.user, request.param("id")).await?;
    let items: Vec<JobShape> = page.jobs.into_iter().map(JobShape::brief).collect();
    let found = json!({
        "items": items, "nextCursor": null, "total": page.total, "totalIsCapped": page.is_capped,
    });
    Ok(Response::json(200, &found).no_store())
}

fn answer(status: u16, alert: &Alert) -> Response {
    let response = Response::json(status, &AlertShape::from(alert)).no_store();
    precondition::tagged(response, alert.version)
}
