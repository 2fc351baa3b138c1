//! Joining the waitlist.
//!
//! Place, entry and the referrer's count become durable in one write. Fifty
//! parallel joins of one address make one entry: the unique index decides, not a
//! read before the write. Source: product contract 4.

use super::welcome;
use crate::app::{App, Failure, LinkToken, Post};
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::config::Duplicate;
use crate::domain::email::Email;
use crate::domain::link::LinkPurpose;
use crate::domain::mail::MailContent;
use crate::domain::refusal::Refusal;
use crate::domain::waitlist::{WaitlistEntry, WaitlistRole};
use crate::store::waitlist;
use crate::store::{Affected, Statement, StoreError};

/// Who wants to join.
#[derive(Debug)]
pub struct Join {
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
    /// The code of whoever told them; an unknown one counts for nobody.
    pub referral: Option<String>,
    /// Where they came from.
    pub source: Option<String>,
    /// The language of the request.
    pub locale: Locale,
}

/// A place on the list.
#[derive(Debug)]
pub struct Joined {
    /// From 1; `None` while the place waits for its confirmation.
    pub position: Option<i64>,
    /// The code to share, which is also the entry's id.
    pub referral_code: String,
}

/// Puts somebody on the list; with double opt-in, mails the link that confirms.
///
/// # Errors
/// `WaitlistDuplicate`, unless `waitlist.duplicate = "ok"`: then the entry that
/// is there answers. An unconfirmed entry answers and is mailed again.
///
/// # Cost
/// One durable write; with a code one read before it.
pub async fn join(app: &App, join: Join, now: Millis) -> Result<Joined, Failure> {
    let referrer = referrer(app, join.referral.as_deref()).await?;
    let entry = entry(app, join, referrer, now);
    match app.store.apply(batch(app, &entry, now)?).await {
        Ok(answers) if entry.confirmed_at.is_some() => {
            app.welcome_owed();
            Ok(Joined { position: Some(place(&answers)?), referral_code: entry.id })
        }
        Ok(_unconfirmed) => {
            app.mail_posted().await;
            Ok(Joined { position: None, referral_code: entry.id })
        }
        Err(StoreError::Duplicate { .. }) => taken(app, &entry.email, now).await,
        Err(error) => Err(error.into()),
    }
}

/// Answers for an address that is on the list already.
async fn taken(app: &App, email: &Email, now: Millis) -> Result<Joined, Failure> {
    let settings = &app.config.waitlist;
    if !settings.double_opt_in && settings.duplicate == Duplicate::Conflict {
        return Err(Refusal::WaitlistDuplicate.into());
    }
    let found: Option<WaitlistEntry> = app.store.find(waitlist::by_email(email)).await?;
    let entry = found.ok_or(Refusal::WaitlistDuplicate)?;
    if settings.double_opt_in && entry.confirmed_at.is_none() {
        app.store.apply(ask(app, &entry, now)?).await?;
        app.mail_posted().await;
        return Ok(Joined { position: None, referral_code: entry.id });
    }
    if settings.duplicate == Duplicate::Conflict {
        return Err(Refusal::WaitlistDuplicate.into());
    }
    let position = entry.position(settings.referral_bonus);
    Ok(Joined { position: Some(position), referral_code: entry.id })
}

/// Returns the id behind a code, if there is such an entry.
async fn referrer(app: &App, code: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(code) = code else {
        return Ok(None);
    };
    let found: Option<WaitlistEntry> = app.store.find(waitlist::by_id(code)).await?;
    Ok(found.map(|entry| entry.id))
}

fn entry(app: &App, join: Join, referrer: Option<String>, now: Millis) -> WaitlistEntry {
    let is_confirmed = !app.config.waitlist.double_opt_in;
    WaitlistEntry {
        id: app.entropy.code(now),
        email: join.email,
        role: join.role,
        name: join.name,
        field: join.field.filter(|_| join.role == WaitlistRole::Professional),
        company: join.company.filter(|_| join.role == WaitlistRole::Empresa),
        source: join.source,
        referred_by: referrer,
        sequence: 0,
        referrals: 0,
        locale: String::from(join.locale.tag()),
        created_at: now,
        confirmed_at: is_confirmed.then_some(now),
        invited_at: None,
        // Whoever has to confirm is welcomed then.
        welcome: is_confirmed,
        unsubscribed_at: None,
    }
}

/// Reads the place from the answer to [`batch`]'s third statement.
fn place(answers: &[Affected]) -> Result<i64, Failure> {
    let sequence = answers.get(2).map(Affected::first::<i64>).transpose()?.flatten();
    Ok(sequence.unwrap_or(1).max(1))
}

/// Returns the writes that add `entry`; a referral counts once it is confirmed.
fn batch(app: &App, entry: &WaitlistEntry, now: Millis) -> Result<Vec<Statement>, StoreError> {
    let mut batch = vec![waitlist::next_sequence(), waitlist::insert(entry)];
    if entry.confirmed_at.is_some() {
        batch.push(waitlist::sequence_taken());
        batch.extend(entry.referred_by.as_deref().map(waitlist::count_referral));
    } else {
        batch.extend(ask(app, entry, now)?);
    }
    Ok(batch)
}

/// Returns the writes of the mail that asks for confirmation.
fn ask(app: &App, entry: &WaitlistEntry, now: Millis) -> Result<Vec<Statement>, StoreError> {
    let LinkToken { token, insert } = app.link_token(LinkPurpose::WaitlistConfirm, &entry.id, now);
    let post = Post {
        to: &entry.email,
        locale: welcome::locale(app, entry),
        content: MailContent::WaitlistConfirm { entry_id: entry.id.clone() },
        token: Some(&token),
        user_id: None,
    };
    let mut batch = vec![insert];
    batch.extend(app.post(post, now)?);
    Ok(batch)
}
