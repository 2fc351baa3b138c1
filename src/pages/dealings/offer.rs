//! `/dashboard/ofertas/{id}/candidaturas`: what an offer received, as a board or as a list.

use askama::Template;

use super::cards::Card;
use crate::app::App;
use crate::board::{application, jobs};
use crate::domain::application::{ApplicationStatus, StageCount};
use crate::domain::job::Job;
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::page::{PageAsked, Place};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::board::applications::Stage;
use crate::store::applications::{ApplicationView, ListFilter, Order};

/// What the page reads from the query.
pub const QUERY: &[QueryField] = &[
    QueryField::optional("vista", "`lista`: as a list; else as a board"),
    QueryField::optional("estado", "of the list: only those in this state, or `archivadas`"),
    QueryField::optional("orden", "of the list: `antiguas`, the oldest first; else the newest"),
    QueryField::optional("cursor", "where the list goes on, as the page before has said"),
];

/// The columns of the board: what still moves, and who was chosen.
const LANES: [ApplicationStatus; 4] = [
    ApplicationStatus::Pending,
    ApplicationStatus::Interview,
    ApplicationStatus::Offer,
    ApplicationStatus::Hired,
];

/// Those whose story ended otherwise: the board counts them, the list shows them.
const ENDED: [ApplicationStatus; 2] = [ApplicationStatus::Rejected, ApplicationStatus::Withdrawn];

/// Cards of a column; the list shows the rest.
const CARDS_MAX: i64 = 25;

/// What the query calls those that are put away.
const ARCHIVED: &str = "archivadas";

/// What the query calls the order that begins with the oldest.
const OLDEST: &str = "antiguas";

/// What is around both views.
struct Head {
    title: String,
    /// Where the offer itself is worked on.
    offer_url: String,
    /// `Publicada`, and so on.
    state: String,
    total: String,
    board_url: String,
    list_url: String,
}

#[derive(Template)]
#[template(path = "pages/dealings/lanes.html", config = ".askama.toml")]
struct Board<'a> {
    words: PageWords<'a>,
    head: Head,
    lanes: Vec<Lane>,
    ended: Vec<Link>,
    is_empty: bool,
    may_move: bool,
}

struct Lane {
    status: &'static str,
    stage: Stage,
    count: i64,
    cards: Vec<Card>,
    /// Where the rest is, when the column does not show all.
    more: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/dealings/roll.html", config = ".askama.toml")]
struct List<'a> {
    words: PageWords<'a>,
    head: Head,
    filters: Vec<Link>,
    order_url: String,
    /// What `aria-sort` says of the day.
    sorted: &'static str,
    rows: Vec<Card>,
    next: Option<String>,
}

/// A link with what it counts.
struct Link {
    url: String,
    label: String,
    count: i64,
    is_here: bool,
}

/// Shows the applications for an offer to a member of its organisation.
///
/// # Errors
/// `NOT_FOUND` for everybody else; `VALIDATION_ERROR` for a cursor that is none.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    let job = jobs::find(app, request.param("id"), Some(user)).await?;
    let counts = application::counts(app, &job.id, &user.id).await?;
    let words = PageWords::of(app, &request);
    if request.query("vista") == Some("lista") {
        list(app, &request, words, (&job, &counts)).await
    } else {
        board(app, &request, words, (&job, &counts)).await
    }
}

fn head(words: &PageWords<'_>, job: &Job, counts: &[StageCount]) -> Head {
    let total: i64 = counts.iter().map(|each| each.count).sum();
    Head {
        title: job.draft.title.clone(),
        offer_url: format!("/dashboard/ofertas/{}", job.id),
        state: words.text(&format!("job-state-{}", job.status.name())),
        total: words.count("received-total", &total),
        board_url: path(job),
        list_url: listed(job, "", ""),
    }
}

fn path(job: &Job) -> String {
    format!("/dashboard/ofertas/{}/candidaturas", job.id)
}

