//! Mails about messages that nobody reads, as `conversation` owes them to each side.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::side::Side;

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &DUE_TO_CANDIDATE,
    &DUE_TO_ORGANIZATION,
    &NEXT_TO_CANDIDATE,
    &NEXT_TO_ORGANIZATION,
    &PAID_TO_CANDIDATE,
    &PAID_TO_ORGANIZATION,
];

/// A side that has not read a message for a while.
#[derive(Clone, Debug)]
pub struct Unread {
    /// The conversation.
    pub conversation_id: String,
    /// Its candidate.
    pub candidate_id: String,
    /// The candidate's name.
    pub candidate_name: String,
    /// Its organisation.
    pub organization_id: String,
    /// The organisation's name.
    pub organization_name: String,
    /// The offer's title.
    pub job_title: String,
    /// Since when the mail is due; the guard of its payment.
    pub mail_at: Millis,
}

macro_rules! due {
    ($name:literal, $mail_at:literal) => {
        Sql::new(
            $name,
            concat!(
                r#"SELECT c.id, c.candidate_id, u.name, c.organization_id, o.name, j.title, "#,
                $mail_at,
                r#" FROM conversation c JOIN "user" u ON u.id = c.candidate_id
    JOIN organization o ON o.id = c.organization_id JOIN job j ON j.id = c.job_id
    WHERE "#,
                $mail_at,
                " IS NOT NULL AND ",
                $mail_at,
                " <= ?1 ORDER BY ",
                $mail_at,
                ", c.id LIMIT ?2"
            ),
        )
    };
}

static DUE_TO_CANDIDATE: Sql = due!("conversation_mail.due_to_candidate", "c.candidate_mail_at");
static DUE_TO_ORGANIZATION: Sql =
    due!("conversation_mail.due_to_organization", "c.organization_mail_at");

/// Lists who has not read for long enough. Indexes: `conversation_candidate_mail_at`,
/// `conversation_organization_mail_at`.
#[must_use]
pub fn due(side: Side, now: Millis, limit: i64) -> Statement {
    let sql = match side {
        Side::Candidate => &DUE_TO_CANDIDATE,
        Side::Organization => &DUE_TO_ORGANIZATION,
    };
    sql.bind([now.into(), limit.into()])
}

static NEXT_TO_CANDIDATE: Sql = Sql::new(
    "conversation_mail.next_to_candidate",
    "SELECT candidate_mail_at FROM conversation WHERE candidate_mail_at IS NOT NULL
    ORDER BY candidate_mail_at LIMIT 1",
);

static NEXT_TO_ORGANIZATION: Sql = Sql::new(
    "conversation_mail.next_to_organization",
    "SELECT organization_mail_at FROM conversation WHERE organization_mail_at IS NOT NULL
    ORDER BY organization_mail_at LIMIT 1",
);

/// Finds when the next mail to a side is due. Indexes: as [`due`].
#[must_use]
pub fn next(side: Side) -> Statement {
    match side {
        Side::Candidate => NEXT_TO_CANDIDATE.bind([]),
        Side::Organization => NEXT_TO_ORGANIZATION.bind([]),
    }
}

static PAID_TO_CANDIDATE: Sql = Sql::new(
    "conversation_mail.paid_to_candidate",
    "UPDATE conversation SET candidate_mail_at = NULL, candidate_mailed_at = ?3
    WHERE id = ?1 AND candidate_mail_at = ?2",
);

static PAID_TO_ORGANIZATION: Sql = Sql::new(
    "conversation_mail.paid_to_organization",
    "UPDATE conversation SET organization_mail_at = NULL, organization_mailed_at = ?3
    WHERE id = ?1 AND organization_mail_at = ?2",
);

/// Notes that a side is written to; expects that it has not read meanwhile and that nobody
/// else wrote. Index: the primary key.
#[must_use]
pub fn paid(side: Side, unread: &Unread, now: Millis) -> Statement {
    let sql = match side {
        Side::Candidate => &PAID_TO_CANDIDATE,
        Side::Organization => &PAID_TO_ORGANIZATION,
    };
    let id = (&unread.conversation_id).into();
    sql.bind([id, unread.mail_at.into(), now.into()]).expecting(1)
}

impl FromRow for Unread {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            conversation_id: row.text()?,
            candidate_id: row.text()?,
            candidate_name: row.text()?,
            organization_id: row.text()?,
            organization_name: row.text()?,
            job_title: row.text()?,
            mail_at: row.millis()?,
        })
    }
}
