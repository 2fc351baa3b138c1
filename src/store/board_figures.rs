//! Numbers of the job board: `job_statistic`, and what is counted for weeks and dashboards.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::figures::{DayFigures, Reading, StatusCount};

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &OF_DAY,
    &WRITE,
    &VIEWS_OF_ORGANIZATION,
    &CAME_TO_ORGANIZATION,
    &OPEN_JOBS_OF_ORGANIZATION,
    &ANSWERED_BY_ORGANIZATION,
    &APPLICATIONS_OF_CANDIDATE,
    &APPLICATIONS_OF_ORGANIZATION,
    &JOBS_OF_ORGANIZATION,
    &APPLICATIONS_OF_ALL,
    &JOBS_OF_ALL,
    &DAYS_OF_ORGANIZATION,
    &DAYS_OF_ALL,
    &DAYS_OF_CANDIDATE,
    &SEEN_SINCE,
    &TODAY_OF_ORGANIZATION,
    &TODAY_OF_ALL,
    &CAME_TO_ALL,
    &ALERTS_OF,
];

/// What an offer had on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobDay {
    /// The offer.
    pub job_id: String,
    /// Whose it is.
    pub organization_id: String,
    /// Its figures.
    pub figures: Reading,
}

static OF_DAY: Sql = Sql::new(
    "board_figures.of_day",
    "SELECT j.id, j.organization_id, CAST(COALESCE(SUM(f.hits), 0) AS BIGINT),
        CAST(COALESCE(SUM(f.visitors), 0) AS BIGINT), CAST(COALESCE(SUM(f.applied), 0) AS BIGINT)
    FROM (
        SELECT v.job_id AS job_id, v.hits AS hits, 1 AS visitors, 0 AS applied FROM job_view v
        WHERE v.day = ?1 AND v.job_id > ?2
        UNION ALL
        SELECT a.job_id, 0, 0, 1 FROM application a
        WHERE a.created_at >= ?3 AND a.created_at < ?4 AND a.job_id > ?2
    ) f JOIN job j ON j.id = f.job_id
    GROUP BY j.id, j.organization_id ORDER BY j.id LIMIT ?5",
);

/// A day, in its words and its moments.
#[derive(Clone, Debug)]
pub struct Day {
    /// `2027-01-15`.
    pub name: String,
    /// When it begins.
    pub begins: Millis,
    /// When the next one does.
    pub ends: Millis,
}

/// Counts what offers after an id had on a day. Indexes: `job_view_day`,
/// `application_created_at`.
#[must_use]
pub fn of_day(day: &Day, after: &str, rows: i64) -> Statement {
    let (begins, ends) = (day.begins.into(), day.ends.into());
    OF_DAY.bind([(&day.name).into(), after.into(), begins, ends, rows.into()])
}

static WRITE: Sql = Sql::new(
    "board_figures.write",
    "INSERT INTO job_statistic (job_id, day, organization_id, views, unique_views, applications)
    SELECT j.id, ?2, j.organization_id, ?3, ?4, ?5 FROM job j WHERE j.id = ?1
    ON CONFLICT (job_id, day) DO UPDATE SET views = excluded.views,
        unique_views = excluded.unique_views, applications = excluded.applications
    WHERE job_statistic.views <> excluded.views
        OR job_statistic.unique_views <> excluded.unique_views
        OR job_statistic.applications <> excluded.applications",
);

/// Writes an offer's figures of a day down; no row when they stand there already.
/// Index: the primary key.
#[must_use]
pub fn write(day: &str, of: &JobDay) -> Statement {
    let Reading { views, unique_views, applications } = of.figures;
    let numbers = [views, unique_views, applications].map(Into::into);
    let [views, visitors, applied] = numbers;
    WRITE.bind([(&of.job_id).into(), day.into(), views, visitors, applied])
}

static VIEWS_OF_ORGANIZATION: Sql = Sql::new(
    "board_figures.views_of_organization",
    "SELECT CAST(COALESCE(SUM(views), 0) AS BIGINT) FROM job_statistic
    WHERE organization_id = ?1 AND day >= ?2 AND day < ?3",
);

/// Counts the views of an organisation's offers on some days.
/// Index: `job_statistic_organization_id`.
#[must_use]
pub fn views_of_organization(id: &str, from: &str, to: &str) -> Statement {
    VIEWS_OF_ORGANIZATION.bind([id.into(), from.into(), to.into()])
}

static CAME_TO_ORGANIZATION: Sql = Sql::new(
    "board_figures.came_to_organization",
    "SELECT count(*) FROM application
    WHERE organization_id = ?1 AND created_at >= ?2 AND created_at < ?3",
);

