//! The table `mail_quota`: mails of the present hour, to one address and to all.
//!
//! The count of an address rises in the batch that puts its mail into the outbox,
//! so the cap holds under any parallelism; the count of all mails rises with each
//! claim. A window begins with its first mail and lasts an hour.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::email::Email;
use crate::domain::mail::hour_before;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&COUNT, &TAKE, &HOUR, &FORGET];

static COUNT: Sql = Sql::new(
    "mail_quota.count",
    "INSERT INTO mail_quota (recipient, window_started_at, mails) VALUES (?1, ?2, 1)
    ON CONFLICT (recipient) DO UPDATE SET
        mails = CASE WHEN mail_quota.window_started_at <= ?3 THEN 1
            ELSE mail_quota.mails + 1 END,
        window_started_at = CASE WHEN mail_quota.window_started_at <= ?3
            THEN excluded.window_started_at ELSE mail_quota.window_started_at END",
);

/// Counts a mail to an address. Index: the primary key.
#[must_use]
pub fn count(to: &Email, now: Millis) -> Statement {
    COUNT.bind([to.into(), now.into(), hour_before(now).into()])
}

/// The name of [`take`], by which a worker knows that the hour is full.
pub const TAKE_NAME: &str = "mail_quota.take";

static TAKE: Sql = Sql::new(
    TAKE_NAME,
    "UPDATE mail_quota SET
        mails = CASE WHEN window_started_at <= ?2 THEN 1 ELSE mails + 1 END,
        window_started_at = CASE WHEN window_started_at <= ?2 THEN ?1 ELSE window_started_at END
    WHERE recipient = '' AND (window_started_at <= ?2 OR mails < ?3)",
);

/// Takes one of the hour's mails; expects that fewer than `ceiling` are taken.
/// Index: the primary key.
#[must_use]
pub fn take(now: Millis, ceiling: i64) -> Statement {
    TAKE.bind([now.into(), hour_before(now).into(), ceiling.into()]).expecting(1)
}

/// The window of all mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    /// When it began.
    pub began_at: Millis,
    /// How many of its mails are taken.
    pub mails: i64,
}

impl Hour {
    /// Returns how many mails are taken at a moment: none when the window has passed.
    #[must_use]
    pub fn taken(self, now: Millis) -> i64 {
        if self.began_at <= hour_before(now) { 0 } else { self.mails }
    }

    /// Returns when the next window may begin.
    #[must_use]
    pub const fn reopens_at(self) -> Millis {
        self.began_at.plus_s(3600)
    }
}

static HOUR: Sql = Sql::new(
    "mail_quota.hour",
    "SELECT window_started_at, mails FROM mail_quota WHERE recipient = ''",
);

/// Finds the window of all mails. Index: the primary key.
#[must_use]
pub fn hour() -> Statement {
    HOUR.bind([])
}

static FORGET: Sql = Sql::new(
    "mail_quota.forget",
    "DELETE FROM mail_quota WHERE recipient <> '' AND recipient IN (
        SELECT recipient FROM mail_quota WHERE window_started_at <= ?1
        ORDER BY window_started_at, recipient LIMIT ?2)",
);

/// Deletes the counts of addresses whose window has passed. Index: `mail_quota_window`.
#[must_use]
pub fn forget(now: Millis, limit: i64) -> Statement {
    FORGET.bind([hour_before(now).into(), limit.into()])
}

impl FromRow for Hour {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { began_at: row.millis()?, mails: row.integer()? })
    }
}
