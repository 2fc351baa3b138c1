//! `POST /hand-over`: a page of a front end on another site takes over what ended here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::shape::{SessionBrief, UserShape};
use super::{delete, known_device, signed_in};
use crate::account::Caller;
use crate::account::hand_over::{self, Ended};
use crate::account::sign_in::SignedIn;
use crate::account::social::callback::{self, Landed};
use crate::app::App;
use crate::base::bounds::TOKEN_BYTES_MAX;
use crate::domain::session::Remember;
use crate::domain::token::Token;
use crate::http::cookie;
use crate::http::error::{ApiError, HttpRefusal};
use crate::http::origin::{Trusted, with_parameter};
use crate::http::request::Request;
use crate::http::response::Response;

/// The parameter of the redirect that carries a code.
const PARAMETER: &str = "hand_over";

/// The body of hand-over.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct HandOver {
    /// The code that the redirect to the front end brought as `hand_over`.
    #[schemars(length(max = TOKEN_BYTES_MAX))]
    code: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    redirect: bool,
    url: Option<&'a str>,
    token: &'a str,
    user: UserShape<'a>,
    session: SessionBrief<'a>,
}

/// Leads to a page of a front end on another site with the code of what ended here;
/// `None`: cookies are not kept apart, or the page is no other site's.
///
/// # Errors
/// A fault.
pub(super) async fn lead(
    app: &App,
    request: &Request,
    ended: &Ended,
    target: &str,
) -> Result<Option<Response>, ApiError> {
    let Some(origin) = page_elsewhere(app, target) else { return Ok(None) };
    let code = hand_over::begin(app, ended, &origin, request.now).await?;
    let onward = with_parameter(target, PARAMETER, code.expose());
    Ok(Some(Response::redirect(302, &onward).no_store()))
}

/// Returns the origin of a page that another origin shows and whose browser may keep our
/// cookies apart.
pub(super) fn page_elsewhere(app: &App, target: &str) -> Option<String> {
    if !app.config.auth.cookie_partitioned {
        return None;
    }
    Trusted::of(&app.config).other_origin(target)
}

/// Ends what a provider's redirect or a mailed link began, in the browser and on the page
/// that waited for it.
///
/// # Errors
/// `INVALID_TOKEN`; `MISSING_OR_NULL_ORIGIN`; what the sign-in by a provider would have
/// said in the redirect's `error`; those of [`delete::callback`].
pub async fn exchange(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: HandOver = request.body()?;
    let origin = request.header("origin").map(str::to_lowercase);
    let origin = origin.ok_or(HttpRefusal::MissingOrNullOrigin)?;
    let code = Token::presented(body.code);
    match hand_over::spend(app, &code, &origin, request.now).await? {
        Ended::Provider(returned) => {
            let cookie = cookie::state_token(app, &request.head.headers);
            let returned = callback::Returned { cookie, ..returned };
            let by = (&request.caller(app), request.now);
            let landed = callback::land(app, &returned, by).await?;
            let response = match landed {
                Err(strayed) => return Err(strayed.stray.refusal().into()),
                Ok(Landed::Linked { .. }) => {
                    Response::json(200, &json!({"url": null, "status": true, "redirect": false}))
                }
                Ok(Landed::SignedIn { signed, to, is_new }) => {
                    let still = |url: &String| Trusted::of(&app.config).allows_target(url);
                    let onward = to.filter(|url| is_new && still(url));
                    answer(app, &request, &signed, onward.as_deref())
                }
            };
            Ok(response.with_cookie(cookie::clear_state_cookie(app)).no_store())
        }
        Ended::Address { user_id, email } => {
            let awaits = cookie::awaited(app, &request.head.headers);
            let by = (&Caller { awaits, ..request.caller(app) }, request.now);
            let signed = hand_over::enter(app, (&user_id, &email), by).await?;
            let response = answer(app, &request, &signed, None);
            Ok(response.with_cookie(cookie::clear_verification_cookie(app)).no_store())
        }
        Ended::Farewell { token, .. } => delete::handed_over(app, request, &token).await,
    }
}

fn answer(app: &App, request: &Request, signed: &SignedIn, onward: Option<&str>) -> Response {
    let body = Answer {
        redirect: onward.is_some(),
        url: onward,
        token: signed.opened.token.expose(),
        user: (&signed.user).into(),
        session: (&signed.opened.session).into(),
    };
    let response = Response::json(200, &body);
    let response = signed_in(app, request, response, (&signed.opened, Remember::Yes));
    known_device(app, response, signed.device.as_ref())
}
