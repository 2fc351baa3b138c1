//! `POST /sign-in/social`, `POST /link-social`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::shape::{SessionBrief, UserShape};
use super::{known_device, signed_in};
use crate::account::social;
use crate::account::social::by_token::{self, Brought};
use crate::account::social::start::{self, Wishes};
use crate::app::App;
use crate::base::bounds::{
    ADDITIONAL_PARAMS_MAX, FOREIGN_TOKEN_BYTES_MAX, NAME_LENGTH_MAX, SCOPE_LENGTH_MAX, SCOPES_MAX,
    URL_LENGTH_MAX,
};
use crate::domain::session::Remember;
use crate::domain::social::Grants;
use crate::http::cookie;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::{FieldFault, Violation};

/// The body of sign-in/social and of link-social.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignInSocial {
    /// The provider's name in the configuration.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    provider: String,
    /// Where it leads; the front end, else the site.
    #[serde(rename = "callbackURL")]
    #[schemars(length(max = URL_LENGTH_MAX))]
    callback_url: Option<String>,
    /// Where it leads when it fails; the error page.
    #[serde(rename = "errorCallbackURL")]
    #[schemars(length(max = URL_LENGTH_MAX))]
    error_callback_url: Option<String>,
    /// Where it leads whoever is new here; as everybody.
    #[serde(rename = "newUserCallbackURL")]
    #[schemars(length(max = URL_LENGTH_MAX))]
    new_user_callback_url: Option<String>,
    /// Whether the client goes to `url` by itself.
    disable_redirect: Option<bool>,
    /// Whether an account may be opened; `auth.signup` alone decides.
    #[expect(dead_code, reason = "clients send it, and the setting decides")]
    request_sign_up: Option<bool>,
    /// Scopes beside the configured ones.
    #[schemars(length(max = SCOPES_MAX), inner(length(max = SCOPE_LENGTH_MAX)))]
    scopes: Option<Vec<String>>,
    /// Whom the provider shall suggest.
    #[schemars(length(max = URL_LENGTH_MAX))]
    login_hint: Option<String>,
    /// Parameters of the provider's address beside ours, such as `access_type` or `prompt`;
    /// those that bind the answer to its sign-in cannot be set.
    #[serde(default)]
    #[schemars(extend("maxProperties" = ADDITIONAL_PARAMS_MAX))]
    additional_params: BTreeMap<String, String>,
    /// A token that the app brings itself; nobody is sent anywhere then.
    #[serde(default)]
    #[schemars(with = "IdTokenBody")]
    id_token: Option<IdTokenBody>,
}

/// An ID token with what came along with it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdTokenBody {
    /// The token.
    #[schemars(length(max = FOREIGN_TOKEN_BYTES_MAX))]
    token: String,
    /// What the app asked the provider to put into it.
    #[schemars(length(max = URL_LENGTH_MAX))]
    nonce: Option<String>,
    /// The access token.
    #[schemars(length(max = FOREIGN_TOKEN_BYTES_MAX))]
    access_token: Option<String>,
    /// The refresh token.
    #[schemars(length(max = FOREIGN_TOKEN_BYTES_MAX))]
    refresh_token: Option<String>,
}

impl From<IdTokenBody> for Brought {
    fn from(body: IdTokenBody) -> Self {
        let said = |text: Option<String>| text.filter(|text| !text.is_empty());
        let grants = Grants {
            access_token: said(body.access_token),
            refresh_token: said(body.refresh_token),
            id_token: Some(body.token),
            ..Grants::default()
        };
        Self { grants, nonce: said(body.nonce) }
    }
}

/// The same as older clients of the generic plugin send it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignInOAuth2 {
    /// The provider's name in the configuration.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    provider_id: String,
    /// Where it leads; the front end, else the site.
    #[serde(rename = "callbackURL")]
    #[schemars(length(max = URL_LENGTH_MAX))]
    callback_url: Option<String>,
    /// Where it leads when it fails; the error page.
    #[serde(rename = "errorCallbackURL")]
    #[schemars(length(max = URL_LENGTH_MAX))]
    error_callback_url: Option<String>,
    /// Where it leads whoever is new here; as everybody.
    #[serde(rename = "newUserCallbackURL")]
    #[schemars(length(max = URL_LENGTH_MAX))]
    new_user_callback_url: Option<String>,
    /// Whether the client goes to `url` by itself.
    disable_redirect: Option<bool>,
    /// Scopes beside the configured ones.
    #[schemars(length(max = SCOPES_MAX), inner(length(max = SCOPE_LENGTH_MAX)))]
    scopes: Option<Vec<String>>,
}

