//! Changing the address of an account: prove first, then change.
//!
//! A verified person is asked at the old address, and only then the new one has
//! mail; an unverified one is asked at the new address at once. The address
//! changes when the link mailed to the new one is opened. Source: contract 8,
//! `/change-email`, `/verify-email`.

use crate::account::Caller;
use crate::account::session::Live;
use crate::account::verify::{Effect, RequestType, Verified, VerifyClaims};
use crate::app::{App, Failure, Post};
use crate::base::clock::Millis;
use crate::domain::email::Email;
use crate::domain::mail::{ChangeStep, MailContent, Suppression};
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::store::{StoreError, users};

/// Asks for a change of the live person's address.
///
/// A taken address looks like a free one; nobody gets mail then.
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
    let post = post(caller, user, (&to, step), callback_url);
    let taken: Option<User> = app.store.find(users::by_email(&to)).await?;
    let batch = if taken.is_some() {
        app.post_suppressed(post, Suppression::AddressTaken, now)?
    } else {
        app.post(post, now)?
    };
    app.store.apply(batch).await?;
    app.mail_posted().await;
    tracing::info!(user = user.id, client = caller.address_text(), "change of address asked");
    Ok(())
}

/// Opens a link of either step.
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
    let from = Email::parse(&claims.email).ok_or(Refusal::InvalidToken)?;
    let found: Option<User> = app.store.find(users::by_id(&claims.user_id)).await?;
    let user = found.ok_or(Refusal::UserNotFound)?;
    if live.is_some_and(|live| live.user.id != user.id) {
        return Err(Refusal::InvalidUser.into());
    }
    let is_done = user.email == *to;
    if user.email != from && !is_done {
        return Err(Refusal::UserNotFound.into());
    }
    match claims.request_type {
        Some(RequestType::ChangeEmailConfirmation) => {
            if effect == Effect::Apply && !is_done {
                let post = post(caller, &user, (to, ChangeStep::ProveNew), None);
                app.store.apply(app.post(post, now)?).await?;
                app.mail_posted().await;
            }
            Ok(Verified::ChangeAgreed)
        }
        Some(RequestType::ChangeEmailVerification) | None => {
            if effect == Effect::Apply && !is_done {
                change(app, &user, to, now).await?;
            }
            let user = User { email: to.clone(), ..user };
            Ok(Verified::Changed(Box::new(user)))
        }
    }
}

async fn change(app: &App, user: &User, to: &Email, now: Millis) -> Result<(), Failure> {
    let write = users::email_set(&user.id, &user.email, to, now);
    app.store.apply(vec![write]).await.map_err(|error| match error {
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
    step: (&'a Email, ChangeStep),
    callback_url: Option<String>,
) -> Post<'a> {
    let (to, step) = step;
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
        ..caller.post_to(user, content, None)
    }
}