/// Counts the applications that came to an organisation in some time.
/// Index: `application_organization_id`.
#[must_use]
pub fn came_to_organization(id: &str, from: Millis, to: Millis) -> Statement {
    CAME_TO_ORGANIZATION.bind([id.into(), from.into(), to.into()])
}

static OPEN_JOBS_OF_ORGANIZATION: Sql = Sql::new(
    "board_figures.open_jobs_of_organization",
    "SELECT count(*) FROM job WHERE organization_id = ?1 AND status = 'publicada'",
);

/// Counts an organisation's published offers. Index: `job_organization_id`.
#[must_use]
pub fn open_jobs_of_organization(id: &str) -> Statement {
    OPEN_JOBS_OF_ORGANIZATION.bind([id.into()])
}

static ANSWERED_BY_ORGANIZATION: Sql = Sql::new(
    "board_figures.answered_by_organization",
    "SELECT count(*), CAST(COALESCE(SUM(answered_at - created_at), 0) AS BIGINT) FROM application
    WHERE organization_id = ?1 AND created_at >= ?2 AND created_at < ?3
    AND answered_at IS NOT NULL",
);

/// Answers to applications: how many, and how long they took together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// How many.
    pub count: i64,
    /// Milliseconds from the applications to their first answers, summed.
    pub waited_ms: i64,
}

/// Counts the answers to an organisation's applications of some time.
/// Index: `application_organization_id`.
#[must_use]
pub fn answered_by_organization(id: &str, from: Millis, to: Millis) -> Statement {
    ANSWERED_BY_ORGANIZATION.bind([id.into(), from.into(), to.into()])
}

macro_rules! by_status {
    ($name:literal, $from:literal) => {
        Sql::new(
            $name,
            concat!("SELECT status, count(*) FROM ", $from, " GROUP BY status ORDER BY status"),
        )
    };
}

static APPLICATIONS_OF_CANDIDATE: Sql =
    by_status!("board_figures.applications_of_candidate", "application WHERE candidate_id = ?1");
static APPLICATIONS_OF_ORGANIZATION: Sql = by_status!(
    "board_figures.applications_of_organization",
    "application WHERE organization_id = ?1"
);
static JOBS_OF_ORGANIZATION: Sql =
    by_status!("board_figures.jobs_of_organization", "job WHERE organization_id = ?1");
static APPLICATIONS_OF_ALL: Sql = by_status!("board_figures.applications_of_all", "application");
static JOBS_OF_ALL: Sql = by_status!("board_figures.jobs_of_all", "job");

/// Counts somebody's applications by state. Index: `application_candidate_id`.
#[must_use]
pub fn applications_of_candidate(id: &str) -> Statement {
    APPLICATIONS_OF_CANDIDATE.bind([id.into()])
}

/// Counts an organisation's applications by state. Index: `application_organization_id`.
#[must_use]
pub fn applications_of_organization(id: &str) -> Statement {
    APPLICATIONS_OF_ORGANIZATION.bind([id.into()])
}

/// Counts an organisation's offers by state. Index: `job_organization_id`.
#[must_use]
pub fn jobs_of_organization(id: &str) -> Statement {
    JOBS_OF_ORGANIZATION.bind([id.into()])
}

/// Counts all applications by state, for administrators. A scan.
#[must_use]
pub fn applications_of_all() -> Statement {
    APPLICATIONS_OF_ALL.bind([])
}

/// Counts all offers by state, for administrators. A scan.
#[must_use]
pub fn jobs_of_all() -> Statement {
    JOBS_OF_ALL.bind([])
}

macro_rules! days {
    ($name:literal, $condition:literal) => {
        Sql::new(
            $name,
            concat!(
                "SELECT day, CAST(SUM(views) AS BIGINT), CAST(SUM(unique_views) AS BIGINT),
        CAST(SUM(applications) AS BIGINT)
    FROM job_statistic WHERE ",
                $condition,
                "day >= ?1 AND day <= ?2 GROUP BY day ORDER BY day"
            ),
        )
    };
}

static DAYS_OF_ORGANIZATION: Sql =
    days!("board_figures.days_of_organization", "organization_id = ?3 AND ");
static DAYS_OF_ALL: Sql = days!("board_figures.days_of_all", "");

/// Lists an organisation's days, those on which something happened.
/// Index: `job_statistic_organization_id`.
#[must_use]
pub fn days_of_organization(id: &str, from: &str, to: &str) -> Statement {
    DAYS_OF_ORGANIZATION.bind([from.into(), to.into(), id.into()])
}

/// Lists the site's days, those on which something happened. Index: `job_statistic_day`.
#[must_use]
pub fn days_of_all(from: &str, to: &str) -> Statement {
    DAYS_OF_ALL.bind([from.into(), to.into()])
}

