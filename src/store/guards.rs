//! What was verified before, asked once more by the batch that acts on it.
//!
//! Each finds its row or undoes the batch. A person's row stands for their account: what
//! opens sessions holds it ([`person`]), what ends them or changes by what they are opened
//! has it alone ([`alone`]), both before anything else of the account. So whoever comes
//! second sees all that the first has written, on a server as in a file.

use super::{Sql, Statement};
use crate::base::clock::Millis;
use crate::domain::email::Email;
use crate::domain::user::User;

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] =
    &[&PERSON, &ADDRESS, &ALONE, &PASSWORD, &WAY_IN, &SESSION, &ADMIN, &LINK, &INVITED, &WAITS];

/// Name of the statement that finds no session, for who answers to it.
pub const SESSION_NAME: &str = "guards.session";

/// Name of the statement that finds no administrator, for who answers to it.
pub const ADMIN_NAME: &str = "guards.admin";

static PERSON: Sql = Sql::new(
    "guards.person",
    r#"SELECT id FROM "user"
    WHERE id = ?1 AND email = ?2 AND email_verified = ?3 AND is_active = 1
        AND (banned = 0 OR ban_expires_at <= ?4)
    -- server: FOR SHARE"#,
);

/// Demands that somebody who may enter still is who they were when that was decided: the
/// same address, proven or not, neither barred nor gone. Index: the primary key.
#[must_use]
pub fn person(user: &User, now: Millis) -> Statement {
    let User { id, email, email_verified, .. } = user;
    PERSON.bind([id.into(), email.into(), (*email_verified).into(), now.into()]).expecting(1)
}

static ADDRESS: Sql = Sql::new(
    "guards.address",
    r#"SELECT id FROM "user" WHERE id = ?1 AND email = ?2 AND email_verified = ?3
    -- server: FOR SHARE"#,
);

/// Demands that an address still is somebody's, and as proven as it was.
/// Index: the primary key.
#[must_use]
pub fn address(user: &User) -> Statement {
    let User { id, email, email_verified, .. } = user;
    ADDRESS.bind([id.into(), email.into(), (*email_verified).into()]).expecting(1)
}

static ALONE: Sql = Sql::new(
    "guards.alone",
    r#"SELECT id FROM "user" WHERE id IN (?1, ?2) ORDER BY id
    -- server: FOR NO KEY UPDATE"#,
);

/// Has one account alone, or two: always in the order of their ids, so that nobody who
/// wants the same two waits for ever. Who is gone is found by what follows.
/// Index: the primary key.
#[must_use]
pub fn alone(one: &str, other: &str) -> Statement {
    ALONE.bind([one.into(), other.into()])
}

static PASSWORD: Sql = Sql::new(
    "guards.password",
    "SELECT id FROM account
    WHERE user_id = ?1 AND provider_id = 'credential' AND password = ?2",
);

/// Demands that a person's password is stored as it was when it was verified; after what
/// holds the person's row. Index: `account_user_id`.
#[must_use]
pub fn password(user_id: &str, stored: &str) -> Statement {
    PASSWORD.bind([user_id.into(), stored.into()]).expecting(1)
}

static WAY_IN: Sql = Sql::new(
    "guards.way_in",
    "SELECT id FROM account
    WHERE id = ?1 AND user_id = ?2 AND account_id = ?3",
);

/// Demands that an account at a provider still is a person's way in; after what holds the
/// person's row. Index: the primary key.
#[must_use]
pub fn way_in(id: &str, user_id: &str, account_id: &str) -> Statement {
    WAY_IN.bind([id.into(), user_id.into(), account_id.into()]).expecting(1)
}

static SESSION: Sql = Sql::new(
    SESSION_NAME,
    "SELECT id FROM session WHERE id = ?1 AND user_id = ?2
    -- server: FOR SHARE",
);

/// Demands that a session has not been ended. Index: the primary key.
#[must_use]
pub fn session(id: &str, user_id: &str) -> Statement {
    SESSION.bind([id.into(), user_id.into()]).expecting(1)
}

static ADMIN: Sql = Sql::new(
    ADMIN_NAME,
    r#"SELECT id FROM "user"
    WHERE id = ?1 AND is_admin = 1 AND is_active = 1 AND (banned = 0 OR ban_expires_at <= ?2)
    -- server: FOR SHARE"#,
);

/// Demands that somebody still administers the site. Index: the primary key.
#[must_use]
pub fn admin(id: &str, now: Millis) -> Statement {
    ADMIN.bind([id.into(), now.into()]).expecting(1)
}

static LINK: Sql = Sql::new(
    "guards.link",
    "SELECT id FROM verification WHERE id = ?1 AND expires_at > ?2
    -- server: FOR SHARE",
);

/// Demands that a mailed link still opens something. Index: the primary key.
#[must_use]
pub fn link(id: &str, now: Millis) -> Statement {
    LINK.bind([id.into(), now.into()]).expecting(1)
}

static WAITS: Sql = Sql::new(
    "guards.waits",
    "SELECT id FROM waitlist WHERE id = ?1 AND email = ?2
    -- server: FOR SHARE",
);

/// Demands that somebody still is on the waitlist, under the same address.
/// Index: the primary key.
#[must_use]
pub fn waits(id: &str, email: &Email) -> Statement {
    WAITS.bind([id.into(), email.into()]).expecting(1)
}

static INVITED: Sql = Sql::new(
    "guards.invited",
    "SELECT id FROM waitlist WHERE email = ?1 AND invited_at > ?2
    -- server: FOR SHARE",
);

/// Demands that an address of the waitlist was invited after a moment.
/// Index: `waitlist_email`.
#[must_use]
pub fn invited(email: &Email, after: Millis) -> Statement {
    INVITED.bind([email.into(), after.into()]).expecting(1)
}
