//! Changing the address of an account: prove first, then change.
//!
//! A verified person is asked at the old address, and only then the new one has
//! mail; an unverified one is asked at the new address at once. The address
//! changes when the link mailed to the new one is opened, if by then the old one has
//! agreed or still is proven by nobody; the old one is told. Both links carry the
//! request's token, and lead where the client said: consent is taken once, so a link that
//! is opened again mails nothing more. The token dies with the change, with a change of password, and when the
//! old address is proven. Source: contract 8, `/change-email`, `/verify-email`.

use crate::account::guard::{self, Looks};
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
use crate::store::verifications::{self, Loaded, Verification};
use crate::store::{Statement, StoreError, guards, users};

/// What a request's row holds once the old address has agreed.
const AGREED: &str = r#"{"agreed":true}"#;

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
    let mut looks = Looks::default();
    loop {
        let outcome = ask(app, live, &asked, by).await;
        if let Some(settled) = looks.settled(outcome, Refusal::Unauthorized) {
            settled?;
            break;
        }
    }
    app.mail_posted_or_not().await;
    let client = by.0.address_text();
    tracing::info!(user = live.user.id, client, "change of address asked");
    Ok(())
}

async fn ask(
    app: &App,
    live: &Live,
    (to, callback_url): &(Email, Option<String>),
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    // As the account is now: whom to ask follows from it.
    let found: Option<User> = app.store.find(users::by_id(&live.user.id)).await?;
    let user = &found.ok_or(Refusal::Unauthorized)?;
    if user.email == *to {
        return Err(Refusal::EmailIsSame.into());
    }
    let step = if user.email_verified { ChangeStep::ConfirmOld } else { ChangeStep::ProveNew };
    let (caller, now) = by;
    let LinkToken { token, insert } = app.link_token(LinkPurpose::ChangeEmail, &user.id, now);
    let post = post(caller, user, (to, step, &token), callback_url.clone());
    let mut batch = guard::asking(caller, &user.id);
    batch.extend([guards::address(user), insert]);
    // Where a taken address is told to nobody, the mail to one's own must not tell it.
    let tells = step == ChangeStep::ConfirmOld && app.config.auth.require_email_verification;
    batch.extend(if tells {
        app.post(post, now)?
    } else {
        unless_taken(app, post, to, now).await?
    });
    app.store.apply(batch).await?;
    Ok(())
}

/// A change of address, as a mailed link states it.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// What the link states.
    pub claims: &'a VerifyClaims,
    /// The address as it shall be.
    pub to: &'a Email,
    /// Where the link leads, and the next one.
    pub callback_url: Option<&'a str>,
}

/// Opens a link of either step; again is fine.
///
/// # Errors
/// As [`super::verify::open`]; `InvalidToken` when the change is no longer asked for, or
/// takes the old address's consent by now; `AccountDisabled` and `BannedUser`.
pub async fn open(
    app: &App,
    change: Change<'_>,
    live: Option<&Live>,
    by: (&Caller, Millis, Effect),
) -> Result<Verified, Failure> {
    let mut looks = Looks::default();
    loop {
        let outcome = follow(app, change, live, by).await;
        if let Some(settled) = looks.settled(outcome, Refusal::InvalidToken) {
            return settled;
        }
    }
}

