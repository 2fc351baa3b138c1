//! The table `idempotency_key`: answers kept under the key that the request carried.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&KEPT, &MAKE_ROOM, &INSERT, &FORGET];

/// An answer and what asked for it.
#[derive(Clone, Debug)]
pub struct KeptAnswer {
    /// SHA-256 of the request.
    pub request_digest: Vec<u8>,
    /// The answer's status.
    pub status: i64,
    /// The answer's body.
    pub body: String,
}

/// Whose key it is, for what, and which.
#[derive(Clone, Copy, Debug)]
pub struct KeyName<'a> {
    /// The person.
    pub user_id: &'a str,
    /// The endpoint's id.
    pub endpoint: &'a str,
    /// The key, as it was sent.
    pub key: &'a str,
}

static KEPT: Sql = Sql::new(
    "idempotency.kept",
    "SELECT request_digest, status, body FROM idempotency_key
    WHERE user_id = ?1 AND endpoint = ?2 AND key = ?3 AND expires_at > ?4",
);

/// Finds the answer that is kept under a key. Index: the primary key.
#[must_use]
pub fn kept(name: KeyName<'_>, now: Millis) -> Statement {
    KEPT.bind([name.user_id.into(), name.endpoint.into(), name.key.into(), now.into()])
}

static MAKE_ROOM: Sql = Sql::new(
    "idempotency.make_room",
    "DELETE FROM idempotency_key
    WHERE user_id = ?1 AND endpoint = ?2 AND key = ?3 AND expires_at <= ?4",
);

/// The statement that keeps an answer, as a `Duplicate` names it.
pub const INSERT_NAME: &str = "idempotency.insert";

static INSERT: Sql = Sql::new(
    INSERT_NAME,
    "INSERT INTO idempotency_key (user_id, endpoint, key, request_digest, status, body, expires_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
);

/// Keeps an answer until a moment; a key that is in use is `Duplicate`, which undoes the
/// effect that the batch would have had a second time. Index: the primary key.
#[must_use]
pub fn keep(
    name: KeyName<'_>,
    answer: &KeptAnswer,
    (now, expires_at): (Millis, Millis),
) -> [Statement; 2] {
    let (user, endpoint, key) = (name.user_id, name.endpoint, name.key);
    let insert = INSERT.bind([
        user.into(),
        endpoint.into(),
        key.into(),
        answer.request_digest.clone().into(),
        answer.status.into(),
        (&answer.body).into(),
        expires_at.into(),
    ]);
    let make_room = MAKE_ROOM.bind([user.into(), endpoint.into(), key.into(), now.into()]);
    [make_room, insert.expecting(1)]
}

/// Keeps no answer: what a page asks for comes without a key.
#[must_use]
pub fn unkept<T>(_made: &T) -> Vec<Statement> {
    Vec::new()
}

static FORGET: Sql = Sql::new(
    "idempotency.forget",
    "DELETE FROM idempotency_key WHERE (user_id, endpoint, key) IN (
        SELECT user_id, endpoint, key FROM idempotency_key WHERE expires_at <= ?1
        ORDER BY expires_at, user_id, endpoint, key LIMIT ?2)",
);

/// Forgets answers whose time is over. Index: `idempotency_key_expires_at`.
#[must_use]
pub fn forget(now: Millis, limit: i64) -> Statement {
    FORGET.bind([now.into(), limit.into()])
}

impl FromRow for KeptAnswer {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            request_digest: row.bytes_or_null()?.unwrap_or_default(),
            status: row.integer()?,
            body: row.text()?,
        })
    }
}
