//! The table `mail_refusal`: which kinds of mail somebody does not want.

use super::{Sql, Statement};
use crate::base::clock::Millis;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&STANDS, &OF, &REFUSE, &ALLOW];

static STANDS: Sql = Sql::new(
    "mail_refusals.stands",
    "SELECT created_at FROM mail_refusal WHERE user_id = ?1 AND kind = ?2",
);

/// Finds when somebody refused a kind of mail. Index: the primary key.
#[must_use]
pub fn stands(user_id: &str, kind: &str) -> Statement {
    STANDS.bind([user_id.into(), kind.into()])
}

static OF: Sql = Sql::new(
    "mail_refusals.of",
    "SELECT kind FROM mail_refusal WHERE user_id = ?1 ORDER BY kind LIMIT ?2",
);

/// Lists the kinds that somebody refuses. Index: the primary key.
#[must_use]
pub fn of(user_id: &str, limit: i64) -> Statement {
    OF.bind([user_id.into(), limit.into()])
}

static REFUSE: Sql = Sql::new(
    "mail_refusals.refuse",
    r#"INSERT INTO mail_refusal (user_id, kind, created_at)
    SELECT u.id, CAST(?2 AS TEXT), CAST(?3 AS BIGINT) FROM "user" u WHERE u.id = ?1
    ON CONFLICT (user_id, kind) DO NOTHING"#,
);

/// Notes that somebody who exists refuses a kind; again is fine. Index: the primary keys.
#[must_use]
pub fn refuse(user_id: &str, kind: &str, now: Millis) -> Statement {
    REFUSE.bind([user_id.into(), kind.into(), now.into()])
}

static ALLOW: Sql =
    Sql::new("mail_refusals.allow", "DELETE FROM mail_refusal WHERE user_id = ?1 AND kind = ?2");

/// Notes that somebody wants a kind. Index: the primary key.
#[must_use]
pub fn allow(user_id: &str, kind: &str) -> Statement {
    ALLOW.bind([user_id.into(), kind.into()])
}
