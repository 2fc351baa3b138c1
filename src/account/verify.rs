//! Proving an address by the link mailed to it, and changing one.
//!
//! The link's token is a signed statement, not a row: opening it twice within
//! its hour succeeds twice, so a mail scanner that opens every link spends
//! nothing. Source: contract 4 and 8, `/verify-email`, `/send-verification-email`.

use serde::{Deserialize, Serialize};

use crate::account::change_email::{self, Change};
use crate::account::device::{self, Occasion};
use crate::account::guard::{Looks, Proof};
use crate::account::session::{self, Live, Opened};
use crate::account::{Caller, audit, awaited, password};
use crate::app::{App, Cause, Failure, Post};
use crate::base::clock::Millis;
use crate::base::jwt::{self, JwtError};
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::mail::{ChangeStep, MailContent, Suppression};
use crate::domain::refusal::Refusal;
use crate::domain::session::Remember;
use crate::domain::token::Token;
use crate::domain::user::User;
use crate::store::{Statement, StoreError, users};

/// Where a verification link leads when nobody said. Source: contract 4.
pub const CALLBACK_DEFAULT: &str = "/";

/// What a verification link states.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyClaims {
    /// The account's address, in normal form.
    pub email: String,
    /// Whose address it is.
    pub user_id: String,
    /// The address as it shall be, for a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_to: Option<String>,
    /// Which step of a change the link is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_type: Option<RequestType>,
    /// The token of a change that is asked for; it dies with the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// Whether the old address has agreed to the change. Whether it has to is decided when
    /// the link is used.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub agreed: bool,
    /// When the link was made, in Unix seconds.
    pub iat: i64,
    /// When it stops counting, in Unix seconds.
    pub exp: i64,
}

/// The steps of a change as upstream names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestType {
    /// The old address is asked.
    ChangeEmailConfirmation,
    /// The new address is asked.
    ChangeEmailVerification,
}

impl VerifyClaims {
    /// States that `email` is `user_id`'s.
    #[must_use]
    pub fn proving(email: &str, user_id: &str) -> Self {
        Self {
            email: email.to_owned(),
            user_id: user_id.to_owned(),
            update_to: None,
            request_type: None,
            jti: None,
            agreed: false,
            iat: 0,
            exp: 0,
        }
    }

    /// States that `user_id` wants to change one address into another.
    #[must_use]
    pub fn changing(user_id: &str, from_to: (&str, &str), step: ChangeStep, token: String) -> Self {
        let (from, to) = from_to;
        let request_type = match step {
            ChangeStep::ConfirmOld => RequestType::ChangeEmailConfirmation,
            ChangeStep::ProveNew | ChangeStep::ProveNewAgreed => {
                RequestType::ChangeEmailVerification
            }
        };
        Self {
            update_to: Some(to.to_owned()),
            request_type: Some(request_type),
            jti: Some(token),
            agreed: step == ChangeStep::ProveNewAgreed,
            ..Self::proving(from, user_id)
        }
    }

    /// Counts from `now` for `ttl_s` seconds.
    #[must_use]
    pub fn valid_for(self, ttl_s: i64, now: Millis) -> Self {
        Self { iat: now.unix_s(), exp: now.unix_s().saturating_add(ttl_s), ..self }
    }
}

/// Whether a request may change anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It may.
    Apply,
    /// It is a HEAD: look, change nothing.
    LookOnly,
}

/// A mailed link, as it is opened.
#[derive(Clone, Copy, Debug)]
pub struct OpenedLink<'a> {
    /// What it states.
    pub token: &'a str,
    /// Where it leads; what it causes to be mailed leads there too.
    pub callback_url: Option<&'a str>,
}

/// What opening a link did.
#[derive(Debug)]
pub enum Verified {
    /// The address is proven.
    Address,
    /// It is proven, for the first time, in a browser that does not wait for it; one that
    /// does may sign in by it.
    Elsewhere(Box<User>),
    /// The address is proven, for the first time, and that signs in.
    SignedIn {
        /// The session.
        opened: Box<Opened>,
        /// What the browser shall be known by; `None` where the settings do not ask.
        device: Option<Token>,
    },
    /// The old address agreed; the new one has mail.
    ChangeAgreed,
    /// The address has changed; the person as they are now.
    Changed(Box<User>),
}

/// Opens a mailed link; again is fine.
///
/// # Errors
/// `InvalidToken`, `TokenExpired`, `UserNotFound`; `InvalidUser` when somebody else
/// is signed in; `UserAlreadyExists` when the new address was taken meanwhile.
///
/// # Cost
/// One read, and a durable write when something changes.
pub async fn open(
    app: &App,
    link: OpenedLink<'_>,
    live: Option<&Live>,
    by: (&Caller, Millis, Effect),
) -> Result<Verified, Failure> {
    let mut looks = Looks::default();
    loop {
        let outcome = follow(app, link, live, by).await;
        if let Some(settled) = looks.settled(outcome, Refusal::UserNotFound) {
            return settled;
        }
    }
}

