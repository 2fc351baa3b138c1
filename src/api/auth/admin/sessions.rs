//! Other people's sessions: seen and ended.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::shape::{SessionShape, Success};
use super::body::OfUser;
use crate::account::admin;
use crate::app::App;
use crate::base::bounds::NAME_LENGTH_MAX;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;

#[derive(Serialize)]
struct Sessions<'a> {
    sessions: Vec<SessionShape<'a>>,
}

/// Lists a person's live sessions with handles, never with tokens.
///
/// # Errors
/// Those of [`admin::sessions`].
pub async fn list(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: OfUser = request.body()?;
    let live = request.live()?;
    let found = admin::sessions(app, live, &body.user_id, request.now).await?;
    let sessions = found.iter().map(|session| SessionShape::listed(session, live)).collect();
    Ok(Response::json(200, &Sessions { sessions }).no_store())
}

/// The body of revoke-user-session.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevokeUserSession {
    /// The session's token, or the handle that list-user-sessions shows.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    session_token: String,
}

/// Ends one session; one that is not there is as good as ended.
///
/// # Errors
/// Those of [`admin::revoke_session`].
pub async fn revoke(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: RevokeUserSession = request.body()?;
    admin::revoke_session(
        app,
        request.live()?,
        &body.session_token,
        (&request.caller(app), request.now),
    )
    .await?;
    Ok(Response::json(200, &Success::DONE))
}

/// Ends all sessions of a person.
///
/// # Errors
/// Those of [`admin::revoke_sessions`].
pub async fn revoke_all(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: OfUser = request.body()?;
    admin::revoke_sessions(
        app,
        request.live()?,
        &body.user_id,
        (&request.caller(app), request.now),
    )
    .await?;
    Ok(Response::json(200, &Success::DONE))
}
