//! `/dashboard/candidaturas`: what somebody has applied for, and what became of it.

use askama::Template;

use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::board::application::{self, Wanted};
use crate::domain::application::ApplicationStatus;
use crate::domain::refusal::Refusal;
use crate::domain::side::{Side, Standing};
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::page::{PageAsked, Place};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::next;
use crate::store::application_steps::After;
use crate::store::applications::{ApplicationView, ListFilter};

/// What lists of the dashboard read from the query.
pub const QUERY: &[QueryField] =
    &[QueryField::optional("cursor", "where to go on, as the page before has said")];

/// What the list of applications reads beside.
pub const LIST_QUERY: &[QueryField] = &[
    QueryField::optional("ver", "a state of an application, or `archivadas`"),
    QueryField::optional("cursor", "where to go on, as the page before has said"),
];

/// Names those that are put away.
const ARCHIVED: &str = "archivadas";

/// Where the list is.
pub const PATH: &str = "/dashboard/candidaturas";

/// Steps of a history; an application takes four at most.
const EVENTS_MAX: i64 = 20;

#[derive(Template)]
#[template(path = "pages/board/applications.html", config = ".askama.toml")]
struct List<'a> {
    words: PageWords<'a>,
    tabs: Vec<Tab>,
    /// Whether all that are not put away show.
    is_whole: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

/// A choice of applications.
struct Tab {
    url: String,
    label: String,
    is_chosen: bool,
}

struct Row {
    url: String,
    title: String,
    stage: Stage,
    at: Millis,
    viewed_at: Option<Millis>,
}

/// Where an application stands.
#[derive(Debug)]
pub struct Stage {
    /// What that is called.
    pub label: String,
    /// The colour of its badge.
    pub color: &'static str,
}

impl Stage {
    /// Says a status.
    #[must_use]
    pub fn of(words: &PageWords<'_>, status: ApplicationStatus) -> Self {
        let color = match status {
            ApplicationStatus::Pending | ApplicationStatus::Withdrawn => "",
            ApplicationStatus::Interview => " accent",
            ApplicationStatus::Offer | ApplicationStatus::Hired => " good",
            ApplicationStatus::Rejected => " bad",
        };
        Self { label: words.text(&format!("stage-{}", status.name())), color }
    }
}

#[derive(Template)]
#[template(path = "pages/board/application.html", config = ".askama.toml")]
struct One<'a> {
    words: PageWords<'a>,
    id: String,
    title: String,
    job_url: String,
    stage: Stage,
    history: Vec<(String, Millis)>,
    letter: Vec<String>,
    facts: Vec<(String, String)>,
    cv: Option<String>,
    may_withdraw: bool,
}

/// Lists one's own applications, the newest first.
///
/// # Errors
/// `VALIDATION_ERROR` for a cursor that is none; a fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let asked = PageAsked::of(&request)?;
    let after = asked.after.clone().map(|place| (place.key, place.id));
    // What is no state is as if not asked for: an address that somebody keeps goes on working.
    let shown = request.query("ver").unwrap_or_default();
    let status = ApplicationStatus::parse(shown);
    let is_archived = shown == ARCHIVED;
    let filter =
        ListFilter { status, is_archived, after, rows: asked.rows(), ..ListFilter::default() };
    let views = application::of_candidate(app, &request.live()?.user.id, &filter).await?;
    let place = |view: &ApplicationView| Place {
        key: view.application.created_at.0,
        id: view.application.id.clone(),
    };
    let found = asked.page(views, place, |view| Row {
        url: format!("{PATH}/{}", view.application.id),
        title: view.job.title,
        stage: Stage::of(&words, view.application.status),
        at: view.application.created_at,
        viewed_at: view.application.viewed_at,
    });
    let chosen = status.map_or(if is_archived { ARCHIVED } else { "" }, ApplicationStatus::name);
    let next = found.next_cursor.map(|cursor| format!("{PATH}?ver={chosen}&cursor={cursor}"));
    let tabs = tabs(&words, chosen);
    let page = List { words, tabs, is_whole: chosen.is_empty(), rows: found.items, next };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

