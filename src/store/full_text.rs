//! Searching inside people's addresses and names: the one place whose texts are
//! others on each engine.
//!
//! Whether a search finds few is asked of an index of trigrams, and so are they: SQLite
//! has the full-text table `user_search`, whose texts end with `char(3)`, a server LIKE
//! with `pg_trgm`. Such an index is slow where many are found, a phrase's trigrams being
//! held against each other for each of them: those are counted by looking at everybody,
//! in an index that holds all that is asked. All ways find exactly what `domain::search`
//! says. A needle is folded and has three characters or more; a place is `contains`,
//! `starts_with` or `ends_with`.

mod looking;
mod walk;

pub use looking::{count_by_looking, pivot};
pub use walk::walk;

use super::{Sql, Statement};
use crate::domain::search::{Place, TextField};

/// Every statement of this folder, for the tests that prepare them all.
#[must_use]
pub fn all() -> Vec<&'static Sql> {
    [&[&EMAIL_PROBE, &EMAIL_ROWS, &NAME_PROBE, &NAME_ROWS], looking::ALL, walk::ALL].concat()
}

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

/// All trigrams of the needle in a column, wherever they stand: few rows have them, or the
/// phrase is not worth asking for. Of a long needle the first suffice.
macro_rules! trigrams {
    ($column:literal) => {
        concat!(
            "user_search MATCH (WITH RECURSIVE place (n) AS
            (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < length(?1) - 2 AND n < 40)
            SELECT '",
            $column,
            " : (' || group_concat('\"' || replace(substr(?1, n, 3), '\"', '\"\"') || '\"', ' AND ') || ')'
            FROM place)"
        )
    };
}

/// The same search as a server takes it.
macro_rules! pattern {
    ($column:literal, $needle:literal, $place:literal) => {
        concat!(
            "u.",
            $column,
            " LIKE CASE CAST(",
            $place,
            " AS TEXT) WHEN 'starts_with' THEN '' ELSE '%' END
            || replace(replace(replace(CAST(",
            $needle,
            r" AS TEXT), '\', '\\'), '%', '\%'), '_', '\_')
            || CASE CAST(",
            $place,
            " AS TEXT) WHEN 'ends_with' THEN '' ELSE '%' END"
        )
    };
}
use pattern;

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

static EMAIL_PROBE: Sql = Sql::per_engine(
    "full_text.email_probe",
    concat!(
        "SELECT count(*) FROM (SELECT 1 FROM user_search WHERE ",
        trigrams!("email"),
        " AND CAST(?2 AS TEXT) <> '' LIMIT ?3)"
    ),
    concat!(
        r#"SELECT count(*) FROM (SELECT 1 FROM "user" u WHERE "#,
        pattern!("email", "?1", "?2"),
        " LIMIT ?3) AS few"
    ),
);

static EMAIL_ROWS: Sql = Sql::per_engine(
    "full_text.email_rows",
    concat!(columns!(), joined!(), phrase!("email"), " LIMIT ?3"),
    concat!(columns!(), r#" FROM "user" u WHERE "#, pattern!("email", "?1", "?2"), " LIMIT ?3"),
);

static NAME_PROBE: Sql = Sql::per_engine(
    "full_text.name_probe",
    concat!(
        "SELECT count(*) FROM (SELECT 1 FROM user_search WHERE ",
        trigrams!("name"),
        " AND CAST(?2 AS TEXT) <> '' LIMIT ?3)"
    ),
    concat!(
        r#"SELECT count(*) FROM (SELECT 1 FROM "user" u WHERE "#,
        pattern!("name_folded", "?1", "?2"),
        " LIMIT ?3) AS few"
    ),
);

static NAME_ROWS: Sql = Sql::per_engine(
    "full_text.name_rows",
    concat!(columns!(), joined!(), phrase!("name"), " LIMIT ?3"),
    concat!(
        columns!(),
        r#" FROM "user" u WHERE "#,
        pattern!("name_folded", "?1", "?2"),
        " LIMIT ?3"
    ),
);

/// Counts who may have the needle in their text, up to a limit; up to there, whoever has
/// it is among them. Indexes: `user_search`; `user_email_trigrams`, `user_name_trigrams`.
#[must_use]
pub fn probe(field: TextField, place: Place, needle: &str, limit: i64) -> Statement {
    let sql = match field {
        TextField::Email => &EMAIL_PROBE,
        TextField::Name => &NAME_PROBE,
    };
    sql.bind([needle.into(), place.name().into(), limit.into()])
}

/// Lists the people in whose text the needle stands, in no order. Indexes: as [`probe`].
#[must_use]
pub fn rows(field: TextField, place: Place, needle: &str, limit: i64) -> Statement {
    let sql = match field {
        TextField::Email => &EMAIL_ROWS,
        TextField::Name => &NAME_ROWS,
    };
    sql.bind([needle.into(), place.name().into(), limit.into()])
}
