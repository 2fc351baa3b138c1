//! The site is closed for a while: who gets in all the same, and what the others are told.

use super::cookie;
use super::endpoint::{Access, Endpoint};
use super::error::{ApiError, HttpRefusal};
use super::request::Request;
use crate::account::session;
use crate::app::{App, maintenance};
use crate::base::bounds::{MAINTENANCE_RETRY_S, MAINTENANCE_RETRY_S_MAX};
use crate::base::clock::Millis;

/// What stays open: probes and figures, the files of the page that says so, and the switch
/// of its language.
const OPEN: &[&str] = &["healthz", "readyz", "metrics", "asset", "preferencesSubmit"];

/// Lets a request pass, or not: administrators come in by the session that they have, also
/// while they act as somebody, and machines by their token.
///
/// # Errors
/// `Maintenance`; a fault of the store.
///
/// # Cost
/// Nothing while the site is open, but a point read a second; else a point read for whoever
/// brings a session.
pub async fn admit(app: &App, endpoint: &Endpoint, request: &Request) -> Result<(), ApiError> {
    if !app.maintenance.is_concerned(request.now) {
        return Ok(());
    }
    // The rare way stays out of every request's future.
    Box::pin(judge(app, endpoint, request)).await
}

async fn judge(app: &App, endpoint: &Endpoint, request: &Request) -> Result<(), ApiError> {
    if OPEN.contains(&endpoint.id) || endpoint.access == Access::Cron {
        return Ok(());
    }
    let now = request.now;
    let Some(maintenance::Closed(ends_at)) = maintenance::closed(app, now).await else {
        return Ok(());
    };
    if let Some(token) = cookie::session_token(app, &request.head.headers)
        && let Some(live) = session::find(app, token, now).await?
        && (live.user.is_admin() || live.session.impersonated_by.is_some())
    {
        return Ok(());
    }
    let ends_at = ends_at.filter(|at| at.0 > now.0);
    Err(HttpRefusal::Maintenance { retry_after_s: retry_after_s(ends_at, now), ends_at }.into())
}

/// A browser or a crawler that comes when it is likely to be over comes once.
fn retry_after_s(ends_at: Option<Millis>, now: Millis) -> u64 {
    let left_s = ends_at.map(|at| u64::try_from(at.since_ms(now) / 1000).unwrap_or(0));
    left_s.map_or(MAINTENANCE_RETRY_S, |s| s.clamp(MAINTENANCE_RETRY_S, MAINTENANCE_RETRY_S_MAX))
}
