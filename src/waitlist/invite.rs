//! Inviting from the waitlist: one by one, the next ones, or by filter.
//!
//! The mark, the token and the mail are one write for each batch; the outbox and
//! its caps decide when they go. Nobody is invited twice by chance: a guarded
//! write finds the entry as it was read.

use super::welcome;
use crate::app::{App, Cause, Failure, LinkToken, Post};
use crate::base::bounds::INVITATIONS_MAX;
use crate::base::clock::Millis;
use crate::domain::email::Email;
use crate::domain::link::LinkPurpose;
use crate::domain::mail::MailContent;
use crate::domain::refusal::Refusal;
use crate::domain::waitlist::WaitlistEntry;
use crate::store::waitlist_mail::Filter;
use crate::store::{Statement, StoreError, waitlist, waitlist_mail};

/// Prefix of the names of batches.
const CAMPAIGN_ID_PREFIX: &str = "cam_";

/// Entries of one write: six statements each.
const BATCH: usize = 50;

/// Finds somebody to invite by address, invited before or not.
///
/// # Errors
/// `WaitlistNotFound`; `WaitlistUnsubscribed` when they want no mail.
pub async fn by_email(app: &App, email: &Email) -> Result<WaitlistEntry, Failure> {
    let found: Option<WaitlistEntry> = app.store.find(waitlist::by_email(email)).await?;
    let entry = found.ok_or(Refusal::WaitlistNotFound)?;
    if entry.unsubscribed_at.is_some() {
        return Err(Refusal::WaitlistUnsubscribed.into());
    }
    Ok(entry)
}

/// Lists who is next, by position: confirmed, not invited, not unsubscribed.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One scan with a sort on a reader thread.
pub async fn next(app: &App, filter: &Filter, count: i64) -> Result<Vec<WaitlistEntry>, Failure> {
    let bonus = app.config.waitlist.referral_bonus;
    let count = count.clamp(0, INVITATIONS_MAX);
    Ok(app.store.list(waitlist_mail::next_uninvited(filter, bonus, count)).await?)
}

/// Names a batch of invitations; they have one share of the mail hour.
#[must_use]
pub fn campaign(app: &App, now: Millis) -> String {
    app.entropy.id(CAMPAIGN_ID_PREFIX, now)
}

/// Invites entries; returns how many. One that changed meanwhile is left out.
///
/// # Errors
/// A fault of the store; what was written before it stays.
///
/// # Cost
/// One durable write for each fifty.
pub async fn invite(
    app: &App,
    entries: &[WaitlistEntry],
    campaign: &str,
    now: Millis,
) -> Result<usize, Failure> {
    let mut invited = 0;
    for chunk in entries.chunks(BATCH) {
        invited += match write(app, chunk, campaign, now).await {
            Ok(()) => chunk.len(),
            Err(StoreError::Unexpected { .. }) => one_by_one(app, chunk, campaign, now).await?,
            Err(error) => return Err(error.into()),
        };
    }
    app.mail_posted().await;
    tracing::info!(invited, "waitlist invited");
    Ok(invited)
}

async fn one_by_one(
    app: &App,
    chunk: &[WaitlistEntry],
    campaign: &str,
    now: Millis,
) -> Result<usize, Failure> {
    let mut invited = 0;
    for entry in chunk {
        match write(app, std::slice::from_ref(entry), campaign, now).await {
            Ok(()) => invited += 1,
            Err(StoreError::Unexpected { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(invited)
}

async fn write(
    app: &App,
    entries: &[WaitlistEntry],
    campaign: &str,
    now: Millis,
) -> Result<(), StoreError> {
    let mut batch = Vec::new();
    for entry in entries {
        batch.extend(writes(app, entry, campaign, now)?);
    }
    app.store.apply(batch).await.map(|_affected| ())
}

fn writes(
    app: &App,
    entry: &WaitlistEntry,
    campaign: &str,
    now: Millis,
) -> Result<Vec<Statement>, StoreError> {
    let LinkToken { token, insert } = app.link_token(LinkPurpose::WaitlistInvite, &entry.id, now);
    let mut batch = vec![waitlist_mail::invite(entry, now), insert];
    let post = Post {
        to: &entry.email,
        locale: welcome::locale(app, entry),
        content: MailContent::WaitlistInvite { entry_id: entry.id.clone() },
        token: Some(&token),
        user_id: None,
        cause: Cause::Campaign(campaign),
    };
    batch.extend(app.post(post, now)?);
    Ok(batch)
}
