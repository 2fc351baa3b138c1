//! The table `outbox`: mails that have to go, and what became of them.
//!
//! A mail is claimed by a guarded write that also moves its next attempt: a
//! worker that dies with it leaves it to whoever looks after the lease. While a
//! mail is claimed its state is `sending`; then `sent`, `failed`, or `pending`
//! again.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::domain::email::Email;
use crate::domain::mail::MailKind;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&INSERT, &DUE, &NEXT, &CLAIM, &SENT, &RETRY, &FAILED, &DEPTH];

/// Prefix of outbox ids.
pub const ID_PREFIX: &str = "out_";

/// A mail to be put into the outbox.
#[derive(Debug)]
pub struct NewMail {
    /// `out_…`; also the idempotency key towards a provider.
    pub id: String,
    /// What it is.
    pub kind: MailKind,
    /// To whom.
    pub to: Email,
    /// In which language.
    pub locale: Locale,
    /// What it is made of; never a secret.
    pub params: serde_json::Value,
    /// Whose it is; it goes when they go.
    pub user_id: Option<String>,
    /// When it was caused.
    pub created_at: Millis,
}

/// A mail that is due.
#[derive(Clone, Debug)]
pub struct DueMail {
    /// `out_…`.
    pub id: String,
    /// The kind's wire name.
    pub kind: String,
    /// To whom.
    pub to: Email,
    /// The language's tag.
    pub locale: String,
    /// What it is made of, as JSON.
    pub params: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was to be tried; the guard of the claim.
    pub next_attempt_at: Millis,
}

static INSERT: Sql = Sql::new(
    "outbox.insert",
    "INSERT INTO outbox (id, kind, recipient, locale, params, user_id, state, attempts,
        next_attempt_at, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'pending', 0, ?7, ?7)",
);

/// Puts a mail into the outbox, due at once.
#[must_use]
pub fn insert(mail: &NewMail) -> Statement {
    INSERT
        .bind([
            (&mail.id).into(),
            mail.kind.name().into(),
            (&mail.to).into(),
            mail.locale.tag().into(),
            mail.params.to_string().into(),
            mail.user_id.as_deref().into(),
            mail.created_at.into(),
        ])
        .expecting(1)
}

static DUE: Sql = Sql::new(
    "outbox.due",
    "SELECT id, kind, recipient, locale, params, attempts, next_attempt_at FROM outbox
    WHERE state IN ('pending', 'sending') AND next_attempt_at <= ?1
    ORDER BY next_attempt_at, id LIMIT ?2",
);

/// Lists mails that are due, those of vanished workers included. Index: `outbox_due`.
#[must_use]
pub fn due(now: Millis, limit: i64) -> Statement {
    DUE.bind([now.into(), limit.into()])
}

static NEXT: Sql = Sql::new(
    "outbox.next",
    "SELECT next_attempt_at FROM outbox WHERE state IN ('pending', 'sending')
    ORDER BY next_attempt_at, id LIMIT 1",
);

/// Finds when the next mail is due. Index: `outbox_due`.
#[must_use]
pub fn next() -> Statement {
    NEXT.bind([])
}

static CLAIM: Sql = Sql::new(
    "outbox.claim",
    "UPDATE outbox SET state = 'sending', attempts = attempts + 1, next_attempt_at = ?3
    WHERE id = ?1 AND next_attempt_at = ?2 AND state IN ('pending', 'sending')",
);

/// Claims a mail until `until`; no row when another worker was faster.
#[must_use]
pub fn claim(mail: &DueMail, until: Millis) -> Statement {
    CLAIM.bind([(&mail.id).into(), mail.next_attempt_at.into(), until.into()])
}

static SENT: Sql = Sql::new(
    "outbox.sent",
    "UPDATE outbox SET state = 'sent', sent_at = ?2, last_error = NULL
    WHERE id = ?1 AND state = 'sending'",
);

/// Marks a mail as sent. Index: the primary key.
#[must_use]
pub fn sent(id: &str, now: Millis) -> Statement {
    SENT.bind([id.into(), now.into()])
}

static RETRY: Sql = Sql::new(
    "outbox.retry",
    "UPDATE outbox SET state = 'pending', next_attempt_at = ?2, last_error = ?3
    WHERE id = ?1 AND state = 'sending'",
);

/// Puts a mail back for another try. Index: the primary key.
#[must_use]
pub fn retry(id: &str, at: Millis, error: &str) -> Statement {
    RETRY.bind([id.into(), at.into(), error.into()])
}

static FAILED: Sql = Sql::new(
    "outbox.failed",
    "UPDATE outbox SET state = 'failed', last_error = ?2 WHERE id = ?1 AND state = 'sending'",
);

/// Gives a mail up. Index: the primary key.
#[must_use]
pub fn failed(id: &str, error: &str) -> Statement {
    FAILED.bind([id.into(), error.into()])
}

static DEPTH: Sql =
    Sql::new("outbox.depth", "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')");

/// Counts the mails that still have to go. Index: `outbox_due`.
#[must_use]
pub fn depth() -> Statement {
    DEPTH.bind([])
}

impl FromRow for DueMail {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            kind: row.text()?,
            to: row.email()?,
            locale: row.text()?,
            params: row.text()?,
            attempts: row.integer()?,
            next_attempt_at: row.millis()?,
        })
    }
}
