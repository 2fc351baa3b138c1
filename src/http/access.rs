//! Who may ask: the session, its age and role, or the token of the machines.
//!
//! Sources: contract section 1; product contract 4 and 5 (`/api/cron`).

use super::endpoint::Access;
use super::error::ApiError;
use super::request::Request;
use super::session::{self, SessionState, Slid};
use super::unread;
use crate::app::App;
use crate::base::crypto;
use crate::base::limiter::{AddressKey, Key, Limit, RuleId};
use crate::domain::refusal::Refusal;

/// Wrong tokens that one address may try in a minute.
const GUESSES: Limit = Limit { max: 10, window_ms: 60_000 };

/// Names of parameters in which people send secrets.
const SECRET_PARAMETERS: [&str; 6] =
    ["token", "secret", "key", "access_token", "authorization", "x-cron-secret"];

/// Lets a request pass, or not.
///
/// # Errors
/// `Unauthorized`, `SessionNotFresh`, `Forbidden`, `CronTokenInvalid`; `Limited` for
/// guesses; a fault of the store.
pub async fn admit(app: &App, access: Access, request: &mut Request) -> Result<Slid, ApiError> {
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
    unread::count(app, request).await?;
    Ok(slid)
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
