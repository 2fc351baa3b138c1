//! A new password for whoever can read the account's mail.
//!
//! Asking tells nobody whether there is such an account. A token works once; when
//! it does, every other link of the account dies, sessions end and the owner is told.
//! Source: contract 8; OWASP Forgot Password Cheat Sheet.

use crate::account::device::{self, Kept};
use crate::account::guard::Looks;
use crate::account::throttle::Guesser;
use crate::account::{Caller, audit, operate, password, throttle};
use crate::app::{App, Cause, Failure, LinkToken, Post, authority};
use crate::base::clock::Millis;
use crate::base::secret::Secret;
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::link::LinkPurpose;
use crate::domain::mail::{MailContent, Suppression};
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::store::verifications::{self, Verification};
use crate::store::{Statement, guards, sessions, users};

/// Mails a link that leads to a form for a new password.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One read and one durable write, whatever the address is.
pub async fn request(
    app: &App,
    asked: (&Email, Option<String>),
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    // The account may go, or get another address, between the look and the mail.
    let mut looks = Looks::default();
    loop {
        let outcome = mail(app, (asked.0, asked.1.clone()), by).await;
        if let Some(settled) = looks.settled(outcome, Refusal::UserNotFound) {
            settled?;
            break;
        }
    }
    app.mail_posted_or_not().await;
    tracing::info!(client = by.0.address_text(), "password reset asked");
    Ok(())
}

async fn mail(
    app: &App,
    asked: (&Email, Option<String>),
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    let (email, callback_url) = asked;
    let (caller, now) = by;
    let found: Option<User> = app.store.find(users::by_email(email)).await?;
    let subject = found.as_ref().map_or("", |user| user.id.as_str());
    let LinkToken { token, insert } = app.link_token(LinkPurpose::ResetPassword, subject, now);
    let name = found.as_ref().map_or_else(String::new, |user| user.name.clone());
    let content = MailContent::ResetPassword { name, callback_url };
    // A stranger's address costs the same writes: a token of nobody's, a mail that stays.
    let target = found.as_ref().map(|user| user.id.as_str());
    let mut batch: Vec<Statement> = found.iter().map(guards::address).collect();
    batch.extend([insert, audit::of_try(app, Act::ResetAsked, target, by)]);
    batch.extend(if let Some(user) = &found {
        app.post(caller.post_to(user, content, Some(&token)), now)?
    } else {
        let (locale, token) = (caller.locale, Some(&token));
        let cause = Cause::Caller(caller);
        let post = Post { to: email, locale, content, token, user_id: None, cause };
        app.post_suppressed(post, Suppression::NoAccount, now)?
    });
    app.store.apply(batch).await?;
    Ok(())
}

/// Tells whether a token still leads to the form.
///
/// # Errors
/// A fault of the store.
pub async fn leads(app: &App, token: &str, now: Millis) -> Result<bool, Failure> {
    Ok(find(app, token, now).await?.is_some())
}

/// Makes a reset link's token for an operator to pass on.
///
/// # Errors
/// A fault of the store.
pub async fn issue(app: &App, user: &User, by: (&Caller, Millis)) -> Result<String, Failure> {
    let now = by.1;
    let LinkToken { token, insert } = app.link_token(LinkPurpose::ResetPassword, &user.id, now);
    let begin = app.link_handed_over(LinkPurpose::ResetPassword, &token, now);
    let remembered = audit::of(app, Act::ResetLinkShown, &user.id, by);
    app.store.apply(vec![guards::address(user), insert, begin, remembered]).await?;
    Ok(token.expose().to_owned())
}

/// Sets a new password with a token, and spends it.
///
/// # Errors
/// Password refusals, which do not spend the token; `ResetTokenInvalid`.
///
/// # Cost
/// One hash, one durable write.
pub async fn complete(
    app: &App,
    token: &str,
    new: Secret<String>,
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    let (caller, now) = by;
    password::check_length(app, &new)?;
    let (link, user) = find(app, token, now).await?.ok_or(Refusal::ResetTokenInvalid)?;
    password::check(app, &new, &user.email)?;
    let hash = password::hash(app, new).await?;
    // What an intruder handed on while they had the account ends with the old password.
    let mut batch = Vec::from(authority::lost(&user.id, now));
    batch.extend([
        guards::alone(&user.id, &user.id),
        guards::address(&user),
        verifications::consume(&link.id),
        operate::password_write(app, &user, &hash, now),
        audit::of(app, Act::PasswordReset, &user.id, by),
    ]);
    batch.extend(device::forgotten(&user.id, Kept::Asking(caller)));
    batch.extend(password::void_links(&user.id));
    if app.config.auth.revoke_sessions_on_password_reset {
        batch.extend(sessions::end_all(&user.id));
    }
    batch.extend(password::changed_mail(app, &user, by)?);
    app.store.apply(batch).await.map_err(super::raced(Refusal::ResetTokenInvalid))?;
    app.mail_posted().await;
    throttle::succeeded(app, &user.email, Guesser::Stranger, caller).await;
    tracing::info!(user = user.id, client = caller.address_text(), "password reset");
    Ok(())
}

/// Names what a reset does to the account's sessions, for the texts that announce it.
#[must_use]
pub const fn sessions_then(app: &App) -> &'static str {
    if app.config.auth.revoke_sessions_on_password_reset { "end" } else { "stay" }
}

async fn find(
    app: &App,
    token: &str,
    now: Millis,
) -> Result<Option<(Verification, User)>, Failure> {
    let Some(link) = app.find_link_token(LinkPurpose::ResetPassword, token, now).await? else {
        return Ok(None);
    };
    let subject = link.subject.clone().unwrap_or_default();
    let user: Option<User> = app.store.find(users::by_id(&subject)).await?;
    Ok(user.map(|user| (link, user)))
}
