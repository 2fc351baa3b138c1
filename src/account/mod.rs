//! Layer 4: the account rules, without HTTP and without SQL text.
//!
//! Each file is one verb. A rule takes the moment and the caller as arguments,
//! reads, decides, and writes with one `apply`; it answers with a value, a
//! refusal or a fault.

pub mod admin;
pub mod awaited;
pub mod change_email;
mod current_password;
pub mod delete;
mod device;
pub mod export;
pub mod hand_over;
pub mod invitation;
pub mod last_admin;
pub mod operate;
pub mod password;
pub mod profile;
pub mod reset;
pub mod session;
pub mod setup;
pub mod sign_in;
pub mod sign_up;
pub mod social;
mod throttle;
pub mod verify;

pub use crate::app::{Caller, audit, guard};

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