async fn follow(
    app: &App,
    link: OpenedLink<'_>,
    live: Option<&Live>,
    by: (&Caller, Millis, Effect),
) -> Result<Verified, Failure> {
    let (caller, now, effect) = by;
    let claims: VerifyClaims =
        jwt::verify(&app.keys.signing, link.token, now).map_err(|error| match error {
            JwtError::Invalid => Refusal::InvalidToken,
            JwtError::Expired => Refusal::TokenExpired,
        })?;
    if let Some(to) = &claims.update_to {
        let to = Email::parse(to).ok_or(Refusal::InvalidToken)?;
        let change = Change { claims: &claims, to: &to, callback_url: link.callback_url };
        return change_email::open(app, change, live, by).await;
    }
    let email = Email::parse(&claims.email).ok_or(Refusal::InvalidToken)?;
    let found: Option<User> = app.store.find(users::by_email(&email)).await?;
    let user = found.filter(|user| user.id == claims.user_id).ok_or(Refusal::UserNotFound)?;
    if user.email_verified || effect == Effect::LookOnly {
        return Ok(Verified::Address);
    }
    prove(app, user, live, (caller, now)).await
}

/// Marks an address proven. Of several proofs at once the first alone signs in, in a
/// browser that waits for it, and not where somebody is signed in: a link must not swap
/// a browser's person.
async fn prove(
    app: &App,
    user: User,
    live: Option<&Live>,
    by: (&Caller, Millis),
) -> Result<Verified, Failure> {
    let (caller, now) = by;
    let may_sign_in = live.is_none() && signs_in(app, &user, now);
    let opened = (may_sign_in && awaited::is_by(caller, &user.email, now))
        .then(|| session::open(app, (&user, Proof::MailedLink), Remember::Yes, by));
    let mut batch = match &opened {
        Some(opened) => opened.writes(),
        None => Proof::MailedLink.guards(&user, now),
    };
    batch.push(audit::of(app, Act::EmailVerified, &user.id, by));
    batch.extend(password::void_links(&user.id));
    let verified = if let Some(opened) = opened {
        let device = device::recognise(app, &user, Occasion::FirstUse, by).await?;
        batch.extend(device.writes);
        Verified::SignedIn { opened: Box::new(opened), device: device.token }
    } else if may_sign_in {
        Verified::Elsewhere(Box::new(User { email_verified: true, ..user.clone() }))
    } else {
        Verified::Address
    };
    app.store.apply(batch).await?;
    tracing::info!(user = user.id, "address verified");
    Ok(verified)
}

/// Where verification is required before signing in, the first proof signs in, as
/// the sign-up would have.
pub(super) fn signs_in(app: &App, user: &User, now: Millis) -> bool {
    let auth = &app.config.auth;
    auth.require_email_verification && auth.auto_sign_in && user.is_active && !user.is_banned(now)
}

/// Mails a verification link, and tells nobody whether there is such an account.
///
/// # Errors
/// Signed in: `EmailMismatch`, `EmailAlreadyVerified`.
///
/// # Cost
/// One read and one durable write, whatever the address is.
pub async fn send(
    app: &App,
    asked: (&Email, Option<String>),
    live: Option<&Live>,
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    let (email, callback_url) = asked;
    if let Some(live) = live {
        if live.user.email != *email {
            return Err(Refusal::EmailMismatch.into());
        }
        if live.user.email_verified {
            return Err(Refusal::EmailAlreadyVerified.into());
        }
    }
    let found: Option<User> = app.store.find(users::by_email(email)).await?;
    let batch = match &found {
        Some(user) if !user.email_verified => mail(app, user, callback_url, by)?,
        Some(_verified) => nobody(app, email, Suppression::AlreadyVerified, by)?,
        None => nobody(app, email, Suppression::NoAccount, by)?,
    };
    app.store.apply(batch).await?;
    app.mail_posted_or_not().await;
    Ok(())
}

/// Returns the writes of a verification mail to `user`.
///
/// # Errors
/// A defect.
pub fn mail(
    app: &App,
    user: &User,
    callback_url: Option<String>,
    by: (&Caller, Millis),
) -> Result<Vec<Statement>, StoreError> {
    let (caller, now) = by;
    let content = MailContent::VerifyEmail {
        user_id: user.id.clone(),
        name: user.name.clone(),
        callback_url,
    };
    app.post(caller.post_to(user, content, None), now)
}

fn nobody(
    app: &App,
    email: &Email,
    why: Suppression,
    by: (&Caller, Millis),
) -> Result<Vec<Statement>, StoreError> {
    let (caller, now) = by;
    let (user_id, name) = (String::new(), String::new());
    let content = MailContent::VerifyEmail { user_id, name, callback_url: None };
    let (locale, cause) = (caller.locale, Cause::Caller(caller));
    let post = Post { to: email, locale, content, token: None, user_id: None, cause };
    app.post_suppressed(post, why, now)
}
