//! `/dashboard/avisos`: what happened to what is one's own, and of which one takes note.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::{App, Failure};
use crate::base::bounds::{ID_LENGTH_MAX, URL_LENGTH_MAX};
use crate::base::clock::Millis;
use crate::board::{conversation, notification};
use crate::domain::notification::{Notification, NotificationKind};
use crate::domain::refusal::Refusal;
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::page::{PageAsked, Place};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::next;
use crate::store::notifications::Shown;

/// Where the page is.
const PATH: &str = "/dashboard/avisos";

/// Where the messages are.
const MESSAGES: &str = "/dashboard/mensajes";

/// What the page reads from the query.
pub const QUERY: &[QueryField] = &[
    QueryField::optional("ver", "`nuevos`: only those of which one has not taken note"),
    QueryField::optional("cursor", "where to go on, as the page before has said"),
];

/// The fields of the forms.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct NoticesForm {
    /// Of which one takes note; without it, of all.
    #[schemars(length(max = ID_LENGTH_MAX))]
    id: Option<String>,
    /// Where to go afterwards.
    #[schemars(length(max = URL_LENGTH_MAX))]
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/news/told.html", config = ".askama.toml")]
struct Page<'a> {
    words: PageWords<'a>,
    rows: Vec<Row>,
    is_unread_alone: bool,
    has_unread: bool,
    next: Option<String>,
}

/// A notification as the page shows it.
struct Row {
    id: String,
    said: String,
    hint: String,
    url: String,
    at: Millis,
    is_new: bool,
}

/// Shows what one was told, the newest first.
///
/// # Errors
/// `VALIDATION_ERROR` for a cursor that is none; a fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let asked = PageAsked::of(&request)?;
    let is_unread_alone = request.query("ver") == Some("nuevos");
    let shown = if is_unread_alone { Shown::Unread } else { Shown::All };
    let before = asked.after.as_ref().map_or((i64::MAX, ""), |at| (at.key, at.id.as_str()));
    let reader = &request.live()?.user.id;
    let rows = notification::list(app, reader, shown, (before, asked.rows())).await?;
    let place = |row: &Notification| Place { key: row.created_at.0, id: row.id.clone() };
    let found = asked.page(rows, place, |row| row);
    let mut rows = Vec::with_capacity(found.items.len());
    for row in found.items {
        rows.push(told(app, &words, reader, row).await?);
    }
    let filter = if is_unread_alone { "ver=nuevos&" } else { "" };
    let next = found.next_cursor.map(|cursor| format!("{PATH}?{filter}cursor={cursor}"));
    let has_unread = request.unread.notices > 0;
    let page = Page { words, rows, is_unread_alone, has_unread, next };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

/// Says a notification, and where it leads.
async fn told(
    app: &App,
    words: &PageWords<'_>,
    reader: &str,
    row: Notification,
) -> Result<Row, ApiError> {
    let (said, hint, url) = match row.kind {
        NotificationKind::ApplicationReceived { job_id, job_title, count } => (
            words.count("told-received", &count),
            job_title,
            format!("/dashboard/ofertas/{job_id}/candidaturas"),
        ),
        NotificationKind::ApplicationStatus { application_id, job_title, status } => {
            let stage = words.text(&format!("stage-{status}"));
            let said = words.format("told-status", &[("stage", &stage)]);
            (said, job_title, format!("/dashboard/candidaturas/{application_id}"))
        }
        NotificationKind::NewMessage { conversation_id, counterpart, job_title } => {
            let said = words.format("told-message", &[("name", &counterpart)]);
            (said, job_title, conversation_page(app, &conversation_id, reader).await?)
        }
    };
    let (at, is_new) = (row.created_at, row.read_at.is_none());
    Ok(Row { id: row.id, said, hint, url, at, is_new })
}

/// Returns where a conversation is read: the pages name it by its application.
async fn conversation_page(app: &App, id: &str, reader: &str) -> Result<String, ApiError> {
    match conversation::find(app, id, reader).await {
        Ok(view) => Ok(format!("{MESSAGES}/{}", view.application_id)),
        Err(Failure::Refused(Refusal::NotFound)) => Ok(MESSAGES.to_owned()),
        Err(failure) => Err(failure.into()),
    }
}

/// Takes note of one notification, or of all, and goes on to where it leads.
///
/// # Errors
/// A fault.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: NoticesForm = request.body_or_default()?;
    let reader = &request.live()?.user.id;
    let one = typed.id.as_ref().map(std::slice::from_ref);
    notification::read(app, reader, one, request.now).await?;
    match next::path(app, typed.next.as_deref()) {
        Some(page) => Ok(next::to(page)),
        None => Ok(next::to(&next::with(PATH, "done", "notices-read"))),
    }
}
