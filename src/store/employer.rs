//! What an organisation sees of its own offers at once: the table, who waits for an answer,
//! which offers end soon, how many have saved one.

use super::jobs::columns;
use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::job::{Job, JobStatus};

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &BY_CREATED_UP,
    &BY_CREATED_DOWN,
    &BY_TITLE_UP,
    &BY_TITLE_DOWN,
    &BY_END_UP,
    &BY_END_DOWN,
    &BY_VIEWS_UP,
    &BY_VIEWS_DOWN,
    &BY_APPLICATIONS_UP,
    &BY_APPLICATIONS_DOWN,
    &WAITING,
    &ENDING,
    &SAVES,
    &SAVES_BY_HOUR,
    &SAVES_OF_JOB,
];

/// By what the offers of a table are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// When they were written.
    Created,
    /// Their title.
    Title,
    /// When they end; those without an end stand behind all others.
    End,
    /// How many have looked at them.
    Views,
    /// How many have applied.
    Applications,
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The smallest first.
    Up,
    /// The greatest first.
    Down,
}

macro_rules! table {
    ($name:literal, $order:literal) => {
        Sql::new(
            $name,
            concat!(
                columns!("''"),
                ", (SELECT count(*) FROM saved_job s WHERE s.job_id = j.id)
    FROM job j JOIN organization o ON o.id = j.organization_id
    WHERE j.organization_id = ?1 AND (CAST(?2 AS TEXT) IS NULL OR j.status = ?2)
    ORDER BY ",
                $order,
                " LIMIT ?3 OFFSET ?4"
            ),
        )
    };
}

static BY_CREATED_UP: Sql = table!("employer.by_created_up", "j.created_at, j.id");
static BY_CREATED_DOWN: Sql = table!("employer.by_created_down", "j.created_at DESC, j.id DESC");
static BY_TITLE_UP: Sql = table!("employer.by_title_up", "j.title, j.id");
static BY_TITLE_DOWN: Sql = table!("employer.by_title_down", "j.title DESC, j.id DESC");
static BY_END_UP: Sql =
    table!("employer.by_end_up", "COALESCE(j.expires_at, 9223372036854775807), j.id");
static BY_END_DOWN: Sql =
    table!("employer.by_end_down", "COALESCE(j.expires_at, 0) DESC, j.id DESC");
static BY_VIEWS_UP: Sql = table!("employer.by_views_up", "j.views, j.id");
static BY_VIEWS_DOWN: Sql = table!("employer.by_views_down", "j.views DESC, j.id DESC");
static BY_APPLICATIONS_UP: Sql =
    table!("employer.by_applications_up", "j.applications_count, j.id");
static BY_APPLICATIONS_DOWN: Sql =
    table!("employer.by_applications_down", "j.applications_count DESC, j.id DESC");

/// An offer of a table, with how many have saved it.
#[derive(Debug)]
pub struct OwnRow {
    /// The offer, without its description.
    pub job: Job,
    /// How many have saved it.
    pub saves: i64,
}

/// Lists the offers of an organisation in an order, some of them passed over.
/// Indexes: `job_organization_id`, `saved_job_job_id`. An organisation's own offers are
/// sorted by the engine: there are few of them beside all others.
#[must_use]
pub fn table(
    organization_id: &str,
    status: Option<JobStatus>,
    (column, way): (Column, Way),
    (rows, offset): (i64, i64),
) -> Statement {
    let sql = match (column, way) {
        (Column::Created, Way::Up) => &BY_CREATED_UP,
        (Column::Created, Way::Down) => &BY_CREATED_DOWN,
        (Column::Title, Way::Up) => &BY_TITLE_UP,
        (Column::Title, Way::Down) => &BY_TITLE_DOWN,
        (Column::End, Way::Up) => &BY_END_UP,
        (Column::End, Way::Down) => &BY_END_DOWN,
        (Column::Views, Way::Up) => &BY_VIEWS_UP,
        (Column::Views, Way::Down) => &BY_VIEWS_DOWN,
        (Column::Applications, Way::Up) => &BY_APPLICATIONS_UP,
        (Column::Applications, Way::Down) => &BY_APPLICATIONS_DOWN,
    };
    let status = status.map(JobStatus::name).into();
    sql.bind([organization_id.into(), status, rows.into(), offset.into()])
}

static WAITING: Sql = Sql::new(
    "employer.waiting",
    "SELECT j.id, j.title, count(*), min(a.created_at) AS since
    FROM application a JOIN job j ON j.id = a.job_id
    WHERE a.organization_id = ?1 AND a.status = 'pendiente' AND a.archived_at IS NULL
    GROUP BY j.id, j.title ORDER BY since, j.id LIMIT ?2",
);

/// Applications for an offer that nobody has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The offer.
    pub job_id: String,
    /// Its title.
    pub title: String,
    /// How many wait.
    pub count: i64,
    /// Since when the first of them does.
    pub since: Millis,
}

/// Lists the offers of an organisation whose applications wait, the longest first.
/// Index: `application_organization_id`.
#[must_use]
pub fn waiting(organization_id: &str, rows: i64) -> Statement {
    WAITING.bind([organization_id.into(), rows.into()])
}

static ENDING: Sql = Sql::new(
    "employer.ending",
    "SELECT id, title, organization_id, expires_at FROM job
    WHERE organization_id = ?1 AND status IN ('publicada', 'pausada') AND expires_at <= ?2
    ORDER BY expires_at, id LIMIT ?3",
);

/// Lists the offers of an organisation that end soon, the first first.
/// Index: `job_organization_id`.
#[must_use]
pub fn ending(organization_id: &str, until: Millis, rows: i64) -> Statement {
    ENDING.bind([organization_id.into(), until.into(), rows.into()])
}

static SAVES: Sql = Sql::new(
    "employer.saves",
    "SELECT count(*) FROM job j JOIN saved_job s ON s.job_id = j.id WHERE j.organization_id = ?1",
);

/// Counts how often an organisation's offers are saved.
/// Indexes: `job_organization_id`, `saved_job_job_id`.
#[must_use]
pub fn saves(organization_id: &str) -> Statement {
    SAVES.bind([organization_id.into()])
}

static SAVES_BY_HOUR: Sql = Sql::new(
    "employer.saves_by_hour",
    "SELECT hour, count(*) FROM (
        SELECT (s.saved_at - ?2) / 3600000 AS hour
        FROM job j JOIN saved_job s ON s.job_id = j.id
        WHERE j.organization_id = ?1 AND s.saved_at >= ?2 AND s.saved_at < ?3) AS moments
    GROUP BY hour ORDER BY hour",
);

/// Counts the hours in which an organisation's offers were saved, as
/// `figures::Hourly` has them.
/// Indexes: as [`saves`].
#[must_use]
pub fn saves_by_hour(organization_id: &str, from: Millis, before: Millis) -> Statement {
    SAVES_BY_HOUR.bind([organization_id.into(), from.into(), before.into()])
}

static SAVES_OF_JOB: Sql =
    Sql::new("employer.saves_of_job", "SELECT count(*) FROM saved_job WHERE job_id = ?1");

/// Counts who has saved an offer. Index: `saved_job_job_id`.
#[must_use]
pub fn saves_of_job(job_id: &str) -> Statement {
    SAVES_OF_JOB.bind([job_id.into()])
}

impl FromRow for OwnRow {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { job: Job::from_row(row)?, saves: row.integer()? })
    }
}

impl FromRow for Waiting {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            job_id: row.text()?,
            title: row.text()?,
            count: row.integer()?,
            since: row.millis()?,
        })
    }
}
