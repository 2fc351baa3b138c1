//! The table `"user"`.
//!
//! `is_admin` repeats what `role` says, so that "is there an administrator" is a
//! look-up in a tiny partial index; [`role_set`] and [`insert`] keep both equal.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::domain::email::Email;
use crate::domain::search::folded;
use crate::domain::user::{Ban, User, UserKind, is_admin};

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &BY_ID,
    &BY_EMAIL,
    &PASSWORD_BY_EMAIL,
    &PAGE,
    &ANY_ADMIN,
    &ADMINS,
    &INSERT,
    &PROFILE_SET,
    &PROFESSION_SET,
    &KIND_SET,
    &ROLE_SET,
    &DATA_SET,
    &VERIFIED_SET,
    &EMAIL_SET,
    &BAN_SET,
    &BAN_LIFT,
    &ACTIVE_SET,
    &DELETE,
];

static BY_ID: Sql = Sql::new(
    "users.by_id",
    r#"SELECT id, name, email, email_verified, image, role, banned, ban_reason, ban_expires_at,
        is_active, locale, type, profession, organization_id, created_at, updated_at
    FROM "user" WHERE id = ?1"#,
);

/// Finds a person by id. Index: the primary key.
#[must_use]
pub fn by_id(id: &str) -> Statement {
    BY_ID.bind([id.into()])
}

static BY_EMAIL: Sql = Sql::new(
    "users.by_email",
    r#"SELECT id, name, email, email_verified, image, role, banned, ban_reason, ban_expires_at,
        is_active, locale, type, profession, organization_id, created_at, updated_at
    FROM "user" WHERE email = ?1"#,
);

/// Finds a person by address. Index: `user_email`.
#[must_use]
pub fn by_email(email: &Email) -> Statement {
    BY_EMAIL.bind([email.into()])
}

static PASSWORD_BY_EMAIL: Sql = Sql::new(
    "users.password_by_email",
    r#"SELECT u.id, u.name, u.email, u.email_verified, u.image, u.role, u.banned, u.ban_reason,
        u.ban_expires_at, u.is_active, u.locale, u.type, u.profession,
        u.organization_id, u.created_at, u.updated_at,
        a.password
    FROM "user" u
    LEFT JOIN account a ON a.user_id = u.id AND a.provider_id = 'credential'
    WHERE u.email = ?1"#,
);

/// Finds a person and the stored password. Indexes: `user_email`, `account_user_id`.
#[must_use]
pub fn password_by_email(email: &Email) -> Statement {
    PASSWORD_BY_EMAIL.bind([email.into()])
}

/// A person and the hash of their password, if they have one.
#[derive(Debug)]
pub struct UserWithPassword {
    /// The person.
    pub user: User,
    /// A hash in one of the formats that `base::password_hash` reads.
    pub password: Option<String>,
}

static PAGE: Sql = Sql::new(
    "users.page",
    r#"SELECT id, name, email, email_verified, image, role, banned, ban_reason, ban_expires_at,
        is_active, locale, type, profession, organization_id, created_at, updated_at
    FROM "user" WHERE (created_at, id) > (?1, ?2)
    ORDER BY created_at, id LIMIT ?3"#,
);

/// Lists people in order of creation after `(created_at, id)`. Index: `user_listing`,
/// on a server `user_created_at`.
#[must_use]
pub fn page(after: (Millis, &str), limit: i64) -> Statement {
    PAGE.bind([after.0.into(), after.1.into(), limit.into()])
}

static ANY_ADMIN: Sql =
    Sql::new("users.any_admin", r#"SELECT id FROM "user" WHERE is_admin = 1 LIMIT 1"#);

/// Finds the id of some administrator. Index: `user_is_admin`.
#[must_use]
pub fn any_admin() -> Statement {
    ANY_ADMIN.bind([])
}

static ADMINS: Sql = Sql::new(
    "users.admins",
    r#"SELECT id, name, email, email_verified, image, role, banned, ban_reason, ban_expires_at,
        is_active, locale, type, profession, organization_id, created_at, updated_at
    FROM "user" WHERE is_admin = 1 AND is_active = 1 ORDER BY id LIMIT ?1"#,
);

/// Lists administrators who may sign in. Index: `user_is_admin`.
#[must_use]
pub fn admins(limit: i64) -> Statement {
    ADMINS.bind([limit.into()])
}

static INSERT: Sql = Sql::new(
    "users.insert",
    r#"INSERT INTO "user" (id, name, email, email_verified, image, role, is_admin, banned,
        is_active, locale, type, profession, organization_id, created_at, updated_at, name_folded)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"#,
);

