//! The table `account`: the ways in.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::account::{Account, NewLink, PROVIDER_CREDENTIAL};
use crate::domain::email::Email;
use crate::domain::social::{Grants, SealedGrants};
use crate::domain::user::User;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &OF_USER,
    &BY_PROVIDER,
    &BY_ISSUER,
    &PASSWORD,
    &GRANTS,
    &INSERT_CREDENTIAL,
    &INSERT_LINK,
    &ADOPT,
    &PASSWORD_PUT,
    &PASSWORD_SWAP,
    &GRANTS_SET,
    &DELETE_ONE,
    &DELETE_OTHERS,
];

static OF_USER: Sql = Sql::new(
    "accounts.of_user",
    "SELECT id, account_id, provider_id, user_id, scope, created_at, updated_at
    FROM account WHERE user_id = ?1 ORDER BY created_at, id LIMIT ?2",
);

/// Lists a person's ways in, oldest first. Index: `account_user_id`.
#[must_use]
pub fn of_user(user_id: &str, limit: i64) -> Statement {
    OF_USER.bind([user_id.into(), limit.into()])
}

static PASSWORD: Sql = Sql::new(
    "accounts.password",
    "SELECT password FROM account
    WHERE user_id = ?1 AND provider_id = 'credential' AND password IS NOT NULL",
);

/// Reads the hash of a person's password. Index: `account_user_id`.
#[must_use]
pub fn password(user_id: &str) -> Statement {
    PASSWORD.bind([user_id.into()])
}

static INSERT_CREDENTIAL: Sql = Sql::new(
    "accounts.insert_credential",
    "INSERT INTO account (id, account_id, provider_id, user_id, password, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
);

/// Gives a person a password.
#[must_use]
pub fn insert_credential(id: &str, user_id: &str, password: &str, now: Millis) -> Statement {
    INSERT_CREDENTIAL
        .bind([
            id.into(),
            user_id.into(),
            PROVIDER_CREDENTIAL.into(),
            user_id.into(),
            password.into(),
            now.into(),
            now.into(),
        ])
        .expecting(1)
}

static ADOPT: Sql = Sql::new(
    "accounts.adopt",
    "INSERT INTO account (id, account_id, provider_id, user_id, password, access_token,
        refresh_token, id_token, access_token_expires_at, refresh_token_expires_at, scope,
        created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
    ON CONFLICT DO NOTHING",
);

