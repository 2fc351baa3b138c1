//! How many applications for an offer are in each status.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::domain::application::{ApplicationStatus, StageCount};

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&OF_JOB];

// A CROSS JOIN keeps its order on SQLite: an offer has some applications, its organisation
// many.
static OF_JOB: Sql = Sql::new(
    "application_counts.of_job",
    "SELECT a.status, CAST(CASE WHEN a.archived_at IS NULL THEN 0 ELSE 1 END AS BIGINT) AS is_archived,
        count(*)
    FROM application a CROSS JOIN member m
    WHERE a.job_id = ?1 AND m.user_id = ?2 AND m.organization_id = a.organization_id
    GROUP BY 1, 2",
);

/// Counts the applications for an offer for a member of its organisation.
/// Indexes: `application_job_id`, `member_user_id`.
#[must_use]
pub fn of_job(job_id: &str, member_id: &str) -> Statement {
    OF_JOB.bind([job_id.into(), member_id.into()])
}

impl FromRow for StageCount {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            status: row.parsed(ApplicationStatus::parse)?,
            is_archived: row.flag()?,
            count: row.integer()?,
        })
    }
}
