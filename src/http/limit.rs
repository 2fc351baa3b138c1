//! How often one client may ask. Source: product contract 5.

use std::net::IpAddr;

use super::endpoint;
use super::error::ApiError;
use super::request::Request;
use super::router::Found;
use crate::app::App;
use crate::base::clock::Millis;
use crate::base::limiter::{AddressKey, Key, Limit, RuleId};

const MINUTE_MS: i64 = 60_000;

const AUTH: Limit = Limit { max: 10, window_ms: MINUTE_MS };
const SESSION_READ: Limit = Limit { max: 120, window_ms: MINUTE_MS };
const WAITLIST: Limit = Limit { max: 5, window_ms: MINUTE_MS };
const READ: Limit = Limit { max: 300, window_ms: MINUTE_MS };
const WRITE: Limit = Limit { max: 60, window_ms: MINUTE_MS };

/// Rules that several paths share; the paths' own rules follow.
const READ_RULE: u16 = 0;
const WRITE_RULE: u16 = 1;
const UNKNOWN_AUTH_RULE: u16 = 2;
const FIRST_PATH_RULE: u16 = 16;

/// Counts a request against the limit of its path.
///
/// Paths that do not exist share one window, so that nobody fills the memory
/// with made-up ones.
///
/// # Errors
/// `Limited`.
pub async fn admit(
    app: &App,
    found: &Found<'_>,
    client: IpAddr,
    now: Millis,
) -> Result<(), ApiError> {
    match rule(found) {
        Some(rule) => count(app, rule, client, now).await,
        None => Ok(()),
    }
}

/// Counts a request that its endpoint's cache could not answer.
///
/// # Errors
/// `Limited`.
pub async fn admit_uncached(app: &App, request: &Request) -> Result<(), ApiError> {
    count(app, (READ_RULE, READ), request.client, request.now).await
}

async fn count(
    app: &App,
    (rule, limit): (u16, Limit),
    client: IpAddr,
    now: Millis,
) -> Result<(), ApiError> {
    if !app.config.rate_limit.enabled {
        return Ok(());
    }
    let key = Key::address(Some(AddressKey::of(client)));
    app.admit(RuleId(rule), key, limit, now).await.map_err(|wait| {
        tracing::info!(client = %client, rule, "rate limit reached");
        ApiError::Limited { retry_after_s: wait.seconds }
    })
}

fn rule(found: &Found<'_>) -> Option<(u16, Limit)> {
    let Some((path, limit)) = found.path_and_limit() else {
        return Some(if found.is_auth {
            (UNKNOWN_AUTH_RULE, AUTH)
        } else if found.is_read {
            (READ_RULE, READ)
        } else {
            (WRITE_RULE, WRITE)
        });
    };
    let own = FIRST_PATH_RULE.saturating_add(path);
    match limit {
        endpoint::Limit::Auth => Some((own, AUTH)),
        endpoint::Limit::SessionRead => Some((own, SESSION_READ)),
        endpoint::Limit::Waitlist => Some((own, WAITLIST)),
        endpoint::Limit::Read => Some((READ_RULE, READ)),
        endpoint::Limit::Write => Some((WRITE_RULE, WRITE)),
        // The handler counts what its cache does not hold.
        endpoint::Limit::ReadUnlessCached | endpoint::Limit::Free => None,
    }
}
