//! People for administrators: counted by a condition, fetched by it, or walked in order.
//!
//! Few who fulfil a condition are fetched by its index and sorted by whoever asks; of
//! many, a page is found by walking an index that has the order and looking at each, as
//! [`full_text`] does.

use super::{FromRow, Row, Sql, Statement, StoreError, full_text, users};
use crate::domain::search::Condition;

pub use super::full_text::{count_by_looking, pivot, walk};

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &COUNT_ALL,
    &ROLE[0],
    &ROLE[1],
    &ROLE[2],
    &BANNED[0],
    &BANNED[1],
    &BANNED[2],
    &VERIFIED[0],
    &VERIFIED[1],
    &VERIFIED[2],
    &CREATED[0],
    &CREATED[1],
    &CREATED[2],
    &UNFOLDED,
    &FOLDED_SET,
];

static COUNT_ALL: Sql = Sql::new("user_list.count_all", r#"SELECT count(*) FROM "user""#);

/// The three questions about a condition: how many, whether more than few, who.
macro_rules! condition {
    ($name:literal, $condition:literal, $limit:literal) => {
        [
            Sql::new(
                concat!("user_list.", $name, "_count"),
                concat!(r#"SELECT count(*) FROM "user" u WHERE "#, $condition),
            ),
            Sql::new(
                concat!("user_list.", $name, "_some"),
                concat!(
                    r#"SELECT count(*) FROM (SELECT 1 FROM "user" u WHERE "#,
                    $condition,
                    " LIMIT ",
                    $limit,
                    ") AS some_of_them"
                ),
            ),
            Sql::new(
                concat!("user_list.", $name, "_rows"),
                concat!(
                    r#"SELECT u.id, u.name, u.email, u.email_verified, u.image, u.role, u.banned,
        u.ban_reason, u.ban_expires_at, u.is_active, u.locale, u.type, u.profession,
        u.organization_id, u.created_at, u.updated_at
    FROM "user" u WHERE "#,
                    $condition,
                    " LIMIT ",
                    $limit
                ),
            ),
        ]
    };
}

static ROLE: [Sql; 3] = condition!("role", "u.role = ?1", "?2");
static BANNED: [Sql; 3] = condition!("banned", "u.banned = ?1", "?2");
static VERIFIED: [Sql; 3] = condition!("verified", "u.email_verified = ?1", "?2");
static CREATED: [Sql; 3] = condition!("created", "u.created_at >= ?1 AND u.created_at < ?2", "?3");

/// Counts everybody. Index: the smallest of the table's.
#[must_use]
pub fn count_all() -> Statement {
    COUNT_ALL.bind([])
}

/// Counts whoever fulfils a condition; `None`: it is one that at most one fulfils, or a
/// search, whose total [`count_by_looking`] tells. Indexes: `user_role`, `user_banned`,
/// `user_email_verified`, `user_listing`, on a server `user_created_at`.
#[must_use]
pub fn count(condition: &Condition) -> Option<Statement> {
    Some(match condition {
        Condition::Role(role) => ROLE[0].bind([role.into()]),
        Condition::Banned(banned) => BANNED[0].bind([(*banned).into()]),
        Condition::EmailVerified(verified) => VERIFIED[0].bind([(*verified).into()]),
        Condition::Created(from, before) => CREATED[0].bind([(*from).into(), (*before).into()]),
        Condition::Text(..) | Condition::Id(_) | Condition::Email(_) => return None,
    })
}

/// Counts whoever fulfils a condition, or may fulfil it in the case of a search, up to a
/// limit; `None`: at most one does, of whom [`rows`] tells.
/// Indexes: as [`count`], and those of [`full_text`].
#[must_use]
pub fn some(condition: &Condition, limit: i64) -> Option<Statement> {
    Some(match condition {
        Condition::Text(field, place, needle) => full_text::probe(*field, *place, needle, limit),
        Condition::Role(role) => ROLE[1].bind([role.into(), limit.into()]),
        Condition::Banned(banned) => BANNED[1].bind([(*banned).into(), limit.into()]),
        Condition::EmailVerified(verified) => VERIFIED[1].bind([(*verified).into(), limit.into()]),
        Condition::Created(from, before) => {
            CREATED[1].bind([(*from).into(), (*before).into(), limit.into()])
        }
        Condition::Id(_) | Condition::Email(_) => return None,
    })
}

/// Lists whoever fulfils a condition, in no order. Indexes: as [`some`].
#[must_use]
pub fn rows(condition: &Condition, limit: i64) -> Statement {
    match condition {
        Condition::Text(field, place, needle) => full_text::rows(*field, *place, needle, limit),
        Condition::Role(role) => ROLE[2].bind([role.into(), limit.into()]),
        Condition::Banned(banned) => BANNED[2].bind([(*banned).into(), limit.into()]),
        Condition::EmailVerified(verified) => VERIFIED[2].bind([(*verified).into(), limit.into()]),
        Condition::Created(from, before) => {
            CREATED[2].bind([(*from).into(), (*before).into(), limit.into()])
        }
        Condition::Id(id) => users::by_id(id),
        Condition::Email(email) => users::by_email(email),
    }
}

static UNFOLDED: Sql = Sql::new(
    "user_list.unfolded",
    r#"SELECT id, name FROM "user" WHERE name_folded
    -- server: COLLATE "C"
    = '' AND name <> '' LIMIT ?1"#,
);

/// Lists people whose name was stored by a version that did not search.
/// Index: `user_name_order`.
#[must_use]
pub fn unfolded(limit: i64) -> Statement {
    UNFOLDED.bind([limit.into()])
}

/// Somebody's id and name.
#[derive(Debug)]
pub struct Named {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
}

impl FromRow for Named {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { id: row.text()?, name: row.text()? })
    }
}

static FOLDED_SET: Sql = Sql::new(
    "user_list.folded_set",
    r#"UPDATE "user" SET name_folded = ?3 WHERE id = ?1 AND name = ?2"#,
);

/// Writes the folded form of a name, if that still is the name. Index: the primary key.
#[must_use]
pub fn folded_set(named: &Named, folded: &str) -> Statement {
    FOLDED_SET.bind([(&named.id).into(), (&named.name).into(), folded.into()])
}