/// Adds a person. A second one with the address is `Duplicate`.
#[must_use]
pub fn insert(user: &User) -> Statement {
    INSERT
        .bind([
            (&user.id).into(),
            (&user.name).into(),
            (&user.email).into(),
            user.email_verified.into(),
            user.image.clone().into(),
            (&user.role).into(),
            user.is_admin().into(),
            user.is_active.into(),
            user.locale.map(Locale::tag).into(),
            user.kind.name().into(),
            user.profession.clone().into(),
            user.organization_id.clone().into(),
            user.created_at.into(),
            user.updated_at.into(),
            folded(&user.name).into(),
        ])
        .expecting(1)
}

static PROFILE_SET: Sql = Sql::new(
    "users.profile_set",
    r#"UPDATE "user" SET name = ?2, image = ?3, updated_at = ?4, name_folded = ?5 WHERE id = ?1"#,
);

/// Writes name and picture. Index: the primary key.
#[must_use]
pub fn profile_set(id: &str, name: &str, image: Option<&str>, now: Millis) -> Statement {
    let values = [id.into(), name.into(), image.into(), now.into(), folded(name).into()];
    PROFILE_SET.bind(values).expecting(1)
}

static PROFESSION_SET: Sql = Sql::new(
    "users.profession_set",
    r#"UPDATE "user" SET profession = ?2, updated_at = ?3 WHERE id = ?1"#,
);

/// Writes what somebody does for a living. Index: the primary key.
#[must_use]
pub fn profession_set(id: &str, profession: Option<&str>, now: Millis) -> Statement {
    PROFESSION_SET.bind([id.into(), profession.into(), now.into()]).expecting(1)
}

