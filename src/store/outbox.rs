//! The table `outbox`: mails that have to go, and what became of them.
//!
//! `pending → sending → sent | failed | suppressed`. A mail is claimed by a
//! guarded write that also moves its next attempt: a worker that dies with it
//! leaves it to whoever looks after the lease.

use super::{FromRow, Row, Sql, Statement, StoreError, mail_quota};
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::domain::email::Email;
use crate::domain::mail::{Lane, MailContent, Suppression};

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &INSERT,
    &SUPPRESS_OVER_CAP,
    &SUPPRESS,
    &DUE,
    &NEXT,
    &CLAIM,
    &SENT,
    &RETRY,
    &FAILED,
    &AGAIN,
    &DEPTH,
    &WAITING,
    &BY_ID,
    &PAGE,
    &SENT_PAGE,
    &WAITING_PAGE,
    &UNSENT_PAGE,
    &FORGET,
];

/// Prefix of outbox ids.
pub const ID_PREFIX: &str = "out_";

/// A mail to be put into the outbox.
#[derive(Debug)]
pub struct NewMail {
    /// `out_…`; also the idempotency key towards a provider.
    pub id: String,
    /// To whom.
    pub to: Email,
    /// In which language.
    pub locale: Locale,
    /// What it is made of; never a secret.
    pub content: MailContent,
    /// The token that it carries, sealed with the id.
    pub secret: Option<Vec<u8>>,
    /// Whose it is; it goes when they go.
    pub user_id: Option<String>,
    /// When it was caused.
    pub created_at: Millis,
}

/// A mail as the outbox keeps it.
#[derive(Clone, Debug)]
pub struct OutboxMail {
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
    /// The sealed token.
    pub secret: Option<Vec<u8>>,
    /// `pending`, `sending`, `sent`, `failed` or `suppressed`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is to be tried; the guard of the claim.
    pub next_attempt_at: Millis,
    /// Why it did not go.
    pub last_error: Option<String>,
    /// The provider's name for it.
    pub provider_id: Option<String>,
    /// When it was caused.
    pub created_at: Millis,
    /// When it went.
    pub sent_at: Option<Millis>,
}

static INSERT: Sql = Sql::new(
    "outbox.insert",
    "INSERT INTO outbox (id, kind, lane, recipient, locale, params, secret, user_id, state,
        attempts, next_attempt_at, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'pending', 0, ?9, ?9)",
);

static SUPPRESS_OVER_CAP: Sql = Sql::new(
    "outbox.suppress_over_cap",
    "UPDATE outbox SET state = 'suppressed', last_error = ?4, finished_at = ?5
    WHERE id = ?1
    AND EXISTS (SELECT 1 FROM mail_quota q WHERE q.recipient = ?2 AND q.mails > ?3)",
);

/// Puts a mail into the outbox, due at once; one over the address's hourly cap is
/// put there as suppressed. Indexes: the primary keys.
///
/// # Errors
/// `Decode` for a content that is no JSON, which is a defect.
pub fn insert(mail: &NewMail, per_address_hourly_max: i64) -> Result<Vec<Statement>, StoreError> {
    let write = row(mail)?;
    if !mail.content.kind().is_capped() {
        return Ok(vec![write]);
    }
    let over_cap = SUPPRESS_OVER_CAP.bind([
        (&mail.id).into(),
        (&mail.to).into(),
        per_address_hourly_max.into(),
        Suppression::AddressCap.reason().into(),
        mail.created_at.into(),
    ]);
    Ok(vec![mail_quota::count(&mail.to, mail.created_at), write, over_cap])
}

static SUPPRESS: Sql = Sql::new(
    "outbox.suppress",
    "UPDATE outbox SET state = 'suppressed', last_error = ?2, finished_at = ?3 WHERE id = ?1",
);

/// Puts a mail into the outbox that will not go, with the reason.
///
/// The same writes as [`insert`]: whoever asked cannot tell by the time it took.
/// Indexes: the primary keys.
///
/// # Errors
/// As [`insert`].
pub fn insert_suppressed(mail: &NewMail, why: Suppression) -> Result<Vec<Statement>, StoreError> {
    let suppress = SUPPRESS.bind([(&mail.id).into(), why.reason().into(), mail.created_at.into()]);
    Ok(vec![mail_quota::count(&mail.to, mail.created_at), row(mail)?, suppress])
}

