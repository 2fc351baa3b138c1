//! The table `verification`: one-time values, looked up by what they are for.
//!
//! Secrets are stored as hashes; whoever reads the table can open nothing.

use super::{Expect, FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &BY_IDENTIFIER,
    &BY_VALUE,
    &LOADED,
    &LOAD,
    &INSERT,
    &INSERT_LOADED,
    &ADOPT,
    &EXPIRES_SET,
    &DELETE,
    &DELETE_BY_IDENTIFIER,
    &DELETE_OF_SUBJECT,
    &FORGET,
];

/// Prefix of verification ids.
pub const ID_PREFIX: &str = "ver_";

/// One row of `verification`.
#[derive(Clone, Debug)]
pub struct Verification {
    /// `ver_…`.
    pub id: String,
    /// What the value is for.
    pub identifier: String,
    /// The value; a secret is its hash in lower-case hexadecimal.
    pub value: String,
    /// Whose it is: the id of a person or of an entry of the waitlist.
    pub subject: Option<String>,
    /// When it stops counting.
    pub expires_at: Millis,
    /// When it was made.
    pub created_at: Millis,
}

static BY_IDENTIFIER: Sql = Sql::new(
    "verifications.by_identifier",
    "SELECT id, identifier, value, subject, expires_at, created_at FROM verification
    WHERE identifier = ?1 ORDER BY created_at DESC, id DESC LIMIT 1",
);

/// Finds the newest value of an identifier. Index: `verification_identifier`.
#[must_use]
pub fn by_identifier(identifier: &str) -> Statement {
    BY_IDENTIFIER.bind([identifier.into()])
}

static BY_VALUE: Sql = Sql::new(
    "verifications.by_value",
    "SELECT id, identifier, value, subject, expires_at, created_at FROM verification
    WHERE identifier = ?1 AND value = ?2 LIMIT 1",
);

/// Finds one value of an identifier. Index: `verification_identifier`.
#[must_use]
pub fn by_value(identifier: &str, value: &str) -> Statement {
    BY_VALUE.bind([identifier.into(), value.into()])
}

static INSERT: Sql = Sql::new(
    "verifications.insert",
    "INSERT INTO verification (id, identifier, value, subject, expires_at, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
);

/// Adds a value.
#[must_use]
pub fn insert(verification: &Verification) -> Statement {
    INSERT
        .bind([
            (&verification.id).into(),
            (&verification.identifier).into(),
            (&verification.value).into(),
            verification.subject.as_deref().into(),
            verification.expires_at.into(),
            verification.created_at.into(),
            verification.created_at.into(),
        ])
        .expecting(1)
}

static INSERT_LOADED: Sql = Sql::new(
    "verifications.insert_loaded",
    "INSERT INTO verification (id, identifier, value, payload, subject, expires_at, created_at,
        updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
);

/// Adds a value that leads to `payload`, a JSON object.
#[must_use]
pub fn insert_loaded(verification: &Verification, payload: String) -> Statement {
    INSERT_LOADED
        .bind([
            (&verification.id).into(),
            (&verification.identifier).into(),
            (&verification.value).into(),
            payload.into(),
            verification.subject.as_deref().into(),
            verification.expires_at.into(),
            verification.created_at.into(),
            verification.created_at.into(),
        ])
        .expecting(1)
}

static LOADED: Sql = Sql::new(
    "verifications.loaded",
    "SELECT id, payload, expires_at FROM verification
    WHERE identifier = ?1 AND value = ?2 AND payload IS NOT NULL LIMIT 1",
);

/// Finds what a value leads to. Index: `verification_identifier`.
#[must_use]
pub fn loaded(identifier: &str, value: &str) -> Statement {
    LOADED.bind([identifier.into(), value.into()])
}

static LOAD: Sql = Sql::new(
    "verifications.load",
    "UPDATE verification SET payload = ?2, updated_at = ?3
    WHERE id = ?1 AND payload IS NULL AND expires_at > ?3",
);

/// Gives a value what it leads to, a JSON object; expects that it counts and that nobody
/// has. Index: the primary key.
#[must_use]
pub fn load(id: &str, payload: &str, now: Millis) -> Statement {
    LOAD.bind([id.into(), payload.into(), now.into()]).expecting(1)
}

/// A value with what it leads to.
#[derive(Debug)]
pub struct Loaded {
    /// `ver_…`.
    pub id: String,
    /// A JSON object.
    pub payload: String,
    /// When it stops counting.
    pub expires_at: Millis,
}

impl FromRow for Loaded {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { id: row.text()?, payload: row.text()?, expires_at: row.millis()? })
    }
}

static ADOPT: Sql = Sql::new(
    "verifications.adopt",
    "INSERT INTO verification (id, identifier, value, subject, expires_at, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT DO NOTHING",
);

/// Adds a value from somewhere else; no row when its id is there.
#[must_use]
pub fn adopt(verification: &Verification) -> Statement {
    let Statement { values, .. } = insert(verification);
    Statement { sql: &ADOPT, values, expect: Expect::Any }
}

static EXPIRES_SET: Sql = Sql::new(
    "verifications.expires_set",
    "UPDATE verification SET expires_at = ?3, updated_at = ?4 WHERE identifier = ?1 AND value = ?2",
);

/// Sets how long a value counts; no row when it has died. Index: `verification_identifier`.
#[must_use]
pub fn expires_set(identifier: &str, value: &str, expires_at: Millis, now: Millis) -> Statement {
    EXPIRES_SET.bind([identifier.into(), value.into(), expires_at.into(), now.into()])
}

static DELETE: Sql = Sql::new("verifications.delete", "DELETE FROM verification WHERE id = ?1");

/// Consumes a value: expects that nobody else did. Index: the primary key.
#[must_use]
pub fn consume(id: &str) -> Statement {
    DELETE.bind([id.into()]).expecting(1)
}

static DELETE_BY_IDENTIFIER: Sql = Sql::new(
    "verifications.delete_by_identifier",
    "DELETE FROM verification WHERE identifier = ?1",
);

/// Drops every value of an identifier. Index: `verification_identifier`.
#[must_use]
pub fn delete_by_identifier(identifier: &str) -> Statement {
    DELETE_BY_IDENTIFIER.bind([identifier.into()])
}

static DELETE_OF_SUBJECT: Sql = Sql::new(
    "verifications.delete_of_subject",
    "DELETE FROM verification WHERE subject = ?1 AND identifier = ?2",
);

/// Drops every value of an identifier that is somebody's. Index: `verification_subject`.
#[must_use]
pub fn delete_of_subject(subject: &str, identifier: &str) -> Statement {
    DELETE_OF_SUBJECT.bind([subject.into(), identifier.into()])
}

static FORGET: Sql = Sql::new(
    "verifications.forget",
    "DELETE FROM verification WHERE id IN (SELECT id FROM verification WHERE expires_at <= ?1
        ORDER BY expires_at LIMIT ?2)",
);

/// Forgets values that count no more, oldest first. Index: `verification_expires_at`.
#[must_use]
pub fn forget(now: Millis, limit: i64) -> Statement {
    FORGET.bind([now.into(), limit.into()])
}

impl FromRow for Verification {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            identifier: row.text()?,
            value: row.text()?,
            subject: row.text_or_null()?,
            expires_at: row.millis()?,
            created_at: row.millis()?,
        })
    }
}
