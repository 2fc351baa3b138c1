//! The table `account`: the ways in.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::account::{Account, PROVIDER_CREDENTIAL};

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] =
    &[&OF_USER, &PASSWORD, &INSERT_CREDENTIAL, &ADOPT, &PASSWORD_SET, &PASSWORD_SWAP];

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
    "INSERT INTO account (id, account_id, provider_id, user_id, scope, password, created_at,
        updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
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
    /// Granted scopes, joined by `,`.
    pub scope: Option<String>,
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
    ADOPT.bind([
        (&account.id).into(),
        (&account.account_id).into(),
        (&account.provider_id).into(),
        (&account.user_id).into(),
        account.scope.as_deref().into(),
        account.password.as_deref().into(),
        account.created_at.into(),
        account.updated_at.into(),
    ])
}

static PASSWORD_SET: Sql = Sql::new(
    "accounts.password_set",
    "UPDATE account SET password = ?2, updated_at = ?3
    WHERE user_id = ?1 AND provider_id = 'credential'",
);

/// Replaces a password whatever it was; no row when there is none. Index: `account_user_id`.
#[must_use]
pub fn password_set(user_id: &str, password: &str, now: Millis) -> Statement {
    PASSWORD_SET.bind([user_id.into(), password.into(), now.into()])
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
