//! Slows guessing of one account's password without locking its owner out.
//!
//! Ten failures from one address close the account to that address for fifteen
//! minutes. A hundred in a row from anywhere close it to strangers: addresses
//! that have signed in before are tried at once, all others together once a
//! minute. Unknown accounts are throttled alike, so nothing is told. Counters
//! live in bounded memory, or in the database for all instances. Sources: product contract 5; OWASP ASVS 5.0 6.3.1;
//! NIST SP 800-63B-4 §3.2.2.

use crate::account::{Caller, audit};
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::base::limiter::{AddressKey, Key, Limit, RetryAfter, RuleId};
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::user::User;
use crate::store::sign_in_addresses;

/// Failed sign-ins of one account from one address.
const FAILURES: Limit = Limit { max: 10, window_ms: 15 * 60 * 1000 };

/// The limiter's rule for [`FAILURES`].
const FAILURES_RULE: RuleId = RuleId::SIGN_IN_FAILURES;

/// How often the audit log is told that an account is closed: a flood of tries that cost
/// no hash must not cost a row each.
const TOLD: Limit = Limit { max: 1, window_ms: FAILURES.window_ms };

/// Lets an attempt through to the hash, or says when the next one may come.
///
/// # Errors
/// `Limited`.
pub async fn admit(
    app: &App,
    email: &Email,
    known: Option<&User>,
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    if !app.config.rate_limit.enabled {
        return Ok(());
    }
    let (caller, now) = by;
    let own = key(email, caller);
    if let Err(wait) = app.blocked(FAILURES_RULE, own, FAILURES, now).await {
        return Err(closed(app, (own, wait), known, by).await);
    }
    let is_free = !app.streak_is_long(email.as_str(), now).await;
    if is_free || is_familiar(app, known, caller).await? {
        return Ok(());
    }
    let strangers = Key::account(None, email.as_str());
    match app.slow_try(email.as_str(), now).await {
        Ok(()) => Ok(()),
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

/// Counts a failure.
pub async fn failed(app: &App, email: &Email, caller: &Caller, now: Millis) {
    if app.config.rate_limit.enabled {
        app.record(FAILURES_RULE, key(email, caller), FAILURES, now).await;
        app.streak_grows(email.as_str(), now).await;
    }
}

/// Forgets the account's failures from this address, and its streak.
pub async fn succeeded(app: &App, email: &Email, caller: &Caller) {
    app.forget(FAILURES_RULE, key(email, caller), FAILURES).await;
    app.streak_ends(email.as_str()).await;
}

/// Returns the name under which an address is remembered: IPv6 by /64.
pub fn address_key(caller: &Caller) -> String {
    caller.address.map_or_else(String::new, |address| AddressKey::of(address).to_string())
}

async fn is_familiar(app: &App, known: Option<&User>, caller: &Caller) -> Result<bool, Failure> {
    let Some(user) = known else {
        return Ok(false);
    };
    let read = sign_in_addresses::known(&user.id, &address_key(caller));
    let last_at: Option<i64> = app.store.find(read).await?;
    Ok(last_at.is_some())
}

fn key(email: &Email, caller: &Caller) -> Key {
    Key::account(caller.address.map(AddressKey::of), email.as_str())
}
