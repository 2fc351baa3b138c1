//! Which optional mails somebody wants, said on the site or by a mailed link.

use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::mail_wish::{Leaving, OPTIONAL};
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::store::{alerts, mail_refusals};

/// Lists the optional kinds with whether the person wants them.
///
/// # Errors
/// A fault of the store.
pub async fn of(app: &App, user: &User) -> Result<[(&'static str, bool); 6], Failure> {
    let limit = i64::try_from(OPTIONAL.len()).unwrap_or(i64::MAX);
    let refused: Vec<String> = app.store.list(mail_refusals::of(&user.id, limit)).await?;
    Ok(OPTIONAL.map(|kind| (kind, refused.iter().all(|other| other != kind))))
}

/// Writes which of some kinds the person wants; others stay as they are.
///
/// # Errors
/// A fault of the store.
pub async fn set(
    app: &App,
    user: &User,
    wishes: &[(&str, bool)],
    now: Millis,
) -> Result<(), Failure> {
    let write = |(kind, wants): &(&str, bool)| {
        if *wants {
            mail_refusals::allow(&user.id, kind)
        } else {
            mail_refusals::refuse(&user.id, kind, now)
        }
    };
    app.store.apply(wishes.iter().map(write).collect()).await?;
    Ok(())
}

/// Reads what a mailed link ends, without ending it.
///
/// # Errors
/// `LeaveLinkInvalid`.
pub fn asked(app: &App, token: &str) -> Result<Leaving, Failure> {
    app.leaving(token).ok_or_else(|| Refusal::LeaveLinkInvalid.into())
}

/// Ends what a mailed link ends; again, or when it is gone, is fine.
///
/// # Errors
/// `LeaveLinkInvalid`.
pub async fn leave(app: &App, token: &str, now: Millis) -> Result<(), Failure> {
    let write = match asked(app, token)? {
        Leaving::Kind { user_id, kind } => mail_refusals::refuse(&user_id, kind, now),
        Leaving::Alert { id } => alerts::stop(&id, now),
    };
    app.store.apply(vec![write]).await?;
    Ok(())
}
