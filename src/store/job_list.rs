//! Several offers of the table `job` at once, and what the calendar does to them.

use super::jobs::columns;
use super::{FromRow, Row, Sql, Statement, StoreError, Value};
use crate::base::clock::Millis;
use crate::domain::job::JobStatus;

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &BY_IDS,
    &OF_ORGANIZATION,
    &EVERY,
    &NEWEST,
    &ADDRESSES,
    &DUE,
    &EXPIRE,
    &ENDING,
    &TOLD,
    &LISTED,
];

/// Offers that one statement of [`by_ids`] reads.
pub const IDS: usize = 20;

static BY_IDS: Sql = Sql::new(
    "job_list.by_ids",
    concat!(
        columns!("''"),
        " FROM job j JOIN organization o ON o.id = j.organization_id
    WHERE j.id IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
        ?18, ?19, ?20) AND j.status = 'publicada'"
    ),
);

/// Reads published offers without their descriptions, in no order; at most [`IDS`].
/// Index: the primary key.
#[must_use]
pub fn by_ids(ids: &[String]) -> Statement {
    let given = ids.iter().map(Value::from);
    let values = given.chain(std::iter::repeat_n(Value::Null, IDS)).take(IDS).collect();
    BY_IDS.bind_all(values)
}

static OF_ORGANIZATION: Sql = Sql::new(
    "job_list.of_organization",
    concat!(
        columns!("''"),
        " FROM job j JOIN organization o ON o.id = j.organization_id
    WHERE j.organization_id = ?1 AND (j.created_at, j.id) < (?2, ?3)
        AND (CAST(?4 AS TEXT) IS NULL OR j.status = ?4)
    ORDER BY j.created_at DESC, j.id DESC LIMIT ?5"
    ),
);

/// Lists the offers of an organisation, the newest first, after one of them.
/// Index: `job_organization_id`.
#[must_use]
pub fn of_organization(
    organization_id: &str,
    after: (Millis, &str),
    status: Option<JobStatus>,
    limit: i64,
) -> Statement {
    OF_ORGANIZATION.bind([
        organization_id.into(),
        after.0.into(),
        after.1.into(),
        status.map(JobStatus::name).into(),
        limit.into(),
    ])
}

static EVERY: Sql = Sql::new(
    "job_list.every",
    concat!(
        columns!("''"),
        " FROM job j JOIN organization o ON o.id = j.organization_id
    WHERE (j.created_at, j.id) < (?1, ?2) AND (CAST(?3 AS TEXT) IS NULL OR j.status = ?3)
    ORDER BY j.created_at DESC, j.id DESC LIMIT ?4"
    ),
);

/// Lists everybody's offers, the newest first, after one of them. Index: `job_created_at`.
#[must_use]
pub fn every(after: (Millis, &str), status: Option<JobStatus>, limit: i64) -> Statement {
    EVERY.bind([after.0.into(), after.1.into(), status.map(JobStatus::name).into(), limit.into()])
}

static NEWEST: Sql = Sql::new(
    "job_list.newest",
    concat!(
        columns!("j.description"),
        " FROM job j JOIN organization o ON o.id = j.organization_id
    WHERE j.status = 'publicada' ORDER BY j.published_at DESC, j.id DESC LIMIT ?1"
    ),
);

/// Lists the newest published offers, descriptions and all. Index: `job_published_at`.
#[must_use]
pub fn newest(limit: i64) -> Statement {
    NEWEST.bind([limit.into()])
}

static ADDRESSES: Sql = Sql::new(
    "job_list.addresses",
    "SELECT slug, updated_at FROM job WHERE status = 'publicada'
    ORDER BY published_at DESC, id DESC LIMIT ?1 OFFSET ?2",
);

/// Lists where published offers are found, the newest first. Index: `job_published_at`.
#[must_use]
pub fn addresses(limit: i64, offset: i64) -> Statement {
    ADDRESSES.bind([limit.into(), offset.into()])
}

/// Where an offer is found.
#[derive(Debug)]
pub struct Address {
    /// Its slug.
    pub slug: String,
    /// When it last changed.
    pub updated_at: Millis,
}

impl FromRow for Address {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { slug: row.text()?, updated_at: row.millis()? })
    }
}

static DUE: Sql = Sql::new(
    "job_list.due",
    "SELECT id FROM job WHERE status IN ('publicada', 'pausada') AND expires_at <= ?1
    ORDER BY expires_at, id LIMIT ?2",
);

/// Lists offers whose end has come. Index: `job_expires_at`.
#[must_use]
pub fn due(now: Millis, limit: i64) -> Statement {
    DUE.bind([now.into(), limit.into()])
}

/// Name of the statement that misses an offer that goes on.
pub const EXPIRE_NAME: &str = "job_list.expire";

static EXPIRE: Sql = Sql::new(
    EXPIRE_NAME,
    "UPDATE job SET status = 'caducada', closed_at = ?2, updated_at = ?2, version = version + 1
    WHERE id = ?1 AND status IN ('publicada', 'pausada') AND expires_at <= ?2",
);

/// Ends an offer whose end still has come. Index: the primary key.
#[must_use]
pub fn expire(id: &str, now: Millis) -> Statement {
    EXPIRE.bind([id.into(), now.into()]).expecting(1)
}

static ENDING: Sql = Sql::new(
    "job_list.ending",
    "SELECT id, title, organization_id, expires_at FROM job
    WHERE status IN ('publicada', 'pausada') AND expiry_told_at IS NULL
        AND expires_at > ?1 AND expires_at <= ?2
    ORDER BY expires_at, id LIMIT ?3",
);

/// Lists offers that end soon and of which nobody was told. Index: `job_expires_at`.
#[must_use]
pub fn ending(now: Millis, until: Millis, limit: i64) -> Statement {
    ENDING.bind([now.into(), until.into(), limit.into()])
}

/// An offer that ends soon.
#[derive(Debug)]
pub struct Ending {
    /// The offer.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organization_id: String,
    /// When it ends.
    pub expires_at: Millis,
}

impl FromRow for Ending {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            title: row.text()?,
            organization_id: row.text()?,
            expires_at: row.millis()?,
        })
    }
}

/// Name of the statement that misses an offer of which somebody was told.
pub const TOLD_NAME: &str = "job_list.told";

static TOLD: Sql = Sql::new(
    TOLD_NAME,
    "UPDATE job SET expiry_told_at = ?3 WHERE id = ?1 AND expires_at = ?2
        AND expiry_told_at IS NULL AND status IN ('publicada', 'pausada')",
);

/// Marks that an organisation was told of an offer's end. Index: the primary key.
#[must_use]
pub fn told(id: &str, expires_at: Millis, now: Millis) -> Statement {
    TOLD.bind([id.into(), expires_at.into(), now.into()]).expecting(1)
}

static LISTED: Sql = Sql::new(
    "job_list.listed",
    concat!(
        columns!("j.description"),
        " FROM job j JOIN organization o ON o.id = j.organization_id
    WHERE j.organization_id = ?1 AND (j.created_at, j.id) < (?2, ?3) AND j.status = 'publicada'
    ORDER BY j.created_at DESC, j.id DESC LIMIT ?4"
    ),
);

/// Lists the published offers of an organisation, descriptions and all, after one of them.
/// Index: `job_organization_id`.
#[must_use]
pub fn listed(organization_id: &str, after: (Millis, &str), limit: i64) -> Statement {
    LISTED.bind([organization_id.into(), after.0.into(), after.1.into(), limit.into()])
}
