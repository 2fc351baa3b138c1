//! Searching inside people's addresses and names: the one function whose text is
//! another on each engine.
//!
//! Both read an index of trigrams and find exactly what `domain::search` says:
//! SQLite by a phrase in the full-text table `user_search`, whose texts end with
//! `char(3)`, a server by LIKE with `pg_trgm`. The needle is folded and has three characters or more; `?1` is the
//! needle and `?2` the place, `contains`, `starts_with` or `ends_with`.

use super::{Sql, Statement};
use crate::domain::search::{Place, TextField};

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&EMAIL_COUNT, &EMAIL_ROWS, &NAME_COUNT, &NAME_ROWS];

/// The phrase of a search in a column, as SQLite takes it.
macro_rules! phrase {
    ($column:literal) => {
        concat!(
            "user_search MATCH '",
            $column,
            " : ' || CASE ?2 WHEN 'starts_with' THEN '^' ELSE '' END || '\"'
            || replace(?1, '\"', '\"\"')
            || CASE ?2 WHEN 'ends_with' THEN char(3) ELSE '' END || '\"'"
        )
    };
}

/// The same search as a server takes it.
macro_rules! pattern {
    ($column:literal) => {
        concat!(
            "u.",
            $column,
            r" LIKE CASE CAST(?2 AS TEXT) WHEN 'starts_with' THEN '' ELSE '%' END
            || replace(replace(replace(CAST(?1 AS TEXT), '\', '\\'), '%', '\%'), '_', '\_')
            || CASE CAST(?2 AS TEXT) WHEN 'ends_with' THEN '' ELSE '%' END"
        )
    };
}

macro_rules! joined {
    () => {
        r#" FROM user_search JOIN user_number n ON n.number = user_search.rowid
        JOIN "user" u ON u.id = n.user_id WHERE "#
    };
}

macro_rules! columns {
    () => {
        "SELECT u.id, u.name, u.email, u.email_verified, u.image, u.role, u.banned, u.ban_reason,
        u.ban_expires_at, u.is_active, u.locale, u.type, u.profession,
        u.organization_id, u.created_at, u.updated_at"
    };
}

static EMAIL_COUNT: Sql = Sql::per_engine(
    "full_text.email_count",
    concat!("SELECT count(*) FROM user_search WHERE ", phrase!("email")),
    concat!(r#"SELECT count(*) FROM "user" u WHERE "#, pattern!("email")),
);

static EMAIL_ROWS: Sql = Sql::per_engine(
    "full_text.email_rows",
    concat!(columns!(), joined!(), phrase!("email"), " LIMIT ?3"),
    concat!(columns!(), r#" FROM "user" u WHERE "#, pattern!("email"), " LIMIT ?3"),
);

static NAME_COUNT: Sql = Sql::per_engine(
    "full_text.name_count",
    concat!("SELECT count(*) FROM user_search WHERE ", phrase!("name")),
    concat!(r#"SELECT count(*) FROM "user" u WHERE "#, pattern!("name_folded")),
);

static NAME_ROWS: Sql = Sql::per_engine(
    "full_text.name_rows",
    concat!(columns!(), joined!(), phrase!("name"), " LIMIT ?3"),
    concat!(columns!(), r#" FROM "user" u WHERE "#, pattern!("name_folded"), " LIMIT ?3"),
);

/// Counts the people in whose text the needle stands. Indexes: `user_search`;
/// `user_email_trigrams`, `user_name_trigrams`.
#[must_use]
pub fn count(field: TextField, place: Place, needle: &str) -> Statement {
    let sql = match field {
        TextField::Email => &EMAIL_COUNT,
        TextField::Name => &NAME_COUNT,
    };
    sql.bind([needle.into(), place.name().into()])
}

/// Lists the people in whose text the needle stands, in no order. Indexes: as [`count`].
#[must_use]
pub fn rows(field: TextField, place: Place, needle: &str, limit: i64) -> Statement {
    let sql = match field {
        TextField::Email => &EMAIL_ROWS,
        TextField::Name => &NAME_ROWS,
    };
    sql.bind([needle.into(), place.name().into(), limit.into()])
}
