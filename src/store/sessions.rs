//! The table `session`.
//!
//! Whether a session is live is the rule of `domain::session`, asked of the row
//! that was read: the query itself compares nothing with the clock, so the
//! planner has one plan for it.

use super::{FromRow, Row, Sql, Statement, StoreError, guards};
use crate::base::clock::Millis;
use crate::domain::session::Session;
use crate::domain::token::TokenHash;
use crate::domain::user::User;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &WITH_USER,
    &OF_USER,
    &INSERT,
    &ADOPT,
    &INSERT_IMPERSONATION,
    &EXPIRES_SET,
    &DELETE_BY_TOKEN,
    &DELETE_ONE,
    &DELETE_ANY,
    &DELETE_ALL,
    &DELETE_OTHERS,
    &DELETE_IMPERSONATIONS,
    &DELETE_BORROWED,
    &FORGET,
];

static WITH_USER: Sql = Sql::new(
    "sessions.with_user",
    r#"SELECT s.id, s.token_hash, s.user_id, s.expires_at, s.created_at, s.updated_at,
        s.ip_address, s.user_agent, s.impersonated_by, u.id, u.name, u.email, u.email_verified, u.image, u.role,
        u.banned, u.ban_reason, u.ban_expires_at, u.is_active, u.locale, u.type, u.profession,
        u.organization_id, u.created_at,
        u.updated_at
    FROM session s JOIN "user" u ON u.id = s.user_id
    WHERE s.token_hash = ?1"#,
);

/// Finds a session and its person by the token's hash, expired or not.
/// Indexes: `session_token_hash`, the primary key of `"user"`.
#[must_use]
pub fn with_user(token: &TokenHash) -> Statement {
    WITH_USER.bind([token.into()])
}

/// A session and whose it is.
#[derive(Debug)]
pub struct SessionWithUser {
    /// The session.
    pub session: Session,
    /// The person.
    pub user: User,
}

static OF_USER: Sql = Sql::new(
    "sessions.of_user",
    "SELECT id, token_hash, user_id, expires_at, created_at, updated_at, ip_address, user_agent,
        impersonated_by
    FROM session WHERE user_id = ?1 AND expires_at > ?2
    ORDER BY created_at, id LIMIT ?3",
);

/// Lists a person's unexpired sessions, oldest first. Index: `session_user_id`.
#[must_use]
pub fn of_user(user_id: &str, now: Millis, limit: i64) -> Statement {
    OF_USER.bind([user_id.into(), now.into(), limit.into()])
}

static INSERT: Sql = Sql::new(
    "sessions.insert",
    r#"INSERT INTO session (id, token_hash, user_id, expires_at, created_at, updated_at,
        ip_address, user_agent)
    SELECT ?1, ?2, u.id, ?4, ?5, ?6, ?7, ?8 FROM "user" u
    WHERE u.id = ?3 AND u.is_active = 1 AND (u.banned = 0 OR u.ban_expires_at <= ?5)
    -- server: FOR SHARE OF u"#,
);

/// Adds a session; no row when the person was deleted, deactivated or banned meanwhile.
/// Whoever bars the person waits for it, and then ends it with the others.
#[must_use]
pub fn insert(session: &Session) -> Statement {
    INSERT
        .bind([
            (&session.id).into(),
            (&session.token_hash).into(),
            (&session.user_id).into(),
            session.expires_at.into(),
            session.created_at.into(),
            session.updated_at.into(),
            (&session.ip_address).into(),
            (&session.user_agent).into(),
        ])
        .expecting(1)
}

static ADOPT: Sql = Sql::new(
    "sessions.adopt",
    "INSERT INTO session (id, token_hash, user_id, expires_at, created_at, updated_at,
        ip_address, user_agent)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT DO NOTHING",
);

/// Adds a session from somewhere else, of a person who comes in the same batch; no row
/// when it is there, under any id.
#[must_use]
pub fn adopt(session: &Session) -> Statement {
    ADOPT.bind([
        (&session.id).into(),
        (&session.token_hash).into(),
        (&session.user_id).into(),
        session.expires_at.into(),
        session.created_at.into(),
        session.updated_at.into(),
        (&session.ip_address).into(),
        (&session.user_agent).into(),
    ])
}

static INSERT_IMPERSONATION: Sql = Sql::new(
    "sessions.insert_impersonation",
    r#"INSERT INTO session (id, token_hash, user_id, expires_at, created_at, updated_at,
        ip_address, user_agent, impersonated_by, impersonated_from)
    SELECT ?1, ?2, u.id, ?4, ?5, ?6, ?7, ?8, a.id, ?10 FROM "user" u, "user" a
    WHERE u.id = ?3 AND u.is_active = 1 AND u.is_admin = 0
        AND (u.banned = 0 OR u.ban_expires_at <= ?5)
        AND a.id = ?9 AND a.is_active = 1 AND a.is_admin = 1 AND a.banned = 0
    -- server: FOR SHARE OF u, a"#,
);

/// Adds a session in which an administrator acts as somebody, out of their session `from`;
/// no row when either is no longer what that takes. Indexes: the primary key, twice.
#[must_use]
pub fn insert_impersonation(session: &Session, from: &str) -> Statement {
    INSERT_IMPERSONATION
        .bind([
            (&session.id).into(),
            (&session.token_hash).into(),
            (&session.user_id).into(),
            session.expires_at.into(),
            session.created_at.into(),
            session.updated_at.into(),
            (&session.ip_address).into(),
            (&session.user_agent).into(),
            session.impersonated_by.clone().into(),
            from.into(),
        ])
        .expecting(1)
}

