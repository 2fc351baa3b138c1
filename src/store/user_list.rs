//! People for administrators: counted by a condition, fetched by it, or walked in order.
//!
//! Few who fulfil a condition are fetched by its index and sorted by whoever asks; of
//! many, a page is found by walking an index that has the order and looking at each.

use super::{FromRow, Row, Sql, Statement, StoreError, Value, full_text, users};
use crate::domain::search::{Condition, Direction, Listing, SortField, TextField};

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &COUNT_ALL,
    &ROLE_COUNT,
    &ROLE_ROWS,
    &BANNED_COUNT,
    &BANNED_ROWS,
    &VERIFIED_COUNT,
    &VERIFIED_ROWS,
    &CREATED_COUNT,
    &CREATED_ROWS,
    &BOTH_COUNT,
    &CREATED_UP,
    &CREATED_DOWN,
    &EMAIL_UP,
    &EMAIL_DOWN,
    &NAME_UP,
    &NAME_DOWN,
    &UNFOLDED,
    &FOLDED_SET,
];

macro_rules! rows {
    ($name:literal, $rest:expr) => {
        Sql::new(
            $name,
            concat!(
                r#"SELECT u.id, u.name, u.email, u.email_verified, u.image, u.role, u.banned,
        u.ban_reason, u.ban_expires_at, u.is_active, u.locale, u.type, u.profession,
        u.organization_id, u.created_at, u.updated_at
    FROM "user" u WHERE "#,
                $rest
            ),
        )
    };
}

