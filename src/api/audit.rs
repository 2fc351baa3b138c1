//! `/api/admin/audit`: what happened to accounts and who did it, for administrators.
//!
//! Newest first. A page says where the next one begins; a cursor is opaque to whoever
//! holds it. One filter at a time, since each is an index.

use std::io;

use serde::Serialize;
use serde_json::Value;

use crate::account::audit;
use crate::app::{App, Fault};
use crate::base::bounds::{AUDIT_EXPORT_MAX, AUDIT_PAGE_DEFAULT, AUDIT_PAGE_MAX, ID_LENGTH_MAX};
use crate::base::clock::{Iso, Millis};
use crate::base::csv::{Cell, Sheet};
use crate::domain::audit::{Act, AuditEntry, AuditFilter};
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint, QueryField};
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::{FieldFault, Violation};

/// The endpoints.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/api/admin/audit" => list {
        id: "listAudit", summary: "Lists what happened to accounts, newest first",
        limit: Read, access: Access::Admin, query: LIST_QUERY,
        answers: [200, 400, 401, 403, 429, 503],
    }),
    endpoint!(GET "/api/admin/audit.csv" => export {
        id: "exportAudit", summary: "Exports what happened to accounts as CSV, newest first",
        limit: Read, access: Access::Admin, query: EXPORT_QUERY,
        answers: [200, 400, 401, 403, 429, 503],
    }),
];

const ACTOR: QueryField =
    QueryField::optional("actorId", "only what this person did, or `command-line`");
const TARGET: QueryField = QueryField::optional("targetId", "only what was done to this person");
const ACT: QueryField =
    QueryField::optional("act", "only this act, such as `sign-in-failed` or `role-changed`");
const CURSOR: QueryField =
    QueryField::optional("cursor", "where to go on, as the answer before has said");

const LIST_QUERY: &[QueryField] = &[
    ACTOR,
    TARGET,
    ACT,
    CURSOR,
    QueryField::optional("limit", "entries of a page, 500 at most; 50 by default"),
];

const EXPORT_QUERY: &[QueryField] = &[ACTOR, TARGET, ACT, CURSOR];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    entries: Vec<Shape<'a>>,
    next_cursor: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shape<'a> {
    id: &'a str,
    at: Iso,
    act: &'static str,
    actor_id: Option<&'a str>,
    target_id: Option<&'a str>,
    ip_address: &'a str,
    user_agent: &'a str,
    request_id: &'a str,
    detail: Option<Value>,
}

impl<'a> From<&'a AuditEntry> for Shape<'a> {
    fn from(entry: &'a AuditEntry) -> Self {
        Self {
            id: &entry.id,
            at: Iso(entry.at),
            act: entry.act.name(),
            actor_id: entry.actor_id.as_deref(),
            target_id: entry.target_id.as_deref(),
            ip_address: &entry.ip_address,
            user_agent: &entry.user_agent,
            request_id: &entry.request_id,
            detail: entry.detail.as_deref().and_then(|text| serde_json::from_str(text).ok()),
        }
    }
}

/// Lists a page of entries.
///
/// # Errors
/// `VALIDATION_ERROR` for a filter, a cursor or a number that cannot be.
pub async fn list(app: &App, request: Request) -> Result<Response, ApiError> {
    let limit = match request.query("limit") {
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=AUDIT_PAGE_MAX).contains(limit))
            .ok_or_else(|| wrong("limit", FieldFault::Above(AUDIT_PAGE_MAX)))?,
        None => AUDIT_PAGE_DEFAULT,
    };
    let (entries, next_cursor) = read(app, &request, limit).await?;
    let entries = entries.iter().map(Shape::from).collect();
    Ok(Response::json(200, &Page { entries, next_cursor }).no_store())
}

