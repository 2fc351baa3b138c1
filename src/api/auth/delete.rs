//! `POST /delete-user` and `GET /delete-user/callback`.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{hand_over, signed_out};
use crate::account::delete::{self, Deletion, Proof};
use crate::account::hand_over::Ended;
use crate::app::App;
use crate::base::bounds::URL_LENGTH_MAX;
use crate::base::secret::Secret;
use crate::domain::refusal::Refusal;
use crate::http::access;
use crate::http::endpoint::QueryField;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::session::{self, SessionState};

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
        Deletion::Done => deleted(app, &request),
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

/// Deletes the account that a mailed link names; it takes its owner's session, which may
/// be in the jar of a front end on another site.
///
/// # Errors
/// `FAILED_TO_GET_USER_INFO` without a session, `INVALID_TOKEN`.
pub async fn callback(app: &App, request: Request) -> Result<Response, ApiError> {
    let token = request.query("token").unwrap_or_default();
    let SessionState::Live(live) = &request.session else {
        let led = lead(app, &request, token).await?;
        return led.ok_or_else(|| Refusal::FailedToGetUserInfo.into());
    };
    if request.is_head() {
        delete::check(app, live, token, request.now).await?;
        return Ok(Response::json(200, &json!({"success": true})));
    }
    delete::by_link(app, live, token, (&request.caller(app), request.now)).await?;
    let onward = request.query("callbackURL").filter(|url| !url.is_empty());
    Ok(match onward {
        Some(url) => signed_out(app, &request, Response::redirect(302, url)),
        None => deleted(app, &request),
    })
}

/// Leads on to the page of another site with the link's token; `None`: nobody's link, or no
/// such page.
async fn lead(app: &App, request: &Request, token: &str) -> Result<Option<Response>, ApiError> {
    let target = request.query("callbackURL").filter(|_target| !request.is_head());
    let Some(target) = target.filter(|target| hand_over::page_elsewhere(app, target).is_some())
    else {
        return Ok(None);
    };
    let Some(user_id) = delete::owner(app, token, request.now).await? else { return Ok(None) };
    let ended = Ended::Farewell { user_id, token: token.to_owned() };
    hand_over::lead(app, request, &ended, target).await
}

/// Deletes the account of the page that took a mailed link over; it takes its owner's
/// session.
///
/// # Errors
/// Those of [`callback`]; `NOT_WHILE_IMPERSONATING`.
pub(super) async fn handed_over(
    app: &App,
    mut request: Request,
    token: &str,
) -> Result<Response, ApiError> {
    session::resolve(app, &mut request).await?;
    access::own_session(app, "handOver", &request).await?;
    let SessionState::Live(live) = &request.session else {
        return Err(Refusal::FailedToGetUserInfo.into());
    };
    delete::by_link(app, live, token, (&request.caller(app), request.now)).await?;
    Ok(deleted(app, &request).no_store())
}

fn deleted(app: &App, request: &Request) -> Response {
    signed_out(
        app,
        request,
        Response::json(200, &json!({"success": true, "message": "User deleted"})),
    )
}