fn row(mail: &NewMail) -> Result<Statement, StoreError> {
    let params = serde_json::to_string(&mail.content)
        .map_err(|_shape| StoreError::Decode { sql: INSERT.name, column: 5 })?;
    let kind = mail.content.kind();
    let values = [
        (&mail.id).into(),
        kind.name().into(),
        kind.lane().number().into(),
        (&mail.to).into(),
        mail.locale.tag().into(),
        params.into(),
        mail.secret.clone().into(),
        mail.user_id.as_deref().into(),
        mail.created_at.into(),
    ];
    Ok(INSERT.bind(values).expecting(1))
}

static DUE: Sql = Sql::new(
    "outbox.due",
    "SELECT id, kind, recipient, locale, params, secret, state, attempts, next_attempt_at,
        last_error, provider_id, created_at, sent_at
    FROM outbox
    WHERE state IN ('pending', 'sending') AND lane = ?1 AND next_attempt_at <= ?2
    ORDER BY next_attempt_at, id LIMIT ?3",
);

/// Lists mails of a lane that are due, those of vanished workers included.
/// Index: `outbox_due`.
#[must_use]
pub fn due(lane: Lane, now: Millis, limit: i64) -> Statement {
    DUE.bind([lane.number().into(), now.into(), limit.into()])
}

static NEXT: Sql = Sql::new(
    "outbox.next",
    "SELECT next_attempt_at FROM outbox
    WHERE state IN ('pending', 'sending') AND lane = ?1
    ORDER BY next_attempt_at, id LIMIT 1",
);

/// Finds when the next mail of a lane is due. Index: `outbox_due`.
#[must_use]
pub fn next(lane: Lane) -> Statement {
    NEXT.bind([lane.number().into()])
}

static CLAIM: Sql = Sql::new(
    "outbox.claim",
    "UPDATE outbox SET state = 'sending', attempts = attempts + 1, next_attempt_at = ?3
    WHERE id = ?1 AND next_attempt_at = ?2 AND state IN ('pending', 'sending')",
);

/// Claims a mail until `until`; expects that no other worker was faster.
/// Index: the primary key.
#[must_use]
pub fn claim(mail: &OutboxMail, until: Millis) -> Statement {
    CLAIM.bind([(&mail.id).into(), mail.next_attempt_at.into(), until.into()]).expecting(1)
}

static SENT: Sql = Sql::new(
    "outbox.sent",
    "UPDATE outbox SET state = 'sent', sent_at = ?2, finished_at = ?2, provider_id = ?3,
        last_error = NULL, secret = NULL
    WHERE id = ?1 AND state = 'sending'",
);

/// Marks a mail as sent and erases its token. Index: the primary key.
#[must_use]
pub fn sent(id: &str, provider_id: Option<&str>, now: Millis) -> Statement {
    SENT.bind([id.into(), now.into(), provider_id.into()])
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
    "UPDATE outbox SET state = 'failed', last_error = ?2, finished_at = ?3
    WHERE id = ?1 AND state = 'sending'",
);

/// Gives a mail up; its token stays for [`again`]. Index: the primary key.
#[must_use]
pub fn failed(id: &str, error: &str, now: Millis) -> Statement {
    FAILED.bind([id.into(), error.into(), now.into()])
}

static AGAIN: Sql = Sql::new(
    "outbox.again",
    "UPDATE outbox SET state = 'pending', attempts = 0, next_attempt_at = ?2, finished_at = NULL
    WHERE id = ?1
    AND (state IN ('pending', 'failed') OR (state = 'suppressed' AND last_error = ?3))",
);

/// Makes a mail due that failed, waits, or was over its address's cap; one that was
/// held back because it has nobody to go to stays. Index: the primary key.
#[must_use]
pub fn again(id: &str, now: Millis) -> Statement {
    AGAIN.bind([id.into(), now.into(), Suppression::AddressCap.reason().into()]).expecting(1)
}

static DEPTH: Sql = Sql::new(
    "outbox.depth",
    "SELECT count(*), COALESCE(MIN(next_attempt_at), CAST(?1 AS BIGINT)) FROM outbox
    WHERE state IN ('pending', 'sending')",
);

