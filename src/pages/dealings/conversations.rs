//! `/dashboard/mensajes`: one's conversations, the newest message first.

use askama::Template;

use super::{MESSAGES, called};
use crate::app::App;
use crate::base::clock::Millis;
use crate::board::{conversation, live};
use crate::domain::message::Conversation;
use crate::domain::side::Side;
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::page::{PageAsked, Place};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::console::letter;
use crate::store::conversations::Before;

/// What the page reads from the query.
pub const QUERY: &[QueryField] =
    &[QueryField::optional("cursor", "where to go on, as the page before has said")];

/// Characters of the newest message that the list shows.
const GLIMPSE_LENGTH_MAX: usize = 140;

#[derive(Template)]
#[template(path = "pages/dealings/conversations.html", config = ".askama.toml")]
struct Page<'a> {
    words: PageWords<'a>,
    rows: Vec<Row>,
    next: Option<String>,
    /// Place in the order from which the page goes on by itself.
    from: i64,
}

struct Row {
    url: String,
    letter: String,
    who: String,
    job: String,
    /// The newest message, cut; empty when it was erased.
    glimpse: String,
    /// Whose the newest message is, when it is of the reader's side.
    by: Option<String>,
    unread: i64,
    at: Millis,
}

/// Lists one's conversations.
///
/// # Errors
/// `VALIDATION_ERROR` for a cursor that is none; a fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let asked = PageAsked::of(&request)?;
    let reader = &request.live()?.user;
    let own = conversation::side_of(reader);
    let (sequence, id) =
        asked.after.as_ref().map_or((i64::MAX, ""), |place| (place.key, place.id.as_str()));
    let before = Before { sequence, id, rows: asked.rows() };
    let from = live::newest(app).await?;
    let found = conversation::list(app, reader, before).await?;
    let place = |row: &Conversation| Place { key: row.last_sequence, id: row.id.clone() };
    let found = asked.page(found, place, |row| shown(&words, row, own));
    let page = Page {
        words,
        rows: found.items,
        next: found.next_cursor.map(|cursor| format!("{MESSAGES}?cursor={cursor}")),
        from,
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

fn shown(words: &PageWords<'_>, row: Conversation, own: Side) -> Row {
    let who = called(words, Some(&row.counterpart_name));
    let last = row.last_message;
    let ours = match own {
        Side::Candidate => "talk-you",
        Side::Organization => "talk-team",
    };
    Row {
        url: format!("{MESSAGES}/{}", row.application_id),
        letter: letter(&who),
        who,
        job: row.job_title,
        by: last.as_ref().filter(|last| last.side == own).map(|_last| words.text(ours)),
        glimpse: last.map(|last| glimpse(&last.content)).unwrap_or_default(),
        unread: row.unread_count,
        at: row.updated_at,
    }
}

/// Cuts a text where a list has room no more.
fn glimpse(content: &str) -> String {
    let mut letters = content.chars();
    let cut: String = letters.by_ref().take(GLIMPSE_LENGTH_MAX).collect();
    if letters.next().is_some() { format!("{}…", cut.trim_end()) } else { cut }
}
