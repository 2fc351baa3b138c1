//! The password of whoever is signed in, asked for again before something grave.
//!
//! Whoever holds a session that is not theirs must not learn the password by it: a few
//! wrong ones end the session, the account's are throttled whatever their sessions, and
//! each is in the audit log. The owner still signs in meanwhile: here strangers' windows
//! are not looked at, and a try here closes no door there before a hundred in a row.
//! Source: OWASP ASVS 5.0 6.3.1, 7.5.1.

use crate::account::session::Live;
use crate::account::{Caller, audit, password};
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::base::limiter::{Key, Limit, RuleId};
use crate::base::password_hash::Verdict;
use crate::base::secret::Secret;
use crate::domain::audit::Act;
use crate::domain::refusal::Refusal;
use crate::store::{StoreError, accounts, guards, sessions};

/// Wrong passwords in a row that end a session: more than an owner mistypes. It holds
/// whether or not requests are limited.
const OF_SESSION: Limit = Limit { max: 5, window_ms: 24 * 60 * 60 * 1000 };

/// Tries of one account with whatever sessions it has.
const OF_ACCOUNT: Limit = Limit { max: 10, window_ms: 15 * 60 * 1000 };

/// How often the audit log is told that the tries are throttled.
const TOLD: Limit = Limit { max: 1, window_ms: OF_ACCOUNT.window_ms };

/// Checks that `given` is the live person's password; returns the stored hash, for the
/// batch that acts on it to demand.
///
/// # Errors
/// `InvalidPassword`, also for a person who has none; `PasswordTooLong`; `Limited`;
/// `Unauthorized` when the session has just ended by its failures.
///
/// # Cost
/// One read, one hash; a durable write for a wrong one.
pub async fn prove(
    app: &App,
    live: &Live,
    given: Secret<String>,
    by: (&Caller, Millis),
) -> Result<String, Failure> {
    password::check_length_max(app, &given)?;
    admit(app, live, by).await?;
    let stored: Option<String> = app.store.find(accounts::password(&live.user.id)).await?;
    match (app.hashes.verify(given, stored.clone()).await?, stored) {
        (Verdict::Match | Verdict::MatchRehash, Some(stored)) => {
            app.forget(RuleId::SESSION_PASSWORDS, of_session(live), OF_SESSION).await;
            app.forget(RuleId::ACCOUNT_PASSWORDS, of_account(live), OF_ACCOUNT).await;
            Ok(stored)
        }
        (Verdict::Mismatch | Verdict::Match | Verdict::MatchRehash, _) => {
            failed(app, live, by).await?;
            Err(Refusal::InvalidPassword.into())
        }
    }
}

/// Counts a try before it costs a hash, so that many at once are not more than there may be.
async fn admit(app: &App, live: &Live, by: (&Caller, Millis)) -> Result<(), Failure> {
    let (_, now) = by;
    if app.config.rate_limit.enabled {
        let own = of_account(live);
        if let Err(wait) = app.admit(RuleId::ACCOUNT_PASSWORDS, own, OF_ACCOUNT, now).await {
            if app.admit(RuleId::PASSWORDS_CLOSED, own, TOLD, now).await.is_ok() {
                let entry = audit::of(app, Act::PasswordChecksThrottled, &live.user.id, by);
                app.store.apply(vec![entry]).await?;
            }
            return Err(Failure::Limited { retry_after_s: wait.seconds });
        }
    }
    let own = of_session(live);
    let admitted = app.admit(RuleId::SESSION_PASSWORDS, own, OF_SESSION, now).await;
    admitted.map_err(|_wait| Refusal::Unauthorized.into())
}

/// Remembers a wrong password; the last that a session has ends it.
async fn failed(app: &App, live: &Live, by: (&Caller, Millis)) -> Result<(), Failure> {
    let (_, now) = by;
    let (user, session) = (&live.user, &live.session);
    if app.config.rate_limit.enabled {
        app.streak_grows(user.email.as_str(), now).await;
    }
    let wrong = audit::of(app, Act::PasswordCheckFailed, &user.id, by);
    let left = app.blocked(RuleId::SESSION_PASSWORDS, of_session(live), OF_SESSION, now).await;
    if left.is_ok() {
        app.store.apply(vec![wrong]).await?;
        return Ok(());
    }
    let lives = guards::session(&session.id, &user.id);
    let end = sessions::delete_one(&user.id, &session.id, &session.token_hash);
    let ended = audit::of(app, Act::SessionEndedByGuesses, &user.id, by);
    match app.store.apply(vec![lives, wrong.clone(), end, ended]).await {
        Ok(_) => tracing::warn!(user = user.id, "session ended by wrong passwords"),
        // Of several at once the first has ended it, and told.
        Err(StoreError::Unexpected { .. }) => drop(app.store.apply(vec![wrong]).await?),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

fn of_session(live: &Live) -> Key {
    Key::account(None, &live.session.id)
}

fn of_account(live: &Live) -> Key {
    Key::account(None, &live.user.id)
}