static COUNT_ALL: Sql = Sql::new("user_list.count_all", r#"SELECT count(*) FROM "user""#);

static ROLE_COUNT: Sql =
    Sql::new("user_list.role_count", r#"SELECT count(*) FROM "user" WHERE role = ?1"#);
static ROLE_ROWS: Sql = rows!("user_list.role_rows", "u.role = ?1 LIMIT ?2");

static BANNED_COUNT: Sql =
    Sql::new("user_list.banned_count", r#"SELECT count(*) FROM "user" WHERE banned = ?1"#);
static BANNED_ROWS: Sql = rows!("user_list.banned_rows", "u.banned = ?1 LIMIT ?2");

static VERIFIED_COUNT: Sql = Sql::new(
    "user_list.verified_count",
    r#"SELECT count(*) FROM "user" WHERE email_verified = ?1"#,
);
static VERIFIED_ROWS: Sql = rows!("user_list.verified_rows", "u.email_verified = ?1 LIMIT ?2");

static CREATED_COUNT: Sql = Sql::new(
    "user_list.created_count",
    r#"SELECT count(*) FROM "user" WHERE created_at >= ?1 AND created_at < ?2"#,
);
static CREATED_ROWS: Sql =
    rows!("user_list.created_rows", "u.created_at >= ?1 AND u.created_at < ?2 LIMIT ?3");

/// Every condition, each only where it is given. What an index could use is hidden in an
/// OR, so that the index of the order is the one that is walked.
macro_rules! conditions {
    () => {
        "(CAST(?1 AS TEXT) IS NULL OR u.role = ?1)
        AND (CAST(?2 AS BIGINT) IS NULL OR u.banned = ?2)
        AND (CAST(?3 AS BIGINT) IS NULL OR u.email_verified = ?3)
        AND (CAST(?4 AS BIGINT) IS NULL OR u.created_at >= ?4)
        AND (CAST(?5 AS BIGINT) IS NULL OR u.created_at < ?5)
        AND (CAST(?6 AS TEXT) IS NULL OR CASE CAST(?7 AS TEXT)
            WHEN 'starts_with' THEN substr(u.email, 1, length(?6)) = ?6
            WHEN 'ends_with' THEN substr(u.email, length(u.email) - length(?6) + 1) = ?6
            ELSE replace(u.email, ?6, '') <> u.email END)
        AND (CAST(?8 AS TEXT) IS NULL OR CASE CAST(?9 AS TEXT)
            WHEN 'starts_with' THEN substr(u.name_folded, 1, length(?8)) = ?8
            WHEN 'ends_with' THEN substr(u.name_folded, length(u.name_folded) - length(?8) + 1) = ?8
            ELSE replace(u.name_folded, ?8, '') <> u.name_folded END)"
    };
}

static BOTH_COUNT: Sql = Sql::new(
    "user_list.both_count",
    concat!(r#"SELECT count(*) FROM "user" u WHERE "#, conditions!()),
);

macro_rules! walk {
    ($name:literal, $order:literal) => {
        rows!($name, concat!(conditions!(), "\n    ORDER BY ", $order, " LIMIT ?10 OFFSET ?11"))
    };
}

static CREATED_UP: Sql = walk!("user_list.created_up", "u.created_at, u.id");
static CREATED_DOWN: Sql = walk!("user_list.created_down", "u.created_at DESC, u.id DESC");
// A server sorts by bytes only when it is told to.
static EMAIL_UP: Sql = walk!("user_list.email_up", "u.email\n    -- server: COLLATE \"C\"\n   ");
static EMAIL_DOWN: Sql =
    walk!("user_list.email_down", "u.email\n    -- server: COLLATE \"C\"\n    DESC");
static NAME_UP: Sql =
    walk!("user_list.name_up", "u.name_folded\n    -- server: COLLATE \"C\"\n    , u.id");
static NAME_DOWN: Sql = walk!(
    "user_list.name_down",
    "u.name_folded\n    -- server: COLLATE \"C\"\n    DESC, u.id DESC"
);

/// Counts everybody. Index: the smallest of the table's.
#[must_use]
pub fn count_all() -> Statement {
    COUNT_ALL.bind([])
}

/// Counts whoever fulfils a condition; `None`: at most one does, of whom [`rows`] tells.
/// Indexes: `user_role`, `user_banned`, `user_email_verified`, `user_created_at`, and
/// those of [`full_text`].
#[must_use]
pub fn count(condition: &Condition) -> Option<Statement> {
    Some(match condition {
        Condition::Text(field, place, needle) => full_text::count(*field, *place, needle),
        Condition::Role(role) => ROLE_COUNT.bind([role.into()]),
        Condition::Banned(banned) => BANNED_COUNT.bind([(*banned).into()]),
        Condition::EmailVerified(verified) => VERIFIED_COUNT.bind([(*verified).into()]),
        Condition::Created(from, before) => CREATED_COUNT.bind([(*from).into(), (*before).into()]),
        Condition::Id(_) | Condition::Email(_) => return None,
    })
}

/// Lists whoever fulfils a condition, in no order. Indexes: as [`count`].
#[must_use]
pub fn rows(condition: &Condition, limit: i64) -> Statement {
    match condition {
        Condition::Text(field, place, needle) => full_text::rows(*field, *place, needle, limit),
        Condition::Role(role) => ROLE_ROWS.bind([role.into(), limit.into()]),
        Condition::Banned(banned) => BANNED_ROWS.bind([(*banned).into(), limit.into()]),
        Condition::EmailVerified(verified) => {
            VERIFIED_ROWS.bind([(*verified).into(), limit.into()])
        }
        Condition::Created(from, before) => {
            CREATED_ROWS.bind([(*from).into(), (*before).into(), limit.into()])
        }
        Condition::Id(id) => users::by_id(id),
        Condition::Email(email) => users::by_email(email),
    }
}

/// Counts whoever fulfils all conditions, by looking at everybody.
#[must_use]
pub fn count_by_looking(conditions: &[Condition]) -> Statement {
    BOTH_COUNT.bind(looked_at(conditions))
}

/// Walks the order of a list and takes its page. Indexes: `user_created_at`;
/// `user_email`, on a server `user_email_order`; `user_name_order`.
#[must_use]
pub fn walk(listing: &Listing) -> Statement {
    let (field, direction) = listing.sort;
    let sql = match (field, direction) {
        (SortField::CreatedAt, Direction::Ascending) => &CREATED_UP,
        (SortField::CreatedAt, Direction::Descending) => &CREATED_DOWN,
        (SortField::Email, Direction::Ascending) => &EMAIL_UP,
        (SortField::Email, Direction::Descending) => &EMAIL_DOWN,
        (SortField::Name, Direction::Ascending) => &NAME_UP,
        (SortField::Name, Direction::Descending) => &NAME_DOWN,
    };
    let number = |count: usize| Value::from(i64::try_from(count).unwrap_or(i64::MAX));
    let page = [number(listing.limit), number(listing.offset)];
    let mut values = looked_at(&listing.conditions).into_iter().chain(page);
    sql.bind::<11>(std::array::from_fn(|_| values.next().unwrap_or(Value::Null)))
}

/// Lays conditions out as the nine parameters of `conditions!`. Two of one kind would
/// overwrite each other; whoever reads a list's question makes one of them.
fn looked_at(conditions: &[Condition]) -> [Value; 9] {
    let mut values = [const { Value::Null }; 9];
    let [role, banned, verified, from, before, email, email_place, name, name_place] = &mut values;
    for condition in conditions {
        match condition {
            Condition::Text(TextField::Email, place, needle) => {
                (*email, *email_place) = (needle.into(), place.name().into());
            }
            Condition::Text(TextField::Name, place, needle) => {
                (*name, *name_place) = (needle.into(), place.name().into());
            }
            Condition::Role(exact) => *role = exact.into(),
            Condition::Banned(exact) => *banned = (*exact).into(),
            Condition::EmailVerified(exact) => *verified = (*exact).into(),
            Condition::Created(first, end) => {
                (*from, *before) = ((*first).into(), (*end).into());
            }
            // At most one fulfils these, and is fetched and never walked to.
            Condition::Id(_) | Condition::Email(_) => {}
        }
    }
    values
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
