//! `/empleos`: the published offers, searched and filtered by what the address says.

use askama::Template;

use super::said::{Brief, COUNTRIES, named};
use crate::app::App;
use crate::board::jobs::search::{self, JobPage};
use crate::domain::job::catalog::{Facets, Field};
use crate::domain::job::filters::{FIELDS, Filters, Sort};
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::page::{PageAsked, Place};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::news::alerts;

/// What the page reads from the query beside the filters, which are the API's.
pub const QUERY: &[QueryField] = &[
    QueryField::optional("q", "words in title, description, skills or organization"),
    QueryField::optional(
        "category",
        "as all filters of `GET /api/jobs`, which go by the same names",
    ),
    QueryField::optional("cursor", "where to go on, as the page before has said"),
];

/// Where the page is.
pub const PATH: &str = "/empleos";

/// Names of a facet that show at once; the rest folds out.
const SHOWN: usize = 6;

#[derive(Template)]
#[template(path = "pages/board/listing.html", config = ".askama.toml")]
struct Listing<'a> {
    words: PageWords<'a>,
    canonical: String,
    q: String,
    salary_min: String,
    countries: Vec<(&'static str, String, bool)>,
    sorts: Vec<(&'static str, String, bool)>,
    hidden: Vec<(&'static str, String)>,
    groups: Vec<Group>,
    chips: Vec<Chip>,
    count: String,
    briefs: Vec<Brief>,
    first: Option<String>,
    next: Option<String>,
    /// Where the search is kept as an alert; `None` for those who offer work.
    keep: Option<String>,
}

struct Group {
    title: String,
    shown: Vec<Facet>,
    rest: Vec<Facet>,
}

struct Facet {
    label: String,
    count: u64,
    link: String,
    is_chosen: bool,
}

struct Chip {
    label: String,
    link: String,
}

/// Shows the offers that the filters let through, and how many more each filter would.
///
/// # Errors
/// `VALIDATION_ERROR` for a cursor that is none; a fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let filters = filters(&request);
    let asked = PageAsked::of(&request)?;
    let after = asked.after.as_ref().map(|place| (place.key, place.id.as_str()));
    let limit = usize::try_from(asked.limit).unwrap_or(1);
    let found = search::search(app, &filters, after, limit).await?;
    let facets = facets(app, &filters).await?;
    let amount = |amount: i64| amount.to_string();
    let next = found.next.as_ref().map(|(key, id)| {
        let cursor = Place { key: *key, id: id.clone() }.cursor();
        address(&filters, &[], Some(("cursor", &cursor)))
    });
    let page = Listing {
        canonical: format!("{}{PATH}", app.config.server.public_url.origin()),
        q: filters.q.clone().unwrap_or_default(),
        salary_min: filters.salary_min.map(amount).unwrap_or_default(),
        countries: countries(&words, filters.country.as_deref()),
        sorts: sorts(&words, &filters),
        hidden: hidden(&filters),
        groups: groups(&words, &filters, facets),
        chips: chips(&words, &filters),
        count: count(&words, &found),
        briefs: found.jobs.iter().map(|job| Brief::of(&words, job)).collect(),
        first: asked.after.is_some().then(|| address(&filters, &[], None)),
        next,
        keep: (words.viewer().is_none() || words.is_professional())
            .then(|| asking(alerts::NEW_PATH, &alerts::of_search(&filters))),
        words,
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

/// Reads the filters of an address; what is none, or cannot be, is as if not given:
/// an address that somebody keeps goes on working.
#[must_use]
pub fn filters(request: &Request) -> Filters {
    let known = |name: &str| FIELDS.iter().any(|(field, _meaning)| *field == name);
    let given = request.query.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let right = given.filter(|pair| known(pair.0) && Filters::parse([*pair]).is_ok());
    Filters::parse(right).unwrap_or_default()
}

/// Counts under the filters; a field that is filtered by is counted as if it were not, so
/// that one can go over to another of its names.
async fn facets(app: &App, filters: &Filters) -> Result<Facets, ApiError> {
    let mut facets = search::facets(app, filters).await?;
    for (field, counts) in &mut facets {
        if value(filters, *field).is_none() {
            continue;
        }
        let mut without = filters.clone();
        match *field {
            Field::Category => without.category = None,
            Field::State => without.state = None,
            Field::Mode => without.mode = None,
            Field::EmploymentType => without.employment_type = None,
            Field::Country | Field::ExperienceLevel | Field::Organization | Field::Currency => {}
        }
        let others = search::facets(app, &without).await?;
        let own = others.into_iter().find(|(other, _counts)| *other == *field);
        *counts = own.map(|(_field, counts)| counts).unwrap_or_default();
    }
    Ok(facets)
}

/// Returns by which name of a field is filtered.
fn value(filters: &Filters, field: Field) -> Option<String> {
    let pairs = filters.pairs();
    pairs.into_iter().find(|(name, _)| *name == field.name()).map(|(_, value)| value)
}

/// Writes the address of the filters without some of them and with another.
fn address(filters: &Filters, without: &[&str], with: Option<(&str, &str)>) -> String {
    let kept = filters.pairs().into_iter().filter(|(name, _value)| !without.contains(name));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(kept);
    if let Some((name, value)) = with {
        query.append_pair(name, value);
    }
    leading(PATH, &query.finish())
}

/// Writes the address of a page that is asked with filters.
#[must_use]
pub fn asking(page: &str, filters: &Filters) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    leading(page, &query.extend_pairs(filters.pairs()).finish())
}

fn leading(page: &str, query: &str) -> String {
    if query.is_empty() { page.to_owned() } else { format!("{page}?{query}") }
}

fn groups(words: &PageWords<'_>, filters: &Filters, facets: Facets) -> Vec<Group> {
    let groups = facets.into_iter().map(|(field, counts)| {
        let name = field.name();
        let chosen = value(filters, field);
        let facet = |(value, count): (String, u64)| {
            let is_chosen = chosen.as_deref().is_some_and(|own| is_alike(own, &value));
            let with = (!is_chosen).then_some((name, value.as_str()));
            Facet {
                label: named(words, name, &value),
                count,
                link: address(filters, &[name], with),
                is_chosen,
            }
        };
        let mut all: Vec<Facet> = counts.into_iter().map(facet).collect();
        all.sort_by_key(|facet| !facet.is_chosen);
        let rest = all.split_off(all.len().min(SHOWN));
        Group { title: words.text(&format!("jobs-by-{}", name.to_lowercase())), shown: all, rest }
    });
    groups.filter(|group| !group.shown.is_empty()).collect()
}

/// Regions are compared without case and accents, as the search compares them.
fn is_alike(one: &str, other: &str) -> bool {
    crate::domain::search::folded(one) == crate::domain::search::folded(other)
}

fn chips(words: &PageWords<'_>, filters: &Filters) -> Vec<Chip> {
    labels(words, filters)
        .into_iter()
        .map(|(name, label)| Chip { label, link: address(filters, &[name], None) })
        .collect()
}

/// Says what is filtered by, each filter under its name; the order is none.
#[must_use]
pub fn labels(words: &PageWords<'_>, filters: &Filters) -> Vec<(&'static str, String)> {
    let pairs = filters.pairs().into_iter().filter(|(name, _)| *name != "sort");
    let label = |(name, value): (&'static str, String)| {
        let label = match name {
            "q" => format!("«{value}»"),
            "salaryMin" => words.format("jobs-salary-from", &[("amount", &value)]),
            "since" => words.format("jobs-since", &[("day", value.get(..10).unwrap_or(&value))]),
            _ => named(words, name, &value),
        };
        (name, label)
    };
    pairs.map(label).collect()
}

/// Lists the countries that are offered, by their names; the last says which is chosen.
#[must_use]
pub fn countries(words: &PageWords<'_>, chosen: Option<&str>) -> Vec<(&'static str, String, bool)> {
    let said = |code: &&'static str| (*code, named(words, "country", code), chosen == Some(*code));
    let mut countries: Vec<_> = COUNTRIES.iter().map(said).collect();
    countries.sort_by(|one, other| one.1.cmp(&other.1));
    countries
}

fn sorts(words: &PageWords<'_>, filters: &Filters) -> Vec<(&'static str, String, bool)> {
    let otherwise = if filters.q.is_some() { Sort::Relevance } else { Sort::Newest };
    let chosen = filters.sort.unwrap_or(otherwise);
    let offered = Sort::ALL.iter().filter(|name| filters.q.is_some() || **name != "relevance");
    offered
        .map(|name| (*name, words.text(&format!("jobs-sort-{name}")), chosen.name() == *name))
        .collect()
}

/// Lists the filters that the form does not ask for, so that it keeps them.
fn hidden(filters: &Filters) -> Vec<(&'static str, String)> {
    const ASKED: [&str; 4] = ["q", "country", "salaryMin", "sort"];
    filters.pairs().into_iter().filter(|(name, _)| !ASKED.contains(name)).collect()
}

/// Says how many offers were found.
#[must_use]
pub fn count(words: &PageWords<'_>, found: &JobPage) -> String {
    let total = i64::try_from(found.total).unwrap_or(i64::MAX);
    let key = if found.is_capped { "jobs-count-more" } else { "jobs-count" };
    words.count(key, &total)
}
