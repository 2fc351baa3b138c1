//! Signing in with address and password.
//!
//! Unknown and wrong look alike in answer and in time: both cost a hash of every format
//! that is stored. What
//! stands in the way of an account (ban, deactivation, missing verification) is
//! told only after the right password. Source: contract 8, `/sign-in/email`.

use crate::account::device::{self, Occasion};
use crate::account::guard::{Looks, Proof};
use crate::account::session::{self, Opened};
use crate::account::throttle::Guesser;
use crate::account::{Caller, audit, password, throttle, verify};
use crate::app::{App, Failure, password_formats};
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
/// Three reads, a hash of each format that is stored (one more when this one is outdated),
/// one durable write.
pub async fn with_password(
    app: &App,
    credentials: Credentials,
    by: (&Caller, Millis),
) -> Result<SignedIn, Failure> {
    password::check_length_max(app, &credentials.password)?;
    let mut looks = Looks::default();
    loop {
        let outcome = match prove(app, &credentials, by).await {
            Ok(known) => enter(app, &credentials, known, by).await,
            Err(failure) => Err(failure),
        };
        if let Some(settled) = looks.settled(outcome, Refusal::InvalidEmailOrPassword) {
            return settled;
        }
    }
}

/// A person whose password was right.
struct Known {
    user: User,
    /// What it was held against.
    stored: String,
    verdict: Verdict,
    guesser: Guesser,
}

/// Holds the password against the stored one; refuses whoever may not enter.
async fn prove(
    app: &App,
    credentials: &Credentials,
    by: (&Caller, Millis),
) -> Result<Known, Failure> {
    let (_, now) = by;
    let read = users::password_by_email(&credentials.email);
    let (known, stored) = match app.store.find::<UserWithPassword>(read).await? {
        Some(UserWithPassword { user, password }) => (Some(user), password),
        None => (None, None),
    };
    let guesser = throttle::admit(app, &credentials.email, known.as_ref(), by).await?;
    let decoys = password_formats::decoys(app).await?;
    let unnoted = password_formats::unnoted(stored.as_deref(), &decoys, now);
    let compared = app.hashes.verify_among(credentials.password.clone(), stored.clone(), decoys);
    let verdict = compared.await?;
    let (user, stored) = match (known, stored, verdict) {
        (Some(user), Some(stored), Verdict::Match | Verdict::MatchRehash) => (user, stored),
        (known, _, Verdict::Mismatch) | (known @ None, _, _) | (known, None, _) => {
            let whom = (&credentials.email, known.as_ref());
            return Err(failed(app, whom, (guesser, unnoted), by).await);
        }
    };
    if let Err(refusal) = may_enter(app, &user, now) {
        if refusal == Refusal::EmailNotVerified {
            app.store
                .apply(verify::mail(app, &user, credentials.callback_url.clone(), by)?)
                .await?;
            app.mail_posted().await;
        }
        return Err(refusal.into());
    }
    Ok(Known { user, stored, verdict, guesser })
}

/// Writes the session, if what proved the person still holds.
async fn enter(
    app: &App,
    credentials: &Credentials,
    known: Known,
    by: (&Caller, Millis),
) -> Result<SignedIn, Failure> {
    let (caller, now) = by;
    let Known { user, stored, verdict, guesser } = known;
    let proof = Proof::Password { stored: &stored };
    let opened = session::open(app, (&user, proof), credentials.remember, by);
    let mut batch = lift_expired_ban(&user, now);
    batch.extend(opened.writes());
    batch.push(audit::of(app, Act::SignIn, &user.id, by));
    batch.extend(address_known(&user, caller, now));
    let device = device::recognise(app, &user, Occasion::SignIn, by).await?;
    batch.extend(device.writes);
    if verdict == Verdict::MatchRehash {
        let new = password::hash(app, credentials.password.clone()).await?;
        batch.push(accounts::password_swap(&user.id, &stored, &new, now));
    }
    app.store.apply(batch).await?;
    throttle::succeeded(app, &credentials.email, guesser, caller).await;
    app.mail_posted().await;
    tracing::info!(user = user.id, client = caller.address_text(), "signed in");
    Ok(SignedIn { user, opened, device: device.token })
}

/// Counts a wrong password or an unknown address, and has it remembered.
async fn failed(
    app: &App,
    whom: (&Email, Option<&User>),
    (guesser, unnoted): (Guesser, Option<Statement>),
    by: (&Caller, Millis),
) -> Failure {
    let target = whom.1.map(|user| user.id.as_str());
    let mut batch = vec![audit::of_try(app, Act::SignInFailed, target, by)];
    batch.extend(throttle::failed(app, whom, guesser, by).await);
    batch.extend(unnoted);
    if let Err(error) = app.store.apply(batch).await {
        return error.into();
    }
    tracing::info!(client = by.0.address_text(), "sign-in failed");
    Refusal::InvalidEmailOrPassword.into()
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
