//! `POST /dashboard/volver`: from acting as somebody back to oneself.

use crate::account::admin::impersonate;
use crate::app::{App, Failure};
use crate::domain::session::Remember;
use crate::http::cookie;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::pages::next;

/// Goes back to the administrator's own session.
///
/// When that one has ended there is nothing to go back to: both are left, and the
/// administrator signs in again.
///
/// # Errors
/// A fault.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let live = request.live()?;
    let waiting = cookie::admin_session(app, &request.head.headers);
    let (own, remember) = match waiting {
        Some((own, remember)) => (Some(own), Some(remember)),
        None => (None, None),
    };
    let cleared = |response: Response| response.with_cookie(cookie::clear_admin_session(app));
    match impersonate::stop(app, live, own, (&request.caller(app), request.now)).await {
        Ok(own) => {
            let page = format!("/dashboard/admin/personas/{}?done=back", live.user.id);
            let remember = remember.unwrap_or(Remember::No);
            let cookies = cookie::session_cookies(app, &request, &own.token, remember);
            Ok(cleared(cookies.into_iter().fold(next::to(&page), Response::with_cookie)))
        }
        Err(Failure::Refused(refusal)) => {
            let page = next::to(&next::with("/login", "problem", refusal.code()));
            if live.session.impersonated_by.is_none() {
                return Ok(next::to(&next::with(next::HOME, "problem", refusal.code())));
            }
            let ended = cookie::clear_session_cookies(app, &request.head.headers).into_iter();
            Ok(ended.fold(page, Response::with_cookie))
        }
        Err(
            other @ (Failure::IllegalStep { .. } | Failure::Limited { .. } | Failure::Fault(_)),
        ) => Err(other.into()),
    }
}
