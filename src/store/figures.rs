//! How many a day: people, mails, places on the waitlist, offers and applications, for the
//! console's charts.
//!
//! Counted by the hour since a moment, so that a day of any time zone, and one that
//! changes the clock, is a sum of whole hours.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &SIGN_UPS,
    &MAILS,
    &JOINS,
    &APPLICATIONS,
    &OFFERS,
    &OPEN_OFFERS,
    &ORGANIZATIONS,
    &APPLICATIONS_SINCE,
];

/// How many in one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hourly {
    /// Hours since the moment that was asked for.
    pub hour: i64,
    /// How many.
    pub count: i64,
}

macro_rules! hourly {
    ($name:literal, $table:literal, $at:literal) => {
        Sql::new(
            $name,
            concat!(
                "SELECT hour, count(*) FROM (
        SELECT (",
                $at,
                " - ?1) / 3600000 AS hour FROM ",
                $table,
                " WHERE ",
                $at,
                " >= ?1 AND ",
                $at,
                " < ?2) AS moments
    GROUP BY hour ORDER BY hour"
            ),
        )
    };
}

static SIGN_UPS: Sql = hourly!("figures.sign_ups", "\"user\"", "created_at");
static MAILS: Sql = hourly!("figures.mails", "outbox", "created_at");
static JOINS: Sql = hourly!("figures.joins", "waitlist", "created_at");
static APPLICATIONS: Sql = hourly!("figures.applications", "application", "created_at");
static OFFERS: Sql = hourly!("figures.offers", "job", "published_at");

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

/// Counts applications by their hour. Index: `application_created_at`.
#[must_use]
pub fn applications(from: Millis, before: Millis) -> Statement {
    APPLICATIONS.bind([from.into(), before.into()])
}

/// Counts offers by the hour in which they were published, whatever became of them.
/// Index: `job_ever_published`.
#[must_use]
pub fn offers(from: Millis, before: Millis) -> Statement {
    OFFERS.bind([from.into(), before.into()])
}

static OPEN_OFFERS: Sql =
    Sql::new("figures.open_offers", "SELECT count(*) FROM job WHERE status = 'publicada'");

/// Counts the offers that everybody sees. Index: `job_published_at`.
#[must_use]
pub fn open_offers() -> Statement {
    OPEN_OFFERS.bind([])
}

static ORGANIZATIONS: Sql = Sql::new("figures.organizations", "SELECT count(*) FROM organization");

/// Counts organisations. Index: `organization_slug`.
#[must_use]
pub fn organizations() -> Statement {
    ORGANIZATIONS.bind([])
}

static APPLICATIONS_SINCE: Sql = Sql::new(
    "figures.applications_since",
    "SELECT count(*) FROM application WHERE created_at >= ?1",
);

/// Counts the applications since a moment. Index: `application_created_at`.
#[must_use]
pub fn applications_since(from: Millis) -> Statement {
    APPLICATIONS_SINCE.bind([from.into()])
}

impl FromRow for Hourly {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { hour: row.integer()?, count: row.integer()? })
    }
}
