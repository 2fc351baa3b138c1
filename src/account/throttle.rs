//! Slows guessing of one account's password without locking its owner out.
//!
//! Ten failures from one address close the account to that address for fifteen
//! minutes. A hundred in a row from anywhere close it to strangers: addresses
//! that have signed in before are tried at once, all others together once a
//! minute. A browser in which the account has been signed in is nobody's neighbour: its
//! failures count for themselves alone, and after a day's worth of them it is a
//! stranger's too. Unknown accounts are throttled alike, so nothing is told. Counters
//! live in bounded memory, or in the database for all instances. Sources: product
//! contract 5; OWASP ASVS 5.0 6.3.1, and its "Device Cookies"; NIST SP 800-63B-4 §3.2.2.

use crate::account::{Caller, audit};
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::base::limiter::{AddressKey, Key, Limit, RetryAfter, RuleId};
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::token::{Token, TokenHash};
use crate::domain::user::User;
use crate::store::{Statement, devices, sign_in_addresses};

/// Failed sign-ins of one account from one address, or in one browser that it knows.
const FAILURES: Limit = Limit { max: 10, window_ms: 15 * 60 * 1000 };

/// Failed sign-ins in a row after which the account no longer knows a browser: three
/// closed windows, which no owner mistypes, and whoever took the cookie goes no further.
const DEVICE_FAILURES: Limit = Limit { max: 30, window_ms: 24 * 60 * 60 * 1000 };

/// The limiter's rule for [`FAILURES`].
const FAILURES_RULE: RuleId = RuleId::SIGN_IN_FAILURES;

/// How often the audit log is told that an account is closed: a flood of tries that cost
/// no hash must not cost a row each.
const TOLD: Limit = Limit { max: 1, window_ms: FAILURES.window_ms };

/// Who tries, as far as the account can tell before the password is looked at.
#[derive(Clone, Copy, Debug)]
pub enum Guesser {
    /// A browser in which the account has been signed in.
    Device(TokenHash),
    /// Anybody else.
    Stranger,
}

/// Lets an attempt through to the hash, or says when the next one may come.
///
/// # Errors
/// `Limited`.
///
/// # Cost
/// A point read when the browser has a device cookie, known account or not.
pub async fn admit(
    app: &App,
    email: &Email,
    known: Option<&User>,
    by: (&Caller, Millis),
) -> Result<Guesser, Failure> {
    if !app.config.rate_limit.enabled {
        return Ok(Guesser::Stranger);
    }
    let (caller, now) = by;
    let guesser = recognise(app, known, caller).await?;
    let own = key(email, caller, guesser);
    if let Err(wait) = app.blocked(rule(guesser), own, FAILURES, now).await {
        return Err(closed(app, (own, wait), known, by).await);
    }
    if matches!(guesser, Guesser::Device(_)) {
        return Ok(guesser);
    }
    let is_free = !app.streak_is_long(email.as_str(), now).await;
    if is_free || is_familiar(app, known, caller).await? {
        return Ok(guesser);
    }
    let strangers = Key::account(None, email.as_str());
    match app.slow_try(email.as_str(), now).await {
        Ok(()) => Ok(guesser),
        Err(wait) => Err(closed(app, (strangers, wait), known, by).await),
    }
}

/// Says when the next try may come; has it remembered, once a window, whom it is closed to.
async fn closed(
    app: &App,
    (whom, wait): (Key, RetryAfter),
    known: Option<&User>,
    by: (&Caller, Millis),
) -> Failure {
    if app.admit(RuleId::SIGN_IN_CLOSED, whom, TOLD, by.1).await.is_ok() {
        let target = known.map(|user| user.id.as_str());
        let entry = audit::of_try(app, Act::SignInThrottled, target, by);
        if let Err(error) = app.store.apply(vec![entry]).await {
            return error.into();
        }
    }
    Failure::Limited { retry_after_s: wait.seconds }
}

/// Counts a failure; returns the write after which a browser that failed too often is not
/// known any more.
pub async fn failed(
    app: &App,
    (email, known): (&Email, Option<&User>),
    guesser: Guesser,
    by: (&Caller, Millis),
) -> Option<Statement> {
    if !app.config.rate_limit.enabled {
        return None;
    }
    let (caller, now) = by;
    let own = key(email, caller, guesser);
    app.record(rule(guesser), own, FAILURES, now).await;
    match (guesser, known) {
        (Guesser::Device(device), Some(user)) => {
            app.record(RuleId::DEVICE_FAILURES, own, DEVICE_FAILURES, now).await;
            let left = app.blocked(RuleId::DEVICE_FAILURES, own, DEVICE_FAILURES, now).await;
            left.err().map(|_none| devices::forget(&user.id, &device))
        }
        (Guesser::Device(_) | Guesser::Stranger, _) => {
            app.streak_grows(email.as_str(), now).await;
            None
        }
    }
}

/// Forgets the failures of whoever has succeeded, and the account's streak.
pub async fn succeeded(app: &App, email: &Email, guesser: Guesser, caller: &Caller) {
    let own = key(email, caller, guesser);
    app.forget(rule(guesser), own, FAILURES).await;
    if matches!(guesser, Guesser::Device(_)) {
        app.forget(RuleId::DEVICE_FAILURES, own, DEVICE_FAILURES).await;
    }
    app.streak_ends(email.as_str()).await;
}

/// Returns the name under which an address is remembered: IPv6 by /64.
pub fn address_key(caller: &Caller) -> String {
    caller.address.map_or_else(String::new, |address| AddressKey::of(address).to_string())
}

/// Looks whether the account knows the browser. Of an unknown account the same is asked
/// of nobody, so that both take as long.
async fn recognise(app: &App, known: Option<&User>, caller: &Caller) -> Result<Guesser, Failure> {
    let Some(device) = caller.device.as_ref().map(Token::hash) else {
        return Ok(Guesser::Stranger);
    };
    let user_id = known.map_or("", |user| user.id.as_str());
    let last_at: Option<Millis> = app.store.find(devices::known(user_id, &device)).await?;
    Ok(last_at.map_or(Guesser::Stranger, |_known| Guesser::Device(device)))
}

async fn is_familiar(app: &App, known: Option<&User>, caller: &Caller) -> Result<bool, Failure> {
    let user_id = known.map_or("", |user| user.id.as_str());
    let read = sign_in_addresses::known(user_id, &address_key(caller));
    let last_at: Option<i64> = app.store.find(read).await?;
    Ok(last_at.is_some())
}

const fn rule(guesser: Guesser) -> RuleId {
    match guesser {
        Guesser::Device(_) => RuleId::DEVICE_WINDOW,
        Guesser::Stranger => FAILURES_RULE,
    }
}

/// Names whose failures are counted: an account's in a browser, or from an address.
fn key(email: &Email, caller: &Caller, guesser: Guesser) -> Key {
    match guesser {
        Guesser::Device(device) => Key::account(None, &format!("{} {email}", device.hex())),
        Guesser::Stranger => Key::account(caller.address.map(AddressKey::of), email.as_str()),
    }
}
