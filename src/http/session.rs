//! The session of a request: found by its cookie, slid when its time has come.

use super::cookie;
use super::request::Request;
use super::response::Response;
use crate::account::session::{self, Live};
use crate::app::{App, Failure};

/// What a request's cookie says about its session.
#[derive(Debug)]
pub enum SessionState {
    /// No cookie, or none of ours.
    Absent,
    /// A cookie that we signed, of a session that is gone.
    Dead,
    /// A live session. Boxed: most requests have none.
    Live(Box<Live>),
}

/// Whether the session cookie must be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slid {
    /// The expiry moved.
    Yes,
    /// It did not.
    No,
}

/// Finds the session and slides it.
///
/// HEAD and `?disableRefresh=true` look without sliding, and so does a browser
/// that asked not to be remembered.
///
/// # Errors
/// A fault of the store.
pub async fn resolve(app: &App, request: &mut Request) -> Result<Slid, Failure> {
    let Some(token) = cookie::session_token(app, &request.head.headers) else {
        return Ok(Slid::No);
    };
    let Some(mut live) = session::find(app, token, request.now).await? else {
        request.session = SessionState::Dead;
        return Ok(Slid::No);
    };
    let is_due = live.session.slide(&app.lives(), request.now).is_some();
    let may_slide = is_due
        && !request.is_head()
        && request.query("disableRefresh") != Some("true")
        && !cookie::is_unremembered(app, &request.head.headers);
    let slid = if may_slide && session::slide(app, &mut live, request.now).await? {
        Slid::Yes
    } else {
        Slid::No
    };
    request.session = SessionState::Live(Box::new(live));
    Ok(slid)
}

/// Sends the cookie of a slid session again, unless the handler set or cleared it.
#[must_use]
pub fn resend(app: &App, request_cookie: Option<cookie::Cookie>, response: Response) -> Response {
    let name = &app.config.auth.session_cookie;
    let is_set = response.headers.get_all(http::header::SET_COOKIE).iter().any(|line| {
        line.as_bytes().strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"="))
    });
    match request_cookie {
        Some(cookie) if !is_set => response.with_cookie(cookie),
        Some(_) | None => response,
    }
}
