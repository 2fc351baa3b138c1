//! Where somebody worked and learned: the forms of a station.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::editor::{Item, List};
use super::{PATH, wrong};
use crate::app::{App, Failure};
use crate::base::bounds::{FORM_TEXT_LENGTH_MAX, LINE_LENGTH_MAX, STATION_TEXT_LENGTH_MAX};
use crate::board::profile::lists;
use crate::domain::profile::{Section, SentStation, Station};
use crate::domain::refusal::Refusal;
use crate::http::access;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::form::{Field, Form, Kind, Told};
use crate::pages::next;
use crate::store::idempotency::unkept;

/// Which list of stations a page serves.
pub trait InSection {
    /// The list.
    const SECTION: Section;
}

/// Where one worked.
pub enum Experience {}

/// Where one learned.
pub enum Education {}

impl InSection for Experience {
    const SECTION: Section = Section::Experience;
}

impl InSection for Education {
    const SECTION: Section = Section::Education;
}

/// The fields of the form.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntryForm {
    /// The position or the degree.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX))]
    title: Option<String>,
    /// Where.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX))]
    institution: Option<String>,
    /// Since when.
    #[schemars(length(max = 32))]
    start_date: Option<String>,
    /// Until when.
    #[schemars(length(max = 32))]
    end_date: Option<String>,
    /// Some paragraphs.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX), extend("format" = "multiline"))]
    description: Option<String>,
    /// The version that was on the page.
    #[schemars(length(max = 20))]
    version: Option<String>,
    /// `remove` takes it away.
    #[schemars(length(max = 16))]
    act: Option<String>,
}

/// The page of one thing of a list.
#[derive(Template)]
#[template(path = "pages/profile/entry.html", config = ".askama.toml")]
pub(super) struct Entry<'a> {
    pub(super) words: PageWords<'a>,
    pub(super) heading: String,
    pub(super) form: Form,
    /// Where it is taken away; `None`: it is not there yet.
    pub(super) action: Option<String>,
}

impl Entry<'_> {
    /// Shows the page.
    pub(super) fn shown(self, told: (u16, Option<u64>)) -> Result<Response, ApiError> {
        let response = Response::html(told.0, rendered(self.render())?).no_store();
        Ok(match told.1 {
            Some(seconds) => response.retry_after(seconds),
            None => response,
        })
    }
}

/// Returns where a section's pages are.
/// The endpoint that takes an entry away without a form, by which a refused try is told.
const fn removal(section: Section) -> &'static str {
    match section {
        Section::Experience => "removeExperience",
        Section::Education => "removeEducation",
    }
}

const fn root(section: Section) -> &'static str {
    match section {
        Section::Experience => "/dashboard/perfil/experiencia",
        Section::Education => "/dashboard/perfil/formacion",
    }
}

/// Draws a list with the form that adds to it.
pub(super) fn list(words: &PageWords<'_>, section: Section, stations: &[Station]) -> List {
    let item = |station: &Station| {
        let fields = &station.fields;
        let end = fields.end_date.clone().unwrap_or_else(|| words.text("pro-until-now"));
        Item {
            url: format!("{}/{}", root(section), station.id),
            title: fields.title.clone(),
            hint: format!("{} · {} – {end}", fields.institution, fields.start_date),
        }
    };
    List {
        key: section.name(),
        items: stations.iter().map(item).collect(),
        form: blank(words, (section, root(section)), &SentStation::default()),
    }
}

/// Adds a station.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn add<S: InSection>(app: &App, request: Request) -> Result<Response, ApiError> {
    let sent = sent(&request.body_or_default()?);
    let words = PageWords::of(app, &request).back_to(PATH);
    let form = blank(&words, (S::SECTION, root(S::SECTION)), &sent);
    let told = match sent.read() {
        Err(faults) => wrong::at(&words, form, &faults).back(),
        Ok(fields) => {
            let user = &request.live()?.user;
            match lists::add_station(app, user, (S::SECTION, fields, request.now), unkept).await {
                Ok(_station) => return Ok(done(S::SECTION, "entry-added")),
                Err(failure) => form.told(&words, failure)?,
            }
        }
    };
    show(words, S::SECTION, told, None)
}

/// Shows the form of a station.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn page<S: InSection>(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let id = request.param("id");
    let known = lists::station(app, &request.live()?.user, (S::SECTION, id)).await?;
    let action = format!("{}/{}", root(S::SECTION), known.id);
    let fields = known.fields;
    let sent = SentStation {
        title: fields.title,
        institution: fields.institution,
        start_date: fields.start_date,
        end_date: fields.end_date,
        description: fields.description,
    };
    let form = blank(&words, (S::SECTION, &action), &sent);
    let form = form.with("version", &known.version.to_string());
    show(words, S::SECTION, Told { form, status: 200, retry_after_s: None }, Some(action))
}

