//! The tables `job_view` and `visit_salt`: who has seen which offer on which day, told
//! apart by hashes that mean nothing once the day's salt is overwritten.

use super::{FromRow, Row, Sql, Statement, StoreError};

/// Every statement of these tables, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&SALT, &SALT_SET, &SEEN, &INSERT, &COUNT, &AGAIN, &FORGET];

static SALT: Sql =
    Sql::new("job_views.salt", "SELECT day, salt FROM visit_salt WHERE id = 'today'");

/// Reads the day's salt. Index: the primary key.
#[must_use]
pub fn salt() -> Statement {
    SALT.bind([])
}

/// The salt of a day.
pub struct Salt {
    /// The day, `2027-01-15`, in the site's zone.
    pub day: String,
    /// 32 random bytes.
    pub salt: Vec<u8>,
}

impl FromRow for Salt {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { day: row.text()?, salt: row.bytes_or_null()?.unwrap_or_default() })
    }
}

static SALT_SET: Sql = Sql::new(
    "job_views.salt_set",
    "INSERT INTO visit_salt (id, day, salt) VALUES ('today', ?1, ?2)
    ON CONFLICT (id) DO UPDATE SET day = excluded.day, salt = excluded.salt
        WHERE visit_salt.day < excluded.day",
);

/// Writes the salt of a new day over the old one: as long as it, so that no copy of the
/// old one is left in the file. Index: the primary key.
#[must_use]
pub fn salt_set(day: &str, salt: &[u8]) -> Statement {
    SALT_SET.bind([day.into(), salt.to_vec().into()])
}

static SEEN: Sql = Sql::new(
    "job_views.seen",
    "SELECT hits FROM job_view WHERE job_id = ?1 AND day = ?2 AND visitor = ?3",
);

/// A visit of an offer on a day.
#[derive(Clone, Debug)]
pub struct Visit<'a> {
    /// The offer.
    pub job_id: &'a str,
    /// The day.
    pub day: &'a str,
    /// A hash of the visitor.
    pub visitor: &'a str,
}

/// Finds how often a visitor has seen an offer on a day. Index: the primary key.
#[must_use]
pub fn seen(visit: &Visit<'_>) -> Statement {
    SEEN.bind([visit.job_id.into(), visit.day.into(), visit.visitor.into()])
}

static INSERT: Sql = Sql::new(
    "job_views.insert",
    "INSERT INTO job_view (job_id, day, visitor, hits) VALUES (?1, ?2, ?3, 1)
    ON CONFLICT (job_id, day, visitor) DO NOTHING",
);

/// Notes a visitor's first visit of a day; a second one undoes its batch.
#[must_use]
pub fn insert(visit: &Visit<'_>) -> Statement {
    INSERT.bind([visit.job_id.into(), visit.day.into(), visit.visitor.into()]).expecting(1)
}

static COUNT: Sql = Sql::new("job_views.count", "UPDATE job SET views = views + 1 WHERE id = ?1");

/// Counts a visitor; no change that anybody's version is raised by. Index: the primary key.
#[must_use]
pub fn count(job_id: &str) -> Statement {
    COUNT.bind([job_id.into()]).expecting(1)
}

static AGAIN: Sql = Sql::new(
    "job_views.again",
    "UPDATE job_view SET hits = hits + 1 WHERE job_id = ?1 AND day = ?2 AND visitor = ?3",
);

/// Notes a further visit. Index: the primary key.
#[must_use]
pub fn again(visit: &Visit<'_>) -> Statement {
    AGAIN.bind([visit.job_id.into(), visit.day.into(), visit.visitor.into()])
}

static FORGET: Sql = Sql::new(
    "job_views.forget",
    "DELETE FROM job_view WHERE (day, job_id, visitor) IN (
        SELECT day, job_id, visitor FROM job_view WHERE day < ?1 ORDER BY day LIMIT ?2)",
);

/// Forgets visits of long ago. Index: `job_view_day`.
#[must_use]
pub fn forget(before: &str, limit: i64) -> Statement {
    FORGET.bind([before.into(), limit.into()])
}
