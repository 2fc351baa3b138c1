//! The tables `waitlist` and `counter`.

use super::{FromRow, Row, Sql, Statement, StoreError, Value};
use crate::base::clock::Millis;
use crate::domain::email::Email;
use crate::domain::waitlist::{WaitlistEntry, WaitlistRole};

/// Every statement of these tables, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &NEXT_SEQUENCE,
    &SEQUENCE_TAKEN,
    &INSERT,
    &INSERT_NEW,
    &AGAIN,
    &COUNT_REFERRAL,
    &BY_ID,
    &BY_EMAIL,
    &PAGE,
    &STATS,
    &BY_SOURCE,
    &DELETE,
];

static NEXT_SEQUENCE: Sql = Sql::contended(
    "waitlist.next_sequence",
    "UPDATE counter SET value = value + 1 WHERE name = 'waitlist'",
);

/// Takes the next place in the order of joining; [`insert`] reads it in the same batch.
#[must_use]
pub fn next_sequence() -> Statement {
    NEXT_SEQUENCE.bind([]).expecting(1)
}

static SEQUENCE_TAKEN: Sql =
    Sql::new("waitlist.sequence_taken", "SELECT value FROM counter WHERE name = 'waitlist'");

/// Reads the place that [`next_sequence`] took earlier in the same batch, or else last.
#[must_use]
pub fn sequence_taken() -> Statement {
    SEQUENCE_TAKEN.bind([]).expecting(1)
}

static INSERT: Sql = Sql::new(
    "waitlist.insert",
    "INSERT INTO waitlist (id, email, role, name, field, company, source, referred_by,
        sequence, referrals, locale, created_at, confirmed_at, invited_at, welcome,
        unsubscribed_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
        (SELECT value FROM counter WHERE name = 'waitlist'), ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
);

/// Adds an entry at the place that [`next_sequence`] took.
/// The entry's own `sequence` is not read. A second entry of an address is `Duplicate`.
///
/// One row of values and no `RETURNING`: `INSERT … SELECT` opens a savepoint of its
/// own in SQLite and `RETURNING` a table, together half of what a join wrote.
#[must_use]
pub fn insert(entry: &WaitlistEntry) -> Statement {
    INSERT.bind(values(entry)).expecting(1)
}

static INSERT_NEW: Sql = Sql::new(
    "waitlist.insert_new",
    "INSERT INTO waitlist (id, email, role, name, field, company, source, referred_by,
        sequence, referrals, locale, created_at, confirmed_at, invited_at, welcome,
        unsubscribed_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
        (SELECT value FROM counter WHERE name = 'waitlist'), ?9, ?10, ?11, ?12, ?13, ?14, ?15)
    ON CONFLICT DO NOTHING",
);

/// Adds an entry as [`insert`] does, or no row when its address or id is there.
#[must_use]
pub fn insert_new(entry: &WaitlistEntry) -> Statement {
    INSERT_NEW.bind(values(entry))
}

fn values(entry: &WaitlistEntry) -> [Value; 15] {
    [
        (&entry.id).into(),
        (&entry.email).into(),
        entry.role.name().into(),
        entry.name.as_deref().into(),
        entry.field.as_deref().into(),
        entry.company.as_deref().into(),
        entry.source.as_deref().into(),
        entry.referred_by.as_deref().into(),
        entry.referrals.into(),
        (&entry.locale).into(),
        entry.created_at.into(),
        entry.confirmed_at.into(),
        entry.invited_at.into(),
        entry.welcome.into(),
        entry.unsubscribed_at.into(),
    ]
}

static AGAIN: Sql = Sql::new("waitlist.again", "UPDATE waitlist SET locale = locale WHERE id = ?1");

/// Leaves an entry as it is with the work of one that is added; expects that it is there.
/// Index: the primary key.
#[must_use]
pub fn again(id: &str) -> Statement {
    AGAIN.bind([id.into()]).expecting(1)
}

static COUNT_REFERRAL: Sql = Sql::new(
    "waitlist.count_referral",
    "UPDATE waitlist SET referrals = referrals + 1 WHERE id = ?1",
);

/// Counts a referral for the entry whose code was used. Index: the primary key.
#[must_use]
pub fn count_referral(id: &str) -> Statement {
    COUNT_REFERRAL.bind([id.into()])
}

static BY_ID: Sql = Sql::new(
    "waitlist.by_id",
    "SELECT id, email, role, name, field, company, source, referred_by, sequence, referrals,
        locale, created_at, confirmed_at, invited_at, welcome, unsubscribed_at
    FROM waitlist WHERE id = ?1",
);

