//! `POST /sign-in/email`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shape::{SessionBrief, UserShape};
use super::{awaiting, known_device, remember, signed_in};
use crate::account::sign_in::{self, Credentials};
use crate::app::{App, Failure};
use crate::base::bounds::URL_LENGTH_MAX;
use crate::base::secret::Secret;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::http::error::{ApiError, Telling};
use crate::http::request::Request;
use crate::http::response::Response;

/// The body of a sign-in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignInEmail {
    /// The mail address; a malformed one is `INVALID_EMAIL`.
    email: String,
    /// The password.
    password: String,
    /// Where the client goes next; echoed as `url` and `location`.
    #[serde(rename = "callbackURL")]
    #[schemars(length(max = URL_LENGTH_MAX))]
    callback_url: Option<String>,
    /// Whether the session outlives the browser; yes by default.
    remember_me: Option<bool>,
}

#[derive(Serialize)]
struct Answer<'a> {
    redirect: bool,
    token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    user: UserShape<'a>,
    session: SessionBrief<'a>,
}

/// Signs in.
///
/// # Errors
/// Those of [`sign_in::with_password`]; `INVALID_EMAIL`.
pub async fn email(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: SignInEmail = request.body()?;
    let remember = remember(body.remember_me);
    let credentials = Credentials {
        email: Email::parse(&body.email).ok_or(Refusal::InvalidEmail)?,
        password: Secret::new(body.password),
        remember,
        callback_url: body.callback_url.clone().filter(|url| !url.is_empty()),
    };
    let by = (&request.caller(app), request.now);
    let email = credentials.email.clone();
    let signed = match sign_in::with_password(app, credentials, by).await {
        Err(Failure::Refused(refusal @ Refusal::EmailNotVerified)) => {
            return Ok(awaiting(app, &request, told(app, &request, refusal), &email));
        }
        other => other?,
    };
    let url = body.callback_url.as_deref();
    let onward = url.filter(|url| !url.is_empty());
    let answer = Answer {
        redirect: onward.is_some(),
        token: signed.opened.token.expose(),
        url,
        user: (&signed.user).into(),
        session: (&signed.opened.session).into(),
    };
    let mut response = Response::json(200, &answer);
    if let Some(onward) = onward {
        response = response.with_location(onward);
    }
    let response = signed_in(app, &request, response, (&signed.opened, remember));
    Ok(known_device(app, response, signed.device.as_ref()))
}

/// Says a refusal as every other is said, to an answer that carries a cookie too.
fn told(app: &App, request: &Request, refusal: Refusal) -> Response {
    let telling = Telling {
        words: &app.words,
        locale: request.locale,
        request_id: request.id.to_str().unwrap_or_default(),
        is_auth: true,
        is_waitlist: false,
    };
    ApiError::from(refusal).tell(telling)
}
