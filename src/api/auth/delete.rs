//! `POST /delete-user` and `GET /delete-user/callback`.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::signed_out;
use crate::account::delete::{self, Deletion, Proof};
use crate::app::App;
use crate::base::bounds::URL_LENGTH_MAX;
use crate::base::secret::Secret;
use crate::domain::refusal::Refusal;
use crate::http::endpoint::QueryField;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::session::SessionState;

/// The body of delete-user; an empty object will do for a fresh session.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct DeleteUser {
    /// The password, which a session that is not fresh needs.
    password: Option<String>,
    /// The token of a mailed link.
    token: Option<String>,
    /// Where a mailed link leads; with a session that is not fresh it asks for one.
    #[serde(rename = "callbackURL")]
    #[schemars(length(max = URL_LENGTH_MAX))]
    callback_url: Option<String>,
}

/// Deletes the account, or mails the link that will.
///
/// # Errors
/// Those of [`delete::request`].
pub async fn request(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: DeleteUser = request.body()?;
    let said = |text: Option<String>| text.filter(|text| !text.is_empty());
    let proof = Proof {
        password: said(body.password).map(Secret::new),
        token: said(body.token),
        callback_url: said(body.callback_url),
    };
    let by = (&request.caller(app), request.now);
    Ok(match delete::request(app, request.live()?, proof, by).await? {
        Deletion::Done => deleted(app),
        Deletion::Mailed => {
            let answer = json!({"success": true, "message": "Verification email sent"});
            Response::json(200, &answer)
        }
    })
}

/// What the mailed link carries.
pub const CALLBACK_QUERY: &[QueryField] = &[
    QueryField::required("token", "the token of the mailed link"),
    QueryField::optional("callbackURL", "where to go afterwards; absent: JSON"),
];

/// Deletes the account that a mailed link names; it takes its owner's session.
///
/// # Errors
/// `FAILED_TO_GET_USER_INFO` without a session, `INVALID_TOKEN`.
pub async fn callback(app: &App, request: Request) -> Result<Response, ApiError> {
    let SessionState::Live(live) = &request.session else {
        return Err(Refusal::FailedToGetUserInfo.into());
    };
    let token = request.query("token").unwrap_or_default();
    if request.is_head() {
        delete::check(app, live, token, request.now).await?;
        return Ok(Response::json(200, &json!({"success": true})));
    }
    delete::by_link(app, live, token, (&request.caller(app), request.now)).await?;
    let onward = request.query("callbackURL").filter(|url| !url.is_empty());
    Ok(match onward {
        Some(url) => signed_out(app, Response::redirect(302, url)),
        None => deleted(app),
    })
}

fn deleted(app: &App) -> Response {
    signed_out(app, Response::json(200, &json!({"success": true, "message": "User deleted"})))
}