/// Finds an entry by its referral code. Index: the primary key.
#[must_use]
pub fn by_id(id: &str) -> Statement {
    BY_ID.bind([id.into()])
}

static BY_EMAIL: Sql = Sql::new(
    "waitlist.by_email",
    "SELECT id, email, role, name, field, company, source, referred_by, sequence, referrals,
        locale, created_at, confirmed_at, invited_at, welcome, unsubscribed_at
    FROM waitlist WHERE email = ?1",
);

/// Finds an entry by its address. Index: `waitlist_email`.
#[must_use]
pub fn by_email(email: &Email) -> Statement {
    BY_EMAIL.bind([email.into()])
}

static PAGE: Sql = Sql::new(
    "waitlist.page",
    "SELECT id, email, role, name, field, company, source, referred_by, sequence, referrals,
        locale, created_at, confirmed_at, invited_at, welcome, unsubscribed_at
    FROM waitlist WHERE (sequence, id) > (?1, ?2) ORDER BY sequence, id LIMIT ?3",
);

/// Lists entries in order of joining after `(sequence, id)`. Index: `waitlist_sequence`.
#[must_use]
pub fn page(after: (i64, &str), limit: i64) -> Statement {
    PAGE.bind([after.0.into(), after.1.into(), limit.into()])
}

static STATS: Sql = Sql::new(
    "waitlist.stats",
    "SELECT count(*), count(*) FILTER (WHERE role = 'professional'),
        count(*) FILTER (WHERE role = 'empresa'), count(referred_by), count(confirmed_at),
        count(invited_at), count(*) FILTER (WHERE created_at >= ?1)
    FROM waitlist",
);

/// Counts the list; the last number is of those who joined from `since` on. A scan.
#[must_use]
pub fn stats(since: Millis) -> Statement {
    STATS.bind([since.into()])
}

/// The list in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitlistStats {
    /// Everybody.
    pub total: i64,
    /// Of them professionals.
    pub professionals: i64,
    /// Of them empresas.
    pub empresas: i64,
    /// Who came by somebody's code.
    pub referred: i64,
    /// Whose address is confirmed.
    pub confirmed: i64,
    /// Who was invited.
    pub invited: i64,
    /// Who joined since the moment asked.
    pub recent: i64,
}

static BY_SOURCE: Sql = Sql::new(
    "waitlist.by_source",
    "SELECT COALESCE(source, ''), count(*) FROM waitlist
    GROUP BY COALESCE(source, '') ORDER BY count(*) DESC, COALESCE(source, '') LIMIT ?1",
);

/// Counts entries by source, the largest first; no source is the empty text. A scan.
#[must_use]
pub fn by_source(limit: i64) -> Statement {
    BY_SOURCE.bind([limit.into()])
}

/// How many came from one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceCount {
    /// The source; empty when none was sent.
    pub source: String,
    /// How many.
    pub count: i64,
}

static DELETE: Sql = Sql::new("waitlist.delete", "DELETE FROM waitlist WHERE email = ?1");

/// Removes the entry of an address. Index: `waitlist_email`.
#[must_use]
pub fn delete(email: &Email) -> Statement {
    DELETE.bind([email.into()]).expecting(1)
}

impl FromRow for WaitlistEntry {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            email: row.email()?,
            // An empresa is what is not a professional: only these two are ever written.
            role: WaitlistRole::parse(&row.text()?).unwrap_or(WaitlistRole::Empresa),
            name: row.text_or_null()?,
            field: row.text_or_null()?,
            company: row.text_or_null()?,
            source: row.text_or_null()?,
            referred_by: row.text_or_null()?,
            sequence: row.integer()?,
            referrals: row.integer()?,
            locale: row.text()?,
            created_at: row.millis()?,
            confirmed_at: row.millis_or_null()?,
            invited_at: row.millis_or_null()?,
            welcome: row.flag()?,
            unsubscribed_at: row.millis_or_null()?,
        })
    }
}

impl FromRow for WaitlistStats {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            total: row.integer()?,
            professionals: row.integer()?,
            empresas: row.integer()?,
            referred: row.integer()?,
            confirmed: row.integer()?,
            invited: row.integer()?,
            recent: row.integer()?,
        })
    }
}

impl FromRow for SourceCount {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { source: row.text()?, count: row.integer()? })
    }
}
