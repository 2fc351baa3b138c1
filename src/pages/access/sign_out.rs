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
    if let Some(token) = cookie::session_token(app, &request.head.headers) {
        session::sign_out(app, &token, (&request.caller(app), request.now)).await?;
    }
    let home = next::to("/?done=signed-out");
    let cleared = cookie::clear_session_cookies(app).into_iter();
    Ok(cleared.chain([cookie::clear_admin_session(app)]).fold(home, Response::with_cookie))
}
