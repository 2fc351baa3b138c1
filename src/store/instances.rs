//! The table `instance`: who runs on this database, as each says of itself.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::bounds::INSTANCE_SILENCE_S_MAX;
use crate::base::clock::Millis;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&BEAT, &LIST, &LEAVE, &FORGET];

/// A running program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// `ins_…`, new at each start.
    pub id: String,
    /// The machine's name.
    pub host: String,
    /// Where it listens.
    pub address: String,
    /// Its version.
    pub version: String,
    /// The fingerprints of its secrets, with a space between them, the signing one's
    /// first; empty for a version that does not say.
    pub secrets: String,
    /// When it started.
    pub started_at: Millis,
    /// When it last said that it runs.
    pub seen_at: Millis,
}

impl Instance {
    /// Tells whether it was heard of lately.
    #[must_use]
    pub const fn is_running(&self, now: Millis) -> bool {
        now.since_ms(self.seen_at) <= INSTANCE_SILENCE_S_MAX * 1000
    }

    /// Tells whether it signs with the secret of a fingerprint.
    #[must_use]
    pub fn signs_with(&self, fingerprint: &str) -> bool {
        self.secrets.split(' ').next() == Some(fingerprint)
    }

    /// Tells whether it honours what the secret of a fingerprint has signed.
    #[must_use]
    pub fn honours(&self, fingerprint: &str) -> bool {
        self.secrets.split(' ').any(|known| known == fingerprint)
    }
}

static BEAT: Sql = Sql::new(
    "instances.beat",
    "INSERT INTO instance (id, host, address, version, secrets, started_at, seen_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at",
);

/// Says that an instance runs. Index: the primary key.
#[must_use]
pub fn beat(instance: &Instance) -> Statement {
    BEAT.bind([
        (&instance.id).into(),
        (&instance.host).into(),
        (&instance.address).into(),
        (&instance.version).into(),
        (&instance.secrets).into(),
        instance.started_at.into(),
        instance.seen_at.into(),
    ])
}

static LIST: Sql = Sql::new(
    "instances.list",
    "SELECT id, host, address, version, secrets, started_at, seen_at FROM instance
    ORDER BY started_at, id LIMIT ?1",
);

/// Lists instances, the oldest first. A scan of few rows.
#[must_use]
pub fn list(limit: i64) -> Statement {
    LIST.bind([limit.into()])
}

static LEAVE: Sql = Sql::new("instances.leave", "DELETE FROM instance WHERE id = ?1");

/// Takes an instance that ends off the list. Index: the primary key.
#[must_use]
pub fn leave(id: &str) -> Statement {
    LEAVE.bind([id.into()])
}

static FORGET: Sql = Sql::new("instances.forget", "DELETE FROM instance WHERE seen_at < ?1");

/// Takes those off the list that have been silent since before `before`. A scan of
/// few rows.
#[must_use]
pub fn forget(before: Millis) -> Statement {
    FORGET.bind([before.into()])
}

impl FromRow for Instance {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            host: row.text()?,
            address: row.text()?,
            version: row.text()?,
            secrets: row.text()?,
            started_at: row.millis()?,
            seen_at: row.millis()?,
        })
    }
}
