//! Who works on which mail of the table `outbox`: what is due, claims, and their end.
//!
//! A mail is claimed by a guarded write that names the instance and moves the next
//! attempt: what an instance that is gone has claimed is freed by name
//! ([`super::claims`]), and at the latest when its lease has run out.

use super::outbox::OutboxMail;
use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::mail::Lane;

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&DUE, &NEXT_BUT_BULK, &NEXT_BULK, &CLAIM, &SENT, &RETRY, &FAILED];

/// A mail that is due, with the lane in which it travels.
#[derive(Clone, Debug)]
pub struct DueMail {
    /// The lane.
    pub lane: Lane,
    /// The mail.
    pub mail: OutboxMail,
}

// A part a lane, each along the index: what waits for later is never walked over.
macro_rules! due_of {
    ($lane:literal) => {
        concat!(
            "SELECT lane, id, kind, recipient, locale, params, secret, state, attempts,
        next_attempt_at, last_error, provider_id, created_at, sent_at
    FROM (SELECT lane, id, kind, recipient, locale, params, secret, state, attempts,
        next_attempt_at, last_error, provider_id, created_at, sent_at FROM outbox
        WHERE state IN ('pending', 'sending') AND lane = ",
            $lane,
            " AND next_attempt_at <= ?1
        ORDER BY next_attempt_at, id LIMIT ?2) AS lane_",
            $lane
        )
    };
}

static DUE: Sql = Sql::new(
    "outbox.due",
    concat!(
        due_of!("0"),
        "\n    UNION ALL ",
        due_of!("1"),
        "\n    UNION ALL ",
        due_of!("2"),
        "\n    UNION ALL ",
        due_of!("3"),
        "\n    ORDER BY lane, next_attempt_at, id"
    ),
);

/// Lists mails that are due, those of vanished workers included: in the order of the lanes,
/// and the longest due of each first. Index: `outbox_due`, once a lane.
#[must_use]
pub fn due(now: Millis, limit_a_lane: i64) -> Statement {
    DUE.bind([now.into(), limit_a_lane.into()])
}

macro_rules! next_of {
    ($lane:literal) => {
        concat!(
            "SELECT next_attempt_at FROM (SELECT next_attempt_at FROM outbox
        WHERE state IN ('pending', 'sending') AND lane = ",
            $lane,
            " ORDER BY next_attempt_at, id LIMIT 1) AS lane_",
            $lane
        )
    };
}

static NEXT_BUT_BULK: Sql = Sql::new(
    "outbox.next_but_bulk",
    concat!(
        next_of!("0"),
        "\n    UNION ALL ",
        next_of!("1"),
        "\n    UNION ALL ",
        next_of!("2"),
        "\n    ORDER BY next_attempt_at LIMIT 1"
    ),
);

/// Finds when the next mail is due that is not bulk. Index: `outbox_due`, once a lane.
#[must_use]
pub fn next_but_bulk() -> Statement {
    NEXT_BUT_BULK.bind([])
}

static NEXT_BULK: Sql = Sql::new(
    "outbox.next_bulk",
    "SELECT next_attempt_at FROM outbox WHERE state IN ('pending', 'sending') AND lane = 3
    AND next_attempt_at > ?1 ORDER BY next_attempt_at, id LIMIT 1",
);

/// Finds when the next bulk mail is due of those that are not due yet. Index: `outbox_due`.
#[must_use]
pub fn next_bulk(now: Millis) -> Statement {
    NEXT_BULK.bind([now.into()])
}

static CLAIM: Sql = Sql::new(
    "outbox.claim",
    "UPDATE outbox SET state = 'sending', attempts = attempts + 1, next_attempt_at = ?3,
        claimed_by = ?4
    WHERE id = ?1 AND next_attempt_at = ?2 AND state IN ('pending', 'sending')",
);

/// Claims a mail for an instance until `until`; expects that no other worker was faster.
/// Index: the primary key.
#[must_use]
pub fn claim(mail: &OutboxMail, instance: &str, until: Millis) -> Statement {
    let read_at = mail.next_attempt_at.into();
    CLAIM.bind([(&mail.id).into(), read_at, until.into(), instance.into()]).expecting(1)
}

// Freed under the feet of a worker that was thought dead, a mail that went is sent all the same.
static SENT: Sql = Sql::new(
    "outbox.sent",
    "UPDATE outbox SET state = 'sent', sent_at = ?2, finished_at = ?2, provider_id = ?3,
        last_error = NULL, secret = NULL, claimed_by = NULL
    WHERE id = ?1 AND state IN ('pending', 'sending')",
);

/// Marks a mail as sent and erases its token. Index: the primary key.
#[must_use]
pub fn sent(id: &str, provider_id: Option<&str>, now: Millis) -> Statement {
    SENT.bind([id.into(), now.into(), provider_id.into()])
}

static RETRY: Sql = Sql::new(
    "outbox.retry",
    "UPDATE outbox SET state = 'pending', next_attempt_at = ?2, last_error = ?3,
        claimed_by = NULL
    WHERE id = ?1 AND state = 'sending'",
);

/// Puts a mail back for another try. Index: the primary key.
#[must_use]
pub fn retry(id: &str, at: Millis, error: &str) -> Statement {
    RETRY.bind([id.into(), at.into(), error.into()])
}

static FAILED: Sql = Sql::new(
    "outbox.failed",
    "UPDATE outbox SET state = 'failed', last_error = ?2, finished_at = ?3, claimed_by = NULL
    WHERE id = ?1 AND state = 'sending'",
);

/// Gives a mail up; its token stays for [`super::outbox::again`]. Index: the primary key.
#[must_use]
pub fn failed(id: &str, error: &str, now: Millis) -> Statement {
    FAILED.bind([id.into(), error.into(), now.into()])
}

impl FromRow for DueMail {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { lane: row.parsed_number(Lane::parse)?, mail: OutboxMail::from_row(row)? })
    }
}
