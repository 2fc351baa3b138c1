//! What somebody published: the forms of a publication.

use schemars::JsonSchema;
use serde::Deserialize;

use super::editor::{Item, List};
use super::entries::{Entry, outdated};
use super::{PATH, wrong};
use crate::app::App;
use crate::base::bounds::{FORM_TEXT_LENGTH_MAX, LINE_LENGTH_MAX};
use crate::board::profile::lists;
use crate::domain::profile::{Publication, SentPublication};
use crate::http::access;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::form::{Field, Form, Kind, Told};
use crate::pages::next;
use crate::store::idempotency::unkept;

/// Where these pages are.
const ROOT: &str = "/dashboard/perfil/publicaciones";

/// The key of their texts, and their place on the page of the profile.
const NAME: &str = "publications";

/// The fields of the form.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct PublicationForm {
    /// Its title.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX))]
    title: Option<String>,
    /// The journal, the congress, the publisher.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX))]
    venue: Option<String>,
    /// The year.
    #[schemars(length(max = 32))]
    year: Option<String>,
    /// `10.…/…`, with or without the address of its resolver.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX))]
    doi: Option<String>,
    /// The version that was on the page.
    #[schemars(length(max = 20))]
    version: Option<String>,
    /// `remove` takes it away.
    #[schemars(length(max = 16))]
    act: Option<String>,
}

/// Draws the list with the form that adds to it.
pub(super) fn list(words: &PageWords<'_>, published: &[Publication]) -> List {
    let item = |publication: &Publication| {
        let fields = &publication.fields;
        let year = fields.year.to_string();
        let hint = [fields.venue.as_deref(), Some(&year), fields.doi.as_deref()];
        Item {
            url: format!("{ROOT}/{}", publication.id),
            title: fields.title.clone(),
            hint: hint.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        }
    };
    let form = blank(words, ROOT, &PublicationForm::default());
    List { key: NAME, items: published.iter().map(item).collect(), form }
}

/// Adds a publication.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn add(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: PublicationForm = request.body_or_default()?;
    let words = PageWords::of(app, &request).back_to(PATH);
    let form = blank(&words, ROOT, &typed);
    let told = match sent(&typed).read() {
        Err(faults) => wrong::at(&words, form, &faults).back(),
        Ok(fields) => {
            let user = &request.live()?.user;
            match lists::add_publication(app, user, (fields, request.now), unkept).await {
                Ok(_publication) => return Ok(done("entry-added")),
                Err(failure) => form.told(&words, failure)?,
            }
        }
    };
    show(words, told, None)
}

/// Shows the form of a publication.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let known = lists::publication(app, &request.live()?.user, request.param("id")).await?;
    let action = format!("{ROOT}/{}", known.id);
    let typed = PublicationForm {
        title: Some(known.fields.title),
        venue: known.fields.venue,
        year: Some(known.fields.year.to_string()),
        doi: known.fields.doi,
        ..PublicationForm::default()
    };
    let form = blank(&words, &action, &typed).with("version", &known.version.to_string());
    show(words, Told { form, status: 200, retry_after_s: None }, Some(action))
}

/// Changes a publication, or takes it away.
///
/// # Errors
/// `NOT_FOUND`; `NOT_WHILE_IMPERSONATING` for taking one away; a fault. A refusal is shown
/// on the form.
pub async fn change(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: PublicationForm = request.body_or_default()?;
    let (user, id) = (&request.live()?.user, request.param("id"));
    if typed.act.as_deref() == Some("remove") {
        access::own_session(app, "removePublication", &request).await?;
        lists::remove_publication(app, user, id).await?;
        return Ok(done("entry-removed"));
    }
    let words = PageWords::of(app, &request);
    let known = lists::publication(app, user, id).await?;
    let action = format!("{ROOT}/{}", known.id);
    let seen = typed.version.as_deref().and_then(|text| text.parse().ok());
    let version = seen.unwrap_or(known.version);
    let form = blank(&words, &action, &typed);
    let told = match sent(&typed).read() {
        Err(faults) => {
            wrong::at(&words, form, &faults).with("version", &version.to_string()).back()
        }
        Ok(fields) => {
            let changed = Publication { id: known.id, fields, version };
            match lists::change_publication(app, user, &changed, request.now).await {
                Ok(()) => return Ok(done("entry-saved")),
                Err(failure) => outdated(&words, (form, known.version), failure)?,
            }
        }
    };
    show(words, told, Some(action))
}

fn done(said: &str) -> Response {
    next::to(&format!("{PATH}?done={said}#{NAME}"))
}

fn show(words: PageWords<'_>, told: Told, action: Option<String>) -> Result<Response, ApiError> {
    let heading = words.text("pro-publications-title");
    let status = (told.status, told.retry_after_s);
    Entry { words, heading, form: told.form, action }.shown(status)
}

fn sent(typed: &PublicationForm) -> SentPublication {
    SentPublication {
        title: typed.title.clone().unwrap_or_default(),
        venue: typed.venue.clone(),
        year: typed.year.as_deref().and_then(|text| text.trim().parse().ok()),
        doi: typed.doi.clone(),
    }
}

fn blank(words: &PageWords<'_>, action: &str, typed: &PublicationForm) -> Form {
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    let line = |name, key: &str, text: &Option<String>| {
        let field = Field::line(words, name, key);
        Field { max: LINE_LENGTH_MAX, ..field }.filled(&said(text))
    };
    let year = Field::new(words, "year", Kind::Input("number"), "pro-year");
    let fields = [
        line("title", "pro-publication-title", &typed.title).required(),
        line("venue", "pro-venue", &typed.venue).hinted(words.text("pro-venue-hint")),
        Field { max: 4, ..year }.required().filled(&said(&typed.year)),
        line("doi", "pro-doi", &typed.doi).hinted(words.text("pro-doi-hint")),
    ];
    let fields = fields.map(|field| Field { id: format!("{NAME}-{}", field.name), ..field });
    Form::new(words, NAME, (action, "form-save"), fields.into())
}
