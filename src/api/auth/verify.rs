//! `GET /verify-email` and `POST /send-verification-email`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::shape::{Status, UserShape};
use super::{awaiting, hand_over, known_device, signed_in};
use crate::account::Caller;
use crate::account::hand_over::Ended;
use crate::account::verify::{self, Effect, OpenedLink, Verified};
use crate::app::{App, Failure};
use crate::base::bounds::URL_LENGTH_MAX;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::session::Remember;
use crate::http::endpoint::QueryField;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::session::SessionState;
use crate::http::{cookie, origin};

/// What the link carries.
pub const QUERY: &[QueryField] = &[
    QueryField::required("token", "the token of the mailed link"),
    QueryField::optional("callbackURL", "where to go afterwards; absent: JSON"),
];

#[derive(Serialize)]
struct Changed<'a> {
    status: bool,
    user: UserShape<'a>,
}

/// Proves or changes an address; answers JSON or goes to the callback URL.
///
/// Without a callback URL the configured front end is where people go.
///
/// # Errors
/// Those of [`verify::open`]; with a callback URL they travel as its `error`
/// parameter.
pub async fn email(app: &App, request: Request) -> Result<Response, ApiError> {
    let token = request.query("token").unwrap_or_default();
    let frontend = app.config.server.frontend_url.as_ref().map(ToString::to_string);
    let onward = request.query("callbackURL").map(str::to_owned).or(frontend);
    let onward = onward.filter(|url| !url.is_empty());
    let effect = if request.is_head() { Effect::LookOnly } else { Effect::Apply };
    let live = match &request.session {
        SessionState::Live(live) => Some(live.as_ref()),
        SessionState::Absent | SessionState::Dead => None,
    };
    let awaits = cookie::awaited(app, &request.head.headers);
    let by = (&Caller { awaits, ..request.caller(app) }, request.now, effect);
    let callback_url = request.query("callbackURL").filter(|url| !url.is_empty());
    let link = OpenedLink { token, callback_url };
    match verify::open(app, link, live, by).await {
        Ok(Verified::Elsewhere(user)) if onward.is_some() => {
            let target = onward.unwrap_or_default();
            let ended = Ended::Address { user_id: user.id.clone(), email: user.email.to_string() };
            let led = hand_over::lead(app, &request, &ended, &target).await?;
            Ok(led.unwrap_or_else(|| Response::redirect(302, &target)))
        }
        Ok(verified) => {
            let response = answer(app, &request, &verified, onward.as_deref());
            Ok(origin::with_cookies_for_apps(response))
        }
        Err(Failure::Refused(refusal)) => match onward {
            Some(url) => Ok(Response::redirect(302, &origin::with_error(&url, refusal.code()))),
            None => Err(refusal.into()),
        },
        Err(failure) => Err(failure.into()),
    }
}

fn answer(app: &App, request: &Request, verified: &Verified, onward: Option<&str>) -> Response {
    let json = |body| onward.map_or_else(|| body, |url| Response::redirect(302, url));
    match verified {
        Verified::Address | Verified::Elsewhere(_) => json(proven()),
        Verified::SignedIn { opened, device } => {
            let response = json(proven()).with_cookie(cookie::clear_verification_cookie(app));
            let response = signed_in(app, request, response, (opened, Remember::Yes));
            known_device(app, response, device.as_ref())
        }
        Verified::ChangeAgreed => json(Response::json(200, &Status::DONE)),
        Verified::Changed(user) => {
            let body = Changed { status: true, user: user.as_ref().into() };
            let response = json(Response::json(200, &body));
            match &request.session {
                SessionState::Live(live) => {
                    response.with_cookie(cookie::session_cookie_again(app, request, live))
                }
                SessionState::Absent | SessionState::Dead => response,
            }
        }
    }
}

fn proven() -> Response {
    Response::json(200, &json!({"status": true, "user": null}))
}

/// The body of send-verification-email.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct SendVerification {
    /// The address to prove.
    #[schemars(extend("format" = "email"))]
    email: String,
    /// Where the mailed link leads afterwards.
    #[serde(rename = "callbackURL")]
    #[schemars(length(max = URL_LENGTH_MAX))]
    callback_url: Option<String>,
}

/// Mails a verification link; to a stranger the answer tells nothing.
///
/// # Errors
/// Signed in: `EMAIL_MISMATCH`, `EMAIL_ALREADY_VERIFIED`.
pub async fn send(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: SendVerification = request.body()?;
    let email = Email::parse(&body.email).ok_or(Refusal::InvalidEmail)?;
    let live = match &request.session {
        SessionState::Live(live) => Some(live.as_ref()),
        SessionState::Absent | SessionState::Dead => None,
    };
    let asked = (&email, body.callback_url.filter(|url| !url.is_empty()));
    verify::send(app, asked, live, (&request.caller(app), request.now)).await?;
    let response = Response::json(200, &Status::DONE);
    Ok(match live {
        Some(_) => response,
        None => awaiting(app, &request, response, &email),
    })
}
