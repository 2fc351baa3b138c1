//! What a request must hold before its handler sees it, as its row says.

use super::endpoint::BodyRule;
use super::error::ApiError;
use super::request::Request;
use super::router::Entry;
use super::schema::{FieldFault, Violation};

/// Checks the body against the schema of its row.
///
/// # Errors
/// `Invalid`, naming every wrong field.
pub fn body(entry: &Entry, request: &Request) -> Result<(), ApiError> {
    let Some(schema) = entry.schema()? else { return Ok(()) };
    if matches!(entry.endpoint.body, BodyRule::Optional(_)) && request.json.is_none() {
        return Ok(());
    }
    let violations = schema.check(request.json.as_ref());
    if violations.is_empty() {
        return Ok(());
    }
    Err(ApiError::Invalid { place: "body", violations })
}

/// Checks that the query has what its row demands.
///
/// # Errors
/// `Invalid`.
pub fn query(entry: &Entry, request: &Request) -> Result<(), ApiError> {
    let missing = entry.endpoint.query.iter().filter(|field| field.is_required);
    let violations: Vec<_> = missing
        .filter(|field| request.query(field.name).is_none())
        .map(|field| Violation {
            field: field.name.to_owned(),
            fault: FieldFault::Type { expected: "string", received: "undefined" },
        })
        .collect();
    if violations.is_empty() {
        return Ok(());
    }
    Err(ApiError::Invalid { place: "query", violations })
}
