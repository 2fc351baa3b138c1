//! `GET /admin/list-users`: what may be asked for, and the answer.
//!
//! A search looks inside address or name; a filter compares one field. What no index
//! answers is refused, and the refusal says what may be asked instead.

use serde::Serialize;

use super::super::shape::UserShape;
use crate::account::admin::{self, list};
use crate::app::App;
use crate::base::bounds::{NAME_LENGTH_MAX, USERS_PAGE_DEFAULT, USERS_PAGE_MAX};
use crate::base::clock::Millis;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::search::{
    Condition, Direction, Listing, NEEDLE_LENGTH_MIN, Place, SortField, TextField, folded,
};
use crate::http::endpoint::QueryField;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::{FieldFault, Violation};

/// What list-users reads from the query.
pub const QUERY: &[QueryField] = &[
    QueryField::optional("searchValue", "what to look for, 3 characters at least"),
    QueryField::optional("searchField", "where: `email` (the default) or `name`"),
    QueryField::optional("searchOperator", "`contains` (the default), `starts_with`, `ends_with`"),
    QueryField::optional(
        "filterField",
        "`email` (the default), `id`, `role`, `banned`, `emailVerified`, `createdAt`",
    ),
    QueryField::optional(
        "filterOperator",
        "`eq` (the default); for `createdAt` also `gt`, `gte`, `lt`, `lte`",
    ),
    QueryField::optional("filterValue", "what the field is compared with"),
    QueryField::optional("sortBy", "`createdAt` (the default), `email` or `name`"),
    QueryField::optional("sortDirection", "`asc` (the default) or `desc`"),
    QueryField::optional("limit", "people of a page, 1000 at most; 100 by default"),
    QueryField::optional("offset", "how many come before the page"),
];

#[derive(Serialize)]
struct Answer<'a> {
    users: Vec<UserShape<'a>>,
    total: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<usize>,
}

/// Lists people; tells limit and offset again where they were given.
///
/// # Errors
/// Those of [`list::page`]; `VALIDATION_ERROR` for what cannot be asked.
pub async fn users(app: &App, request: Request) -> Result<Response, ApiError> {
    let live = request.live()?;
    admin::permit(live, Refusal::MayNotListUsers)?;
    let (limit, offset) = (count(&request, "limit")?, count(&request, "offset")?);
    if limit.is_some_and(|limit| limit > USERS_PAGE_MAX) {
        let most = i64::try_from(USERS_PAGE_MAX).unwrap_or(i64::MAX);
        return Err(wrong("limit", FieldFault::Above(most)));
    }
    let conditions = [search(&request)?, filter(&request)?].into_iter().flatten().collect();
    let listing = Listing {
        conditions,
        sort: sort(&request)?,
        limit: limit.unwrap_or(USERS_PAGE_DEFAULT),
        offset: offset.unwrap_or(0),
    };
    let page = list::page(app, live, &listing).await?;
    let users = page.people.iter().map(UserShape::from).collect();
    Ok(Response::json(200, &Answer { users, total: page.total, limit, offset }).no_store())
}

fn wrong(field: &str, fault: FieldFault) -> ApiError {
    let violations = vec![Violation { field: field.to_owned(), fault }];
    ApiError::Invalid { place: "query", violations }
}

/// Refuses what is none of some names.
fn option(field: &str, names: &[&str]) -> ApiError {
    wrong(field, FieldFault::Option(names.iter().map(|name| (*name).to_owned()).collect()))
}

/// Reads a number; 0 is as good as none, as upstream has it.
fn count(request: &Request, field: &str) -> Result<Option<usize>, ApiError> {
    let Some(text) = request.query(field).filter(|text| !text.is_empty()) else { return Ok(None) };
    let number: u32 = text.parse().map_err(|_nan| wrong(field, FieldFault::Shape))?;
    Ok(usize::try_from(number).ok().filter(|number| *number > 0))
}

