//! What the links of the waitlist's mails open: a button, and what it did.
//!
//! GET shows, POST acts. A mail program's one click (RFC 8058) is the same POST
//! without a page before it; programs that ask for JSON get JSON.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::app::{App, Failure};
use crate::http::endpoint::QueryField;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{Heading, PageWords};
use crate::pages::form::Form;
use crate::pages::sheet::Sheet;
use crate::pages::{next, notice};
use crate::waitlist;

/// What the mailed links carry.
pub const QUERY: &[QueryField] =
    &[QueryField::optional("token", "the token of the mailed link, when the body has none")];

/// The fields of the buttons; a mail program's one click sends its own.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct LinkForm {
    /// The mailed token.
    #[schemars(length(max = 256))]
    token: Option<String>,
}

/// Shows the button that confirms a place.
///
/// # Errors
/// A fault; a link that no longer works is a page with status 410.
pub async fn confirm_form(app: &App, request: Request) -> Result<Response, ApiError> {
    let token = request.query("token").unwrap_or_default();
    match waitlist::to_confirm(app, token, request.now).await {
        Ok(_) => ask(app, &request, Heading("confirm"), token),
        Err(failure) => dead(app, &request, Heading("confirm-invalid"), failure),
    }
}

/// Confirms a place.
///
/// # Errors
/// As [`confirm_form`]; to programs `WAITLIST_LINK_INVALID`.
pub async fn confirm(app: &App, request: Request) -> Result<Response, ApiError> {
    match waitlist::confirm(app, &token(&request)?, request.now).await {
        Ok(entry) if request.wants_page() => {
            Ok(next::to(&format!("/lista-de-espera/{}?done=confirmed", entry.id)))
        }
        Ok(entry) => Ok(Response::json(
            200,
            &json!({
                "success": true,
                "position": entry.position(app.config.waitlist.referral_bonus),
                "referralCode": entry.id,
                "referralUrl": waitlist::referral_url(app, &entry.id),
            }),
        )),
        Err(failure) => dead(app, &request, Heading("confirm-invalid"), failure),
    }
}

/// Shows the button that ends the mails.
///
/// # Errors
/// As [`confirm_form`].
pub async fn unsubscribe_form(app: &App, request: Request) -> Result<Response, ApiError> {
    let token = request.query("token").unwrap_or_default();
    match waitlist::to_unsubscribe(app, token).await {
        Ok(_) => ask(app, &request, Heading("leave"), token),
        Err(failure) => dead(app, &request, Heading("leave-invalid"), failure),
    }
}

/// Ends the mails.
///
/// # Errors
/// As [`confirm`].
pub async fn unsubscribe(app: &App, request: Request) -> Result<Response, ApiError> {
    match waitlist::unsubscribe(app, &token(&request)?, request.now).await {
        Ok(()) if request.wants_page() => Ok(next::to(&notice::address("leave-done"))),
        Ok(()) => Ok(Response::json(200, &json!({"success": true}))),
        Err(failure) => dead(app, &request, Heading("leave-invalid"), failure),
    }
}

pub(in crate::pages) fn token(request: &Request) -> Result<String, ApiError> {
    let form: LinkForm = request.body_or_default()?;
    Ok(form.token.or_else(|| request.query("token").map(str::to_owned)).unwrap_or_default())
}

pub(in crate::pages) fn ask(
    app: &App,
    request: &Request,
    heading: Heading,
    token: &str,
) -> Result<Response, ApiError> {
    let words = PageWords::of(app, request);
    let Heading(key) = heading;
    let submit = format!("{key}-submit");
    let form = Form::new(&words, key, (request.head.uri.path(), &submit), Vec::new());
    Sheet::new(words, heading).show(form.with("token", token))
}

pub(in crate::pages) fn dead(
    app: &App,
    request: &Request,
    heading: Heading,
    failure: Failure,
) -> Result<Response, ApiError> {
    match failure {
        Failure::Refused(_) if request.wants_page() => notice::gone(app, request, heading, None),
        other @ (Failure::Refused(_)
        | Failure::IllegalStep { .. }
        | Failure::Limited { .. }
        | Failure::Fault(_)) => Err(other.into()),
    }
}
