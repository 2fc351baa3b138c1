//! How many a day: people, mails and places on the waitlist, for the console's charts.
//!
//! Counted by the hour since a moment, so that a day of any time zone, and one that
//! changes the clock, is a sum of whole hours.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&SIGN_UPS, &MAILS, &JOINS];

/// How many in one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hourly {
    /// Hours since the moment that was asked for.
    pub hour: i64,
    /// How many.
    pub count: i64,
}

macro_rules! hourly {
    ($name:literal, $table:literal) => {
        Sql::new(
            $name,
            concat!(
                "SELECT hour, count(*) FROM (
        SELECT (created_at - ?1) / 3600000 AS hour FROM ",
                $table,
                " WHERE created_at >= ?1 AND created_at < ?2) AS moments
    GROUP BY hour ORDER BY hour"
            ),
        )
    };
}

static SIGN_UPS: Sql = hourly!("figures.sign_ups", "\"user\"");
static MAILS: Sql = hourly!("figures.mails", "outbox");
static JOINS: Sql = hourly!("figures.joins", "waitlist");

/// Counts accounts by the hour in which they were opened. Index: `user_created_at`.
#[must_use]
pub fn sign_ups(from: Millis, before: Millis) -> Statement {
    SIGN_UPS.bind([from.into(), before.into()])
}

/// Counts mails by the hour in which they were caused. Index: `outbox_created_at`.
#[must_use]
pub fn mails(from: Millis, before: Millis) -> Statement {
    MAILS.bind([from.into(), before.into()])
}

/// Counts joins by their hour: one look at the list, on a reader thread, as its
/// statistics take. An index for the console alone would cost every join.
#[must_use]
pub fn joins(from: Millis, before: Millis) -> Statement {
    JOINS.bind([from.into(), before.into()])
}

impl FromRow for Hourly {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { hour: row.integer()?, count: row.integer()? })
    }
}
