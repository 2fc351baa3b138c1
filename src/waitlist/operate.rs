//! What an operator does with the list: look, remove, bring in.

use crate::app::{App, Failure};
use crate::base::bounds::LIST_ROWS_MAX;
use crate::base::clock::Millis;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::waitlist::{WaitlistEntry, WaitlistRole};
use crate::store::waitlist::{self, SourceCount, WaitlistStats};
use crate::store::{Statement, StoreError};

/// Sources that the statistics name; the rest is in the total.
const SOURCES_MAX: i64 = 50;

/// Lists entries in order of joining, after the last one of the page before.
///
/// # Errors
/// A fault of the store.
pub async fn page(
    app: &App,
    after: Option<&WaitlistEntry>,
    limit: i64,
) -> Result<Vec<WaitlistEntry>, Failure> {
    let after = after.map_or((i64::MIN, ""), |entry| (entry.sequence, entry.id.as_str()));
    Ok(app.store.list(waitlist::page(after, limit.clamp(1, LIST_ROWS_MAX))).await?)
}

/// Counts the list; `recent` counts from `since` on.
///
/// # Errors
/// A fault of the store.
pub async fn stats(app: &App, since: Millis) -> Result<WaitlistStats, Failure> {
    let stats: Vec<WaitlistStats> = app.store.list(waitlist::stats(since)).await?;
    stats.into_iter().next().ok_or_else(|| Refusal::WaitlistNotFound.into())
}

/// Counts entries by source, the largest first.
///
/// # Errors
/// A fault of the store.
pub async fn sources(app: &App) -> Result<Vec<SourceCount>, Failure> {
    Ok(app.store.list(waitlist::by_source(SOURCES_MAX)).await?)
}

/// Finds the entry of an address.
///
/// # Errors
/// `WaitlistNotFound`.
pub async fn find(app: &App, email: &Email) -> Result<WaitlistEntry, Failure> {
    let entry = app.store.find(waitlist::by_email(email)).await?;
    entry.ok_or_else(|| Refusal::WaitlistNotFound.into())
}

/// Removes an entry; `also` is written with it.
///
/// # Errors
/// `WaitlistNotFound` when somebody else was quicker.
pub async fn remove(app: &App, entry: &WaitlistEntry, also: Statement) -> Result<(), Failure> {
    match app.store.apply(vec![waitlist::delete(&entry.email), also]).await {
        Ok(_) => Ok(()),
        Err(StoreError::Unexpected { .. }) => Err(Refusal::WaitlistNotFound.into()),
        Err(error) => Err(error.into()),
    }
}

/// An entry brought in from elsewhere.
#[derive(Clone, Debug)]
pub struct ImportEntry {
    /// The address, in normal form.
    pub email: Email,
    /// What the person is.
    pub role: WaitlistRole,
    /// The name.
    pub name: Option<String>,
    /// A professional's field.
    pub field: Option<String>,
    /// An empresa's name.
    pub company: Option<String>,
    /// Where they came from.
    pub source: Option<String>,
    /// The code they share already; `None` draws one.
    pub referral_code: Option<String>,
    /// How many joined with it.
    pub referrals: i64,
    /// The language of their mails.
    pub locale: String,
    /// When they joined; `None` is now.
    pub created_at: Option<Millis>,
    /// Whether they confirmed their place.
    pub confirmation: Confirmation,
    /// When they were invited.
    pub invited_at: Option<Millis>,
    /// Since when they want no mails.
    pub unsubscribed_at: Option<Millis>,
}

/// What a list says of a confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// It knows of none: whoever stands on it is taken for confirmed since they joined.
    Untold,
    /// It knows of them, and here there was none yet.
    Open,
    /// When it was.
    At(Millis),
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// It was added at the end of the list.
    Added,
    /// Its address is there already; nothing changed.
    Present,
    /// Its address is new and its code is somebody else's; nothing changed.
    CodeTaken,
}

/// Brings entries in, in their order, at the end of the list: all or none.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One durable write for all of them.
pub async fn import(
    app: &App,
    entries: Vec<ImportEntry>,
    now: Millis,
) -> Result<Vec<Imported>, Failure> {
    let entries: Vec<_> = entries.into_iter().map(|entry| filled(app, entry, now)).collect();
    let batch = entries
        .iter()
        .flat_map(|entry| [waitlist::next_sequence(), waitlist::insert_new(entry)])
        .collect();
    let answers = app.store.apply(batch).await?;
    // Every second statement is an insert.
    let inserts = answers.iter().skip(1).step_by(2);
    let mut outcomes = Vec::with_capacity(entries.len());
    for (entry, affected) in entries.iter().zip(inserts) {
        outcomes.push(if affected.rows > 0 {
            Imported::Added
        } else {
            kept_out(app, entry).await?
        });
    }
    Ok(outcomes)
}

/// Tells why an entry was not added.
async fn kept_out(app: &App, entry: &WaitlistEntry) -> Result<Imported, Failure> {
    let same: Option<WaitlistEntry> = app.store.find(waitlist::by_email(&entry.email)).await?;
    Ok(if same.is_some() { Imported::Present } else { Imported::CodeTaken })
}

fn filled(app: &App, entry: ImportEntry, now: Millis) -> WaitlistEntry {
    let created_at = entry.created_at.unwrap_or(now);
    WaitlistEntry {
        id: entry.referral_code.unwrap_or_else(|| app.entropy.code(now)),
        email: entry.email,
        role: entry.role,
        name: entry.name,
        field: entry.field,
        company: entry.company,
        source: entry.source,
        referred_by: None,
        sequence: 0,
        referrals: entry.referrals,
        locale: entry.locale,
        created_at,
        confirmed_at: match entry.confirmation {
            Confirmation::Untold => Some(created_at),
            Confirmation::Open => None,
            Confirmation::At(moment) => Some(moment),
        },
        invited_at: entry.invited_at,
        welcome: false,
        unsubscribed_at: entry.unsubscribed_at,
    }
}
