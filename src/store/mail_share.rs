//! The table `mail_share`: how much of which hour each cause of mails has taken.
//!
//! A cause fills one hour after the other: a mail over its share of the present hour
//! belongs to the next one that has room, and its row in the outbox waits until then. So
//! nothing is lost or looked at again and again, whoever floods, and the moment of a
//! batch's last mail is known when it is posted.

use super::{Sql, Statement};
use crate::base::clock::Millis;
use crate::domain::mail::hour_before;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&COUNT, &FORGET];

static COUNT: Sql = Sql::new(
    "mail_share.count",
    "INSERT INTO mail_share (cause, hour_began_at, mails) VALUES (?1, ?2, 1)
    ON CONFLICT (cause) DO UPDATE SET
        mails = CASE WHEN mail_share.hour_began_at <= ?3 OR mail_share.mails >= ?4 THEN 1
            ELSE mail_share.mails + 1 END,
        hour_began_at = CASE WHEN mail_share.hour_began_at <= ?3 THEN excluded.hour_began_at
            WHEN mail_share.mails >= ?4 THEN mail_share.hour_began_at + 3600000
            ELSE mail_share.hour_began_at END",
);

/// Counts a mail of a cause that may have `share` of them in an hour. Index: the primary
/// key.
#[must_use]
pub fn count(cause: &str, share: i64, now: Millis) -> Statement {
    COUNT.bind([cause.into(), now.into(), hour_before(now).into(), share.into()])
}

static FORGET: Sql = Sql::new(
    "mail_share.forget",
    "DELETE FROM mail_share WHERE cause IN (
        SELECT cause FROM mail_share WHERE hour_began_at <= ?1
        ORDER BY hour_began_at, cause LIMIT ?2)",
);

/// Forgets causes whose hour has passed. Index: `mail_share_hour`.
#[must_use]
pub fn forget(now: Millis, limit: i64) -> Statement {
    FORGET.bind([hour_before(now).into(), limit.into()])
}
