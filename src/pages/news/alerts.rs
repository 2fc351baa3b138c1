//! `/dashboard/alertas`: searches that are repeated, of which a mail tells.

use askama::Template;

use super::alert_form::{self, AlertForm, TypedFilters};
use crate::app::{App, Failure};
use crate::base::bounds::{ALERT_PAGE_JOBS_MAX, ALERTS_MAX, LINE_LENGTH_MAX};
use crate::base::clock::Millis;
use crate::board::alerts::{self, AlertFields};
use crate::domain::alert::Alert;
use crate::domain::job::filters::Filters;
use crate::domain::refusal::Refusal;
use crate::http::access;
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::board::listing;
use crate::pages::board::said::Brief;
use crate::pages::form::{Form, Kind, Told};
use crate::pages::next;
use crate::store::idempotency::unkept;

/// Where the page is.
const PATH: &str = "/dashboard/alertas";

/// Where a search becomes an alert.
pub const NEW_PATH: &str = "/dashboard/alertas/nueva";

/// What the form is filled with.
pub const QUERY: &[QueryField] =
    &[QueryField::optional("q", "as all filters of `GET /api/jobs`, by the same names")];

#[derive(Template)]
#[template(path = "pages/news/alerts.html", config = ".askama.toml")]
struct List<'a> {
    words: PageWords<'a>,
    rows: Vec<Row>,
    /// Whether there is room for another.
    has_room: bool,
    max: String,
}

/// An alert as the list shows it.
struct Row {
    id: String,
    name: String,
    search: String,
    frequency: String,
    is_active: bool,
    last_sent_at: Option<Millis>,
}

#[derive(Template)]
#[template(path = "pages/news/alert.html", config = ".askama.toml")]
struct One<'a> {
    words: PageWords<'a>,
    row: Row,
    form: Form,
    count: String,
    briefs: Vec<Brief>,
    search_url: String,
}

#[derive(Template)]
#[template(path = "pages/news/alert-new.html", config = ".askama.toml")]
struct New<'a> {
    words: PageWords<'a>,
    form: Form,
}

impl Row {
    fn of(words: &PageWords<'_>, alert: &Alert) -> Self {
        Self {
            id: alert.id.clone(),
            name: alert.name.clone(),
            search: search(words, &alerts::filters(alert)),
            frequency: words.text(&format!("alerts-{}", alert.frequency.name())),
            is_active: alert.is_active,
            last_sent_at: alert.last_sent_at,
        }
    }
}

/// Says what is searched for.
fn search(words: &PageWords<'_>, filters: &Filters) -> String {
    let labels: Vec<String> =
        listing::labels(words, filters).into_iter().map(|(_name, label)| label).collect();
    if labels.is_empty() { words.text("alerts-everything") } else { labels.join(" · ") }
}

/// Returns what of a search an alert keeps: not its order, and not since when, which is the
/// alert's own business.
#[must_use]
pub fn of_search(filters: &Filters) -> Filters {
    Filters { sort: None, since: None, ..filters.clone() }
}

/// Lists one's alerts.
///
/// # Errors
/// A fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let alerts = alerts::list(app, &request.live()?.user).await?;
    let has_room = i64::try_from(alerts.len()).unwrap_or(i64::MAX) < ALERTS_MAX;
    let rows = alerts.iter().map(|alert| Row::of(&words, alert)).collect();
    let page = List { words, rows, has_room, max: ALERTS_MAX.to_string() };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

/// Shows the form of an alert, with the search of the address in it.
///
/// # Errors
/// `Unauthorized`.
pub async fn blank(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let filters = of_search(&listing::filters(&request));
    let name: String = search(&words, &filters)
        .chars()
        .take(usize::try_from(LINE_LENGTH_MAX / 2).unwrap_or(0))
        .collect();
    let typed = AlertForm { name: Some(name), ..AlertForm::default() };
    let form = new_form(&words, &typed, &filters.pairs());
    show_new(words, Told { form, status: 200, retry_after_s: None })
}

fn new_form(words: &PageWords<'_>, typed: &AlertForm, filters: &TypedFilters) -> Form {
    alert_form::blank(words, (PATH, "alerts-submit"), (typed, filters))
}

fn show_new(words: PageWords<'_>, told: Told) -> Result<Response, ApiError> {
    let page = New { words: words.back_to(NEW_PATH), form: told.form };
    let response = Response::html(told.status, rendered(page.render())?).no_store();
    Ok(match told.retry_after_s {
        Some(seconds) => response.retry_after(seconds),
        None => response,
    })
}