/// Exports entries; `X-Next-Cursor` tells where the next export goes on.
///
/// # Errors
/// As [`list`].
pub async fn export(app: &App, request: Request) -> Result<Response, ApiError> {
    let (entries, next_cursor) = read(app, &request, AUDIT_EXPORT_MAX).await?;
    let csv = csv(&entries).ok().and_then(|csv| String::from_utf8(csv).ok());
    let csv =
        csv.ok_or(ApiError::Fault(Fault::Broken("the audit log could not be written as CSV")))?;
    let response = Response::text("text/csv; charset=utf-8", csv).no_store();
    Ok(match next_cursor.and_then(|cursor| http::HeaderValue::try_from(cursor).ok()) {
        Some(cursor) => {
            response.with_header(http::HeaderName::from_static("x-next-cursor"), cursor)
        }
        None => response,
    })
}

/// Reads entries and where the next ones begin, if there may be more.
async fn read(
    app: &App,
    request: &Request,
    limit: i64,
) -> Result<(Vec<AuditEntry>, Option<String>), ApiError> {
    let filter = filter(request)?;
    let before = request.query("cursor").map(cursor).transpose()?;
    let entries = audit::page(app, &filter, before, limit).await?;
    let is_full = i64::try_from(entries.len()).is_ok_and(|count| count == limit);
    let next = entries.last().filter(|_| is_full);
    let next = next.map(|last| format!("{}.{}", last.at.0, last.id));
    Ok((entries, next))
}

fn cursor(text: &str) -> Result<(Millis, &str), ApiError> {
    let parts = text.split_once('.').filter(|_| is_id(text));
    let parts = parts.and_then(|(at, id)| Some((Millis(at.parse().ok()?), id)));
    parts.ok_or_else(|| wrong("cursor", FieldFault::Shape))
}

/// Tells whether a text may be an id: short, printable.
fn is_id(text: &str) -> bool {
    u32::try_from(text.len()).is_ok_and(|length| length <= ID_LENGTH_MAX)
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn filter(request: &Request) -> Result<AuditFilter, ApiError> {
    let id = |field: &str| match request.query(field) {
        Some(id) if is_id(id) => Ok(Some(id.to_owned())),
        Some(_) => Err(wrong(field, FieldFault::Shape)),
        None => Ok(None),
    };
    let act = request.query("act").map(|name| Act::parse(name).ok_or_else(unknown_act));
    match (id("actorId")?, id("targetId")?, act.transpose()?) {
        (None, None, None) => Ok(AuditFilter::All),
        (Some(actor), None, None) => Ok(AuditFilter::Actor(actor)),
        (None, Some(target), None) => Ok(AuditFilter::Target(target)),
        (None, None, Some(act)) => Ok(AuditFilter::Act(act)),
        (Some(_), Some(_), _) => Err(wrong("targetId", FieldFault::Unknown)),
        (_, _, Some(_)) => Err(wrong("act", FieldFault::Unknown)),
    }
}

fn unknown_act() -> ApiError {
    wrong("act", FieldFault::Option(Act::ALL.map(|act| act.name().to_owned()).to_vec()))
}

fn wrong(field: &str, fault: FieldFault) -> ApiError {
    let violations = vec![Violation { field: field.to_owned(), fault }];
    ApiError::Invalid { place: "query", violations }
}

const COLUMNS: [&str; 9] =
    ["id", "at", "act", "actorId", "targetId", "ipAddress", "userAgent", "requestId", "detail"];

fn csv(entries: &[AuditEntry]) -> io::Result<Vec<u8>> {
    let mut sheet = Sheet::begin(Vec::new(), &COLUMNS)?;
    for entry in entries {
        let at = entry.at.iso();
        sheet.row([
            entry.id.as_str().into(),
            at.as_str().into(),
            entry.act.name().into(),
            Cell::from(&entry.actor_id),
            Cell::from(&entry.target_id),
            entry.ip_address.as_str().into(),
            entry.user_agent.as_str().into(),
            entry.request_id.as_str().into(),
            Cell::from(&entry.detail),
        ])?;
    }
    sheet.end()
}
