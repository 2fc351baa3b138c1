//! `/dashboard/mensajes/{application}`: what was said about an application.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::talk::{self, CONTENT, Shown, Talk};
use super::{MESSAGE_SENT_MAX, MESSAGES, RECEIVED, candidate_name, is_longer, typed};
use crate::app::{App, Failure};
use crate::base::bounds::{MESSAGE_LENGTH_MAX, URL_LENGTH_MAX};
use crate::board::{application, conversation, organizations};
use crate::domain::message::CONVERSATION_ID_PREFIX;
use crate::domain::refusal::Refusal;
use crate::domain::side::Side;
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::board::applications::{PATH as APPLICATIONS, Stage};
use crate::pages::form::{Kind, Told};
use crate::pages::next;
use crate::store::applications::ApplicationView;

/// What the page reads from the query.
pub const QUERY: &[QueryField] =
    &[QueryField::optional("antes", "only what was said before this place")];

/// The fields of the form that says something.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct MessageForm {
    /// What is said.
    #[schemars(length(max = MESSAGE_SENT_MAX), extend("format" = "multiline"))]
    content: Option<String>,
    /// Where to go afterwards.
    #[schemars(length(max = URL_LENGTH_MAX))]
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/dealings/conversation.html", config = ".askama.toml")]
struct Page<'a> {
    words: PageWords<'a>,
    counterpart: String,
    job: String,
    /// Where the application is shown.
    about_url: String,
    stage: Stage,
    talk: Talk,
}

/// Shows a conversation to its two sides, by the id of its application; its own id, which
/// mails name, leads there.
///
/// # Errors
/// `NOT_FOUND` for everybody else.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let (id, reader) = (request.param("id"), &request.live()?.user.id);
    if id.starts_with(CONVERSATION_ID_PREFIX) {
        let found = conversation::find(app, id, reader).await?;
        return Ok(next::to(&format!("{MESSAGES}/{}", found.application_id)));
    }
    let view = application::find(app, id, reader).await?;
    let before = request.query("antes").and_then(|place| place.parse().ok());
    show(app, &request, &view, (200, Shown { before, ..Shown::default() })).await
}

async fn show(
    app: &App,
    request: &Request,
    view: &ApplicationView,
    (status, shown): (u16, Shown),
) -> Result<Response, ApiError> {
    let id = &view.application.id;
    // The switches of a page that a form has answered lead back to what can be asked for.
    let own_page = format!("{MESSAGES}/{id}");
    let words = PageWords::of(app, request).back_to(&own_page);
    let (counterpart, about_url) = match view.standing.side() {
        Side::Organization => (candidate_name(view), format!("{RECEIVED}/{id}")),
        Side::Candidate => {
            let employer = organizations::find(app, &view.application.organization_id).await?;
            (employer.draft.name, format!("{APPLICATIONS}/{id}"))
        }
    };
    let talk = Talk::of(app, &words, request, view, shown).await?;
    let page = Page {
        counterpart,
        job: view.job.title.clone(),
        about_url,
        stage: Stage::of(&words, view.application.status),
        words: words.having_read(talk.read),
        talk,
    };
    Ok(Response::html(status, rendered(page.render())?).no_store())
}

/// Says something.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN` for viewers; a fault. What else a rule refuses is said on the
/// page, and what was typed stays.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let sent: MessageForm = request.body_or_default()?;
    let user = &request.live()?.user;
    let id = request.param("id");
    let content = typed(sent.content.as_ref());
    let onward = next::path(app, sent.next.as_deref());
    let words = PageWords::of(app, &request);
    let form = talk::form(&words, id, &content, onward);
    let told = if content.is_empty() {
        form.wrong_at(CONTENT, words.text("talk-blank")).back()
    } else if is_longer(&content, MESSAGE_LENGTH_MAX) {
        form.wrong_at(CONTENT, words.text("talk-long")).back()
    } else {
        let said = (content.as_str(), request.now);
        match conversation::say(app, id, user, said, |_message| Vec::new()).await {
            Ok(_message) => {
                let page = format!("{}#talk", onward.unwrap_or(&format!("{MESSAGES}/{id}")));
                return Ok(next::to(&page));
            }
            Err(Failure::Refused(refusal)) if !is_for_the_page(refusal) => {
                return Err(refusal.into());
            }
            Err(failure) => form.told(&words, failure)?,
        }
    };
    let view = application::find(app, id, &user.id).await?;
    let Told { form, status, .. } = told;
    show(app, &request, &view, (status, Shown { told: Some(form), ..Shown::default() })).await
}

/// Tells whether a refusal is said where one writes; the others are pages of their own.
fn is_for_the_page(refusal: Refusal) -> bool {
    matches!(refusal, Refusal::ConversationNotOpen | Refusal::ApplicationErased)
}
