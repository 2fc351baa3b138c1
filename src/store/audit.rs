//! The table `audit`: entries are added and read, and forgotten by age alone.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::audit::{Act, AuditEntry, AuditFilter};
use crate::domain::token::TokenHash;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] =
    &[&INSERT, &INSERT_OF_SESSION, &INSERT_OF_HELD, &PAGE, &OF_ACT, &OF_ACTOR, &OF_TARGET, &FORGET];

static INSERT: Sql = Sql::new(
    "audit.insert",
    "INSERT INTO audit (id, at, act, actor_id, target_id, ip_address, user_agent, request_id,
        detail)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
);

/// Writes an act down.
#[must_use]
pub fn insert(entry: &AuditEntry) -> Statement {
    INSERT
        .bind([
            (&entry.id).into(),
            entry.at.into(),
            entry.act.name().into(),
            entry.actor_id.clone().into(),
            entry.target_id.clone().into(),
            (&entry.ip_address).into(),
            (&entry.user_agent).into(),
            (&entry.request_id).into(),
            entry.detail.clone().into(),
        ])
        .expecting(1)
}

static INSERT_OF_SESSION: Sql = Sql::new(
    "audit.insert_of_session",
    "INSERT INTO audit (id, at, act, actor_id, target_id, ip_address, user_agent, request_id,
        detail)
    SELECT ?1, ?2, ?3, COALESCE(CAST(?4 AS TEXT), s.impersonated_by, s.user_id), s.user_id, ?5,
        ?6, ?7, NULL
    FROM session s
    WHERE (s.id = ?8 OR s.token_hash = ?9) AND (CAST(?10 AS TEXT) IS NULL OR s.user_id = ?10)",
);

/// Writes down what happens to a session, named by its handle or its token; nothing when
/// there is none, or it is another person's than `owner_id`.
/// Indexes: the primary key of `session`, `session_token_hash`.
#[must_use]
pub fn insert_of_session(
    entry: &AuditEntry,
    (handle, token): (&str, &TokenHash),
    owner_id: Option<&str>,
) -> Statement {
    INSERT_OF_SESSION.bind([
        (&entry.id).into(),
        entry.at.into(),
        entry.act.name().into(),
        entry.actor_id.clone().into(),
        (&entry.ip_address).into(),
        (&entry.user_agent).into(),
        (&entry.request_id).into(),
        handle.into(),
        token.into(),
        owner_id.into(),
    ])
}

static INSERT_OF_HELD: Sql = Sql::new(
    "audit.insert_of_held",
    "INSERT INTO audit (id, at, act, actor_id, target_id, ip_address, user_agent, request_id,
        detail)
    SELECT ?1, ?2, ?3, CAST(?4 AS TEXT), CAST(?5 AS TEXT), ?6, ?7, ?8, CAST(?9 AS TEXT)
    FROM outbox o WHERE o.id = ?10 AND o.last_error IS NOT NULL",
);

/// Writes down that a mail of the same batch was held back; nothing when it was not.
/// Index: the primary key of `outbox`.
#[must_use]
pub fn insert_of_held(entry: &AuditEntry, mail_id: &str) -> Statement {
    INSERT_OF_HELD.bind([
        (&entry.id).into(),
        entry.at.into(),
        entry.act.name().into(),
        entry.actor_id.clone().into(),
        entry.target_id.clone().into(),
        (&entry.ip_address).into(),
        (&entry.user_agent).into(),
        (&entry.request_id).into(),
        entry.detail.clone().into(),
        mail_id.into(),
    ])
}

macro_rules! page {
    ($name:literal, $condition:literal, $limit:literal) => {
        Sql::new(
            $name,
            concat!(
                "SELECT id, at, act, actor_id, target_id, ip_address, user_agent, request_id, detail
    FROM audit WHERE ",
                $condition,
                "(at, id) < (?1, ?2)
    ORDER BY at DESC, id DESC LIMIT ",
                $limit
            ),
        )
    };
}

static PAGE: Sql = page!("audit.page", "", "?3");
static OF_ACT: Sql = page!("audit.of_act", "act = ?3 AND ", "?4");
static OF_ACTOR: Sql = page!("audit.of_actor", "actor_id = ?3 AND ", "?4");
static OF_TARGET: Sql = page!("audit.of_target", "target_id = ?3 AND ", "?4");

/// Lists entries before `(at, id)`, newest first. Indexes: `audit_at`, `audit_act`,
/// `audit_actor_id`, `audit_target_id`.
#[must_use]
pub fn page(filter: &AuditFilter, before: (Millis, &str), limit: i64) -> Statement {
    let (at, id) = (before.0.into(), before.1.into());
    match filter {
        AuditFilter::All => PAGE.bind([at, id, limit.into()]),
        AuditFilter::Act(act) => OF_ACT.bind([at, id, act.name().into(), limit.into()]),
        AuditFilter::Actor(actor) => OF_ACTOR.bind([at, id, actor.into(), limit.into()]),
        AuditFilter::Target(target) => OF_TARGET.bind([at, id, target.into(), limit.into()]),
    }
}

static FORGET: Sql = Sql::new(
    "audit.forget",
    "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ?1 ORDER BY at LIMIT ?2)",
);

/// Forgets entries from before a moment, oldest first. Index: `audit_at`.
#[must_use]
pub fn forget(before: Millis, limit: i64) -> Statement {
    FORGET.bind([before.into(), limit.into()])
}

impl FromRow for AuditEntry {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            at: row.millis()?,
            act: row.parsed(Act::parse)?,
            actor_id: row.text_or_null()?,
            target_id: row.text_or_null()?,
            ip_address: row.text()?,
            user_agent: row.text()?,
            request_id: row.text()?,
            detail: row.text_or_null()?,
        })
    }
}
