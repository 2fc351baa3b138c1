//! The table `password_format`: what the stored passwords cost to compare, by decoys.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&KNOWN, &LEARN, &FORGET, &STORED];

/// Formats whose work every sign-in does. Few sites have more than three: our own, the one
/// that people came with, and ours of before; more would make a flood dear.
const PASSWORD_FORMATS_MAX: i64 = 8;

/// Stands for formats that an older version has stored and nobody has read yet.
pub const UNREAD: &str = "unread";

static KNOWN: Sql =
    Sql::new("password_formats.known", "SELECT decoy FROM password_format ORDER BY decoy LIMIT ?1");

/// Lists the decoys of what is stored. Index: the primary key.
#[must_use]
pub fn known() -> Statement {
    KNOWN.bind([PASSWORD_FORMATS_MAX.into()])
}

static LEARN: Sql = Sql::new(
    "password_formats.learn",
    "INSERT INTO password_format (decoy, seen_at) VALUES (?1, ?2)
    ON CONFLICT (decoy) DO UPDATE SET seen_at = excluded.seen_at",
);

/// Notes that passwords of a format are stored. Index: the primary key.
#[must_use]
pub fn learn(decoy: &str, now: Millis) -> Statement {
    LEARN.bind([decoy.into(), now.into()])
}

static FORGET: Sql = Sql::new(
    "password_formats.forget",
    "DELETE FROM password_format WHERE decoy = ?1 AND seen_at < ?2",
);

/// Forgets a format, unless it was noted since `before`. Index: the primary key.
#[must_use]
pub fn forget(decoy: &str, before: Millis) -> Statement {
    FORGET.bind([decoy.into(), before.into()])
}

static STORED: Sql = Sql::new(
    "password_formats.stored",
    "SELECT id, password FROM account WHERE id > ?1 ORDER BY id LIMIT ?2",
);

/// Lists ways in with their passwords, after an id. Index: the primary key.
#[must_use]
pub fn stored(after: &str, limit: i64) -> Statement {
    STORED.bind([after.into(), limit.into()])
}

/// A way in and the hash of its password, if it has one.
pub struct Stored {
    /// `acc_…`.
    pub id: String,
    /// The hash.
    pub password: Option<String>,
}

impl FromRow for Stored {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { id: row.text()?, password: row.text_or_null()? })
    }
}
