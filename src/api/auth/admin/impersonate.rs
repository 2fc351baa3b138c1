//! `POST /admin/impersonate-user` and the way back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::shape::{SessionShape, UserShape};
use super::body::OfUser;
use crate::account::admin::impersonate;
use crate::account::session::Live;
use crate::app::App;
use crate::http::cookie;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;

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

/// Acts as a person from now on; the administrator's own session waits in a cookie.
///
/// # Errors
/// Those of [`impersonate::begin`].
pub async fn begin(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: OfUser = request.body()?;
    let by = (&request.caller(app), request.now);
    let (user, opened) = impersonate::begin(app, request.live()?, &body.user_id, by).await?;
    let cookies = cookie::impersonation_cookies(app, &request, &opened.token);
    let live = Live { session: opened.session, user, token: opened.token };
    let response = Response::json(200, &Answer::from(&live)).no_store();
    Ok(cookies.into_iter().fold(response, Response::with_cookie))
}

/// A body without fields, which may also be absent.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct NoFields {}

/// Goes back to the administrator's own session and ends the other.
///
/// # Errors
/// Those of [`impersonate::stop`].
pub async fn stop(app: &App, request: Request) -> Result<Response, ApiError> {
    let waiting = cookie::admin_session(app, &request.head.headers);
    let (own, remember) =
        waiting.map_or((None, None), |(own, remember)| (Some(own), Some(remember)));
    let live =
        impersonate::stop(app, request.live()?, own, (&request.caller(app), request.now)).await?;
    let mut response = Response::json(200, &Answer::from(&live)).no_store();
    if let Some(remember) = remember {
        for cookie in cookie::session_cookies(app, &request, &live.token, remember) {
            response = response.with_cookie(cookie);
        }
    }
    Ok(response.with_cookie(cookie::clear_admin_session(app)))
}