/// A way in that comes from somewhere else, as it was there.
#[derive(Clone)]
pub struct Adopted {
    /// The id it had.
    pub id: String,
    /// The provider's id of the person; the user's own id for a credential.
    pub account_id: String,
    /// `credential`, `google`, …
    pub provider_id: String,
    /// Whose way in it is.
    pub user_id: String,
    /// What its provider granted.
    pub grants: SealedGrants,
    /// A hash in one of the formats that `base::password_hash` reads.
    pub password: Option<String>,
    /// When it was linked.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

/// The hash stays out of logs.
impl std::fmt::Debug for Adopted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Adopted").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Adds a way in from somewhere else; no row when it is there, under any id.
#[must_use]
pub fn adopt(account: &Adopted) -> Statement {
    let SealedGrants(grants) = &account.grants;
    ADOPT.bind([
        (&account.id).into(),
        (&account.account_id).into(),
        (&account.provider_id).into(),
        (&account.user_id).into(),
        account.password.as_deref().into(),
        grants.access_token.as_deref().into(),
        grants.refresh_token.as_deref().into(),
        grants.id_token.as_deref().into(),
        grants.access_token_expires_at.into(),
        grants.refresh_token_expires_at.into(),
        grants.scope.as_deref().into(),
        account.created_at.into(),
        account.updated_at.into(),
    ])
}

static PASSWORD_PUT: Sql = Sql::new(
    "accounts.password_put",
    r#"INSERT INTO account (id, account_id, provider_id, user_id, password, created_at, updated_at)
    SELECT ?1, u.id, 'credential', u.id, ?3, ?4, ?4 FROM "user" u WHERE u.id = ?2
    ON CONFLICT (provider_id, account_id) DO UPDATE SET password = excluded.password,
        updated_at = excluded.updated_at"#,
);

/// Gives a person a password, whether they had one or not; `id` names the new way in.
/// Indexes: the primary key of `"user"`, `account_provider`.
#[must_use]
pub fn password_put(id: &str, user_id: &str, password: &str, now: Millis) -> Statement {
    PASSWORD_PUT.bind([id.into(), user_id.into(), password.into(), now.into()]).expecting(1)
}

static PASSWORD_SWAP: Sql = Sql::new(
    "accounts.password_swap",
    "UPDATE account SET password = ?3, updated_at = ?4
    WHERE user_id = ?1 AND provider_id = 'credential' AND password = ?2",
);

/// Replaces the password that was verified, unless it changed meanwhile.
/// Index: `account_user_id`.
#[must_use]
pub fn password_swap(user_id: &str, old: &str, new: &str, now: Millis) -> Statement {
    PASSWORD_SWAP.bind([user_id.into(), old.into(), new.into(), now.into()])
}

static BY_PROVIDER: Sql = Sql::new(
    "accounts.by_provider",
    r#"SELECT a.id, u.id, u.name, u.email, u.email_verified, u.image, u.role, u.banned,
        u.ban_reason, u.ban_expires_at, u.is_active, u.locale, u.type, u.profession,
        u.organization_id, u.created_at, u.updated_at
    FROM account a JOIN "user" u ON u.id = a.user_id
    WHERE a.provider_id = ?1 AND a.account_id = ?2"#,
);

/// Finds whose way in an account at a provider is.
/// Indexes: `account_provider`, the primary key of `"user"`.
#[must_use]
pub fn by_provider(provider_id: &str, account_id: &str) -> Statement {
    BY_PROVIDER.bind([provider_id.into(), account_id.into()])
}

static BY_ISSUER: Sql = Sql::new(
    "accounts.by_issuer",
    r#"SELECT a.id, u.id, u.name, u.email, u.email_verified, u.image, u.role, u.banned,
        u.ban_reason, u.ban_expires_at, u.is_active, u.locale, u.type, u.profession,
        u.organization_id, u.created_at, u.updated_at
    FROM account a JOIN "user" u ON u.id = a.user_id
    WHERE a.issuer IS NOT NULL AND a.issuer = ?1 AND a.account_id = ?2"#,
);

/// Finds the same by the issuer, under whatever name its section had.
/// Indexes: `account_issuer`, the primary key of `"user"`.
#[must_use]
pub fn by_issuer(issuer: &str, account_id: &str) -> Statement {
    BY_ISSUER.bind([issuer.into(), account_id.into()])
}

/// A way in and whose it is.
#[derive(Debug)]
pub struct LinkedUser {
    /// `acc_…`.
    pub id: String,
    /// The person.
    pub user: User,
}

static GRANTS: Sql = Sql::new(
    "accounts.grants",
    "SELECT access_token, refresh_token, id_token, access_token_expires_at,
        refresh_token_expires_at, scope
    FROM account WHERE id = ?1 AND user_id = ?2",
);

/// Reads what a provider granted to a person, sealed. Index: the primary key.
#[must_use]
pub fn grants(id: &str, user_id: &str) -> Statement {
    GRANTS.bind([id.into(), user_id.into()])
}

static INSERT_LINK: Sql = Sql::new(
    "accounts.insert_link",
    r#"INSERT INTO account (id, account_id, provider_id, issuer, user_id, access_token,
        refresh_token, id_token, access_token_expires_at, refresh_token_expires_at, scope,
        created_at, updated_at)
    SELECT ?1, ?2, ?3, ?4, u.id, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13 FROM "user" u
    WHERE u.id = ?5 AND u.email = ?14 AND u.email_verified = 1 AND u.is_active = 1
    -- server: FOR SHARE OF u"#,
);

