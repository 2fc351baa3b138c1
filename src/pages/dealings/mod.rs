//! Organisations and the people who apply to them: what an offer received, one application,
//! and the messages of both sides.

mod cards;
mod conversation;
mod conversations;
mod offer;
mod received;
mod resume;
mod steps;
mod talk;

use crate::app::{App, Failure};
use crate::base::bounds::{MESSAGE_LENGTH_MAX, NOTE_LENGTH_MAX};
use crate::board::application;
use crate::domain::refusal::Refusal;
use crate::domain::side::Side;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::words::PageWords;
use crate::store::applications::ApplicationView;

/// Where one application is shown to the organisation.
pub const RECEIVED: &str = "/dashboard/recibidas";

/// Where conversations are.
pub const MESSAGES: &str = "/dashboard/mensajes";

/// The pages of this folder.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/dashboard/ofertas/{id}/candidaturas" => offer::page {
        id: "receivedPage", summary: "Shows the applications for an offer, as a board or as a list",
        limit: Read, access: Access::Session, query: offer::QUERY,
        answers: [200, 303, 400, 401, 404, 429, 503],
    }),
    endpoint!(GET "/dashboard/recibidas/{id}" => received::page {
        id: "candidatePage", summary: "Shows an application to the organisation and notes the first look",
        limit: Read, access: Access::Session, query: received::QUERY,
        answers: [200, 303, 400, 401, 404, 429, 503],
    }),
    endpoint!(GET "/dashboard/recibidas/{id}/cv" => received::cv {
        id: "candidateCvPage", summary: "Leads to the CV of an application",
        limit: Read, access: Access::Session, impersonation: Refused, answers: [303, 401, 403, 404, 429, 503],
    }),
    endpoint!(POST "/dashboard/recibidas/{id}/estado" => steps::submit {
        id: "stepSubmit", summary: "Leads an application to another state, with a word to the candidate",
        limit: Write, access: Access::Session, body_optional: steps::StepForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 404, 413, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/recibidas/{id}/notas" => received::note {
        id: "noteSubmit", summary: "Adds a note that only the organisation sees",
        limit: Write, access: Access::Session, body_optional: received::NoteForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 404, 413, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/mensajes" => conversations::page {
        id: "conversationsPage", summary: "Shows one's conversations, the newest message first",
        limit: Read, access: Access::Session, query: conversations::QUERY,
        answers: [200, 303, 400, 401, 429, 503],
    }),
    endpoint!(GET "/dashboard/mensajes/{id}" => conversation::page {
        id: "conversationPage", summary: "Shows what was said about an application, and notes that it is read",
        limit: Read, access: Access::Session, query: conversation::QUERY,
        answers: [200, 303, 400, 401, 404, 429, 503],
    }),
    endpoint!(POST "/dashboard/mensajes/{id}" => conversation::submit {
        id: "messageSubmit", summary: "Writes a message about an application",
        limit: Write, access: Access::Session, body_optional: conversation::MessageForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 404, 413, 415, 429, 503],
    }),
];

/// Longest text that a form may send as a message: a browser sends a line end as two
/// characters and counts it as one.
const MESSAGE_SENT_MAX: u32 = 2 * MESSAGE_LENGTH_MAX;

/// As [`MESSAGE_SENT_MAX`], of a note.
const NOTE_SENT_MAX: u32 = 2 * NOTE_LENGTH_MAX;

/// Reads what somebody typed into a field of several lines; empty for blanks.
fn typed(text: Option<&String>) -> String {
    text.map_or("", |text| text.trim()).replace("\r\n", "\n")
}

/// Tells whether a text is longer than `max` UTF-16 code units.
fn is_longer(text: &str, max: u32) -> bool {
    u32::try_from(text.encode_utf16().count()).map_or(true, |length| length > max)
}

/// Returns what somebody is called who may have no name, or no account any more.
fn called(words: &PageWords<'_>, name: Option<&String>) -> String {
    match name.map(|name| name.trim()) {
        Some("") => words.text("talk-nameless"),
        Some(name) => name.to_owned(),
        None => words.text("talk-somebody"),
    }
}

/// Returns what a candidate is called: their name, or their address where there is none.
fn candidate_name(view: &ApplicationView) -> String {
    let name = view.candidate.name.trim();
    if name.is_empty() { view.candidate.email.clone() } else { name.to_owned() }
}

/// Finds an application for a member of its organisation.
///
/// # Errors
/// `NotFound`, also for the candidate: theirs is another page.
async fn found(app: &App, id: &str, reader_id: &str) -> Result<ApplicationView, Failure> {
    let view = application::find(app, id, reader_id).await?;
    match view.standing.side() {
        Side::Organization => Ok(view),
        Side::Candidate => Err(Refusal::NotFound.into()),
    }
}
