//! The end of an account, by its owner.
//!
//! Whoever gives the password or has signed in recently goes at once, unless the settings
//! want a mail in any case; others prove themselves by a mailed link, which counts only
//! with their session.
//! Source: contract 8, `/delete-user`; OWASP ASVS 5.0 7.5.1.

use crate::account::last_admin::LastAdmin;
use crate::account::session::Live;
use crate::account::{Caller, current_password, guard, operate};
use crate::app::{App, Failure, LinkToken};
use crate::base::clock::Millis;
use crate::base::secret::Secret;
use crate::domain::link::LinkPurpose;
use crate::domain::mail::MailContent;
use crate::domain::refusal::Refusal;
use crate::store::verifications::{self, Verification};
use crate::store::{Statement, accounts, guards};

/// How somebody proves that they may delete their account.
#[derive(Debug)]
pub struct Proof {
    /// The password, where it was given.
    pub password: Option<Secret<String>>,
    /// The token of a mailed link, where it was given.
    pub token: Option<String>,
    /// Where the mailed link leads; asks for one when nothing else proves.
    pub callback_url: Option<String>,
}

/// What a request to delete did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// The account is gone.
    Done,
    /// A link is on its way.
    Mailed,
}

/// Deletes the live person's account, or mails the link that will.
///
/// # Errors
/// Those of [`current_password::prove`]; `DeleteTokenInvalid`; `SessionExpired` when the session is
/// not fresh, a password would do and no link was asked for.
///
/// # Cost
/// One durable write; a hash where a password is given.
pub async fn request(
    app: &App,
    live: &Live,
    proof: Proof,
    by: (&Caller, Millis),
) -> Result<Deletion, Failure> {
    let (_, now) = by;
    if let Some(token) = proof.token {
        return by_link(app, live, &token, by).await;
    }
    let mut head = guard::asking(by.0, &live.user.id);
    if let Some(given) = proof.password {
        let stored = current_password::prove(app, live, given, by).await?;
        head.push(guards::password(&live.user.id, &stored));
    } else if !app.config.auth.delete_needs_mail && !live.session.is_fresh(&app.lives(), now) {
        let stored: Option<String> = app.store.find(accounts::password(&live.user.id)).await?;
        if stored.is_some() && proof.callback_url.is_none() {
            return Err(Refusal::SessionExpired.into());
        }
        return mail(app, live, proof.callback_url, (head, by)).await;
    }
    if app.config.auth.delete_needs_mail {
        return mail(app, live, proof.callback_url, (head, by)).await;
    }
    let deleted = operate::delete(app, &live.user, (LastAdmin::Stays, head), by).await;
    overtaken(deleted, Refusal::InvalidPassword)?;
    Ok(Deletion::Done)
}

/// Says of what was verified and holds no longer what would have been said by now.
fn overtaken(outcome: Result<(), Failure>, refusal: Refusal) -> Result<(), Failure> {
    match outcome {
        Err(Failure::Refused(Refusal::UserNotFound)) => Err(refusal.into()),
        other => other,
    }
}

/// Deletes the account that a mailed link names, if it is the live person's.
///
/// # Errors
/// `DeleteTokenInvalid`.
pub async fn by_link(
    app: &App,
    live: &Live,
    token: &str,
    by: (&Caller, Millis),
) -> Result<Deletion, Failure> {
    let link = find(app, live, token, by.1).await?;
    let mut head = guard::asking(by.0, &live.user.id);
    head.push(verifications::consume(&link.id));
    let deleted = operate::delete(app, &live.user, (LastAdmin::Stays, head), by).await;
    overtaken(deleted, Refusal::DeleteTokenInvalid)?;
    Ok(Deletion::Done)
}

/// Returns whose account a mailed link would end; `None`: nobody's.
///
/// # Errors
/// A fault of the store.
pub async fn owner(app: &App, token: &str, now: Millis) -> Result<Option<String>, Failure> {
    let link = app.find_link_token(LinkPurpose::DeleteAccount, token, now).await?;
    Ok(link.and_then(|link| link.subject))
}

/// Checks a link without following it.
///
/// # Errors
/// `DeleteTokenInvalid`.
pub async fn check(app: &App, live: &Live, token: &str, now: Millis) -> Result<(), Failure> {
    find(app, live, token, now).await?;
    Ok(())
}

async fn find(app: &App, live: &Live, token: &str, now: Millis) -> Result<Verification, Failure> {
    let link = app.find_link_token(LinkPurpose::DeleteAccount, token, now).await?;
    let theirs = link.filter(|link| link.subject.as_deref() == Some(&live.user.id));
    theirs.ok_or_else(|| Refusal::DeleteTokenInvalid.into())
}

async fn mail(
    app: &App,
    live: &Live,
    callback_url: Option<String>,
    (head, by): (Vec<Statement>, (&Caller, Millis)),
) -> Result<Deletion, Failure> {
    let (caller, now) = by;
    let user = &live.user;
    let LinkToken { token, insert } = app.link_token(LinkPurpose::DeleteAccount, &user.id, now);
    let content = MailContent::DeleteAccount { name: user.name.clone(), callback_url };
    let mut batch = head;
    batch.extend([guards::address(user), insert]);
    batch.extend(app.post(caller.post_to(user, content, Some(&token)), now)?);
    app.store.apply(batch).await.map_err(guard::missed(Refusal::Unauthorized))?;
    app.mail_posted().await;
    Ok(Deletion::Mailed)
}
