//! `POST /salir`: the end of a session, asked by whoever holds it.

use crate::account::session;
use crate::app::App;
use crate::http::cookie;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::pages::next;

/// Ends the session and clears its cookies; without one it only goes home.
///
/// # Errors
/// A fault of the store.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    out(app, &request, "/?done=signed-out").await
}

/// Ends the session, and leads to a page of ours.
///
/// # Errors
/// A fault of the store.
pub async fn out(app: &App, request: &Request, onward: &str) -> Result<Response, ApiError> {
    let headers = &request.head.headers;
    let held = cookie::held_tokens(app, headers);
    session::sign_out(app, held, (&request.caller(app), request.now)).await?;
    let cleared = cookie::clear_session_cookies(app, headers).into_iter();
    Ok(cleared.fold(next::to(onward), Response::with_cookie))
}
