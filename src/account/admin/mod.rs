//! What administrators do to other people's accounts, over the wire.
//!
//! Who asks is the live session's person and nobody else; each rule first asks
//! whether they may, and says by its own refusal what they may not. What the rules
//! share with the command line is in `operate`. Source: contract 9 and 10.

pub mod change;
pub mod impersonate;
pub mod list;

use crate::account::last_admin::LastAdmin;
use crate::account::session::{self, Live};
use crate::account::{Caller, audit, guard, operate};
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::base::secret::Secret;
use crate::domain::audit::Act;
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::domain::token::Token;
use crate::domain::user::{BAN_REASON_NONE, Ban, User};
use crate::store::{devices, sessions, users};

/// Lets an administrator pass.
///
/// # Errors
/// `refusal` for everybody else.
pub fn permit(live: &Live, refusal: Refusal) -> Result<(), Refusal> {
    if live.user.is_admin() { Ok(()) } else { Err(refusal) }
}

/// Finds a person by id.
///
/// # Errors
/// `MayNotGetUsers`, `NoSuchUser`.
///
/// # Cost
/// One point read.
pub async fn get(app: &App, live: &Live, id: &str) -> Result<User, Failure> {
    permit(live, Refusal::MayNotGetUsers)?;
    target(app, id).await
}

/// Finds whom an act is about.
///
/// # Errors
/// `NoSuchUser`.
async fn target(app: &App, id: &str) -> Result<User, Failure> {
    Ok(app.store.find(users::by_id(id)).await?.ok_or(Refusal::NoSuchUser)?)
}

/// Sets somebody's roles, joined by `,`.
///
/// # Errors
/// `MayNotChangeRoles`, `NoSuchUser`, `LastAdmin`.
///
/// # Cost
/// One read, one durable write.
pub async fn set_role(
    app: &App,
    live: &Live,
    id: &str,
    role: &str,
    by: (&Caller, Millis),
) -> Result<User, Failure> {
    permit(live, Refusal::MayNotChangeRoles)?;
    let user = target(app, id).await?;
    let set = operate::set_role(app, user, (role, LastAdmin::Stays), by).await;
    gone(set, Refusal::MayNotChangeRoles)
}

/// Bans somebody and ends their sessions; returns them as they are now.
///
/// # Errors
/// `MayNotBanUsers`, `NoSuchUser`, `CannotBanYourself`, `LastAdmin`.
///
/// # Cost
/// One read, one durable write.
pub async fn ban(
    app: &App,
    live: &Live,
    id: &str,
    ban: Ban,
    by: (&Caller, Millis),
) -> Result<User, Failure> {
    permit(live, Refusal::MayNotBanUsers)?;
    let user = target(app, id).await?;
    if user.id == live.user.id {
        return Err(Refusal::CannotBanYourself.into());
    }
    let ban = Ban { reason: Some(reason_or_none(ban.reason)), ..ban };
    let set = operate::set_ban(app, &user, (Some(&ban), LastAdmin::Stays), by).await;
    gone(set, Refusal::MayNotBanUsers)?;
    Ok(User { ban: Some(ban), updated_at: by.1, ..user })
}

/// Returns what a ban says, also when nothing was said.
fn reason_or_none(reason: Option<String>) -> String {
    reason.filter(|reason| !reason.is_empty()).unwrap_or_else(|| BAN_REASON_NONE.to_owned())
}

/// Lifts somebody's ban; returns them as they are now.
///
/// # Errors
/// `MayNotBanUsers`, `NoSuchUser`.
///
/// # Cost
/// One read, one durable write.
pub async fn unban(
    app: &App,
    live: &Live,
    id: &str,
    by: (&Caller, Millis),
) -> Result<User, Failure> {
    permit(live, Refusal::MayNotBanUsers)?;
    let user = target(app, id).await?;
    let set = operate::set_ban(app, &user, (None, LastAdmin::Stays), by).await;
    gone(set, Refusal::MayNotBanUsers)?;
    Ok(User { ban: None, updated_at: by.1, ..user })
}

/// Removes somebody with all that hangs on them.
///
/// # Errors
/// `MayNotDeleteUsers`, `CannotRemoveYourself`, `NoSuchUser`, `LastAdmin`.
///
/// # Cost
/// One read, one durable write.
pub async fn remove(
    app: &App,
    live: &Live,
    id: &str,
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    permit(live, Refusal::MayNotDeleteUsers)?;
    if id == live.user.id {
        return Err(Refusal::CannotRemoveYourself.into());
    }
    let user = target(app, id).await?;
    let head = guard::governing(by, &user.id);
    let deleted = operate::delete(app, &user, (LastAdmin::Stays, head), by).await;
    gone(deleted, Refusal::MayNotDeleteUsers)
}

/// Sets somebody's password and ends their sessions, but for the one that asks.
///
/// # Errors
/// `MayNotSetUserPasswords`, password refusals, `NoSuchUser`.
///
/// # Cost
/// One read, one hash, one durable write.
pub async fn set_password(
    app: &App,
    live: &Live,
    id: &str,
    new: Secret<String>,
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    permit(live, Refusal::MayNotSetUserPasswords)?;
    super::password::check_length(app, &new)?;
    let user = target(app, id).await?;
    let set = operate::set_password(app, &user, (new, Some(&live.session.id)), by).await;
    gone(set, Refusal::MayNotSetUserPasswords)
}

/// Lists somebody's live sessions, oldest first; nobody's are none.
///
/// # Errors
/// `MayNotListUserSessions`.
///
/// # Cost
/// One scan of the person's sessions on a reader thread.
pub async fn sessions(
    app: &App,
    live: &Live,
    id: &str,
    now: Millis,
) -> Result<Vec<Session>, Failure> {
    permit(live, Refusal::MayNotListUserSessions)?;
    session::list(app, id, now).await
}

/// Ends one session of whomever, named by its token or its handle.
///
/// # Errors
/// `MayNotRevokeUserSessions`.
///
/// # Cost
/// One durable write.
pub async fn revoke_session(
    app: &App,
    live: &Live,
    named: &str,
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    permit(live, Refusal::MayNotRevokeUserSessions)?;
    let hash = Token::presented(named).hash();
    let entry = audit::of_session(app, Act::SessionRevoked, ((named, &hash), None), by);
    let mut batch = guard::governing(by, &live.user.id);
    batch.push(entry);
    batch.extend([devices::forget_of_session(named, &hash), sessions::delete_any(named, &hash)]);
    let done = app.store.apply(batch).await.map_err(guard::missed(Refusal::NoSuchUser));
    guard::governed(done, Refusal::MayNotRevokeUserSessions)?;
    Ok(())
}

/// Ends every session of somebody.
///
/// # Errors
/// `MayNotRevokeUserSessions`.
///
/// # Cost
/// One durable write.
pub async fn revoke_sessions(
    app: &App,
    live: &Live,
    id: &str,
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    permit(live, Refusal::MayNotRevokeUserSessions)?;
    guard::governed(
        operate::revoke_sessions(app, id, by).await,
        Refusal::MayNotRevokeUserSessions,
    )?;
    Ok(())
}

/// Says of somebody who went while the rule was at work what is said of nobody, and to
/// whoever administers no longer what they may not.
fn gone<T>(outcome: Result<T, Failure>, may_not: Refusal) -> Result<T, Failure> {
    match guard::governed(outcome, may_not) {
        Err(Failure::Refused(Refusal::UserNotFound)) => Err(Refusal::NoSuchUser.into()),
        other => other,
    }
}
