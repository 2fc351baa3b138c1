//! Walking an order of people to a page of those who fulfil the conditions.
//!
//! On SQLite the order's index holds what the conditions ask, but for a text of which
//! another index has the order. A server plans anew for each question.

use crate::domain::search::{Condition, Direction, Listing, SortField, TextField};
use crate::store::{Sql, Statement, Value};

/// Every statement of this file.
pub const ALL: &[&Sql] =
    &[&CREATED_UP, &CREATED_DOWN, &EMAIL_UP, &EMAIL_DOWN, &NAME_UP, &NAME_DOWN];

/// Every condition, each only where it is given.
macro_rules! conditions {
    ($position:literal) => {
        concat!(
            "(CAST(?1 AS TEXT) IS NULL OR u.role = ?1)
        AND (CAST(?2 AS BIGINT) IS NULL OR u.banned = ?2)
        AND (CAST(?3 AS BIGINT) IS NULL OR u.email_verified = ?3)
        AND (CAST(?4 AS BIGINT) IS NULL OR u.created_at >= ?4)
        AND (CAST(?5 AS BIGINT) IS NULL OR u.created_at < ?5)
        AND (CAST(?6 AS TEXT) IS NULL OR ",
            $position,
            "(u.email, ?6) > 0 AND CASE CAST(?7 AS TEXT)
            WHEN 'starts_with' THEN substr(u.email, 1, length(?6)) = ?6
            WHEN 'ends_with' THEN substr(u.email, length(u.email) - length(?6) + 1) = ?6
            ELSE 1 = 1 END)
        AND (CAST(?8 AS TEXT) IS NULL OR ",
            $position,
            "(u.name_folded, ?8) > 0 AND CASE CAST(?9 AS TEXT)
            WHEN 'starts_with' THEN substr(u.name_folded, 1, length(?8)) = ?8
            WHEN 'ends_with' THEN substr(u.name_folded, length(u.name_folded) - length(?8) + 1) = ?8
            ELSE 1 = 1 END)"
        )
    };
}

macro_rules! columns {
    () => {
        r#"SELECT u.id, u.name, u.email, u.email_verified, u.image, u.role, u.banned,
        u.ban_reason, u.ban_expires_at, u.is_active, u.locale, u.type, u.profession,
        u.organization_id, u.created_at, u.updated_at
    FROM "user" u"#
    };
}

macro_rules! walk {
    ($name:literal, $index:literal, $order:literal) => {
        Sql::per_engine(
            $name,
            concat!(
                columns!(),
                " INDEXED BY ",
                $index,
                " WHERE ",
                conditions!("instr"),
                "\n    ORDER BY ",
                $order,
                " LIMIT ?10 OFFSET ?11"
            ),
            concat!(
                columns!(),
                " WHERE ",
                conditions!("strpos"),
                "\n    ORDER BY ",
                $order,
                " LIMIT ?10 OFFSET ?11"
            ),
        )
    };
}

static CREATED_UP: Sql = walk!("full_text.created_up", "user_listing", "u.created_at, u.id");
static CREATED_DOWN: Sql =
    walk!("full_text.created_down", "user_listing", "u.created_at DESC, u.id DESC");
// A server sorts by bytes only when it is told to.
static EMAIL_UP: Sql =
    walk!("full_text.email_up", "user_email_order", "u.email\n    -- server: COLLATE \"C\"\n   ");
static EMAIL_DOWN: Sql = walk!(
    "full_text.email_down",
    "user_email_order",
    "u.email\n    -- server: COLLATE \"C\"\n    DESC"
);
static NAME_UP: Sql = walk!(
    "full_text.name_up",
    "user_name_order",
    "u.name_folded\n    -- server: COLLATE \"C\"\n    , u.id"
);
static NAME_DOWN: Sql = walk!(
    "full_text.name_down",
    "user_name_order",
    "u.name_folded\n    -- server: COLLATE \"C\"\n    DESC, u.id DESC"
);

/// Walks the order of a list, from either end, and takes a page: how many, after how many.
/// Indexes: `user_listing`, on a server `user_created_at`; `user_email_order`;
/// `user_name_order`.
#[must_use]
pub fn walk(listing: &Listing, direction: Direction, page: (usize, usize)) -> Statement {
    let sql = match (listing.sort.0, direction) {
        (SortField::CreatedAt, Direction::Ascending) => &CREATED_UP,
        (SortField::CreatedAt, Direction::Descending) => &CREATED_DOWN,
        (SortField::Email, Direction::Ascending) => &EMAIL_UP,
        (SortField::Email, Direction::Descending) => &EMAIL_DOWN,
        (SortField::Name, Direction::Ascending) => &NAME_UP,
        (SortField::Name, Direction::Descending) => &NAME_DOWN,
    };
    let number = |count: usize| Value::from(i64::try_from(count).unwrap_or(i64::MAX));
    let page = [number(page.0), number(page.1)];
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