static EXPIRES_SET: Sql = Sql::new(
    "sessions.expires_set",
    "UPDATE session SET expires_at = ?2, updated_at = ?4 WHERE id = ?1 AND expires_at = ?3",
);

/// Slides a session's expiry, unless somebody else has. Index: the primary key.
#[must_use]
pub fn expires_set(session: &Session, expires_at: Millis, now: Millis) -> Statement {
    let values = [(&session.id).into(), expires_at.into(), session.expires_at.into(), now.into()];
    EXPIRES_SET.bind(values)
}

static DELETE_BY_TOKEN: Sql = Sql::new(
    "sessions.delete_by_token",
    "DELETE FROM session WHERE token_hash = ?1 OR impersonated_from = (
        SELECT id FROM session WHERE token_hash = ?1)",
);

/// Ends the session of a token, if there is one, and those in which its person acts out of
/// it as somebody else. Indexes: `session_token_hash`, `session_impersonated_from`.
#[must_use]
pub fn delete_by_token(token: &TokenHash) -> Statement {
    DELETE_BY_TOKEN.bind([token.into()])
}

static DELETE_ONE: Sql = Sql::new(
    "sessions.delete_one",
    "DELETE FROM session WHERE user_id = ?1 AND (id = ?2 OR token_hash = ?3)
        OR impersonated_from = (SELECT id FROM session
            WHERE user_id = ?1 AND (id = ?2 OR token_hash = ?3) LIMIT 1)",
);

/// Ends one of a person's sessions, named by its handle or its token, as
/// [`delete_by_token`] does. Indexes: the primary key, `session_token_hash`,
/// `session_impersonated_from`.
#[must_use]
pub fn delete_one(user_id: &str, handle: &str, token: &TokenHash) -> Statement {
    DELETE_ONE.bind([user_id.into(), handle.into(), token.into()])
}

static DELETE_ANY: Sql = Sql::new(
    "sessions.delete_any",
    "DELETE FROM session WHERE id = ?1 OR token_hash = ?2
        OR impersonated_from = (SELECT id FROM session WHERE id = ?1 OR token_hash = ?2 LIMIT 1)",
);

/// Ends a session of whomever, named by its handle or its token, as [`delete_by_token`]
/// does. Indexes: the primary key, `session_token_hash`, `session_impersonated_from`.
#[must_use]
pub fn delete_any(handle: &str, token: &TokenHash) -> Statement {
    DELETE_ANY.bind([handle.into(), token.into()])
}

static DELETE_ALL: Sql = Sql::new(
    "sessions.delete_all",
    "DELETE FROM session WHERE user_id = ?1 OR impersonated_by = ?1",
);

/// Ends every session of a person, and those in which they act as somebody else: with the
/// account alone, so that one which is being opened is ended too, or refused.
/// Indexes: `session_user_id`, `session_impersonated_by`.
#[must_use]
pub fn end_all(user_id: &str) -> [Statement; 2] {
    [guards::alone(user_id, user_id), DELETE_ALL.bind([user_id.into()])]
}

static DELETE_OTHERS: Sql = Sql::new(
    "sessions.delete_others",
    "DELETE FROM session WHERE (user_id = ?1 OR impersonated_by = ?1) AND id <> ?2",
);

/// Ends every session of a person but one, as [`end_all`] does.
/// Indexes: `session_user_id`, `session_impersonated_by`.
#[must_use]
pub fn end_others(user_id: &str, kept_id: &str) -> [Statement; 2] {
    [guards::alone(user_id, user_id), DELETE_OTHERS.bind([user_id.into(), kept_id.into()])]
}

static DELETE_IMPERSONATIONS: Sql =
    Sql::new("sessions.delete_impersonations", "DELETE FROM session WHERE impersonated_by = ?1");

/// Ends the sessions in which a person acts as somebody else, as [`end_all`] does. Index:
/// `session_impersonated_by`.
#[must_use]
pub fn end_impersonations(admin_id: &str) -> [Statement; 2] {
    [guards::alone(admin_id, admin_id), DELETE_IMPERSONATIONS.bind([admin_id.into()])]
}

static DELETE_BORROWED: Sql = Sql::new(
    "sessions.delete_borrowed",
    "DELETE FROM session WHERE user_id = ?1 AND impersonated_by IS NOT NULL",
);

/// Ends the sessions in which administrators act as a person, as [`end_all`] does. Index:
/// `session_user_id`.
#[must_use]
pub fn end_borrowed(user_id: &str) -> [Statement; 2] {
    [guards::alone(user_id, user_id), DELETE_BORROWED.bind([user_id.into()])]
}

static FORGET: Sql = Sql::new(
    "sessions.forget",
    "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE expires_at <= ?1
        ORDER BY expires_at LIMIT ?2)",
);

/// Forgets sessions that have expired, oldest first. Index: `session_expires_at`.
#[must_use]
pub fn forget(now: Millis, limit: i64) -> Statement {
    FORGET.bind([now.into(), limit.into()])
}

impl FromRow for Session {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            token_hash: row.hash()?,
            user_id: row.text()?,
            expires_at: row.millis()?,
            created_at: row.millis()?,
            updated_at: row.millis()?,
            ip_address: row.text()?,
            user_agent: row.text()?,
            impersonated_by: row.text_or_null()?,
        })
    }
}

impl FromRow for SessionWithUser {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { session: Session::from_row(row)?, user: User::from_row(row)? })
    }
}
