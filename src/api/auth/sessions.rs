//! Reading, listing and ending sessions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shape::{SessionShape, Status, UserShape};
use super::signed_out;
use crate::account::session::{self, Live, Revoked};
use crate::app::App;
use crate::domain::refusal::Refusal;
use crate::http::endpoint::QueryField;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::session::SessionState;

/// What get-session reads from the query.
pub const GET_QUERY: &[QueryField] = &[
    QueryField::optional("disableRefresh", "\"true\" reads without sliding the expiry"),
    QueryField::optional("disableCookieCache", "accepted and without effect: there is no cache"),
];

#[derive(Serialize)]
struct Answer<'a> {
    session: SessionShape<'a>,
    user: UserShape<'a>,
}

impl<'a> From<&'a Live> for Answer<'a> {
    fn from(live: &'a Live) -> Self {
        Self { session: SessionShape::own(live), user: (&live.user).into() }
    }
}

/// Returns the session and its person, or `null`.
///
/// A well-signed cookie whose session is gone is cleared as well.
///
/// # Errors
/// A fault of the store.
pub async fn get(app: &App, request: Request) -> Result<Response, ApiError> {
    let response = match &request.session {
        SessionState::Live(live) => Response::json(200, &Answer::from(live.as_ref())),
        SessionState::Absent => Response::json(200, &()),
        SessionState::Dead => signed_out(app, &request, Response::json(200, &())),
    };
    Ok(response.no_store())
}

/// Refuses POST, which upstream keeps for deferred refresh.
///
/// # Errors
/// Always `METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED`.
pub async fn get_by_post(_app: &App, _request: Request) -> Result<Response, ApiError> {
    Err(Refusal::DeferSessionRequired.into())
}

/// The body of update-session: additional fields, of which there are none.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(extend("x-record" = true))]
pub struct UpdateSession {}

/// Changes additional fields of the session.
///
/// # Errors
/// Always `NoFieldsToUpdate`: no additional field is defined.
pub async fn update(_app: &App, _request: Request) -> Result<Response, ApiError> {
    Err(Refusal::NoFieldsToUpdate.into())
}

/// Lists the person's live sessions, oldest first.
///
/// # Errors
/// A fault of the store.
pub async fn list(app: &App, request: Request) -> Result<Response, ApiError> {
    let live = request.live()?;
    let sessions = session::list_own(app, &live.user.id, request.now).await?;
    let shapes: Vec<_> =
        sessions.iter().map(|session| SessionShape::listed(session, live)).collect();
    Ok(Response::json(200, &shapes).no_store())
}

/// The body of revoke-session.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct RevokeSession {
    /// The session's token, or the handle that list-sessions shows.
    token: String,
}

/// Ends one session; one's own takes its cookies along.
///
/// # Errors
/// A fault of the store.
pub async fn revoke(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: RevokeSession = request.body()?;
    let response = Response::json(200, &Status::DONE);
    match session::revoke(app, request.live()?, &body.token, (&request.caller(app), request.now))
        .await?
    {
        Revoked::Own => Ok(signed_out(app, &request, response)),
        Revoked::Other => Ok(response),
    }
}

/// A body without fields, which may also be absent.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct NoFields {}

/// Ends all of the person's sessions.
///
/// # Errors
/// A fault of the store.
pub async fn revoke_all(app: &App, request: Request) -> Result<Response, ApiError> {
    session::revoke_all(app, &request.live()?.user.id, (&request.caller(app), request.now)).await?;
    Ok(signed_out(app, &request, Response::json(200, &Status::DONE)))
}

/// Ends the person's sessions but the one that asks.
///
/// # Errors
/// A fault of the store.
pub async fn revoke_others(app: &App, request: Request) -> Result<Response, ApiError> {
    session::revoke_others(app, request.live()?, (&request.caller(app), request.now)).await?;
    Ok(Response::json(200, &Status::DONE))
}
