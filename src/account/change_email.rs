//! Changing the address of an account: prove first, then change.
//!
//! A verified person is asked at the old address, and only then the new one has
//! mail; an unverified one is asked at the new address at once. The address
//! changes when the link mailed to the new one is opened. Both links carry the
//! request's token: it dies with the change, and with a change of password.
//! Source: contract 8, `/change-email`, `/verify-email`.

use crate::account::session::Live;
use crate::account::verify::{Effect, RequestType, Verified, VerifyClaims};
use crate::account::{Caller, audit, password};
use crate::app::{App, Failure, LinkToken, Post};
use crate::base::clock::Millis;
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::link::LinkPurpose;
use crate::domain::mail::{ChangeStep, MailContent, Suppression};
use crate::domain::refusal::Refusal;
use crate::domain::token::Token;
use crate::domain::user::User;
use crate::store::{Statement, StoreError, users};

/// Asks for a change of the live person's address.
///
/// A taken address looks like a free one; its owner gets no mail.
///
/// # Errors
/// `EmailIsSame`.
///
/// # Cost
/// One read, one durable write.
pub async fn request(
    app: &App,
    live: &Live,
    asked: (Email, Option<String>),
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    let (to, callback_url) = asked;
    let user = &live.user;
    if user.email == to {
        return Err(Refusal::EmailIsSame.into());
    }
    let step = if user.email_verified { ChangeStep::ConfirmOld } else { ChangeStep::ProveNew };
    let (caller, now) = by;
    let LinkToken { token, insert } = app.link_token(LinkPurpose::ChangeEmail, &user.id, now);
    let post = post(caller, user, (&to, step, &token), callback_url);
    let mut batch = vec![insert];
    // Where a taken address is told to nobody, the mail to one's own must not tell it.
    let tells = step == ChangeStep::ConfirmOld && app.config.auth.require_email_verification;
    batch.extend(if tells {
        app.post(post, now)?
    } else {
        unless_taken(app, post, &to, now).await?
    });
    app.store.apply(batch).await?;
    app.mail_posted_or_not().await;
    tracing::info!(user = user.id, client = caller.address_text(), "change of address asked");
    Ok(())
}

/// Opens a link of either step; again is fine.
///
/// # Errors
/// As [`super::verify::open`].
pub async fn open(
    app: &App,
    claims: &VerifyClaims,
    to: &Email,
    live: Option<&Live>,
    by: (&Caller, Millis, Effect),
) -> Result<Verified, Failure> {
    let (caller, now, effect) = by;
    let found: Option<User> = app.store.find(users::by_id(&claims.user_id)).await?;
    let user = found.ok_or(Refusal::UserNotFound)?;
    if live.is_some_and(|live| live.user.id != user.id) {
        return Err(Refusal::InvalidUser.into());
    }
    let is_done = user.email == *to;
    if !is_done && user.email.as_str() != claims.email {
        return Err(Refusal::UserNotFound.into());
    }
    let token = Token::presented(claims.jti.as_deref().unwrap_or_default());
    if !is_done && !is_asked(app, &token, &user, now).await? {
        return Err(Refusal::InvalidToken.into());
    }
    let applies = effect == Effect::Apply && !is_done;
    match claims.request_type {
        Some(RequestType::ChangeEmailConfirmation) => {
            if applies {
                let post = post(caller, &user, (to, ChangeStep::ProveNew, &token), None);
                app.store.apply(unless_taken(app, post, to, now).await?).await?;
                app.mail_posted_or_not().await;
            }
            Ok(Verified::ChangeAgreed)
        }
        Some(RequestType::ChangeEmailVerification) | None => {
            if applies {
                change(app, &user, to, (caller, now)).await?;
            }
            let user = User { email: to.clone(), ..user };
            Ok(Verified::Changed(Box::new(user)))
        }
    }
}

/// Tells whether the change of a link is still asked for.
async fn is_asked(app: &App, token: &Token, user: &User, now: Millis) -> Result<bool, Failure> {
    let row = app.find_link_token(LinkPurpose::ChangeEmail, token.expose(), now).await?;
    Ok(row.is_some_and(|row| row.subject.as_deref() == Some(&user.id)))
}

/// Returns the writes of a mail that stays where somebody has the new address already.
async fn unless_taken(
    app: &App,
    post: Post<'_>,
    to: &Email,
    now: Millis,
) -> Result<Vec<Statement>, Failure> {
    let taken: Option<User> = app.store.find(users::by_email(to)).await?;
    Ok(match taken {
        Some(_) => app.post_suppressed(post, Suppression::AddressTaken, now)?,
        None => app.post(post, now)?,
    })
}

async fn change(app: &App, user: &User, to: &Email, by: (&Caller, Millis)) -> Result<(), Failure> {
    let mut batch = vec![
        users::email_set(&user.id, &user.email, to, by.1),
        audit::of(app, Act::EmailChanged, &user.id, by),
    ];
    batch.extend(password::void_links(&user.id));
    app.store.apply(batch).await.map_err(|error| match error {
        StoreError::Duplicate { .. } => Refusal::UserAlreadyExists.into(),
        StoreError::Unexpected { .. } => Refusal::UserNotFound.into(),
        other @ (StoreError::Decode { .. }
        | StoreError::Busy
        | StoreError::Unavailable { .. }
        | StoreError::Engine { .. }) => Failure::from(other),
    })?;
    tracing::info!(user = user.id, "address changed");
    Ok(())
}

/// Makes the mail of a step: the first goes to the old address, the second to the new.
fn post<'a>(
    caller: &Caller,
    user: &'a User,
    step: (&'a Email, ChangeStep, &'a Token),
    callback_url: Option<String>,
) -> Post<'a> {
    let (to, step, token) = step;
    let content = MailContent::ChangeEmail {
        user_id: user.id.clone(),
        name: user.name.clone(),
        step,
        from: user.email.to_string(),
        to: to.to_string(),
        callback_url,
    };
    Post {
        to: match step {
            ChangeStep::ConfirmOld => &user.email,
            ChangeStep::ProveNew => to,
        },
        ..caller.post_to(user, content, Some(token))
    }
}
