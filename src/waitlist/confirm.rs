//! Confirming a place, and leaving the list's mails.
//!
//! With double opt-in a join waits for its owner: GET shows a button, POST
//! confirms, so that a mail scanner confirms nobody. A referral counts then. The
//! link that ends the mails is signed and never runs out (RFC 8058).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::welcome;
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::link::LinkPurpose;
use crate::domain::refusal::Refusal;
use crate::domain::waitlist::WaitlistEntry;
use crate::store::{StoreError, waitlist, waitlist_mail};

/// Finds whose place a token confirms.
///
/// # Errors
/// `WaitlistLinkInvalid`.
///
/// # Cost
/// Two point reads.
pub async fn to_confirm(app: &App, token: &str, now: Millis) -> Result<WaitlistEntry, Failure> {
    let link = app.find_link_token(LinkPurpose::WaitlistConfirm, token, now).await?;
    let link = link.ok_or(Refusal::WaitlistLinkInvalid)?;
    entry(app, link.subject.as_deref().unwrap_or_default()).await
}

/// Confirms a place; again is fine. Returns the entry as it is now.
///
/// # Errors
/// `WaitlistLinkInvalid`.
///
/// # Cost
/// Three point reads, one durable write.
pub async fn confirm(app: &App, token: &str, now: Millis) -> Result<WaitlistEntry, Failure> {
    let found = to_confirm(app, token, now).await?;
    if found.confirmed_at.is_some() {
        return Ok(found);
    }
    let mut batch = vec![waitlist_mail::confirm(&found.id, now)];
    batch.extend(found.referred_by.as_deref().map(waitlist::count_referral));
    batch.extend(welcome::mail(app, &found, now)?);
    match app.store.apply(batch).await {
        // Somebody pressed twice.
        Ok(_) | Err(StoreError::Unexpected { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    app.mail_posted().await;
    entry(app, &found.id).await
}

/// Returns the link with which somebody ends the mails to them.
#[must_use]
pub fn unsubscribe_url(app: &App, id: &str) -> String {
    let signature = URL_SAFE_NO_PAD.encode(app.keys.unsubscribe.sign(id.as_bytes()));
    let site = app.config.server.public_url.origin();
    format!("{site}/api/waitlist/unsubscribe?token={id}.{signature}")
}

/// Finds whom a link takes off the mails.
///
/// # Errors
/// `WaitlistLinkInvalid`.
pub async fn to_unsubscribe(app: &App, token: &str) -> Result<WaitlistEntry, Failure> {
    let (id, signature) = token.split_once('.').ok_or(Refusal::WaitlistLinkInvalid)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    if !app.keys.unsubscribe.verify(id.as_bytes(), &signature) {
        return Err(Refusal::WaitlistLinkInvalid.into());
    }
    entry(app, id).await
}

/// Ends the mails to somebody; again is fine.
///
/// # Errors
/// `WaitlistLinkInvalid`.
pub async fn unsubscribe(app: &App, token: &str, now: Millis) -> Result<(), Failure> {
    let entry = to_unsubscribe(app, token).await?;
    app.store.apply(vec![waitlist_mail::unsubscribe(&entry.id, now)]).await?;
    Ok(())
}

async fn entry(app: &App, id: &str) -> Result<WaitlistEntry, Failure> {
    let found: Option<WaitlistEntry> = app.store.find(waitlist::by_id(id)).await?;
    found.ok_or_else(|| Refusal::WaitlistLinkInvalid.into())
}
