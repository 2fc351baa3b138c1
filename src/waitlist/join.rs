//! Joining the waitlist.
//!
//! Place, entry and the referrer's count become durable in one write. Fifty
//! parallel joins of one address make one entry: the unique index decides, not a
//! read before the write. Where joins are discreet, place and code come by mail, to whom
//! they belong. Source: product contract 4.

use std::net::IpAddr;

use super::welcome;
use crate::app::{App, Cause, Failure, LinkToken, Post};
use crate::base::bounds::JOIN_TRIES_MAX;
use crate::base::clock::Millis;
use crate::base::locale::Locale;
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
    /// Whose request it is.
    pub client: IpAddr,
}

/// What a join leads to.
#[derive(Debug)]
pub enum Joined {
    /// A place, which the answer tells.
    Placed {
        /// From 1.
        position: i64,
        /// The code to share, which is also the entry's id.
        referral_code: String,
    },
    /// Whatever it led to, the owner of the address learns by mail.
    Mailed,
}

/// Puts somebody on the list. With double opt-in or `waitlist.duplicate = "ok"` nobody
/// learns from it whether the address was there: see [`discreet`].
///
/// # Errors
/// `WaitlistDuplicate`, unless joins are discreet.
///
/// # Cost
/// One durable write; with a code one read before it, and one more where joins are
/// discreet.
pub async fn join(app: &App, join: Join, now: Millis) -> Result<Joined, Failure> {
    let referrer = referrer(app, join.referral.as_deref()).await?;
    let client = join.client;
    let entry = entry(app, join, referrer, now);
    if app.config.waitlist.is_discreet() {
        return discreet(app, entry, client, now).await;
    }
    match app.store.apply(batch(&entry)).await {
        Ok(answers) => {
            app.welcome_owed();
            Ok(Joined::Placed { position: place(&answers)?, referral_code: entry.id })
        }
        Err(StoreError::Duplicate { .. }) => Err(Refusal::WaitlistDuplicate.into()),
        Err(error) => Err(error.into()),
    }
}

/// Puts somebody on the list, or leaves them there, with as many statements and the same
/// mail either way: the answer tells nothing, and neither does the time that it took.
async fn discreet(
    app: &App,
    entry: WaitlistEntry,
    client: IpAddr,
    now: Millis,
) -> Result<Joined, Failure> {
    for _try in 0..JOIN_TRIES_MAX {
        let found: Option<WaitlistEntry> = app.store.find(waitlist::by_email(&entry.email)).await?;
        let write = found
            .as_ref()
            .map_or_else(|| waitlist::insert(&entry), |found| waitlist::again(&found.id));
        let known = found.as_ref().unwrap_or(&entry);
        let mut batch = vec![waitlist::next_sequence(), write];
        if app.config.waitlist.double_opt_in {
            // A referral counts once the mail's link was followed.
            batch.extend(ask(app, known, client, now)?);
        } else {
            // It counts either way: a count that stays would tell that the address was there.
            batch.extend(entry.referred_by.as_deref().map(waitlist::count_referral));
            batch.extend(welcome::mail(app, known, now)?);
        }
        match app.store.apply(batch).await {
            Ok(_) => {
                app.mail_posted_or_not().await;
                return Ok(Joined::Mailed);
            }
            // Somebody joined with the address, or left, since it was looked for.
            Err(StoreError::Duplicate { .. } | StoreError::Unexpected { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::Busy.into())
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
        // Whoever has to confirm is welcomed then, and a discreet join writes its mail itself.
        welcome: !app.config.waitlist.is_discreet(),
        unsubscribed_at: None,
    }
}

/// Reads the place from the answer to [`batch`]'s third statement.
fn place(answers: &[Affected]) -> Result<i64, Failure> {
    let sequence = answers.get(2).map(Affected::first::<i64>).transpose()?.flatten();
    Ok(sequence.unwrap_or(1).max(1))
}

/// Returns the writes that add `entry` at once, and count its referral.
fn batch(entry: &WaitlistEntry) -> Vec<Statement> {
    let mut batch =
        vec![waitlist::next_sequence(), waitlist::insert(entry), waitlist::sequence_taken()];
    batch.extend(entry.referred_by.as_deref().map(waitlist::count_referral));
    batch
}

/// Returns the writes of the mail that asks for confirmation.
fn ask(
    app: &App,
    entry: &WaitlistEntry,
    client: IpAddr,
    now: Millis,
) -> Result<Vec<Statement>, StoreError> {
    let LinkToken { token, insert } = app.link_token(LinkPurpose::WaitlistConfirm, &entry.id, now);
    let post = Post {
        to: &entry.email,
        locale: welcome::locale(app, entry),
        content: MailContent::WaitlistConfirm { entry_id: entry.id.clone() },
        token: Some(&token),
        user_id: None,
        cause: Cause::Client(client),
    };
    let mut batch = vec![insert];
    batch.extend(app.post(post, now)?);
    Ok(batch)
}
