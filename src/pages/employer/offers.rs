//! `/dashboard/ofertas`: the offers of one's organisation, by state, in an order, by the page.

use askama::Template;

use super::{Place, home, place, steps};
use crate::app::App;
use crate::base::clock::Millis;
use crate::board::dashboard;
use crate::board::employer::{self, Wanted};
use crate::domain::figures::StatusCount;
use crate::domain::job::{JobStatus, Verb};
use crate::domain::organization::MemberRole;
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::board::said::grouped;
use crate::store::employer::{Column, OwnRow, Way};

/// Where the table is.
pub const PATH: &str = "/dashboard/ofertas";

/// What the page reads from the query.
pub const QUERY: &[QueryField] = &[
    QueryField::optional("estado", "only offers in this state"),
    QueryField::optional(
        "orden",
        "`alta`, `titulo`, `cierre`, `visitas`, `candidaturas`; with `-` before it backwards",
    ),
    QueryField::optional("pagina", "the page, from 1"),
];

/// Offers of a page.
const PAGE: i64 = 25;

/// The order of whoever names none: what was written last stands first.
const ORDER_DEFAULT: &str = "-alta";

#[derive(Template)]
#[template(path = "pages/employer/offers.html", config = ".askama.toml")]
struct List<'a> {
    words: PageWords<'a>,
    may_recruit: bool,
    tabs: Vec<Tab>,
    columns: Vec<Head>,
    rows: Vec<Row>,
    is_empty: bool,
    range: String,
    before: Option<String>,
    after: Option<String>,
}

struct Tab {
    url: String,
    label: String,
    count: String,
    is_chosen: bool,
}

struct Head {
    title: String,
    link: String,
    /// What `aria-sort` says; empty for what is not sorted by.
    sorted: &'static str,
    is_number: bool,
}

struct Row {
    id: String,
    title: String,
    reference: Option<String>,
    state: String,
    color: &'static str,
    ends: String,
    is_ending: bool,
    views: String,
    saves: String,
    applications: String,
    rate: String,
    has_applications: bool,
    steps: Vec<Button>,
}

/// A step that takes one press.
struct Button {
    step: &'static str,
    reason: Option<&'static str>,
    label: String,
    question: Option<String>,
}

/// Shows the table.
///
/// # Errors
/// `OrganizationAccountRequired` for people who look for work; a fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let standing = match place(app, &request).await? {
        Place::Inside(standing) => standing,
        Place::Away(response) => return Ok(response),
    };
    let words = PageWords::of(app, &request);
    let status = request.query("estado").and_then(JobStatus::parse);
    let order = request.query("orden").unwrap_or(ORDER_DEFAULT);
    let number = request.query("pagina").and_then(|page| page.parse().ok()).unwrap_or(1);
    let number: i64 = i64::clamp(number, 1, 1_000_000);
    let id = &standing.organization.id;
    let counts = dashboard::jobs_of_organization(app, id).await?;
    let (column, way) = sort(order);
    let offset = (number - 1) * PAGE;
    let wanted = Wanted { status, column, way, rows: PAGE, offset };
    let found = employer::table(app, id, wanted).await?;
    let total = total(&counts, status);
    let shown = i64::try_from(found.len()).unwrap_or(PAGE);
    let link = |page: i64| address(status, order, page);
    let first = if shown == 0 { 0 } else { offset + 1 };
    let range = [("first", first), ("last", offset + shown), ("total", total)];
    let range = range.map(|(name, number)| (name, grouped(words.locale(), number)));
    let range: Vec<_> = range.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let page = List {
        may_recruit: standing.role.may_recruit(),
        tabs: tabs(&words, &counts, (status, order)),
        columns: columns(&words, status, order),
        is_empty: counts.is_empty(),
        range: words.format("console-range", &range),
        before: (number > 1).then(|| link(number - 1)),
        after: (offset + shown < total).then(|| link(number + 1)),
        rows: found
            .into_iter()
            .map(|row| said(&words, row, (standing.role, request.now)))
            .collect(),
        words,
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

fn total(counts: &[StatusCount], status: Option<JobStatus>) -> i64 {
    let is_meant = |each: &&StatusCount| status.is_none_or(|status| each.status == status.name());
    counts.iter().filter(is_meant).map(|each| each.count).sum()
}

fn sort(order: &str) -> (Column, Way) {
    let (way, name) = match order.strip_prefix('-') {
        Some(name) => (Way::Down, name),
        None => (Way::Up, order),
    };
    match name {
        "titulo" => (Column::Title, way),
        "cierre" => (Column::End, way),
        "visitas" => (Column::Views, way),
        "candidaturas" => (Column::Applications, way),
        "alta" => (Column::Created, way),
        _unknown => (Column::Created, Way::Down),
    }
}

fn tabs(
    words: &PageWords<'_>,
    counts: &[StatusCount],
    (chosen, order): (Option<JobStatus>, &str),
) -> Vec<Tab> {
    let tab = |status: Option<JobStatus>| Tab {
        url: address(status, order, 1),
        label: match status {
            Some(status) => words.text(&format!("offers-{}", status.name())),
            None => words.text("offers-all"),
        },
        count: grouped(words.locale(), total(counts, status)),
        is_chosen: status == chosen,
    };
    let states = JobStatus::EACH.into_iter().map(Some);
    std::iter::once(None).chain(states).map(tab).collect()
}

fn columns(words: &PageWords<'_>, status: Option<JobStatus>, order: &str) -> Vec<Head> {
    [
        ("titulo", "offers-title", "titulo", false),
        ("cierre", "offers-end", "cierre", false),
        ("visitas", "offers-views", "-visitas", true),
        ("candidaturas", "offers-applications", "-candidaturas", true),
    ]
    .into_iter()
    .map(|(name, key, first, is_number)| {
        let (sorted, next) = if order == name {
            ("ascending", format!("-{name}"))
        } else if order.strip_prefix('-') == Some(name) {
            ("descending", name.to_owned())
        } else {
            ("", first.to_owned())
        };
        Head { title: words.text(key), link: address(status, &next, 1), sorted, is_number }
    })
    .collect()
}

fn address(status: Option<JobStatus>, order: &str, page: i64) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(status) = status {
        query.append_pair("estado", status.name());
    }
    if order != ORDER_DEFAULT {
        query.append_pair("orden", order);
    }
    if page > 1 {
        query.append_pair("pagina", &page.to_string());
    }
    let query = query.finish();
    if query.is_empty() { PATH.to_owned() } else { format!("{PATH}?{query}") }
}

