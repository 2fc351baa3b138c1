//! The table `outbox`: mails that have to go, and what became of them.
//!
//! `pending → sending → sent | failed | suppressed`. Here is what is read of it, and what
//! an operator does; [`super::outbox_posts`] puts mails into it, [`super::outbox_claims`]
//! is of those who send them.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::email::Email;
use crate::domain::mail::Suppression;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &AGAIN,
    &DEPTH,
    &WAITING_OF_CAMPAIGN,
    &LAST,
    &LAST_OF_CAMPAIGN,
    &BY_ID,
    &PAGE,
    &SENT_PAGE,
    &WAITING_PAGE,
    &UNSENT_PAGE,
    &FORGET,
];

/// Prefix of outbox ids.
pub const ID_PREFIX: &str = "out_";

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

static AGAIN: Sql = Sql::new(
    "outbox.again",
    "UPDATE outbox SET state = 'pending', attempts = 0, next_attempt_at = ?2, finished_at = NULL
    WHERE id = ?1
    AND (state IN ('pending', 'failed') OR (state = 'suppressed' AND last_error IN (?3, ?4)))",
);

/// Makes a mail due that failed, waits, or was over a cap of its address; one that was
/// held back because it has nobody to go to stays. Index: the primary key.
#[must_use]
pub fn again(id: &str, now: Millis) -> Statement {
    let [address, notice] =
        [Suppression::AddressCap, Suppression::NoticeCap].map(|over| over.reason().into());
    AGAIN.bind([id.into(), now.into(), address, notice]).expecting(1)
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

static WAITING_OF_CAMPAIGN: Sql = Sql::new(
    "outbox.waiting_of_campaign",
    "SELECT count(*) FROM outbox WHERE campaign = ?1 AND state IN ('pending', 'sending')",
);

/// Counts the mails of a campaign that still have to go. Index: `outbox_campaign`.
#[must_use]
pub fn waiting_of_campaign(campaign: &str) -> Statement {
    WAITING_OF_CAMPAIGN.bind([campaign.into()])
}

static LAST: Sql = Sql::new(
    "outbox.last",
    "SELECT COALESCE(MAX(next_attempt_at), CAST(?1 AS BIGINT)) FROM outbox
    WHERE state IN ('pending', 'sending')",
);

/// Finds when the last of the mails that wait is due; now when there is none.
/// Index: `outbox_due`.
#[must_use]
pub fn last(now: Millis) -> Statement {
    LAST.bind([now.into()])
}

static LAST_OF_CAMPAIGN: Sql = Sql::new(
    "outbox.last_of_campaign",
    "SELECT next_attempt_at FROM outbox
    WHERE campaign = ?1 AND state IN ('pending', 'sending')
    ORDER BY next_attempt_at DESC LIMIT 1",
);

/// Finds when the last mail of a campaign is due; nothing when all have gone.
/// Index: `outbox_campaign`.
#[must_use]
pub fn last_of_campaign(campaign: &str) -> Statement {
    LAST_OF_CAMPAIGN.bind([campaign.into()])
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