static DAYS_OF_CANDIDATE: Sql = Sql::new(
    "board_figures.days_of_candidate",
    "SELECT created_at FROM application
    WHERE candidate_id = ?1 AND created_at >= ?2 AND created_at < ?3
    ORDER BY created_at, id LIMIT ?4",
);

/// Lists when somebody applied in some time, oldest first. Index: `application_candidate_id`.
#[must_use]
pub fn applied_at(candidate_id: &str, from: Millis, to: Millis, rows: i64) -> Statement {
    DAYS_OF_CANDIDATE.bind([candidate_id.into(), from.into(), to.into(), rows.into()])
}

static SEEN_SINCE: Sql = Sql::new(
    "board_figures.seen_since",
    "SELECT j.id, j.slug, j.title, j.status, j.applications_count, count(*) AS seen
    FROM job j JOIN job_view v ON v.job_id = j.id AND v.day >= ?2
    WHERE j.organization_id = ?1
    GROUP BY j.id, j.slug, j.title, j.status, j.applications_count
    ORDER BY seen DESC, j.id LIMIT ?3",
);

/// An offer that people have looked at lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenJob {
    /// Its id.
    pub id: String,
    /// Its readable name in addresses.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its state.
    pub status: String,
    /// Everybody who applied.
    pub applications_count: i64,
    /// Visitors, each once a day.
    pub views: i64,
}

/// Lists an organisation's offers that were looked at since a day, the most visited first.
/// Indexes: `job_organization_id`, the primary key of `job_view`.
#[must_use]
pub fn seen_since(organization_id: &str, day: &str, rows: i64) -> Statement {
    SEEN_SINCE.bind([organization_id.into(), day.into(), rows.into()])
}

static TODAY_OF_ORGANIZATION: Sql = Sql::new(
    "board_figures.today_of_organization",
    "SELECT CAST(COALESCE(SUM(v.hits), 0) AS BIGINT), count(*)
    FROM job j CROSS JOIN job_view v
    WHERE j.organization_id = ?1 AND v.job_id = j.id AND v.day = ?2",
);

static TODAY_OF_ALL: Sql = Sql::new(
    "board_figures.today_of_all",
    "SELECT CAST(COALESCE(SUM(hits), 0) AS BIGINT), count(*) FROM job_view WHERE day = ?1",
);

static CAME_TO_ALL: Sql = Sql::new(
    "board_figures.came_to_all",
    "SELECT count(*) FROM application WHERE created_at >= ?1 AND created_at < ?2",
);

/// Views of a day that no statistic holds yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// All.
    pub views: i64,
    /// Each visitor once an offer.
    pub unique_views: i64,
}

/// Counts the views of a day, of an organisation's offers or of all. Indexes:
/// `job_organization_id`, the primary key of `job_view`; `job_view_day`.
#[must_use]
pub fn seen_on(organization_id: Option<&str>, day: &str) -> Statement {
    match organization_id {
        Some(id) => TODAY_OF_ORGANIZATION.bind([id.into(), day.into()]),
        None => TODAY_OF_ALL.bind([day.into()]),
    }
}

/// Counts all applications of some time. Index: `application_created_at`.
#[must_use]
pub fn came_to_all(from: Millis, to: Millis) -> Statement {
    CAME_TO_ALL.bind([from.into(), to.into()])
}

static ALERTS_OF: Sql = Sql::new(
    "board_figures.alerts_of",
    "SELECT count(*) FROM alert WHERE user_id = ?1 AND is_active = 1",
);

/// Counts somebody's alerts that are on. Index: `alert_user_id`.
#[must_use]
pub fn alerts_of(user_id: &str) -> Statement {
    ALERTS_OF.bind([user_id.into()])
}

impl FromRow for SeenJob {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            slug: row.text()?,
            title: row.text()?,
            status: row.text()?,
            applications_count: row.integer()?,
            views: row.integer()?,
        })
    }
}

impl FromRow for Seen {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { views: row.integer()?, unique_views: row.integer()? })
    }
}

impl FromRow for JobDay {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            job_id: row.text()?,
            organization_id: row.text()?,
            figures: Reading::from_row(row)?,
        })
    }
}

impl FromRow for Reading {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            views: row.integer()?,
            unique_views: row.integer()?,
            applications: row.integer()?,
        })
    }
}

impl FromRow for DayFigures {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { day: row.text()?, figures: Reading::from_row(row)? })
    }
}

impl FromRow for StatusCount {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { status: row.text()?, count: row.integer()? })
    }
}

impl FromRow for Answered {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { count: row.integer()?, waited_ms: row.integer()? })
    }
}
