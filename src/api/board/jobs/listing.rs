//! `GET /api/jobs` and `/api/jobs/facets`.

use serde::Serialize;

use super::after;
use super::shape::JobShape;
use crate::app::App;
use crate::board::jobs::search;
use crate::domain::job::filters::{FIELDS, FilterFault, Filters};
use crate::http::endpoint::QueryField;
use crate::http::error::ApiError;
use crate::http::page::{PageAsked, Place};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::{FieldFault, Violation};

/// What facets read from the query: every filter.
pub const FACETS_QUERY: &[QueryField] = &with_filters::<{ FIELDS.len() }>(&[]);

/// What a search reads from the query.
pub const SEARCH_QUERY: &[QueryField] = &with_filters::<{ FIELDS.len() + 2 }>(&[
    QueryField::optional("limit", "offers of a page, 1 to 100; 20 by default"),
    QueryField::optional("cursor", "where to go on, as the answer before has said"),
]);

/// Lists the filters, and `more` after them.
#[expect(clippy::indexing_slicing, reason = "done by the compiler, which would stop")]
const fn with_filters<const ALL: usize>(more: &[QueryField]) -> [QueryField; ALL] {
    let mut all = [QueryField::optional("", ""); ALL];
    let mut index = 0;
    while index < ALL {
        all[index] = if index < FIELDS.len() {
            QueryField::optional(FIELDS[index].0, FIELDS[index].1)
        } else {
            more[index - FIELDS.len()]
        };
        index += 1;
    }
    all
}

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