/// Changes a station, or takes it away.
///
/// # Errors
/// `NOT_FOUND`; `NOT_WHILE_IMPERSONATING` for taking one away; a fault. A refusal is shown
/// on the form.
pub async fn change<S: InSection>(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: EntryForm = request.body_or_default()?;
    let (user, id) = (&request.live()?.user, request.param("id"));
    if typed.act.as_deref() == Some("remove") {
        access::own_session(app, removal(S::SECTION), &request).await?;
        lists::remove_station(app, user, (S::SECTION, id)).await?;
        return Ok(done(S::SECTION, "entry-removed"));
    }
    let words = PageWords::of(app, &request);
    let known = lists::station(app, user, (S::SECTION, id)).await?;
    let action = format!("{}/{}", root(S::SECTION), known.id);
    let seen = typed.version.as_deref().and_then(|text| text.parse().ok());
    let version = seen.unwrap_or(known.version);
    let sent = sent(&typed);
    let form = blank(&words, (S::SECTION, &action), &sent);
    let told = match sent.read() {
        Err(faults) => {
            wrong::at(&words, form, &faults).with("version", &version.to_string()).back()
        }
        Ok(fields) => {
            let station = Station { id: known.id, fields, version };
            match lists::change_station(app, user, (S::SECTION, &station), request.now).await {
                Ok(()) => return Ok(done(S::SECTION, "entry-saved")),
                Err(failure) => outdated(&words, (form, known.version), failure)?,
            }
        }
    };
    show(words, S::SECTION, told, Some(action))
}

/// Says why a change was not taken; what was typed stays, from the version of now.
pub(super) fn outdated(
    words: &PageWords<'_>,
    (form, version): (Form, i64),
    failure: Failure,
) -> Result<Told, ApiError> {
    let form = form.with("version", &version.to_string());
    match failure {
        Failure::Refused(Refusal::VersionOutdated) => {
            let problem = Some(words.text("pro-outdated"));
            Ok(Told { form: Form { problem, ..form }, status: 412, retry_after_s: None })
        }
        other @ (Failure::Refused(_)
        | Failure::IllegalStep { .. }
        | Failure::Limited { .. }
        | Failure::Fault(_)) => form.told(words, other),
    }
}

fn done(section: Section, said: &str) -> Response {
    next::to(&format!("{PATH}?done={said}#{}", section.name()))
}

fn show(
    words: PageWords<'_>,
    section: Section,
    told: Told,
    action: Option<String>,
) -> Result<Response, ApiError> {
    let heading = words.text(&format!("pro-{}-title", section.name()));
    let status = (told.status, told.retry_after_s);
    Entry { words, heading, form: told.form, action }.shown(status)
}

fn sent(typed: &EntryForm) -> SentStation {
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    SentStation {
        title: said(&typed.title),
        institution: said(&typed.institution),
        start_date: said(&typed.start_date),
        end_date: typed.end_date.clone(),
        description: typed.description.clone(),
    }
}

fn blank(words: &PageWords<'_>, (section, action): (Section, &str), sent: &SentStation) -> Form {
    let name = section.name();
    let line = |field, label: &str, text: &str| {
        let asked = Field::line(words, field, &format!("pro-{name}-{label}"));
        Field { max: LINE_LENGTH_MAX, ..asked }.required().filled(text)
    };
    let end = sent.end_date.as_deref().unwrap_or_default();
    let told = Field::new(words, "description", Kind::Long, "pro-description");
    let fields = vec![
        line("title", "what", &sent.title),
        line("institution", "institution", &sent.institution),
        month(words, ("startDate", "pro-start"), &sent.start_date).required(),
        month(words, ("endDate", "pro-end"), end).hinted(words.text("pro-end-hint")),
        Field { max: STATION_TEXT_LENGTH_MAX, ..told }
            .filled(sent.description.as_deref().unwrap_or_default()),
    ];
    let fields =
        fields.into_iter().map(|field| Field { id: format!("{name}-{}", field.name), ..field });
    Form::new(words, name, (action, "form-save"), fields.collect())
}

/// Asks for a month; a day that somebody wrote elsewhere stays as it is.
fn month(words: &PageWords<'_>, (name, label): (&'static str, &str), text: &str) -> Field {
    let kind = if text.is_empty() || text.len() == 7 { "month" } else { "text" };
    let field = Field::new(words, name, Kind::Input(kind), label).filled(text);
    Field { max: 10, hint: Some(words.text("pro-month-hint")), ..field }
}
