//! The science job board: who may do what with offers and all that hangs on them.
//!
//! Rules without HTTP and without SQL. Whoever acts comes from the session alone, and
//! every statement compares the owner itself: what is not yours to see is not found.

pub mod access;
pub mod alerts;
pub mod application;
pub mod apply;
pub mod conversation;
pub mod dashboard;
pub mod demo;
pub mod employer;
pub mod invitations;
pub mod jobs;
pub mod live;
pub mod mail_wishes;
pub mod members;
pub mod moderation;
pub mod notification;
pub mod organizations;
pub mod owed;
pub mod profile;
pub mod told;

use crate::app::Failure;
use crate::domain::refusal::Refusal;
use crate::store::StoreError;

/// Reads a guarded write that found no row as `refusal`: somebody was faster.
fn raced(refusal: Refusal) -> impl FnOnce(StoreError) -> Failure {
    move |error| match error {
        StoreError::Unexpected { .. } => refusal.into(),
        other @ (StoreError::Duplicate { .. }
        | StoreError::Decode { .. }
        | StoreError::Busy
        | StoreError::Unavailable { .. }
        | StoreError::Engine { .. }) => other.into(),
    }
}
