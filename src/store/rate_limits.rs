//! The table `rate_limit`: sliding windows that all instances count in.
//!
//! A row keeps the moments of a window's last admissions as one text, thirteen
//! digits each and oldest first, so that admitting one is a single statement and as
//! exact as the windows in memory. A crash may lose the last of them: what counts says
//! to a server, for its own transaction alone, that nobody waits for the disk.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::base::limiter::Limit;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&ADMIT, &RECORD, &READ, &FORGET, &SWEEP];

/// Digits of a moment: Unix milliseconds until the year 2286.
const DIGITS: usize = 13;

/// Longest time by which a row outlives its use, in milliseconds. Rounding its end up
/// keeps the index as it is while somebody is busy, which spares a server the work.
const SLACK_MS: i64 = 10 * 60 * 1000;

static ADMIT: Sql = Sql::new(
    "rate_limits.admit",
    "INSERT INTO rate_limit (name, moments, expires_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (name) DO UPDATE SET
        moments = CASE WHEN LENGTH(rate_limit.moments) < ?4 THEN rate_limit.moments
            ELSE SUBSTR(rate_limit.moments, 14) END || excluded.moments,
        expires_at = excluded.expires_at
    WHERE LENGTH(rate_limit.moments) < ?4 OR SUBSTR(rate_limit.moments, 1, 13) <= ?5
    -- server: RETURNING set_config('synchronous_commit', 'off', true)",
);

/// Admits one to the window of `name`, or no row when it is full. Index: the primary key.
#[must_use]
pub fn admit(name: &str, limit: Limit, now: Millis) -> Statement {
    let newest_that_left = now.plus_ms(limit.window_ms.saturating_neg());
    ADMIT.bind([
        name.into(),
        digits(now).into(),
        expires_at(limit, now).into(),
        full_length(limit).into(),
        digits(newest_that_left).into(),
    ])
}

static RECORD: Sql = Sql::new(
    "rate_limits.record",
    "INSERT INTO rate_limit (name, moments, expires_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (name) DO UPDATE SET
        moments = CASE WHEN LENGTH(rate_limit.moments) < ?4 THEN rate_limit.moments
            ELSE SUBSTR(rate_limit.moments, 14) END || excluded.moments,
        expires_at = excluded.expires_at
    -- server: RETURNING set_config('synchronous_commit', 'off', true)",
);

/// Counts one in the window of `name`, whether or not it would be admitted.
/// Index: the primary key.
#[must_use]
pub fn record(name: &str, limit: Limit, now: Millis) -> Statement {
    RECORD.bind([
        name.into(),
        digits(now).into(),
        expires_at(limit, now).into(),
        full_length(limit).into(),
    ])
}

static READ: Sql = Sql::new("rate_limits.read", "SELECT moments FROM rate_limit WHERE name = ?1");

/// Reads the [`Moments`] of a window; no row: nothing was counted. Index: the primary key.
#[must_use]
pub fn read(name: &str) -> Statement {
    READ.bind([name.into()])
}

static FORGET: Sql = Sql::new("rate_limits.forget", "DELETE FROM rate_limit WHERE name = ?1");

/// Forgets a window. Index: the primary key.
#[must_use]
pub fn forget(name: &str) -> Statement {
    FORGET.bind([name.into()])
}

static SWEEP: Sql = Sql::new(
    "rate_limits.sweep",
    "DELETE FROM rate_limit WHERE name IN (
        SELECT name FROM rate_limit WHERE expires_at <= ?1 ORDER BY expires_at, name LIMIT ?2)",
);

/// Removes rows that count for nothing any more. Index: `rate_limit_expires_at`.
#[must_use]
pub fn sweep(now: Millis, limit: i64) -> Statement {
    SWEEP.bind([now.into(), limit.into()])
}

fn digits(moment: Millis) -> String {
    format!("{:013}", moment.0.max(0))
}

/// Returns the length of the moments of a full window.
fn full_length(limit: Limit) -> i64 {
    let digits = i64::try_from(DIGITS).unwrap_or(i64::MAX);
    digits.saturating_mul(i64::from(limit.max))
}

fn expires_at(limit: Limit, now: Millis) -> Millis {
    let end = now.0.saturating_add(limit.window_ms);
    Millis(end.div_euclid(SLACK_MS).saturating_add(1).saturating_mul(SLACK_MS))
}

/// When a window's last admissions were, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moments(Vec<Millis>);

impl Moments {
    /// Returns when a full window has room again; `None`: it has room now.
    #[must_use]
    pub fn full_until(&self, limit: Limit, now: Millis) -> Option<Millis> {
        let max = usize::try_from(limit.max).unwrap_or(usize::MAX);
        let oldest = self.0.len().checked_sub(max).and_then(|index| self.0.get(index))?;
        let free_at = oldest.plus_ms(limit.window_ms);
        (free_at > now).then_some(free_at)
    }
}

impl FromRow for Moments {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let text = row.text()?;
        let moment = |digits: &[u8]| str::from_utf8(digits).ok()?.parse().ok().map(Millis);
        Ok(Self(text.as_bytes().chunks(DIGITS).filter_map(moment).collect()))
    }
}