fn tabs(words: &PageWords<'_>, chosen: &str) -> Vec<Tab> {
    let stages = ApplicationStatus::ALL.map(ApplicationStatus::name).into_iter();
    let stages = stages.map(|name| (name, format!("stage-{name}")));
    let whole = std::iter::once(("", String::from("applications-all")));
    let away = std::iter::once((ARCHIVED, String::from("applications-archived")));
    let tab = |(name, key): (&str, String)| Tab {
        url: if name.is_empty() { PATH.to_owned() } else { format!("{PATH}?ver={name}") },
        label: words.text(&key),
        is_chosen: name == chosen,
    };
    whole.chain(stages).chain(away).map(tab).collect()
}

/// Shows one of one's own applications with its history.
///
/// # Errors
/// `NOT_FOUND`, also for the organisation's members: theirs is another page.
pub async fn one(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let (id, reader) = (request.param("id"), &request.live()?.user.id);
    let view = application::find(app, id, reader).await?;
    if view.standing != Standing::Candidate {
        return Err(Refusal::NotFound.into());
    }
    let from_the_first = After { at: 0, id: "", rows: EVENTS_MAX };
    let events = application::events(app, id, reader, from_the_first).await?;
    let application = view.application;
    let mut history = vec![(words.text("apply-history-sent"), application.created_at)];
    history.extend(application.viewed_at.map(|at| (words.text("apply-history-read"), at)));
    history.extend(
        events.iter().map(|event| (words.text(&format!("stage-{}", event.to.name())), event.at)),
    );
    history.sort_by_key(|(_what, at)| *at);
    let letter = application.cover_letter.clone().unwrap_or_default();
    let page = One {
        title: view.job.title,
        job_url: format!("/empleos/{}", view.job.slug),
        stage: Stage::of(&words, application.status),
        history,
        letter: letter.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect(),
        facts: facts(&words, &application, OWN_FACTS),
        cv: application.cv.as_ref().map(|cv| cv.file_name.clone()),
        may_withdraw: !application.status.is_decided(),
        id: application.id,
        words,
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

/// What one's own facts are called: least and highest salary, and when one could begin.
const OWN_FACTS: [&str; 3] = ["apply-salary-min", "apply-salary-max", "apply-available"];

/// Says what an application asks for, beside its letter; `keys` are what [`OWN_FACTS`] are.
#[must_use]
pub fn facts(
    words: &PageWords<'_>,
    application: &crate::domain::application::Application,
    keys: [&str; 3],
) -> Vec<(String, String)> {
    let amount = |amount: Option<i64>| {
        amount.map(|amount| {
            let currency = application.salary_currency.as_deref().unwrap_or_default();
            format!("{} {currency}", super::said::grouped(words.locale(), amount))
        })
    };
    let facts = [
        amount(application.salary_min),
        amount(application.salary_max),
        application.availability_date.clone(),
    ];
    keys.into_iter().zip(facts).filter_map(|(key, fact)| Some((words.text(key), fact?))).collect()
}

/// Takes one's own application back.
///
/// # Errors
/// `NOT_FOUND`; a fault. A step that leads nowhere is said on the page.
pub async fn withdraw(app: &App, request: Request) -> Result<Response, ApiError> {
    let wanted = Wanted { to: ApplicationStatus::Withdrawn, by: Side::Candidate, note: None };
    let (id, actor) = (request.param("id"), &request.live()?.user.id);
    let page = format!("{PATH}/{id}");
    match application::take(app, (id, actor), wanted, request.now).await {
        Ok(_) => Ok(next::to(&next::with(&page, "done", "withdrawn"))),
        // It was decided meanwhile: the page shows how.
        Err(Failure::IllegalStep { .. }) => Ok(next::to(&page)),
        Err(failure) => Err(failure.into()),
    }
}
