//! The end of an account, by its owner.
//!
//! Whoever gives the password or has signed in recently goes at once; others
//! prove themselves by a mailed link, which counts only with their session.
//! Source: contract 8, `/delete-user`; OWASP ASVS 5.0 7.5.1.

use crate::account::session::Live;
use crate::account::{Caller, operate, password};
use crate::app::{App, Failure, LinkToken};
use crate::base::clock::Millis;
use crate::base::secret::Secret;
use crate::domain::link::LinkPurpose;
use crate::domain::mail::MailContent;
use crate::domain::refusal::Refusal;
use crate::store::accounts;

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
/// `InvalidPassword`, `DeleteTokenInvalid`; `SessionExpired` when the session is
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
    if let Some(given) = proof.password {
        password::verify(app, live, given).await?;
    } else if !live.session.is_fresh(&app.lives(), now) {
        let stored: Option<String> = app.store.find(accounts::password(&live.user.id)).await?;
        if stored.is_some() && proof.callback_url.is_none() {
            return Err(Refusal::SessionExpired.into());
        }
        return mail(app, live, proof.callback_url, by).await;
    }
    operate::delete(app, &live.user, by).await?;
    Ok(Deletion::Done)
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
    check(app, live, token, by.1).await?;
    operate::delete(app, &live.user, by).await?;
    Ok(Deletion::Done)
}

/// Checks a link without following it.
///
/// # Errors
/// `DeleteTokenInvalid`.
pub async fn check(app: &App, live: &Live, token: &str, now: Millis) -> Result<(), Failure> {
    let link = app.find_link_token(LinkPurpose::DeleteAccount, token, now).await?;
    let is_theirs = link.is_some_and(|link| link.subject.as_deref() == Some(&live.user.id));
    if is_theirs { Ok(()) } else { Err(Refusal::DeleteTokenInvalid.into()) }
}

async fn mail(
    app: &App,
    live: &Live,
    callback_url: Option<String>,
    by: (&Caller, Millis),
) -> Result<Deletion, Failure> {
    let (caller, now) = by;
    let user = &live.user;
    let LinkToken { token, insert } = app.link_token(LinkPurpose::DeleteAccount, &user.id, now);
    let content = MailContent::DeleteAccount { name: user.name.clone(), callback_url };
    let mut batch = vec![insert];
    batch.extend(app.post(caller.post_to(user, content, Some(&token)), now)?);
    app.store.apply(batch).await?;
    app.mail_posted().await;
    Ok(Deletion::Mailed)
}
