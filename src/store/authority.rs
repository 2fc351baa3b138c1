//! What ends with somebody's say in an organisation.
//!
//! Whoever takes an owner's say away and whoever uses what that owner handed on write the
//! organisation's row first: one of them sees what the other did.

use super::{Sql, Statement};
use crate::base::clock::Millis;

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&LOCK_OF, &VOID];

static LOCK_OF: Sql = Sql::new(
    "authority.lock_of",
    "UPDATE organization SET updated_at = ?2
    WHERE id IN (SELECT organization_id FROM member WHERE user_id = ?1)",
);

/// As `organizations::lock`, of wherever somebody belongs, if anywhere.
/// Indexes: `member_user_id`, the primary key.
#[must_use]
pub fn lock_of(user_id: &str, now: Millis) -> Statement {
    LOCK_OF.bind([user_id.into(), now.into()])
}

static VOID: Sql = Sql::new("authority.void", "DELETE FROM invitation WHERE inviter_id = ?1");

/// Ends the open invitations that somebody sent. Stands after the lock of the organisation.
/// Index: `invitation_inviter_id`.
#[must_use]
pub fn void(user_id: &str) -> Statement {
    VOID.bind([user_id.into()])
}
