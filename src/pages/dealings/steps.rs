//! Leading an application to another state, with a word to the candidate and one for the team.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Deserialize;

use super::cards::Move;
use super::{MESSAGE_SENT_MAX, NOTE_SENT_MAX, RECEIVED, found, is_longer, received, typed};
use crate::app::{App, Failure};
use crate::base::bounds::{MESSAGE_LENGTH_MAX, NOTE_LENGTH_MAX, URL_LENGTH_MAX};
use crate::board::application::{self, Wanted};
use crate::board::conversation;
use crate::domain::application::ApplicationStatus;
use crate::domain::side::Side;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{ILLEGAL_STEP, PageWords};
use crate::pages::form::{Choice, Field, Form, Kind};
use crate::pages::next;

/// The fields of the form that takes a step.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct StepForm {
    /// Where to.
    #[schemars(length(max = 16))]
    status: Option<String>,
    /// What the candidate is told beside it.
    #[schemars(length(max = MESSAGE_SENT_MAX), extend("format" = "multiline"))]
    message: Option<String>,
    /// What the organisation writes down with it.
    #[schemars(length(max = NOTE_SENT_MAX), extend("format" = "multiline"))]
    note: Option<String>,
    /// Where to go afterwards.
    #[schemars(length(max = URL_LENGTH_MAX))]
    next: Option<String>,
}

/// What was typed into the form.
#[derive(Debug, Default)]
pub struct Step {
    status: String,
    message: String,
    note: String,
}

/// Makes the form that takes one of some steps.
#[must_use]
pub fn form(words: &PageWords<'_>, id: &str, moves: &[Move], step: &Step) -> Form {
    let status = Field::new(words, "status", Kind::Choices, "step-status").required();
    let options = moves
        .iter()
        .map(|each| Choice { value: Cow::Borrowed(each.status), label: each.label.clone() });
    let long = |name, label, max| Field { max, ..Field::new(words, name, Kind::Long, label) };
    let fields = vec![
        Field { options: options.collect(), ..status }.filled(&step.status),
        long("message", "step-message", MESSAGE_LENGTH_MAX)
            .filled(&step.message)
            .hinted(words.text("step-message-hint")),
        long("note", "step-note", NOTE_LENGTH_MAX)
            .filled(&step.note)
            .hinted(words.text("step-note-hint")),
    ];
    let action = format!("{RECEIVED}/{id}/estado");
    Form::new(words, "step", (&action, "step-submit"), fields).asking(words.text("step-final"))
}

/// Takes a step; the message goes out after it.
///
/// # Errors
/// `NOT_FOUND` for whoever is no member of the organisation, `FORBIDDEN` for viewers. What
/// else a rule refuses is said on a page, and what was typed stays.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let sent: StepForm = request.body_or_default()?;
    let user = &request.live()?.user;
    let view = found(app, request.param("id"), &user.id).await?;
    let id = view.application.id.as_str();
    let step = Step {
        status: sent.status.unwrap_or_default(),
        message: typed(sent.message.as_ref()),
        note: typed(sent.note.as_ref()),
    };
    let words = PageWords::of(app, &request);
    let wrong = wrong(&step);
    let (Some(to), None) = (ApplicationStatus::parse(&step.status), wrong) else {
        let (name, key) = wrong.unwrap_or(("status", "step-missing"));
        let told = received::Told::Step(step, (name, words.text(key)));
        return received::show(app, &request, (&view, told)).await;
    };
    let onward = next::path(app, sent.next.as_deref()).map(str::to_owned);
    let page = onward.clone().unwrap_or_else(|| format!("{RECEIVED}/{id}"));
    let note = Some(step.note.clone()).filter(|note| !note.is_empty());
    let wanted = Wanted { to, by: Side::Organization, note };
    match application::take(app, (id, &user.id), wanted, request.now).await {
        Ok(_view) => {}
        Err(Failure::IllegalStep { .. }) if onward.is_some() => {
            return Ok(next::to(&next::with(&page, "problem", ILLEGAL_STEP)));
        }
        Err(Failure::IllegalStep { .. }) => {
            // Somebody was faster: the page shows where it stands, and what is legal there.
            let view = found(app, id, &user.id).await?;
            let text = words.text("error-illegal-transition");
            let told = received::Told::Step(step, ("", text));
            return received::show(app, &request, (&view, told)).await;
        }
        Err(failure) => return Err(failure.into()),
    }
    if !step.message.is_empty() {
        let said = (step.message.as_str(), request.now);
        conversation::say(app, id, user, said, |_message| Vec::new()).await?;
    }
    Ok(next::to(&next::with(&page, "done", "moved")))
}

/// Finds what is too long: its field, and the words for it.
fn wrong(step: &Step) -> Option<(&'static str, &'static str)> {
    if is_longer(&step.message, MESSAGE_LENGTH_MAX) {
        Some(("message", "talk-long"))
    } else if is_longer(&step.note, NOTE_LENGTH_MAX) {
        Some(("note", "note-long"))
    } else {
        None
    }
}
