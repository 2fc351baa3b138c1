//! Counting by looking at everybody: with a text in them, and one thing more perhaps.
//!
//! SQLite runs along `user_listing`, from one moment to another, so that two threads
//! can share the work; a server plans as it likes and has threads of its own.

use crate::base::clock::Millis;
use crate::domain::search::{Condition, Place, TextField};
use crate::store::{Sql, Statement, Value};

/// Every statement of this file.
pub const ALL: &[&Sql] = &[
    &PIVOT,
    &EMAIL,
    &EMAIL_ROLE,
    &EMAIL_BANNED,
    &EMAIL_VERIFIED,
    &NAME,
    &NAME_ROLE,
    &NAME_BANNED,
    &NAME_VERIFIED,
];

static PIVOT: Sql = Sql::new(
    "full_text.pivot",
    r#"SELECT created_at FROM "user" ORDER BY created_at, id LIMIT ?1 OFFSET ?2"#,
);

/// Finds the moment before which `count` people came. Index: `user_listing`.
#[must_use]
pub fn pivot(count: usize) -> Statement {
    PIVOT.bind([1.into(), i64::try_from(count).unwrap_or(i64::MAX).into()])
}

macro_rules! looking {
    ($name:literal, $column:literal, $rest:literal) => {
        Sql::per_engine(
            concat!("full_text.looking_", $name),
            concat!(
                r#"SELECT count(*) FROM "user" u INDEXED BY user_listing
    WHERE u.created_at >= ?1 AND u.created_at < ?2"#,
                $rest,
                " AND stands_in(?3, ?4, u.",
                $column,
                ")"
            ),
            concat!(
                r#"SELECT count(*) FROM "user" u WHERE u.created_at >= ?1 AND u.created_at < ?2"#,
                $rest,
                " AND ",
                super::pattern!($column, "?3", "?4")
            ),
        )
    };
}

static EMAIL: Sql = looking!("email", "email", "");
static EMAIL_ROLE: Sql = looking!("email_role", "email", " AND u.role = ?5");
static EMAIL_BANNED: Sql = looking!("email_banned", "email", " AND u.banned = ?5");
static EMAIL_VERIFIED: Sql = looking!("email_verified", "email", " AND u.email_verified = ?5");
static NAME: Sql = looking!("name", "name_folded", "");
static NAME_ROLE: Sql = looking!("name_role", "name_folded", " AND u.role = ?5");
static NAME_BANNED: Sql = looking!("name_banned", "name_folded", " AND u.banned = ?5");
static NAME_VERIFIED: Sql = looking!("name_verified", "name_folded", " AND u.email_verified = ?5");

/// Counts whoever came from the first moment on and before the second, has the needle in
/// a text, and fulfils the other condition. Index: `user_listing`; a server scans.
#[must_use]
pub fn count_by_looking(
    between: (Millis, Millis),
    text: (TextField, Place, &str),
    other: Option<&Condition>,
) -> Statement {
    let (field, place, needle) = text;
    let of = |email, name| match field {
        TextField::Email => email,
        TextField::Name => name,
    };
    let plain = [between.0.into(), between.1.into(), needle.into(), place.name().into()];
    let with = |sql: &'static Sql, value: Value| {
        let [from, before, needle, place] = plain.clone();
        sql.bind([from, before, needle, place, value])
    };
    match other {
        Some(Condition::Role(role)) => with(of(&EMAIL_ROLE, &NAME_ROLE), role.into()),
        Some(Condition::Banned(banned)) => with(of(&EMAIL_BANNED, &NAME_BANNED), (*banned).into()),
        Some(Condition::EmailVerified(verified)) => {
            with(of(&EMAIL_VERIFIED, &NAME_VERIFIED), (*verified).into())
        }
        // The moments are bounds already; at most one fulfils the others, and is fetched.
        Some(
            Condition::Created(..) | Condition::Text(..) | Condition::Id(_) | Condition::Email(_),
        )
        | None => of(&EMAIL, &NAME).bind(plain),
    }
}
