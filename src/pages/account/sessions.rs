//! `POST /dashboard/cuenta/sesiones`: the end of one session, or of all others.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::account::session::{self, Revoked};
use crate::app::App;
use crate::base::bounds::ID_LENGTH_MAX;
use crate::http::cookie;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::pages::next;

/// The field of the buttons.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct SessionsForm {
    /// The handle of a session, or `others`.
    #[schemars(length(max = ID_LENGTH_MAX))]
    session: Option<String>,
}

/// Ends sessions; somebody else's are left alone.
///
/// # Errors
/// A fault of the store.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: SessionsForm = request.body_or_default()?;
    let named = typed.session.unwrap_or_default();
    let live = request.live()?;
    let by = (&request.caller(app), request.now);
    if named == "others" {
        session::revoke_others(app, live, by).await?;
        return Ok(next::to("/dashboard/cuenta/seguridad?done=sessions-ended"));
    }
    match session::revoke(app, live, &named, by).await? {
        Revoked::Other => Ok(next::to("/dashboard/cuenta/seguridad?done=session-ended")),
        Revoked::Own => Ok(cookie::clear_session_cookies(app, &request.head.headers)
            .into_iter()
            .fold(next::to("/?done=signed-out"), Response::with_cookie)),
    }
}
