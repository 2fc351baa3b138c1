//! The table `saved_job`: offers that people keep an eye on.

use super::jobs::columns;
use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::job::Job;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&SAVE, &DROP, &COUNT, &IS_SAVED, &PAGE];

static SAVE: Sql = Sql::new(
    "saved_jobs.save",
    "INSERT INTO saved_job (user_id, job_id, saved_at)
    SELECT ?1, j.id, ?3 FROM job j WHERE j.id = ?2 AND j.status = 'publicada'
    ON CONFLICT (user_id, job_id) DO UPDATE SET saved_at = saved_job.saved_at",
);

/// Saves an offer that everybody sees; twice is once. Index: the primary keys.
#[must_use]
pub fn save(user_id: &str, job_id: &str, now: Millis) -> Statement {
    SAVE.bind([user_id.into(), job_id.into(), now.into()]).expecting(1)
}

static DROP: Sql =
    Sql::new("saved_jobs.drop", "DELETE FROM saved_job WHERE user_id = ?1 AND job_id = ?2");

/// Forgets a saved offer. Index: the primary key.
#[must_use]
pub fn drop(user_id: &str, job_id: &str) -> Statement {
    DROP.bind([user_id.into(), job_id.into()])
}

static COUNT: Sql =
    Sql::new("saved_jobs.count", "SELECT count(*) FROM saved_job WHERE user_id = ?1");

/// Counts what somebody has saved. Index: the primary key.
#[must_use]
pub fn count(user_id: &str) -> Statement {
    COUNT.bind([user_id.into()])
}

static IS_SAVED: Sql = Sql::new(
    "saved_jobs.is_saved",
    "SELECT count(*) FROM saved_job WHERE user_id = ?1 AND job_id = ?2",
);

/// Counts one when somebody has saved an offer. Index: the primary key.
#[must_use]
pub fn is_saved(user_id: &str, job_id: &str) -> Statement {
    IS_SAVED.bind([user_id.into(), job_id.into()])
}

static PAGE: Sql = Sql::new(
    "saved_jobs.page",
    concat!(
        columns!("''"),
        ", s.saved_at FROM saved_job s JOIN job j ON j.id = s.job_id
        JOIN organization o ON o.id = j.organization_id
    WHERE s.user_id = ?1 AND (s.saved_at, s.job_id) < (?2, ?3) AND j.status <> 'borrador'
    ORDER BY s.saved_at DESC, s.job_id DESC LIMIT ?4"
    ),
);

/// Lists what somebody has saved, the last first, after one of them; what is over too, so
/// that it does not vanish unexplained. Index: `saved_job_saved_at`.
#[must_use]
pub fn page(user_id: &str, after: (Millis, &str), limit: i64) -> Statement {
    PAGE.bind([user_id.into(), after.0.into(), after.1.into(), limit.into()])
}

/// A saved offer.
#[derive(Debug)]
pub struct Saved {
    /// The offer.
    pub job: Job,
    /// When it was saved.
    pub saved_at: Millis,
}

impl FromRow for Saved {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { job: Job::from_row(row)?, saved_at: row.millis()? })
    }
}