async fn follow(
    app: &App,
    Change { claims, to, callback_url }: Change<'_>,
    live: Option<&Live>,
    (caller, now, effect): (&Caller, Millis, Effect),
) -> Result<Verified, Failure> {
    let found: Option<User> = app.store.find(users::by_id(&claims.user_id)).await?;
    let user = found.ok_or(Refusal::UserNotFound)?;
    if live.is_some_and(|live| live.user.id != user.id) {
        return Err(Refusal::InvalidUser.into());
    }
    let asks_old = claims.request_type == Some(RequestType::ChangeEmailConfirmation);
    if user.email == *to {
        return Ok(if asks_old {
            Verified::ChangeAgreed
        } else {
            Verified::Changed(Box::new(user))
        });
    }
    let link = asked_for(app, claims, &user, now).await?;
    let token = Token::presented(claims.jti.as_deref().unwrap_or_default());
    if asks_old {
        let agreed: Option<Loaded> =
            app.store.find(verifications::loaded(&link.identifier, &link.value)).await?;
        if effect == Effect::Apply && agreed.is_none() {
            let step = (to, ChangeStep::ProveNewAgreed, &token);
            let post = post(caller, &user, step, callback_url.map(str::to_owned));
            let mut batch =
                vec![guards::address(&user), verifications::load(&link.id, AGREED, now)];
            batch.extend(unless_taken(app, post, to, now).await?);
            app.store.apply(batch).await?;
            app.mail_posted_or_not().await;
        }
        return Ok(Verified::ChangeAgreed);
    }
    if effect == Effect::Apply {
        change(app, (&user, to), &link, (caller, now)).await?;
    }
    Ok(Verified::Changed(Box::new(User { email: to.clone(), ..user })))
}

/// Decides anew what was decided when the link was made; returns its row.
async fn asked_for(
    app: &App,
    claims: &VerifyClaims,
    user: &User,
    now: Millis,
) -> Result<Verification, Failure> {
    if user.email.as_str() != claims.email {
        return Err(Refusal::UserNotFound.into());
    }
    let presented = claims.jti.as_deref().unwrap_or_default();
    let row = app.find_link_token(LinkPurpose::ChangeEmail, presented, now).await?;
    let row = row.filter(|row| row.subject.as_deref() == Some(&user.id));
    let row = row.ok_or(Refusal::InvalidToken)?;
    if !user.is_active {
        return Err(Refusal::AccountDisabled.into());
    }
    if user.is_banned(now) {
        return Err(Refusal::BannedUser.into());
    }
    let asks_old = claims.request_type == Some(RequestType::ChangeEmailConfirmation);
    let may_do_without = claims.agreed || !user.email_verified;
    if asks_old || may_do_without { Ok(row) } else { Err(Refusal::InvalidToken.into()) }
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

async fn change(
    app: &App,
    (user, to): (&User, &Email),
    link: &Verification,
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    let mut batch = vec![
        guards::alone(&user.id, &user.id),
        guards::person(user, by.1),
        verifications::consume(&link.id),
        users::email_set(&user.id, &user.email, to, by.1),
        audit::of(app, Act::EmailChanged, &user.id, by),
    ];
    batch.extend(password::void_links(&user.id));
    batch.extend(changed_mail(app, user, by)?);
    app.store.apply(batch).await.map_err(|error| match error {
        StoreError::Duplicate { sql: users::EMAIL_SET_NAME } => Refusal::UserAlreadyExists.into(),
        other @ (StoreError::Unexpected { .. }
        | StoreError::Duplicate { .. }
        | StoreError::Decode { .. }
        | StoreError::Busy
        | StoreError::Unavailable { .. }
        | StoreError::Engine { .. }) => Failure::from(other),
    })?;
    app.mail_posted().await;
    tracing::info!(user = user.id, "address changed");
    Ok(())
}

/// Returns the writes that tell the address that `user` had of the change.
///
/// # Errors
/// A defect.
pub fn changed_mail(
    app: &App,
    user: &User,
    by: (&Caller, Millis),
) -> Result<Vec<Statement>, StoreError> {
    let (caller, now) = by;
    let content = MailContent::EmailChanged { name: user.name.clone(), at: now.0 };
    app.post(caller.post_to(user, content, None), now)
}

/// Makes the mail of a step: the first goes to the old address, the second to the new.
fn post<'a>(
    caller: &'a Caller,
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
            ChangeStep::ProveNew | ChangeStep::ProveNewAgreed => to,
        },
        ..caller.post_to(user, content, Some(token))
    }
}
