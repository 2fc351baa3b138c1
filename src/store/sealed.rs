//! Every column whose values are sealed, for the walk that seals them anew.
//!
//! A page takes rows as they come, with or without something sealed, so that no walk
//! over many people is one long statement.

use super::{FromRow, Row, Sql, Statement, StoreError};

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&GRANTS_PAGE, &GRANTS_SET, &MAILS_PAGE, &MAIL_SET];

/// What a provider granted to somebody, as it is stored.
#[derive(Clone, Debug)]
pub struct SealedAccount {
    /// The row.
    pub id: String,
    /// Access, refresh and ID token.
    pub tokens: [Option<String>; 3],
}

/// The token of a mail, as it is stored.
#[derive(Clone, Debug)]
pub struct SealedMail {
    /// The row.
    pub id: String,
    /// The token; `None`: it carries none, or went.
    pub token: Option<Vec<u8>>,
}

static GRANTS_PAGE: Sql = Sql::new(
    "sealed.grants_page",
    "SELECT id, access_token, refresh_token, id_token FROM account
    WHERE id > ?1 ORDER BY id LIMIT ?2",
);

/// Lists accounts after an id. Index: the primary key.
#[must_use]
pub fn grants_page(after: &str, limit: i64) -> Statement {
    GRANTS_PAGE.bind([after.into(), limit.into()])
}

static GRANTS_SET: Sql = Sql::new(
    "sealed.grants_set",
    "UPDATE account SET access_token = ?2, refresh_token = ?3, id_token = ?4
    WHERE id = ?1 AND COALESCE(access_token, '') = ?5
    AND COALESCE(refresh_token, '') = ?6 AND COALESCE(id_token, '') = ?7",
);

/// Puts the same tokens, sealed anew, in the place of what was read; changes no row when
/// others stand there meanwhile. Index: the primary key.
#[must_use]
pub fn grants_set(old: &SealedAccount, new: [Option<String>; 3]) -> Statement {
    let [access, refresh, id] = new;
    let [was_access, was_refresh, was_id] = &old.tokens;
    let was = |token: &Option<String>| token.clone().unwrap_or_default().into();
    GRANTS_SET.bind([
        (&old.id).into(),
        access.into(),
        refresh.into(),
        id.into(),
        was(was_access),
        was(was_refresh),
        was(was_id),
    ])
}

static MAILS_PAGE: Sql = Sql::new(
    "sealed.mails_page",
    "SELECT id, secret FROM outbox WHERE id > ?1 ORDER BY id LIMIT ?2",
);

/// Lists mails after an id. Index: the primary key.
#[must_use]
pub fn mails_page(after: &str, limit: i64) -> Statement {
    MAILS_PAGE.bind([after.into(), limit.into()])
}

static MAIL_SET: Sql =
    Sql::new("sealed.mail_set", "UPDATE outbox SET secret = ?2 WHERE id = ?1 AND secret = ?3");

/// As [`grants_set`], for the token of a mail; one that went has none any more.
#[must_use]
pub fn mail_set(old: &SealedMail, new: Vec<u8>) -> Statement {
    let was = old.token.clone().unwrap_or_default();
    MAIL_SET.bind([(&old.id).into(), Some(new).into(), Some(was).into()])
}

impl FromRow for SealedAccount {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let id = row.text()?;
        let tokens = [row.text_or_null()?, row.text_or_null()?, row.text_or_null()?];
        Ok(Self { id, tokens })
    }
}

impl FromRow for SealedMail {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { id: row.text()?, token: row.bytes_or_null()? })
    }
}
