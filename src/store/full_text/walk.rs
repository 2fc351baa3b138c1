//! Walking an order of people to a page of those who fulfil the conditions.
//!
//! On SQLite the order's index holds all that the conditions ask. A search by how the
//! order's own text begins looks at no other part of the order. A server plans anew for
//! each question.

use crate::domain::search::{Condition, Direction, Listing, Place, SortField, TextField};
use crate::store::{Sql, Statement, Value};

/// Every statement of this file.
pub const ALL: &[&Sql] = &[
    &CREATED_UP,
    &CREATED_DOWN,
    &EMAIL_UP[0],
    &EMAIL_UP[1],
    &EMAIL_DOWN[0],
    &EMAIL_DOWN[1],
    &NAME_UP[0],
    &NAME_UP[1],
    &NAME_DOWN[0],
    &NAME_DOWN[1],
];

/// Every condition, each only where it is given.
macro_rules! conditions {
    ($email:expr, $name:expr) => {
        concat!(
            "(CAST(?1 AS TEXT) IS NULL OR u.role = ?1)
        AND (CAST(?2 AS BIGINT) IS NULL OR u.banned = ?2)
        AND (CAST(?3 AS BIGINT) IS NULL OR u.email_verified = ?3)
        AND (CAST(?4 AS BIGINT) IS NULL OR u.created_at >= ?4)
        AND (CAST(?5 AS BIGINT) IS NULL OR u.created_at < ?5)
        AND (CAST(?6 AS TEXT) IS NULL OR ",
            $email,
            ")
        AND (CAST(?8 AS TEXT) IS NULL OR ",
            $name,
            ")"
        )
    };
}

/// Whether a text stands in a column, as a server finds out.
macro_rules! on_server {
    ($column:literal, $needle:literal, $place:literal) => {
        concat!(
            "strpos(u.",
            $column,
            ", ",
            $needle,
            ") > 0 AND CASE CAST(",
            $place,
            " AS TEXT)
            WHEN 'starts_with' THEN substr(u.",
            $column,
            ", 1, length(",
            $needle,
            ")) = ",
            $needle,
            "
            WHEN 'ends_with' THEN right(u.",
            $column,
            ", length(",
            $needle,
            ")) = ",
            $needle,
            "
            ELSE 1 = 1 END"
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
    ($name:expr, $index:literal, $embedded:expr, $server:expr) => {
        Sql::per_engine(
            $name,
            concat!(
                columns!(),
                " INDEXED BY ",
                $index,
                " WHERE ",
                conditions!("stands_in(?6, ?7, u.email)", "stands_in(?8, ?9, u.name_folded)"),
                $embedded,
                " LIMIT ?10 OFFSET ?11"
            ),
            concat!(
                columns!(),
                " WHERE ",
                conditions!(on_server!("email", "?6", "?7"), on_server!("name_folded", "?8", "?9")),
                $server,
                " LIMIT ?10 OFFSET ?11"
            ),
        )
    };
}

/// An order by a text, and then by the ids where texts are not unique, a server being told to compare bytes; a part of it
/// is what stands from `?12` on and before `?13`.
macro_rules! by_text {
    ($name:literal, $index:literal, $column:literal, $direction:literal, $ties:literal) => {
        [
            walk!(
                concat!("full_text.", $name),
                $index,
                concat!("\n    ORDER BY u.", $column, $direction, $ties),
                concat!("\n    ORDER BY u.", $column, " COLLATE \"C\"", $direction, $ties)
            ),
            walk!(
                concat!("full_text.", $name, "_part"),
                $index,
                concat!(
                    "\n        AND u.",
                    $column,
                    " >= ?12 AND u.",
                    $column,
                    " < ?13\n    ORDER BY u.",
                    $column,
                    $direction,
                    $ties
                ),
                concat!(
                    "\n        AND u.",
                    $column,
                    " COLLATE \"C\" >= ?12 AND u.",
                    $column,
                    " COLLATE \"C\" < ?13\n    ORDER BY u.",
                    $column,
                    " COLLATE \"C\"",
                    $direction,
                    $ties
                )
            ),
        ]
    };
}

macro_rules! by_moment {
    ($name:literal, $direction:literal) => {
        walk!(
            $name,
            "user_listing",
            concat!("\n    ORDER BY u.created_at", $direction, ", u.id", $direction),
            concat!("\n    ORDER BY u.created_at", $direction, ", u.id", $direction)
        )
    };
}

static CREATED_UP: Sql = by_moment!("full_text.created_up", "");
static CREATED_DOWN: Sql = by_moment!("full_text.created_down", " DESC");
static EMAIL_UP: [Sql; 2] = by_text!("email_up", "user_email_order", "email", "", "");
static EMAIL_DOWN: [Sql; 2] = by_text!("email_down", "user_email_order", "email", " DESC", "");
static NAME_UP: [Sql; 2] = by_text!("name_up", "user_name_order", "name_folded", "", ", u.id");
static NAME_DOWN: [Sql; 2] =
    by_text!("name_down", "user_name_order", "name_folded", " DESC", ", u.id DESC");

/// Walks the order of a list, from either end, and takes a page: how many, after how many.
/// Indexes: `user_listing`, on a server `user_created_at`; `user_email_order`;
/// `user_name_order`.
#[must_use]
pub fn walk(listing: &Listing, direction: Direction, page: (usize, usize)) -> Statement {
    let number = |count: usize| Value::from(i64::try_from(count).unwrap_or(i64::MAX));
    let mut values = Vec::from(looked_at(&listing.conditions));
    values.extend([number(page.0), number(page.1)]);
    let sql = match (listing.sort.0, direction) {
        (SortField::CreatedAt, Direction::Ascending) => return CREATED_UP.bind_all(values),
        (SortField::CreatedAt, Direction::Descending) => return CREATED_DOWN.bind_all(values),
        (SortField::Email, Direction::Ascending) => &EMAIL_UP,
        (SortField::Email, Direction::Descending) => &EMAIL_DOWN,
        (SortField::Name, Direction::Ascending) => &NAME_UP,
        (SortField::Name, Direction::Descending) => &NAME_DOWN,
    };
    match part(listing) {
        None => sql[0].bind_all(values),
        Some((from, before)) => {
            values.extend([from.into(), before.as_str().into()]);
            sql[1].bind_all(values)
        }
    }
}

/// Returns the part of the order, from a text on and before another, where all that begins
/// as a condition demands stands; `None`: no condition speaks of the order's own text.
fn part(listing: &Listing) -> Option<(&str, String)> {
    listing.conditions.iter().find_map(|condition| match (condition, listing.sort.0) {
        (Condition::Text(TextField::Email, Place::Start, needle), SortField::Email)
        | (Condition::Text(TextField::Name, Place::Start, needle), SortField::Name) => {
            Some((needle.as_str(), after_all(needle)?))
        }
        _ => None,
    })
}

/// Returns the least text above all that begin with a needle; `None`: there is no letter
/// above its last.
fn after_all(needle: &str) -> Option<String> {
    let mut letters = needle.chars();
    let last = letters.next_back()?;
    let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32)?;
    Some(format!("{}{next}", letters.as_str()))
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