/// Returns the colour of the badge of a state.
#[must_use]
pub const fn color(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Borrador | JobStatus::Archivada => "",
        JobStatus::Publicada => " good",
        JobStatus::Pausada => " warn",
        JobStatus::Cerrada => " accent",
        JobStatus::Caducada => " bad",
    }
}

fn said(words: &PageWords<'_>, row: OwnRow, (role, now): (MemberRole, Millis)) -> Row {
    let OwnRow { job, saves } = row;
    let number = |number| grouped(words.locale(), number);
    let is_shown = matches!(job.status, JobStatus::Publicada | JobStatus::Pausada);
    let soon = now.plus_s(crate::base::bounds::JOB_ENDING_DAYS * 86_400);
    Row {
        state: words.text(&format!("job-state-{}", job.status.name())),
        color: color(job.status),
        ends: job.draft.expires_at.map_or_else(|| String::from("–"), |end| words.day(&end)),
        is_ending: is_shown && job.draft.expires_at.is_some_and(|end| end <= soon),
        views: number(job.views),
        saves: number(saves),
        applications: number(job.applications_count),
        rate: home::rate(job.applications_count, job.views),
        has_applications: job.applications_count > 0,
        steps: buttons(words, job.status, (role, job.draft.expires_at.is_some())),
        reference: job.draft.reference,
        title: job.draft.title,
        id: job.id,
    }
}

/// Lists the steps that take one press. A renewal asks for a day, and a publication
/// without an end does too: the offer's own page does that.
fn buttons(
    words: &PageWords<'_>,
    status: JobStatus,
    (role, has_end): (MemberRole, bool),
) -> Vec<Button> {
    if !role.may_recruit() {
        return Vec::new();
    }
    let plain = |step: &'static str| Button {
        step,
        reason: None,
        label: words.text(&format!("step-{step}")),
        question: None,
    };
    let mut buttons = Vec::new();
    for verb in steps::legal(status, role) {
        match verb {
            Verb::Publish if has_end => buttons.push(plain("publish")),
            Verb::Pause => buttons.push(plain("pause")),
            Verb::Resume => buttons.push(plain("resume")),
            Verb::Close => buttons.extend(["filled", "cancelled"].map(|reason| Button {
                step: "close",
                reason: Some(reason),
                label: words.text(&format!("step-close-{reason}")),
                question: Some(words.text("step-close-sure")),
            })),
            Verb::Delete => buttons
                .push(Button { question: Some(words.text("step-delete-sure")), ..plain("delete") }),
            Verb::Publish | Verb::Renew | Verb::Edit | Verb::Expire | Verb::Archive => {}
        }
    }
    buttons.push(plain("duplicate"));
    buttons
}