/// Adds an alert.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn add(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: AlertForm = request.body_or_default()?;
    let filters = alert_form::typed_filters(&request);
    let words = PageWords::of(app, &request);
    let form = new_form(&words, &typed, &filters);
    let (form, fields) = alert_form::read(&words, form, (&typed, &filters));
    if form.is_wrong() {
        return show_new(words, form.back());
    }
    match alerts::add(app, &request.live()?.user, (fields, request.now), unkept).await {
        Ok(alert) => Ok(next::to(&format!("{PATH}/{}?done=alert-added", alert.id))),
        Err(Failure::Refused(Refusal::LimitReached)) => {
            let max = ALERTS_MAX.to_string();
            let problem = Some(words.format("alerts-full", &[("max", &max)]));
            show_new(words, Form { problem, ..form }.back())
        }
        Err(failure) => {
            let told = form.told(&words, failure)?;
            show_new(words, told)
        }
    }
}

/// Shows an alert with what it finds now.
///
/// # Errors
/// `NOT_FOUND`; a fault of the store.
pub async fn one(app: &App, request: Request) -> Result<Response, ApiError> {
    let alert = alerts::find(app, &request.live()?.user, request.param("id")).await?;
    show(app, &request, &alert, None).await
}

/// Changes an alert, pauses it, goes on with it, or takes it away.
///
/// # Errors
/// `NOT_FOUND`; `NOT_WHILE_IMPERSONATING` for taking it away; a fault. A refusal is shown on the form.
pub async fn change(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: AlertForm = request.body_or_default()?;
    let user = &request.live()?.user;
    let mut known = alerts::find(app, user, request.param("id")).await?;
    let version = typed.version.as_deref().and_then(|text| text.parse().ok());
    match typed.act.as_deref() {
        Some("remove") => {
            access::own_session(app, "removeAlert", &request).await?;
            alerts::remove(app, user, &known.id).await?;
            return Ok(next::to(&next::with(PATH, "done", "alert-removed")));
        }
        Some(act @ ("pause" | "resume")) => {
            let is_active = act == "resume";
            let fields = AlertFields {
                name: known.name.clone(),
                query: known.query.clone(),
                frequency: known.frequency,
                is_active,
            };
            let page = format!("{PATH}/{}", known.id);
            alerts::change(app, known, fields, request.now).await?;
            let done = if is_active { "alert-resumed" } else { "alert-paused" };
            return Ok(next::to(&next::with(&page, "done", done)));
        }
        Some(_) | None => {}
    }
    let filters = alert_form::typed_filters(&request);
    let words = PageWords::of(app, &request);
    let form = own_form(&words, &known, (&typed, &filters));
    let (form, fields) = alert_form::read(&words, form, (&typed, &filters));
    if form.is_wrong() {
        return show(app, &request, &known, Some(form.back())).await;
    }
    let fields = AlertFields { is_active: known.is_active, ..fields };
    let as_it_is = known.clone();
    known.version = version.unwrap_or(known.version);
    match alerts::change(app, known, fields, request.now).await {
        Ok(alert) => Ok(next::to(&format!("{PATH}/{}?done=alert-saved", alert.id))),
        Err(Failure::Refused(Refusal::VersionOutdated)) => {
            let problem = Some(words.text("pro-outdated"));
            let told = Told { form: Form { problem, ..form }, status: 412, retry_after_s: None };
            show(app, &request, &as_it_is, Some(told)).await
        }
        Err(failure) => {
            let told = form.told(&words, failure)?;
            show(app, &request, &as_it_is, Some(told)).await
        }
    }
}

fn own_form(
    words: &PageWords<'_>,
    alert: &Alert,
    (typed, filters): (&AlertForm, &TypedFilters),
) -> Form {
    let action = format!("{PATH}/{}", alert.id);
    let form = alert_form::blank(words, (&action, "form-save"), (typed, filters));
    form.with("version", &alert.version.to_string())
}

async fn show(
    app: &App,
    request: &Request,
    alert: &Alert,
    told: Option<Told>,
) -> Result<Response, ApiError> {
    let words = PageWords::of(app, request);
    let filters = alerts::filters(alert);
    let found = alerts::preview(app, &request.live()?.user, &alert.id).await?;
    let told = told.unwrap_or_else(|| {
        let typed = AlertForm {
            name: Some(alert.name.clone()),
            frequency: Some(alert.frequency.name().to_owned()),
            ..AlertForm::default()
        };
        let form = own_form(&words, alert, (&typed, &filters.pairs()));
        Told { form, status: 200, retry_after_s: None }
    });
    let shown = found.jobs.iter().take(ALERT_PAGE_JOBS_MAX);
    let page = One {
        row: Row::of(&words, alert),
        form: told.form,
        count: listing::count(&words, &found),
        briefs: shown.map(|job| Brief::of(&words, job)).collect(),
        search_url: listing::asking(listing::PATH, &filters),
        words,
    };
    let response = Response::html(told.status, rendered(page.render())?).no_store();
    Ok(match told.retry_after_s {
        Some(seconds) => response.retry_after(seconds),
        None => response,
    })
}
