//! Bodies that more than one door takes: the API as JSON, a page as the fields of a form.
//!
//! A page puts its fields together as the API's body and reads that, so that what may
//! stand in an offer is said once.

pub mod field;
pub mod job;
pub mod organization;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::ApiError;
use super::schema::{BodySchema, FieldFault, Violation};
use crate::app::Fault;

/// Reads a body that was put together here, held against the schema of its type.
///
/// # Errors
/// `Invalid`, naming every wrong field; a fault for a type that the check does not know.
///
/// # Cost
/// The schema is compiled: some ten microseconds.
pub fn read<T: JsonSchema + DeserializeOwned>(body: &Value) -> Result<T, ApiError> {
    let schema = BodySchema::of::<T>()
        .map_err(|_unknown| ApiError::Fault(Fault::Broken("a body's schema is not known")))?;
    let violations = schema.check(Some(body));
    if !violations.is_empty() {
        return Err(ApiError::Invalid { place: "body", violations });
    }
    T::deserialize(body).map_err(|_shape| {
        let violations = vec![Violation { field: String::new(), fault: FieldFault::Shape }];
        ApiError::Invalid { place: "body", violations }
    })
}

/// Returns what is wrong with a body.
///
/// # Errors
/// Whatever says more than that fields are wrong.
pub fn wrong(error: ApiError) -> Result<Vec<Violation>, ApiError> {
    match error {
        ApiError::Invalid { violations, .. } => Ok(violations),
        other @ (ApiError::Refused(_)
        | ApiError::IllegalStep { .. }
        | ApiError::Limited { .. }
        | ApiError::Http(_)
        | ApiError::Fault(_)) => Err(other),
    }
}