impl From<SignInOAuth2> for SignInSocial {
    fn from(older: SignInOAuth2) -> Self {
        Self {
            provider: older.provider_id,
            callback_url: older.callback_url,
            error_callback_url: older.error_callback_url,
            new_user_callback_url: older.new_user_callback_url,
            disable_redirect: older.disable_redirect,
            request_sign_up: None,
            scopes: older.scopes,
            login_hint: None,
            additional_params: BTreeMap::new(),
            id_token: None,
        }
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    url: &'a str,
    redirect: bool,
}

#[derive(Serialize)]
struct SignedInAnswer<'a> {
    redirect: bool,
    token: &'a str,
    user: UserShape<'a>,
    session: SessionBrief<'a>,
}

/// Sends the browser to a provider, or lets in whom the app's own ID token names.
///
/// # Errors
/// `PROVIDER_NOT_FOUND`, `PROVIDER_UNAVAILABLE`; with a token those of [`by_token::enter`].
pub async fn sign_in(app: &App, request: Request) -> Result<Response, ApiError> {
    let mut body: SignInSocial = request.body()?;
    if let Some(id_token) = body.id_token.take() {
        let provider = social::provider(app, &body.provider)?;
        let by = (&request.caller(app), request.now);
        let entered = by_token::enter(app, provider, id_token.into(), by).await?;
        let signed = &entered.signed;
        let answer = SignedInAnswer {
            redirect: false,
            token: signed.opened.token.expose(),
            user: (&signed.user).into(),
            session: (&signed.opened.session).into(),
        };
        let response = Response::json(200, &answer).no_store();
        let response = signed_in(app, &request, response, (&signed.opened, Remember::Yes));
        return Ok(known_device(app, response, signed.device.as_ref()));
    }
    depart(app, &request, body, Purpose::SignIn).await
}

/// Sends a signed-in person to a provider for another way in, or takes the app's own
/// ID token for one.
///
/// # Errors
/// `PROVIDER_NOT_FOUND`, `PROVIDER_UNAVAILABLE`; with a token those of [`by_token::link`].
pub async fn link(app: &App, request: Request) -> Result<Response, ApiError> {
    let mut body: SignInSocial = request.body()?;
    if let Some(id_token) = body.id_token.take() {
        let provider = social::provider(app, &body.provider)?;
        let by = (&request.caller(app), request.now);
        by_token::link(app, provider, id_token.into(), request.live()?, by).await?;
        let answer = json!({"url": "", "status": true, "redirect": false});
        return Ok(Response::json(200, &answer));
    }
    depart(app, &request, body, Purpose::Link).await
}

/// As [`sign_in`], for older clients.
///
/// # Errors
/// As [`sign_in`].
pub async fn sign_in_older(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: SignInOAuth2 = request.body()?;
    depart(app, &request, body.into(), Purpose::SignIn).await
}

/// As [`link`], for older clients.
///
/// # Errors
/// As [`link`].
pub async fn link_older(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: SignInOAuth2 = request.body()?;
    depart(app, &request, body.into(), Purpose::Link).await
}

/// What the provider's word is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    SignIn,
    Link,
}

async fn depart(
    app: &App,
    request: &Request,
    body: SignInSocial,
    purpose: Purpose,
) -> Result<Response, ApiError> {
    let provider = social::provider(app, &body.provider)?;
    let said = |text: Option<String>| text.filter(|text| !text.is_empty());
    refuse_reserved(&body.additional_params)?;
    let wishes = Wishes {
        callback_url: said(body.callback_url),
        error_url: said(body.error_callback_url),
        new_user_url: said(body.new_user_callback_url),
        scopes: body.scopes.unwrap_or_default(),
        login_hint: said(body.login_hint),
        additional: body.additional_params,
    };
    let live = match purpose {
        Purpose::SignIn => None,
        Purpose::Link => Some(request.live()?),
    };
    let departure = start::depart(app, provider, wishes, (live, request.now)).await?;
    let redirect = body.disable_redirect != Some(true);
    let response = Response::json(200, &Answer { url: &departure.url, redirect });
    let response = if redirect { response.with_location(&departure.url) } else { response };
    Ok(response.with_cookie(cookie::state_cookie(app, &departure.state)).no_store())
}

/// Refuses parameters by which a caller would unbind the answer from its sign-in, and names
/// each of them.
fn refuse_reserved(params: &BTreeMap<String, String>) -> Result<(), ApiError> {
    let reserved = params.keys().filter(|name| start::RESERVED.contains(&name.as_str()));
    let violations: Vec<_> = reserved
        .map(|name| Violation {
            field: format!("additionalParams.{name}"),
            fault: FieldFault::Unknown,
        })
        .collect();
    if violations.is_empty() {
        Ok(())
    } else {
        Err(ApiError::Invalid { place: "body", violations })
    }
}
