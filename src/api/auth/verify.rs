//! `GET /verify-email`.

use serde_json::json;

use crate::account::verify::{self, Effect};
use crate::app::{App, Failure};
use crate::http::endpoint::QueryField;
use crate::http::error::ApiError;
use crate::http::origin;
use crate::http::request::Request;
use crate::http::response::Response;

/// What the link carries.
pub const QUERY: &[QueryField] = &[
    QueryField::required("token", "the token of the mailed link"),
    QueryField::optional("callbackURL", "where to go afterwards; absent: JSON"),
];

/// Proves an address; answers JSON or goes to the callback URL.
///
/// Without a callback URL the configured front end is where people go.
///
/// # Errors
/// `INVALID_TOKEN`, `TOKEN_EXPIRED`, `USER_NOT_FOUND`; with a callback URL these
/// travel as its `error` parameter.
pub async fn email(app: &App, request: Request) -> Result<Response, ApiError> {
    let token = request.query("token").unwrap_or_default();
    let frontend = app.config.server.frontend_url.as_ref().map(ToString::to_string);
    let onward = request.query("callbackURL").map(str::to_owned).or(frontend);
    let effect = if request.is_head() { Effect::LookOnly } else { Effect::Apply };
    let outcome = verify::email(app, token, effect, request.now).await;
    match (outcome, onward.filter(|url| !url.is_empty())) {
        (Ok(()), None) => Ok(Response::json(200, &json!({"status": true, "user": null}))),
        (Ok(()), Some(url)) => Ok(Response::redirect(302, &url)),
        (Err(Failure::Refused(refusal)), Some(url)) => {
            Ok(Response::redirect(302, &origin::with_error(&url, refusal.code())))
        }
        (Err(failure), _) => Err(failure.into()),
    }
}