static KIND_SET: Sql =
    Sql::new("users.kind_set", r#"UPDATE "user" SET type = ?2, updated_at = ?3 WHERE id = ?1"#);

/// Writes on which side of the job board somebody stands. Index: the primary key.
#[must_use]
pub fn kind_set(id: &str, kind: UserKind, now: Millis) -> Statement {
    KIND_SET.bind([id.into(), kind.name().into(), now.into()]).expecting(1)
}

static ROLE_SET: Sql = Sql::new(
    "users.role_set",
    r#"UPDATE "user" SET role = ?2, is_admin = ?3, updated_at = ?4 WHERE id = ?1"#,
);

/// Writes the role of `user`, which carries the new one. Index: the primary key.
#[must_use]
pub fn role_set(user: &User, now: Millis) -> Statement {
    let values = [(&user.id).into(), (&user.role).into(), user.is_admin().into(), now.into()];
    ROLE_SET.bind(values).expecting(1)
}

/// What an administrator changes of a person; `None` leaves a column as it is.
#[derive(Clone, Debug, Default)]
pub struct DataChange {
    /// The name.
    pub name: Option<String>,
    /// The address, in normal form.
    pub email: Option<Email>,
    /// Whether the address is proven.
    pub email_verified: Option<bool>,
    /// The picture; `Some(None)` removes it.
    pub image: Option<Option<String>>,
    /// Roles joined by `,`.
    pub role: Option<String>,
}

static DATA_SET: Sql = Sql::new(
    "users.data_set",
    r#"UPDATE "user" SET name = COALESCE(?2, name), email = COALESCE(?3, email),
        email_verified = COALESCE(?4, email_verified),
        image = CASE WHEN CAST(?5 AS BIGINT) = 1 THEN ?6 ELSE image END,
        role = COALESCE(?7, role), is_admin = COALESCE(?8, is_admin), updated_at = ?9,
        name_folded = COALESCE(?10, name_folded)
    WHERE id = ?1"#,
);

/// Writes what is given and leaves the rest as it is by then; a taken address is
/// `Duplicate`. Index: the primary key.
#[must_use]
pub fn data_set(id: &str, change: &DataChange, now: Millis) -> Statement {
    DATA_SET
        .bind([
            id.into(),
            change.name.clone().into(),
            change.email.as_ref().map(Email::as_str).into(),
            change.email_verified.into(),
            change.image.is_some().into(),
            change.image.clone().flatten().into(),
            change.role.clone().into(),
            change.role.as_deref().map(is_admin).into(),
            now.into(),
            change.name.as_deref().map(folded).into(),
        ])
        .expecting(1)
}

static VERIFIED_SET: Sql = Sql::new(
    "users.verified_set",
    r#"UPDATE "user" SET email_verified = 1, updated_at = ?3
    WHERE id = ?1 AND email = ?2 AND email_verified = 0"#,
);

/// Marks the address proven, if it still is the person's and was not. Index: the primary key.
#[must_use]
pub fn verified_set(id: &str, email: &Email, now: Millis) -> Statement {
    VERIFIED_SET.bind([id.into(), email.into(), now.into()])
}

/// Name of the statement that finds the address taken, for who answers to it.
pub const EMAIL_SET_NAME: &str = "users.email_set";

static EMAIL_SET: Sql = Sql::new(
    EMAIL_SET_NAME,
    r#"UPDATE "user" SET email = ?3, updated_at = ?4 WHERE id = ?1 AND email = ?2"#,
);

/// Changes the address, if it still is the old one; a taken one is `Duplicate`.
/// Index: the primary key.
#[must_use]
pub fn email_set(id: &str, old: &Email, new: &Email, now: Millis) -> Statement {
    EMAIL_SET.bind([id.into(), old.into(), new.into(), now.into()]).expecting(1)
}

static BAN_SET: Sql = Sql::new(
    "users.ban_set",
    r#"UPDATE "user" SET banned = ?2, ban_reason = ?3, ban_expires_at = ?4, updated_at = ?5
    WHERE id = ?1"#,
);

/// Bans, or lifts the ban with `None`. Index: the primary key.
#[must_use]
pub fn ban_set(id: &str, ban: Option<&Ban>, now: Millis) -> Statement {
    let reason = ban.and_then(|ban| ban.reason.clone());
    let expires_at = ban.and_then(|ban| ban.expires_at);
    BAN_SET
        .bind([id.into(), ban.is_some().into(), reason.into(), expires_at.into(), now.into()])
        .expecting(1)
}

static BAN_LIFT: Sql = Sql::new(
    "users.ban_lift",
    r#"UPDATE "user" SET banned = 0, ban_reason = NULL, ban_expires_at = NULL, updated_at = ?2
    WHERE id = ?1 AND banned = 1 AND ban_expires_at <= ?2"#,
);

/// Lifts a ban that has run out, and no newer one. Index: the primary key.
#[must_use]
pub fn ban_lift(id: &str, now: Millis) -> Statement {
    BAN_LIFT.bind([id.into(), now.into()])
}

static ACTIVE_SET: Sql = Sql::new(
    "users.active_set",
    r#"UPDATE "user" SET is_active = ?2, updated_at = ?3 WHERE id = ?1"#,
);

/// Turns the account on or off. Index: the primary key.
#[must_use]
pub fn active_set(id: &str, is_active: Activity, now: Millis) -> Statement {
    ACTIVE_SET.bind([id.into(), (is_active == Activity::On).into(), now.into()]).expecting(1)
}

/// Whether an account may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// It may.
    On,
    /// An operator turned it off.
    Off,
}

static DELETE: Sql = Sql::new("users.delete", r#"DELETE FROM "user" WHERE id = ?1"#);

/// Deletes a person with all that hangs on them. Index: the primary key.
#[must_use]
pub fn delete(id: &str) -> Statement {
    DELETE.bind([id.into()]).expecting(1)
}

impl FromRow for User {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            name: row.text()?,
            email: row.email()?,
            email_verified: row.flag()?,
            image: row.text_or_null()?,
            role: row.text()?,
            ban: ban(row)?,
            is_active: row.flag()?,
            locale: row.text_or_null()?.as_deref().and_then(Locale::parse),
            kind: row.parsed(UserKind::parse)?,
            profession: row.text_or_null()?,
            organization_id: row.text_or_null()?,
            created_at: row.millis()?,
            updated_at: row.millis()?,
        })
    }
}

fn ban(row: &mut Row<'_>) -> Result<Option<Ban>, StoreError> {
    let banned = row.flag()?;
    let ban = Ban { reason: row.text_or_null()?, expires_at: row.millis_or_null()? };
    Ok(banned.then_some(ban))
}

impl FromRow for UserWithPassword {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { user: User::from_row(row)?, password: row.text_or_null()? })
    }
}
