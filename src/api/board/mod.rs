//! The endpoints of the job board, one file a noun.

pub mod alerts;
pub mod application_shape;
pub mod applications;
pub mod apply;
pub mod conversations;
pub mod dashboard;
pub mod export;
pub mod feeds;
pub mod jobs;
pub mod mail_wishes;
pub mod members;
pub mod notifications;
pub mod organizations;
pub mod profile;
mod profile_body;
mod profile_files;
pub mod profile_lists;
mod profile_lists_body;
pub mod stream;

use crate::http::error::ApiError;
use crate::http::schema::{FieldFault, Violation};

/// Says that a field of the body fits its schema and makes no sense.
fn senseless(field: impl Into<String>) -> ApiError {
    let violations = vec![Violation { field: field.into(), fault: FieldFault::Shape }];
    ApiError::Invalid { place: "body", violations }
}
