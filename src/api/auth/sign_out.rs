//! `POST /sign-out`.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::signed_out;
use crate::account::session;
use crate::app::App;
use crate::http::cookie;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;

/// The body of a sign-out: none, or an object whose keys do not matter.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct SignOut {}

/// Ends the session, whatever state it is in, with the administrator's own that waits
/// behind it, and clears their cookies.
///
/// # Errors
/// A fault of the store.
pub async fn sign_out(app: &App, request: Request) -> Result<Response, ApiError> {
    let held = cookie::held_tokens(app, &request.head.headers);
    session::sign_out(app, held, (&request.caller(app), request.now)).await?;
    let answer = json!({"success": true, "message": "Signed out successfully", "status": 200});
    Ok(signed_out(app, &request, Response::json(200, &answer)))
}
