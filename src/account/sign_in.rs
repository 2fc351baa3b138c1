//! Signing in with address and password.
//!
//! Unknown and wrong look alike in answer and in time: both cost one hash. What
//! stands in the way of an account (ban, deactivation, missing verification) is
//! told only after the right password. Source: contract 8, `/sign-in/email`.

use crate::account::device::{self, Occasion};
use crate::account::session::{self, Opened};
use crate::account::{Caller, audit, password, throttle, verify};
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::base::password_hash::Verdict;
use crate::base::secret::Secret;
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::session::Remember;
use crate::domain::token::Token;
use crate::domain::user::User;
use crate::store::users::{self, UserWithPassword};
use crate::store::{Statement, accounts, sign_in_addresses};

/// What somebody signs in with.
#[derive(Debug)]
pub struct Credentials {
    /// The address, in normal form.
    pub email: Email,
    /// The password, of any length.
    pub password: Secret<String>,
    /// Whether the browser keeps the session.
    pub remember: Remember,
    /// Where a verification link leads, should one be mailed; checked by the caller.
    pub callback_url: Option<String>,
}

/// A person who has just proved who they are.
#[derive(Debug)]
pub struct SignedIn {
    /// The person.
    pub user: User,
    /// Their new session.
    pub opened: Opened,
    /// What the browser shall be known by; `None` where the settings do not ask.
    pub device: Option<Token>,
}

/// Signs somebody in.
///
/// # Errors
/// `PasswordTooLong`; `Limited` by the throttle; `InvalidEmailOrPassword`; after
/// the right password `AccountDisabled`, `BannedUser`, `EmailNotVerified`.
///
/// # Cost
/// One read, one hash (two when the stored one is outdated), one durable write.
pub async fn with_password(
    app: &App,
    credentials: Credentials,
    by: (&Caller, Millis),
) -> Result<SignedIn, Failure> {
    password::check_length_max(app, &credentials.password)?;
    let (caller, now) = by;
    let read = users::password_by_email(&credentials.email);
    let (known, stored) = match app.store.find::<UserWithPassword>(read).await? {
        Some(UserWithPassword { user, password }) => (Some(user), password),
        None => (None, None),
    };
    throttle::admit(app, &credentials.email, known.as_ref(), by).await?;
    let account_id = known.as_ref().map(|user| user.id.clone());
    let verdict = app.hashes.verify(credentials.password.clone(), stored.clone()).await?;
    let user = match (known, verdict) {
        (Some(user), Verdict::Match | Verdict::MatchRehash) => user,
        (_, Verdict::Mismatch) | (None, _) => {
            throttle::failed(app, &credentials.email, caller, now).await;
            let target = account_id.as_deref();
            app.store.apply(vec![audit::of_try(app, Act::SignInFailed, target, by)]).await?;
            tracing::info!(client = caller.address_text(), "sign-in failed");
            return Err(Refusal::InvalidEmailOrPassword.into());
        }
    };
    if let Err(refusal) = may_enter(app, &user, now) {
        if refusal == Refusal::EmailNotVerified {
            app.store.apply(verify::mail(app, &user, credentials.callback_url, by)?).await?;
            app.mail_posted().await;
        }
        return Err(refusal.into());
    }
    throttle::succeeded(app, &credentials.email, caller).await;
    let opened = session::open(app, &user.id, credentials.remember, by);
    let mut batch = lift_expired_ban(&user, now);
    batch.push(opened.insert());
    batch.push(audit::of(app, Act::SignIn, &user.id, by));
    batch.extend(address_known(&user, caller, now));
    let device = device::recognise(app, &user, Occasion::SignIn, by).await?;
    batch.extend(device.writes);
    if let (Verdict::MatchRehash, Some(old)) = (verdict, stored) {
        let new = password::hash(app, credentials.password).await?;
        batch.push(accounts::password_swap(&user.id, &old, &new, now));
    }
    app.store.apply(batch).await.map_err(super::raced(Refusal::InvalidEmailOrPassword))?;
    app.mail_posted().await;
    tracing::info!(user = user.id, client = caller.address_text(), "signed in");
    Ok(SignedIn { user, opened, device: device.token })
}

pub(super) fn may_enter(app: &App, user: &User, now: Millis) -> Result<(), Refusal> {
    if !user.is_active {
        return Err(Refusal::AccountDisabled);
    }
    if user.is_banned(now) {
        return Err(Refusal::BannedUser);
    }
    if app.config.auth.require_email_verification && !user.email_verified {
        return Err(Refusal::EmailNotVerified);
    }
    Ok(())
}

pub(super) fn lift_expired_ban(user: &User, now: Millis) -> Vec<Statement> {
    user.ban.iter().map(|_| users::ban_lift(&user.id, now)).collect()
}

pub(super) fn address_known(user: &User, caller: &Caller, now: Millis) -> Vec<Statement> {
    if caller.address.is_none() {
        return Vec::new();
    }
    vec![
        sign_in_addresses::remember(&user.id, &throttle::address_key(caller), now),
        sign_in_addresses::forget_oldest(&user.id),
    ]
}
