//! What instances hold of the tables `outbox` and `lease`, and how it is freed when one
//! of them is gone.
//!
//! Who is gone the store alone can tell ([`super::Store::gone`]). An empty name is what a
//! version claimed that did not name its instances.

use super::{Sql, Statement};
use crate::base::clock::Millis;

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&HOLDERS, &FREE_MAILS, &FREE_LEASES];

static HOLDERS: Sql = Sql::new(
    "claims.holders",
    "SELECT claimed_by AS holder FROM outbox WHERE state = 'sending' AND claimed_by IS NOT NULL
    UNION SELECT instance FROM lease WHERE until >= ?1
    ORDER BY holder LIMIT ?2",
);

/// Lists who holds something. Index: `outbox_claimed_by`; a scan of few leases.
#[must_use]
pub fn holders(now: Millis, limit: i64) -> Statement {
    HOLDERS.bind([now.into(), limit.into()])
}

static FREE_MAILS: Sql = Sql::new(
    "claims.free_mails",
    "UPDATE outbox SET state = 'pending', next_attempt_at = ?2, claimed_by = NULL
    WHERE state = 'sending' AND claimed_by = ?1",
);

static FREE_LEASES: Sql = Sql::new(
    "claims.free_leases",
    "UPDATE lease SET until = 0 WHERE instance = ?1 AND until >= ?2",
);

/// Returns the writes that free what an instance holds: its mails are due, its leases have
/// run out. Index: `outbox_claimed_by`; a scan of few leases.
#[must_use]
pub fn free(holder: &str, now: Millis) -> [Statement; 2] {
    [&FREE_MAILS, &FREE_LEASES].map(|sql| sql.bind([holder.into(), now.into()]))
}
