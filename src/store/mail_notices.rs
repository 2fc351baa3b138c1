//! The table `mail_notice`: notices of the present hour, by address and kind.
//!
//! They are counted apart from all other mails, so that nobody who fills an address's
//! hour with mails that anybody can ask for keeps its owner from being warned.

use super::{Sql, Statement};
use crate::base::clock::Millis;
use crate::domain::email::Email;
use crate::domain::mail::{MailKind, hour_before};

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&COUNT, &FORGET];

static COUNT: Sql = Sql::new(
    "mail_notices.count",
    "INSERT INTO mail_notice (recipient, kind, window_started_at, mails) VALUES (?1, ?2, ?3, 1)
    ON CONFLICT (recipient, kind) DO UPDATE SET
        mails = CASE WHEN mail_notice.window_started_at <= ?4 THEN 1
            ELSE mail_notice.mails + 1 END,
        window_started_at = CASE WHEN mail_notice.window_started_at <= ?4
            THEN excluded.window_started_at ELSE mail_notice.window_started_at END",
);

/// Counts a notice to an address. Index: the primary key.
#[must_use]
pub fn count(to: &Email, kind: MailKind, now: Millis) -> Statement {
    COUNT.bind([to.into(), kind.name().into(), now.into(), hour_before(now).into()])
}

static FORGET: Sql = Sql::new(
    "mail_notices.forget",
    "DELETE FROM mail_notice WHERE (recipient, kind) IN (
        SELECT recipient, kind FROM mail_notice WHERE window_started_at <= ?1
        ORDER BY window_started_at, recipient, kind LIMIT ?2)",
);

/// Forgets counts whose window has passed. Index: `mail_notice_window`.
#[must_use]
pub fn forget(now: Millis, limit: i64) -> Statement {
    FORGET.bind([hour_before(now).into(), limit.into()])
}
