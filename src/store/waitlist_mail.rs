//! What the waitlist's mails change in `waitlist` and `counter`: confirmation,
//! invitation, unsubscription, and how far owed welcomes are paid.

use super::{Sql, Statement};
use crate::base::clock::Millis;
use crate::domain::waitlist::{WaitlistEntry, WaitlistRole};

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] =
    &[&CONFIRM, &INVITE, &UNSUBSCRIBE, &NEXT_UNINVITED, &WELCOMED_TO, &OWED, &PAID_TO];

static CONFIRM: Sql = Sql::new(
    "waitlist.confirm",
    "UPDATE waitlist SET confirmed_at = ?2 WHERE id = ?1 AND confirmed_at IS NULL",
);

/// Confirms a place; expects that nobody has. Index: the primary key.
#[must_use]
pub fn confirm(id: &str, now: Millis) -> Statement {
    CONFIRM.bind([id.into(), now.into()]).expecting(1)
}

static INVITE: Sql = Sql::new(
    "waitlist.invite",
    "UPDATE waitlist SET invited_at = ?2 WHERE id = ?1 AND invited_at IS NOT DISTINCT FROM ?3
    AND unsubscribed_at IS NULL",
);

/// Notes an invitation; expects that the entry is as it was read, and wants mail.
/// Index: the primary key.
#[must_use]
pub fn invite(entry: &WaitlistEntry, now: Millis) -> Statement {
    INVITE.bind([(&entry.id).into(), now.into(), entry.invited_at.into()]).expecting(1)
}

static UNSUBSCRIBE: Sql = Sql::new(
    "waitlist.unsubscribe",
    "UPDATE waitlist SET unsubscribed_at = ?2 WHERE id = ?1 AND unsubscribed_at IS NULL",
);

/// Ends the mails to somebody; no row when they have ended. Index: the primary key.
#[must_use]
pub fn unsubscribe(id: &str, now: Millis) -> Statement {
    UNSUBSCRIBE.bind([id.into(), now.into()])
}

static NEXT_UNINVITED: Sql = Sql::new(
    "waitlist.next_uninvited",
    "SELECT id, email, role, name, field, company, source, referred_by, sequence, referrals,
        locale, created_at, confirmed_at, invited_at, welcome, unsubscribed_at
    FROM waitlist
    WHERE invited_at IS NULL AND confirmed_at IS NOT NULL AND unsubscribed_at IS NULL
    AND (CAST(?1 AS TEXT) IS NULL OR role = ?1)
    AND (CAST(?2 AS TEXT) IS NULL OR field = ?2)
    AND (CAST(?3 AS TEXT) IS NULL OR source = ?3)
    ORDER BY sequence - CAST(?4 AS BIGINT) * referrals, id LIMIT ?5",
);

/// Which of those who wait are meant; nothing set is everybody.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// What they are.
    pub role: Option<WaitlistRole>,
    /// A professional's field, to the letter.
    pub field: Option<String>,
    /// Where they came from, to the letter.
    pub source: Option<String>,
}

/// Lists who is next to be invited, by position. A scan.
#[must_use]
pub fn next_uninvited(filter: &Filter, referral_bonus: i64, limit: i64) -> Statement {
    NEXT_UNINVITED.bind([
        filter.role.map(WaitlistRole::name).into(),
        filter.field.as_deref().into(),
        filter.source.as_deref().into(),
        referral_bonus.into(),
        limit.into(),
    ])
}

static WELCOMED_TO: Sql =
    Sql::new("waitlist.welcomed_to", "SELECT value FROM counter WHERE name = 'waitlist_welcome'");

/// Finds the sequence up to which welcomes are paid. Index: the primary key.
#[must_use]
pub fn welcomed_to() -> Statement {
    WELCOMED_TO.bind([])
}

static OWED: Sql = Sql::new(
    "waitlist.owed",
    "SELECT id, email, role, name, field, company, source, referred_by, sequence, referrals,
        locale, created_at, confirmed_at, invited_at, welcome, unsubscribed_at
    FROM waitlist WHERE sequence > ?1 ORDER BY sequence, id LIMIT ?2",
);

/// Lists entries after a sequence. Index: `waitlist_sequence`.
///
/// Sequences become visible in their order: each is taken under the counter's row
/// lock, which its transaction holds to the end.
#[must_use]
pub fn owed(after: i64, limit: i64) -> Statement {
    OWED.bind([after.into(), limit.into()])
}

static PAID_TO: Sql = Sql::new(
    "waitlist.paid_to",
    "UPDATE counter SET value = ?2 WHERE name = 'waitlist_welcome' AND value = ?1",
);

/// Notes that welcomes are paid up to a sequence; expects that nobody else paid.
/// Index: the primary key.
#[must_use]
pub fn paid_to(before: i64, sequence: i64) -> Statement {
    PAID_TO.bind([before.into(), sequence.into()]).expecting(1)
}