fn search(request: &Request) -> Result<Option<Condition>, ApiError> {
    let field = match request.query("searchField").unwrap_or("email") {
        "email" => TextField::Email,
        "name" => TextField::Name,
        _ => return Err(option("searchField", &["email", "name"])),
    };
    let operator = request.query("searchOperator").unwrap_or(Place::Inside.name());
    let place = Place::parse(operator).ok_or_else(|| {
        option("searchOperator", &[Place::Inside, Place::Start, Place::End].map(Place::name))
    })?;
    let Some(value) = request.query("searchValue").filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let needle = match field {
        TextField::Email => text("searchValue", value)?.to_lowercase(),
        TextField::Name => folded(text("searchValue", value)?),
    };
    if needle.chars().count() < NEEDLE_LENGTH_MIN {
        let least = i64::try_from(NEEDLE_LENGTH_MIN).unwrap_or(i64::MAX);
        return Err(wrong("searchValue", FieldFault::TooSmall(least)));
    }
    Ok(Some(Condition::Text(field, place, needle)))
}

/// Reads a text of bounded length without control characters.
fn text<'a>(field: &str, value: &'a str) -> Result<&'a str, ApiError> {
    if u32::try_from(value.encode_utf16().count()).map_or(true, |length| length > NAME_LENGTH_MAX) {
        return Err(wrong(field, FieldFault::TooBig(NAME_LENGTH_MAX.into())));
    }
    if value.chars().any(char::is_control) {
        return Err(wrong(field, FieldFault::Control));
    }
    Ok(value)
}

const FILTERS: [&str; 6] = ["email", "id", "role", "banned", "emailVerified", "createdAt"];

fn filter(request: &Request) -> Result<Option<Condition>, ApiError> {
    let field = request.query("filterField").unwrap_or("email");
    if !FILTERS.contains(&field) {
        return Err(option("filterField", &FILTERS));
    }
    let operator = request.query("filterOperator").unwrap_or("eq");
    let Some(value) = request.query("filterValue") else { return Ok(None) };
    if field == "createdAt" {
        let at = Millis::parse_iso(value).ok_or_else(|| wrong("filterValue", FieldFault::Shape))?;
        return created(operator, at).map(Some);
    }
    if operator != "eq" {
        return Err(option("filterOperator", &["eq"]));
    }
    let value = text("filterValue", value)?;
    Ok(Some(match field {
        "id" => Condition::Id(value.to_owned()),
        "role" => Condition::Role(value.to_owned()),
        "banned" => Condition::Banned(flag(value)?),
        "emailVerified" => Condition::EmailVerified(flag(value)?),
        // What is no address is nobody's.
        _ => Email::parse(value).map_or_else(|| Condition::Id(String::new()), Condition::Email),
    }))
}

fn flag(value: &str) -> Result<bool, ApiError> {
    match value {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(option("filterValue", &["true", "false"])),
    }
}

fn created(operator: &str, at: Millis) -> Result<Condition, ApiError> {
    let after = Millis(at.0.saturating_add(1));
    let (first, last) = (Millis(i64::MIN), Millis(i64::MAX));
    match operator {
        "eq" => Ok(Condition::Created(at, after)),
        "gt" => Ok(Condition::Created(after, last)),
        "gte" => Ok(Condition::Created(at, last)),
        "lt" => Ok(Condition::Created(first, at)),
        "lte" => Ok(Condition::Created(first, after)),
        _ => Err(option("filterOperator", &["eq", "gt", "gte", "lt", "lte"])),
    }
}

fn sort(request: &Request) -> Result<(SortField, Direction), ApiError> {
    let field = match request.query("sortBy").filter(|field| !field.is_empty()) {
        Some("createdAt") | None => SortField::CreatedAt,
        Some("email") => SortField::Email,
        Some("name") => SortField::Name,
        Some(_) => return Err(option("sortBy", &["createdAt", "email", "name"])),
    };
    let direction = match request.query("sortDirection").unwrap_or("asc") {
        "asc" => Direction::Ascending,
        "desc" => Direction::Descending,
        _ => return Err(option("sortDirection", &["asc", "desc"])),
    };
    Ok((field, direction))
}
