//! `GET /api/jobs` and `/api/jobs/facets`.

use serde::Serialize;

use super::after;
use super::shape::JobShape;
use crate::app::App;
use crate::board::jobs::search;
use crate::domain::job::filters::{FilterFault, Filters};
use crate::http::endpoint::QueryField;
use crate::http::error::ApiError;
use crate::http::page::{PageAsked, Place};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::{FieldFault, Violation};

macro_rules! filter_query {
    ($($more:expr),* $(,)?) => {
        &[
            QueryField::optional("q", "words in title, description, skills or organization; the last one may be begun"),
            QueryField::optional("category", "only this field of science"),
            QueryField::optional("state", "only this province or region, in any case and without accents too"),
            QueryField::optional("country", "only this country, ISO 3166"),
            QueryField::optional("mode", "`on_site`, `hybrid` or `remote`"),
            QueryField::optional("employmentType", "only this kind of contract"),
            QueryField::optional("experienceLevel", "only this level"),
            QueryField::optional("salaryMin", "paid in a year at least, in `currency`; a month counts 12 times, an hour 1720"),
            QueryField::optional("currency", "ISO 4217; EUR by default"),
            QueryField::optional("since", "published at this moment or later, ISO 8601"),
            QueryField::optional("organization", "only this organization, by its slug"),
            $($more),*
        ]
    };
}

/// What a search reads from the query.
pub const SEARCH_QUERY: &[QueryField] = filter_query![
    QueryField::optional("sort", "`relevance`, `newest` or `salary`"),
    QueryField::optional("limit", "offers of a page, 1 to 100; 20 by default"),
    QueryField::optional("cursor", "where to go on, as the answer before has said"),
];

/// What facets read from the query.
pub const FACETS_QUERY: &[QueryField] = filter_query![];

/// Reads the filters of a query; whatever is no filter is refused.
///
/// # Errors
/// `Invalid`, naming every wrong one.
pub fn filters(request: &Request) -> Result<Filters, ApiError> {
    let given = request.query.iter().filter(|(name, _)| name != "limit" && name != "cursor");
    let given = given.map(|(name, text)| (name.as_str(), text.as_str()));
    Filters::parse(given).map_err(|wrong| refused("query", wrong))
}

/// Says which filters are wrong; for bodies that hold filters too.
#[must_use]
pub fn refused(place: &'static str, wrong: Vec<(String, FilterFault)>) -> ApiError {
    let violations = wrong
        .into_iter()
        .map(|(field, fault)| Violation {
            field,
            fault: match fault {
                FilterFault::Unknown => FieldFault::Unknown,
                FilterFault::Options(names) => {
                    FieldFault::Option(names.iter().map(|&name| name.to_owned()).collect())
                }
                FilterFault::TooLong(max) => FieldFault::TooBig(max.into()),
                FilterFault::Shape => FieldFault::Shape,
            },
        })
        .collect();
    ApiError::Invalid { place, violations }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    items: Vec<JobShape>,
    next_cursor: Option<String>,
    total: usize,
    total_is_capped: bool,
}

/// Searches offers.
///
/// # Errors
/// `VALIDATION_ERROR` for a filter that cannot be.
pub async fn search(app: &App, request: Request) -> Result<Response, ApiError> {
    let (filters, asked) = (filters(&request)?, PageAsked::of(&request)?);
    let limit = usize::try_from(asked.limit).unwrap_or(1);
    let page = search::search(app, &filters, after(&asked), limit).await?;
    let found = Found {
        items: page.jobs.into_iter().map(JobShape::brief).collect(),
        next_cursor: page.next.map(|(key, id)| Place { key, id }.cursor()),
        total: page.total,
        total_is_capped: page.is_capped,
    };
    Ok(Response::json(200, &found).no_cache())
}

/// How many offers have a name.
#[derive(Serialize)]
struct Count {
    value: String,
    count: u64,
}

/// Counts offers.
///
/// # Errors
/// As [`search`].
pub async fn facets(app: &App, request: Request) -> Result<Response, ApiError> {
    let facets = search::facets(app, &filters(&request)?).await?;
    let shown: serde_json::Map<String, serde_json::Value> = facets
        .into_iter()
        .map(|(field, counts)| {
            let counts = counts.into_iter().map(|(value, count)| Count { value, count });
            let counts: Vec<_> =
                counts.filter_map(|each| serde_json::to_value(each).ok()).collect();
            (field.name().to_owned(), counts.into())
        })
        .collect();
    Ok(Response::json(200, &shown).no_cache())
}
