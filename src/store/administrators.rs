//! The table `"user"`: that an administrator is left.

use super::{Sql, Statement};
use crate::base::clock::Millis;

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&LOCK, &ONE_STAYS];

/// Names the guard in errors.
pub const ONE_STAYS_NAME: &str = "administrators.one_stays";

static LOCK: Sql =
    Sql::new("administrators.lock", r#"UPDATE "user" SET is_admin = is_admin WHERE is_admin = 1"#);

/// Makes whoever else takes an administrator away wait: two at once could take the last
/// two. Index: `user_is_admin`.
#[must_use]
pub fn lock() -> Statement {
    LOCK.bind([])
}

static ONE_STAYS: Sql = Sql::new(
    ONE_STAYS_NAME,
    r#"UPDATE "user" SET is_admin = is_admin
    WHERE id = ?1 AND (is_admin = 0 OR is_active = 0
        OR (banned = 1 AND (ban_expires_at IS NULL OR ban_expires_at > ?2))
        OR EXISTS (SELECT 1 FROM "user" o
            WHERE o.is_admin = 1 AND o.id <> ?1 AND o.is_active = 1
                AND (o.banned = 0 OR o.ban_expires_at <= ?2)))"#,
);

/// Demands that somebody can administer without a person; no row when nobody could, or
/// the person is gone; after [`lock`]. Indexes: the primary key, `user_is_admin`.
#[must_use]
pub fn one_stays(id: &str, now: Millis) -> Statement {
    ONE_STAYS.bind([id.into(), now.into()]).expecting(1)
}
