//! `POST /change-password` and `POST /verify-password`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shape::{Status, UserShape};
use super::signed_in;
use crate::account::password::{self, Change, OtherSessions};
use crate::app::App;
use crate::base::secret::Secret;
use crate::domain::session::Remember;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;

/// The body of change-password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangePassword {
    /// The password as it shall be.
    new_password: String,
    /// The password as it is.
    current_password: String,
    /// Whether every other session ends and this one gets a new token.
    revoke_other_sessions: Option<bool>,
}

#[derive(Serialize)]
struct Answer<'a> {
    token: Option<&'a str>,
    user: UserShape<'a>,
}

/// Changes the password.
///
/// # Errors
/// Those of [`password::change`].
pub async fn change(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: ChangePassword = request.body()?;
    let live = request.live()?;
    let change = Change {
        current: Secret::new(body.current_password),
        new: Secret::new(body.new_password),
        others: if body.revoke_other_sessions == Some(true) {
            OtherSessions::Revoke
        } else {
            OtherSessions::Keep
        },
    };
    let opened = password::change(app, live, change, (&request.caller(app), request.now)).await?;
    let token = opened.as_ref().map(|opened| opened.token.expose());
    let response = Response::json(200, &Answer { token, user: (&live.user).into() });
    Ok(match &opened {
        Some(opened) => signed_in(app, &request, response, (opened, Remember::Yes)),
        None => response,
    })
}

/// The body of verify-password.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct VerifyPassword {
    /// The password to check.
    password: String,
}

/// Checks the password of the signed-in person.
///
/// # Errors
/// `INVALID_PASSWORD`.
pub async fn verify(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: VerifyPassword = request.body()?;
    let by = (&request.caller(app), request.now);
    password::verify(app, request.live()?, Secret::new(body.password), by).await?;
    Ok(Response::json(200, &Status::DONE))
}
