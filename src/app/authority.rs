//! What somebody handed on while they had a say: it ends with their say.
//!
//! Here, because both accounts and the job board take a say away in batches of their own.

use crate::base::clock::Millis;
use crate::store::{Statement, authority};

/// Returns the writes that end what somebody handed on in an organisation. They stand
/// before the one that bars the person.
#[must_use]
pub fn lost(user_id: &str, now: Millis) -> [Statement; 2] {
    [authority::lock_of(user_id, now), authority::void(user_id)]
}
