//! `/dashboard/admin/ofertas`: everybody's offers, searched and filtered.

use askama::Template;

use super::{ROWS, Row, address, needle, place};
use crate::app::App;
use crate::board::moderation::{self, Offers};
use crate::board::organizations;
use crate::domain::job::JobStatus;
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;

/// What the page reads from the query.
pub const QUERY: &[QueryField] = &[
    QueryField::optional("q", "part of a title or of an organization's name"),
    QueryField::optional("estado", "a state of offers"),
    QueryField::optional("organizacion", "the id of an organization"),
    QueryField::optional("antes", "the last row of the page before: its moment and id"),
];

const PAGE: &str = "/dashboard/admin/ofertas";

#[derive(Template)]
#[template(path = "pages/console/offers.html", config = ".askama.toml")]
struct List<'a> {
    words: PageWords<'a>,
    q: String,
    status: &'a str,
    states: Vec<(&'static str, String)>,
    /// Whose alone are shown: id, name, and where everybody's are.
    only: Option<(String, String, String)>,
    rows: Vec<Row>,
    is_cut: bool,
    first: Option<String>,
    older: Option<String>,
}

/// Shows the list.
///
/// # Errors
/// `NOT_FOUND` for an organisation that is none; a fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let q = needle(request.query("q"));
    let status = request.query("estado").and_then(JobStatus::parse);
    let state = status.map_or("", JobStatus::name);
    let own = match request.query("organizacion").filter(|id| !id.is_empty()) {
        Some(id) => Some(organizations::find(app, id).await?),
        None => None,
    };
    let own_id = own.as_ref().map(|own| own.id.as_str());
    let after = place(request.query("antes"));
    let asked = Offers { needle: &q, status, organization_id: own_id };
    let looked = moderation::offers(app, asked, after, ROWS).await?;
    let filters = [("q", q.as_str()), ("estado", state), ("organizacion", own_id.unwrap_or(""))];
    let choices = JobStatus::EACH
        .map(|each| (each.name(), words.text(&format!("job-state-{}", each.name()))));
    let page = List {
        only: own.as_ref().map(|own| {
            let everybody = address(PAGE, &[("q", &q), ("estado", state)], None);
            (own.id.clone(), own.draft.name.clone(), everybody)
        }),
        first: after.is_some().then(|| address(PAGE, &filters, None)),
        older: looked.next.as_ref().map(|next| address(PAGE, &filters, Some(next))),
        is_cut: looked.is_cut,
        states: choices.into(),
        rows: looked.found.into_iter().map(|line| Row::of(&words, line)).collect(),
        status: state,
        words,
        q: q.clone(),
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}