/// Counts the mails that still have to go, and tells since when the oldest is due.
/// Index: `outbox_due`.
#[must_use]
pub fn depth(now: Millis) -> Statement {
    DEPTH.bind([now.into()])
}

static WAITING: Sql = Sql::new(
    "outbox.waiting",
    "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending') AND lane = ?1",
);

/// Counts the mails of a lane that still have to go. Index: `outbox_due`.
#[must_use]
pub fn waiting(lane: Lane) -> Statement {
    WAITING.bind([lane.number().into()])
}

/// What waits in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth {
    /// Mails not yet sent or given up.
    pub mails: i64,
    /// When the first of them is or was due; now when there is none.
    pub due_at: Millis,
}

static BY_ID: Sql = Sql::new(
    "outbox.by_id",
    "SELECT id, kind, recipient, locale, params, secret, state, attempts, next_attempt_at,
        last_error, provider_id, created_at, sent_at
    FROM outbox WHERE id = ?1",
);

/// Finds a mail. Index: the primary key.
#[must_use]
pub fn by_id(id: &str) -> Statement {
    BY_ID.bind([id.into()])
}

macro_rules! page {
    ($name:literal, $condition:literal, $at:literal, $limit:literal) => {
        Sql::new(
            $name,
            concat!(
                "SELECT id, kind, recipient, locale, params, secret, state, attempts,
        next_attempt_at, last_error, provider_id, created_at, sent_at
    FROM outbox WHERE ",
                $condition,
                "(",
                $at,
                ", id) < (?1, ?2)
    ORDER BY ",
                $at,
                " DESC, id DESC LIMIT ",
                $limit
            ),
        )
    };
}

static PAGE: Sql = page!("outbox.page", "", "created_at", "?3");
static SENT_PAGE: Sql = page!("outbox.sent_page", "state = 'sent' AND ", "created_at", "?3");
// By a sum that no index knows: else the whole outbox is walked by age for the few that wait.
static WAITING_PAGE: Sql = page!(
    "outbox.waiting_page",
    "state IN ('pending', 'sending') AND state = ?3 AND ",
    "created_at + 0",
    "?4"
);
static UNSENT_PAGE: Sql = page!(
    "outbox.unsent_page",
    "state IN ('failed', 'suppressed') AND state = ?3 AND ",
    "created_at",
    "?4"
);

/// Lists mails, of one state or of any, the newest first, after a moment and id.
///
/// What was sent is nearly everything and found along the way; what waits or did not go has
/// an index of its own. Indexes: `outbox_created_at`, `outbox_due`, `outbox_unsent`.
#[must_use]
pub fn page(state: Option<&str>, after: (Millis, &str), limit: i64) -> Statement {
    let (at, id) = (after.0.into(), after.1.into());
    match state {
        None => PAGE.bind([at, id, limit.into()]),
        Some("sent") => SENT_PAGE.bind([at, id, limit.into()]),
        Some(state @ ("pending" | "sending")) => {
            WAITING_PAGE.bind([at, id, state.into(), limit.into()])
        }
        Some(state) => UNSENT_PAGE.bind([at, id, state.into(), limit.into()]),
    }
}

static FORGET: Sql = Sql::new(
    "outbox.forget",
    "DELETE FROM outbox WHERE id IN (
        SELECT id FROM outbox WHERE finished_at IS NOT NULL AND finished_at <= ?1
        ORDER BY finished_at, id LIMIT ?2)",
);

/// Deletes finished mails up to a moment. Index: `outbox_finished_at`.
#[must_use]
pub fn forget(until: Millis, limit: i64) -> Statement {
    FORGET.bind([until.into(), limit.into()])
}

impl FromRow for OutboxMail {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            kind: row.text()?,
            to: row.email()?,
            locale: row.text()?,
            params: row.text()?,
            secret: row.bytes_or_null()?,
            state: row.text()?,
            attempts: row.integer()?,
            next_attempt_at: row.millis()?,
            last_error: row.text_or_null()?,
            provider_id: row.text_or_null()?,
            created_at: row.millis()?,
            sent_at: row.millis_or_null()?,
        })
    }
}

impl FromRow for Depth {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { mails: row.integer()?, due_at: row.millis()? })
    }
}