/// Gives a person a way in; no row when they are gone, deactivated, or have not proven
/// the address that the provider vouches for. One that somebody has is `Duplicate`.
/// Index: the primary key of `"user"`.
#[must_use]
pub fn insert_link(link: &NewLink, grants: SealedGrants, email: &Email, now: Millis) -> Statement {
    let SealedGrants(grants) = grants;
    INSERT_LINK
        .bind([
            (&link.id).into(),
            (&link.account_id).into(),
            (&link.provider_id).into(),
            link.issuer.clone().into(),
            (&link.user_id).into(),
            grants.access_token.into(),
            grants.refresh_token.into(),
            grants.id_token.into(),
            grants.access_token_expires_at.into(),
            grants.refresh_token_expires_at.into(),
            grants.scope.into(),
            now.into(),
            now.into(),
            email.into(),
        ])
        .expecting(1)
}

static GRANTS_SET: Sql = Sql::new(
    "accounts.grants_set",
    "UPDATE account SET access_token = COALESCE(?3, access_token),
        refresh_token = COALESCE(?4, refresh_token), id_token = COALESCE(?5, id_token),
        access_token_expires_at =
            CASE WHEN CAST(?3 AS TEXT) IS NULL THEN access_token_expires_at ELSE ?6 END,
        refresh_token_expires_at = COALESCE(?7, refresh_token_expires_at),
        scope = COALESCE(?8, scope), updated_at = ?9
    WHERE id = ?1 AND user_id = ?2",
);

/// Replaces what a provider granted; what it does not grant again stays.
/// Index: the primary key.
#[must_use]
pub fn grants_set(id: &str, user_id: &str, grants: SealedGrants, now: Millis) -> Statement {
    let SealedGrants(grants) = grants;
    GRANTS_SET
        .bind([
            id.into(),
            user_id.into(),
            grants.access_token.into(),
            grants.refresh_token.into(),
            grants.id_token.into(),
            grants.access_token_expires_at.into(),
            grants.refresh_token_expires_at.into(),
            grants.scope.into(),
            now.into(),
        ])
        .expecting(1)
}

static DELETE_ONE: Sql = Sql::new(
    "accounts.delete_one",
    "DELETE FROM account WHERE id = ?2 AND user_id = ?1
        AND EXISTS (SELECT 1 FROM account o WHERE o.user_id = ?1 AND o.id <> ?2)",
);

/// Takes a way in from a person, unless it is their last: two at once could take the last
/// two, so it comes after [`super::guards::alone`].
/// Indexes: the primary key, `account_user_id`.
#[must_use]
pub fn delete_one(user_id: &str, id: &str) -> Statement {
    DELETE_ONE.bind([user_id.into(), id.into()]).expecting(1)
}

static DELETE_OTHERS: Sql =
    Sql::new("accounts.delete_others", "DELETE FROM account WHERE user_id = ?1 AND id <> ?2");

/// Takes every way in from a person but one. Index: `account_user_id`.
#[must_use]
pub fn delete_others(user_id: &str, kept_id: &str) -> Statement {
    DELETE_OTHERS.bind([user_id.into(), kept_id.into()])
}

impl FromRow for LinkedUser {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { id: row.text()?, user: User::from_row(row)? })
    }
}

impl FromRow for SealedGrants {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(Grants {
            access_token: row.text_or_null()?,
            refresh_token: row.text_or_null()?,
            id_token: row.text_or_null()?,
            access_token_expires_at: row.millis_or_null()?,
            refresh_token_expires_at: row.millis_or_null()?,
            scope: row.text_or_null()?,
        }))
    }
}

impl FromRow for Account {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            account_id: row.text()?,
            provider_id: row.text()?,
            user_id: row.text()?,
            scope: row.text_or_null()?,
            created_at: row.millis()?,
            updated_at: row.millis()?,
        })
    }
}
