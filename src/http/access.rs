//! Who may ask: the session, its age and role, or the token of the machines.
//!
//! Sources: contract section 1; product contract 4 and 5 (`/api/cron`).

use serde_json::json;

use super::endpoint::{Access, Endpoint, Impersonation};
use super::error::ApiError;
use super::request::Request;
use super::session::{self, SessionState, Slid};
use super::unread;
use crate::account::audit;
use crate::app::{App, Failure};
use crate::base::crypto;
use crate::base::limiter::{AddressKey, Key, Limit, RuleId};
use crate::domain::audit::Act;
use crate::domain::refusal::Refusal;

/// Wrong tokens that one address may try in a minute.
const GUESSES: Limit = Limit { max: 10, window_ms: 60_000 };

/// Names of parameters in which people send secrets.
const SECRET_PARAMETERS: [&str; 6] =
    ["token", "secret", "key", "access_token", "authorization", "x-cron-secret"];

/// Lets a request pass, or not.
///
/// # Errors
/// `Unauthorized`, `SessionNotFresh`, `Forbidden`, `CronTokenInvalid`,
/// `NotWhileImpersonating`; `Limited` for guesses; a fault of the store.
pub async fn admit(
    app: &App,
    endpoint: &Endpoint,
    request: &mut Request,
) -> Result<Slid, ApiError> {
    let access = endpoint.access;
    match access {
        Access::Public => return Ok(Slid::No),
        Access::Cron => return cron(app, request).map(|()| Slid::No),
        Access::Optional | Access::Session | Access::FreshSession | Access::Admin => {}
    }
    let slid = session::resolve(app, request).await.map_err(ApiError::from)?;
    let is_fresh = match &request.session {
        SessionState::Live(live) => live.session.is_fresh(&app.lives(), request.now),
        SessionState::Absent | SessionState::Dead if access == Access::Optional => true,
        SessionState::Absent | SessionState::Dead => {
            return Err(Refusal::Unauthorized.into());
        }
    };
    if access == Access::FreshSession && !is_fresh {
        return Err(Refusal::SessionNotFresh.into());
    }
    if access == Access::Admin && !request.live()?.user.is_admin() {
        return Err(Refusal::Forbidden.into());
    }
    if endpoint.impersonation == Impersonation::Refused {
        Box::pin(own_session(app, endpoint.id, request)).await?;
    }
    unread::count(app, request).await?;
    Ok(slid)
}

/// Lets the person pass, and nobody who acts as them: each such try is remembered, with
/// the id of its endpoint.
///
/// # Errors
/// `NotWhileImpersonating`.
pub async fn own_session(app: &App, endpoint: &str, request: &Request) -> Result<(), ApiError> {
    let borrowed = request.viewer().filter(|live| live.session.impersonated_by.is_some());
    let Some(live) = borrowed else { return Ok(()) };
    let (told, by) = (json!({"endpoint": endpoint}), (&request.caller(app), request.now));
    let entry = audit::of_with(app, Act::ImpersonationRefused, (&live.user.id, &told), by);
    app.store.apply(vec![entry]).await.map_err(Failure::from)?;
    Err(Refusal::NotWhileImpersonating.into())
}

/// Compares the token of the machines, in constant time. Only wrong ones are counted.
///
/// A token in the address is refused even beside a right header: addresses stand in
/// logs, and whoever puts it there shall notice.
fn cron(app: &App, request: &Request) -> Result<(), ApiError> {
    let Some(secret) = &app.config.cron.secret else {
        return Err(Refusal::CronTokenInvalid.into());
    };
    let is_secret = |text: &str| crypto::equal(text.as_bytes(), secret.expose().as_bytes());
    let bearer = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let given = [bearer, request.header("x-cron-secret")];
    let is_right = given.into_iter().flatten().fold(false, |right, text| right | is_secret(text));
    let is_in_address = request.query.iter().any(|(name, value)| {
        SECRET_PARAMETERS.contains(&name.to_ascii_lowercase().as_str()) || is_secret(value)
    });
    if is_right && !is_in_address {
        return Ok(());
    }
    if app.config.rate_limit.enabled {
        let key = Key::address(Some(AddressKey::of(request.client)));
        app.limiter
            .admit(RuleId::CRON_GUESSES, key, GUESSES, request.now)
            .map_err(|wait| ApiError::Limited { retry_after_s: wait.seconds })?;
    }
    tracing::warn!(client = %request.client, is_in_address, "cron token refused");
    Err(Refusal::CronTokenInvalid.into())
}
