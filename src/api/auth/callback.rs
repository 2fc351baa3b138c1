//! `GET` and `POST /callback/{provider}`: a browser comes back from a provider.
//!
//! Every end is a redirect. A form is turned into an address first, because the cookie
//! that binds the sign-in to its browser does not come with another site's form.

use form_urlencoded::Serializer;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{hand_over, known_device, signed_in};
use crate::account::hand_over::Ended;
use crate::account::social::callback::{self, Landed, Returned, Strayed};
use crate::app::App;
use crate::base::bounds::CALLBACK_VALUE_LENGTH_MAX;
use crate::base::locale::Locale;
use crate::base::words::error_key;
use crate::domain::session::Remember;
use crate::domain::social::Stray;
use crate::http::cookie;
use crate::http::endpoint::QueryField;
use crate::http::error::ApiError;
use crate::http::origin::{Trusted, with_cookies_for_apps, with_error, with_parameter};
use crate::http::request::Request;
use crate::http::response::Response;

/// What a provider adds to the address.
pub const QUERY: &[QueryField] = &[
    QueryField::optional("state", "what the sign-in began with"),
    QueryField::optional("code", "what becomes tokens"),
    QueryField::optional("error", "the provider's no"),
    QueryField::optional("error_description", "its reason"),
    QueryField::optional("iss", "who the provider says it is"),
];

/// The same as a form.
#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "the schema is read; the fields are passed on by their names")]
pub struct CallbackForm {
    /// What the sign-in began with.
    #[schemars(length(max = CALLBACK_VALUE_LENGTH_MAX))]
    state: Option<String>,
    /// What becomes tokens.
    #[schemars(length(max = CALLBACK_VALUE_LENGTH_MAX))]
    code: Option<String>,
    /// The provider's no.
    #[schemars(length(max = CALLBACK_VALUE_LENGTH_MAX))]
    error: Option<String>,
    /// Its reason.
    #[schemars(length(max = CALLBACK_VALUE_LENGTH_MAX))]
    error_description: Option<String>,
    /// Who the provider says it is.
    #[schemars(length(max = CALLBACK_VALUE_LENGTH_MAX))]
    iss: Option<String>,
}

/// Signs in whoever comes back, or gives them another way in.
///
/// # Errors
/// A fault of ours; everything else is a redirect with `error`.
pub async fn get(app: &App, request: Request) -> Result<Response, ApiError> {
    if request.is_head() {
        return Ok(Response::redirect(302, &home(app)).no_store());
    }
    let text = |name: &str| request.query(name).map(str::to_owned);
    let returned = Returned {
        provider: request.param("id").to_owned(),
        state: text("state"),
        cookie: cookie::state_token(app, &request.head.headers),
        code: text("code"),
        error: text("error").map(|error| (error, text("error_description"))),
        issuer: text("iss"),
    };
    let by = (&request.caller(app), request.now);
    // Whom the site trusts may have changed since the browser left.
    let trusted = Trusted::of(&app.config);
    let still = |to: Option<String>| to.filter(|url| trusted.allows_target(url));
    if app.config.auth.cookie_partitioned
        && let Some(begun) = callback::begun_elsewhere(app, &returned, request.now).await?
    {
        let target = still(begun.to).unwrap_or_else(|| home(app));
        match begun.denied {
            Some(strayed) if hand_over::page_elsewhere(app, &target).is_some() => {
                let strayed = Strayed { to: still(strayed.to), ..strayed };
                return Ok(lost(app, request.locale, strayed).no_store());
            }
            Some(_) => {}
            None => {
                let ended = Ended::Provider(Returned { cookie: None, ..returned.clone() });
                if let Some(led) = hand_over::lead(app, &request, &ended, &target).await? {
                    return Ok(led);
                }
            }
        }
    }
    let (response, is_over) = match callback::land(app, &returned, by).await? {
        Ok(Landed::Linked { to }) => {
            (Response::redirect(302, &still(to).unwrap_or_else(|| home(app))), true)
        }
        Ok(Landed::SignedIn { signed, to, .. }) => {
            let response = Response::redirect(302, &still(to).unwrap_or_else(|| home(app)));
            let session = (&signed.opened, Remember::Yes);
            let response = signed_in(app, &request, response, session);
            (known_device(app, response, signed.device.as_ref()), true)
        }
        Err(strayed) => {
            let is_over = strayed.is_over();
            (lost(app, request.locale, Strayed { to: still(strayed.to), ..strayed }), is_over)
        }
    };
    let response =
        if is_over { response.with_cookie(cookie::clear_state_cookie(app)) } else { response };
    Ok(with_cookies_for_apps(response.no_store()))
}

/// Turns a provider's form into an address, to which the browser brings its cookie.
///
/// # Errors
/// None of its own.
pub async fn post(app: &App, request: Request) -> Result<Response, ApiError> {
    let names = || QUERY.iter().map(|field| field.name);
    let of_body = |name: &str| request.json.as_ref()?.get(name)?.as_str().map(str::to_owned);
    let of_query = |name: &str| request.query(name).map(str::to_owned);
    let pairs = names().filter_map(|name| Some((name, of_body(name).or_else(|| of_query(name))?)));
    let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
    let place = format!("{}/callback/{}?{query}", base(app), request.param("id"));
    Ok(Response::redirect(302, &place).no_store())
}

/// Sends whoever does not come in to where that is explained.
fn lost(app: &App, locale: Locale, strayed: Strayed) -> Response {
    let to = strayed.to.unwrap_or_else(|| format!("{}/error", base(app)));
    let to = with_error(&to, strayed.stray.code());
    if let Stray::Denied { description: Some(reason), .. } = &strayed.stray {
        return Response::redirect(302, &with_parameter(&to, "error_description", reason));
    }
    if let Some(refusal) = strayed.stray.explained_as() {
        let reason = app.words.get(locale, &error_key(refusal.code()));
        return Response::redirect(302, &with_parameter(&to, "error_description", &reason));
    }
    Response::redirect(302, &to)
}

/// Returns where somebody goes of whom nobody said where.
fn home(app: &App) -> String {
    app.config.server.frontend_url.as_ref().map_or_else(|| String::from("/"), ToString::to_string)
}

fn base(app: &App) -> String {
    format!("{}{}", app.config.server.public_url.origin(), app.config.auth.base_path)
}