/// Returns the address of the list of a state in an order.
fn listed(job: &Job, only: &str, order: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("vista", "lista");
    for (name, value) in [("estado", only), ("orden", order)] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    format!("{}?{}", path(job), query.finish())
}

fn counted(counts: &[StageCount], status: ApplicationStatus) -> i64 {
    let own = counts.iter().filter(|each| each.status == status && !each.is_archived);
    own.map(|each| each.count).sum()
}

async fn board(
    app: &App,
    request: &Request,
    words: PageWords<'_>,
    (job, counts): (&Job, &[StageCount]),
) -> Result<Response, ApiError> {
    let reader = &request.live()?.user.id;
    let mut lanes = Vec::with_capacity(LANES.len());
    for status in LANES {
        let count = counted(counts, status);
        let views = if count == 0 {
            Vec::new()
        } else {
            let filter =
                ListFilter { status: Some(status), rows: CARDS_MAX, ..ListFilter::default() };
            application::of_job(app, &job.id, reader, &filter).await?
        };
        lanes.push(Lane {
            status: status.name(),
            stage: Stage::of(&words, status),
            count,
            cards: views.iter().map(|view| Card::of(&words, view)).collect(),
            more: (count > CARDS_MAX).then(|| listed(job, status.name(), "")),
        });
    }
    let ended = ENDED.map(|status| Link {
        url: listed(job, status.name(), ""),
        label: words.text(&format!("stages-{}", status.name())),
        count: counted(counts, status),
        is_here: false,
    });
    let page = Board {
        head: head(&words, job, counts),
        is_empty: counts.is_empty(),
        may_move: lanes.iter().flat_map(|lane| &lane.cards).any(|card| !card.moves.is_empty()),
        ended: ended.into(),
        lanes,
        words,
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

async fn list(
    app: &App,
    request: &Request,
    words: PageWords<'_>,
    (job, counts): (&Job, &[StageCount]),
) -> Result<Response, ApiError> {
    let asked = PageAsked::of(request)?;
    let only = request.query("estado").unwrap_or_default();
    let status = ApplicationStatus::parse(only);
    let is_archived = only == ARCHIVED;
    // What is no state is no filter.
    let only = if status.is_some() || is_archived { only } else { "" };
    let (order, name, other, sorted) = if request.query("orden") == Some(OLDEST) {
        (Order::Oldest, OLDEST, "", "ascending")
    } else {
        (Order::Newest, "", OLDEST, "descending")
    };
    let after = asked.after.clone().map(|place| (place.key, place.id));
    let filter = ListFilter { status, is_archived, order, after, rows: asked.rows() };
    let views = application::of_job(app, &job.id, &request.live()?.user.id, &filter).await?;
    let place = |view: &ApplicationView| Place {
        key: view.application.created_at.0,
        id: view.application.id.clone(),
    };
    let found = asked.page(views, place, |view| Card::of(&words, &view));
    let page = List {
        head: head(&words, job, counts),
        filters: filters(&words, job, counts, (only, name)),
        order_url: listed(job, only, other),
        sorted,
        rows: found.items,
        next: found
            .next_cursor
            .map(|cursor| format!("{}&cursor={cursor}", listed(job, only, name))),
        words,
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

/// Lists the states by which the list is filtered, with what each holds.
fn filters(
    words: &PageWords<'_>,
    job: &Job,
    counts: &[StageCount],
    (only, order): (&str, &str),
) -> Vec<Link> {
    let link = |name: &str, key: &str, count: i64| Link {
        url: listed(job, name, order),
        label: words.text(key),
        count,
        is_here: name == only,
    };
    let here = counts.iter().filter(|each| !each.is_archived).map(|each| each.count).sum();
    let away: i64 = counts.iter().filter(|each| each.is_archived).map(|each| each.count).sum();
    let mut links = vec![link("", "received-all", here)];
    links.extend(ApplicationStatus::ALL.map(|status| {
        link(status.name(), &format!("stages-{}", status.name()), counted(counts, status))
    }));
    if away > 0 || only == ARCHIVED {
        links.push(link(ARCHIVED, "received-archived", away));
    }
    links
}
