//! `/organizaciones/{slug}`: an organisation and its open offers.

use askama::Template;

use super::said::{Brief, named};
use crate::app::App;
use crate::board::jobs::search;
use crate::board::organizations;
use crate::domain::job::filters::Filters;
use crate::domain::job::markdown::plain;
use crate::domain::organization::{Organization, OrganizationSize};
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::page::{PageAsked, Place};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::console::letter;
use crate::pages::next;

/// What the page reads from the query.
pub const QUERY: &[QueryField] =
    &[QueryField::optional("cursor", "where to go on, as the page before has said")];

/// Letters of what search engines say under the name.
const SUMMARY_LENGTH: usize = 180;

#[derive(Template)]
#[template(path = "pages/board/organization.html", config = ".askama.toml")]
struct Page<'a> {
    words: PageWords<'a>,
    canonical: String,
    summary: String,
    name: String,
    letter: String,
    is_verified: bool,
    website: Option<String>,
    paragraphs: Vec<String>,
    facts: Vec<(String, String)>,
    count: String,
    briefs: Vec<Brief>,
    next: Option<String>,
}

/// Shows an organisation.
///
/// # Errors
/// `NOT_FOUND`; a fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let organization = organizations::find(app, request.param("id")).await?;
    let path = format!("/organizaciones/{}", organization.slug);
    if organization.slug != request.param("id") {
        return Ok(next::to(&path));
    }
    let asked = PageAsked::of(&request)?;
    let filters = Filters { organization: Some(organization.slug.clone()), ..Filters::default() };
    let after = asked.after.as_ref().map(|place| (place.key, place.id.as_str()));
    let limit = usize::try_from(asked.limit).unwrap_or(1);
    let found = search::search(app, &filters, after, limit).await?;
    let total = i64::try_from(found.total).unwrap_or(i64::MAX);
    let description = organization.draft.description.clone().unwrap_or_default();
    let page = Page {
        canonical: format!("{}{path}", app.config.server.public_url.origin()),
        summary: plain(&description, SUMMARY_LENGTH),
        letter: letter(&organization.draft.name),
        is_verified: organization.is_verified,
        paragraphs: paragraphs(&description),
        facts: facts(&words, &organization),
        count: words.count("jobs-count", &total),
        briefs: found.jobs.iter().map(|job| Brief::of(&words, job)).collect(),
        next: found.next.map(|(key, id)| format!("{path}?cursor={}", Place { key, id }.cursor())),
        website: organization.draft.website,
        name: organization.draft.name,
        words,
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

fn paragraphs(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

fn facts(words: &PageWords<'_>, organization: &Organization) -> Vec<(String, String)> {
    let draft = &organization.draft;
    let country = draft.country.as_deref().map(|code| named(words, "country", code));
    let seat = [draft.city.clone(), draft.state.clone(), country];
    let seat = seat.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let people = draft.size.map(OrganizationSize::name);
    let facts = [
        ("organization-sector", draft.sector.clone()),
        (
            "organization-size",
            people.map(|size| words.format("organization-people", &[("size", size)])),
        ),
        ("organization-seat", Some(seat).filter(|seat| !seat.is_empty())),
    ];
    facts.into_iter().filter_map(|(key, fact)| Some((words.text(key), fact?))).collect()
}
