//! Acting as somebody else, and going back.
//!
//! The session is the person's, lives an hour, never slides and says who acts in it.
//! It ends when the administrator stops, is banned, deactivated, demoted or removed,
//! or when the session ends out of which they act. Nobody acts as an administrator. Source: contract 10.

use super::{permit, target};
use crate::account::guard::{self, Proof};
use crate::account::session::{self, Live, Opened};
use crate::account::{Caller, audit, raced};
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::audit::Act;
use crate::domain::refusal::Refusal;
use crate::domain::session::{IMPERSONATION_TTL_S, Remember};
use crate::domain::token::Token;
use crate::domain::user::User;
use crate::store::{guards, sessions};

/// Opens a session in which the administrator acts as somebody.
///
/// # Errors
/// `MayNotImpersonateUsers`, `NoSuchUser`, `AdminsAreNotImpersonated`; `BannedUser` and
/// `AccountDisabled` of whom nobody can be.
///
/// # Cost
/// One read, one durable write.
pub async fn begin(
    app: &App,
    live: &Live,
    id: &str,
    by: (&Caller, Millis),
) -> Result<(User, Opened), Failure> {
    permit(live, Refusal::MayNotImpersonateUsers)?;
    let user = target(app, id).await?;
    if user.is_admin() {
        return Err(Refusal::AdminsAreNotImpersonated.into());
    }
    let (_, now) = by;
    if user.is_banned(now) {
        return Err(Refusal::BannedUser.into());
    }
    if !user.is_active {
        return Err(Refusal::AccountDisabled.into());
    }
    let mut opened = session::open(app, (&user, Proof::Session), Remember::No, by);
    opened.session.expires_at = now.plus_s(IMPERSONATION_TTL_S).min(live.session.expires_at);
    opened.session.impersonated_by = Some(live.user.id.clone());
    let mut batch = guard::governing(by, &user.id);
    batch.push(sessions::insert_impersonation(&opened.session, &live.session.id));
    batch.push(audit::of(app, Act::ImpersonationBegan, &user.id, by));
    let done = app.store.apply(batch).await.map_err(guard::missed(Refusal::NoSuchUser));
    guard::governed(done, Refusal::MayNotImpersonateUsers)?;
    tracing::info!(user = user.id, by = live.user.id, "impersonation began");
    Ok((user, opened))
}

/// Ends the impersonation that asks and returns the administrator's own session.
///
/// # Errors
/// `NotImpersonating`; `AdminSessionGone` when `own`, which waited in a cookie, has
/// ended or is somebody else's: then nothing changes.
///
/// # Cost
/// One read, one durable write.
pub async fn stop(
    app: &App,
    live: &Live,
    own: Option<Token>,
    by: (&Caller, Millis),
) -> Result<Live, Failure> {
    let admin_id = live.session.impersonated_by.as_ref().ok_or(Refusal::NotImpersonating)?;
    let own = own.ok_or(Refusal::AdminSessionGone)?;
    let own = session::find(app, own, by.1).await?.ok_or(Refusal::AdminSessionGone)?;
    if own.user.id != *admin_id {
        return Err(Refusal::AdminSessionGone.into());
    }
    let entry = audit::of(app, Act::ImpersonationEnded, &live.user.id, by);
    let end = sessions::delete_by_token(&live.session.token_hash);
    let batch = vec![
        guards::alone(&live.user.id, &own.user.id),
        guards::session(&own.session.id, &own.user.id),
        end,
        entry,
    ];
    app.store.apply(batch).await.map_err(raced(Refusal::AdminSessionGone))?;
    tracing::info!(user = live.user.id, by = own.user.id, "impersonation ended");
    Ok(own)
}
