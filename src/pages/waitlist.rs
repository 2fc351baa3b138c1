//! What the links of the waitlist's mails open: a button, and what it did.
//!
//! GET shows, POST acts. A mail program's one click (RFC 8058) is the same POST
//! without a page before it; programs that ask for JSON get JSON.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::notice;
use crate::app::{App, Failure};
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
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

#[derive(Template)]
#[template(path = "pages/ask.html", config = ".askama.toml")]
struct Ask<'a> {
    words: PageWords<'a>,
    title: String,
    text: String,
    action: &'a str,
    token: &'a str,
    button: String,
}

/// Shows the button that confirms a place.
///
/// # Errors
/// A fault; a link that no longer works is a page with status 410.
pub async fn confirm_form(app: &App, request: Request) -> Result<Response, ApiError> {
    let token = request.query("token").unwrap_or_default();
    match waitlist::to_confirm(app, token, request.now).await {
        Ok(_) => ask(app, &request, "confirm", token),
        Err(failure) => dead(app, &request, "confirm-invalid", failure),
    }
}

/// Confirms a place.
///
/// # Errors
/// As [`confirm_form`]; to programs `WAITLIST_LINK_INVALID`.
pub async fn confirm(app: &App, request: Request) -> Result<Response, ApiError> {
    match waitlist::confirm(app, &token(&request)?, request.now).await {
        Ok(_) if request.wants_page() => notice::done(app, &request, "confirm-done"),
        Ok(entry) => Ok(Response::json(
            200,
            &json!({
                "success": true,
                "position": entry.position(app.config.waitlist.referral_bonus),
                "referralCode": entry.id,
                "referralUrl": waitlist::referral_url(app, &entry.id),
            }),
        )),
        Err(failure) => dead(app, &request, "confirm-invalid", failure),
    }
}

/// Shows the button that ends the mails.
///
/// # Errors
/// As [`confirm_form`].
pub async fn unsubscribe_form(app: &App, request: Request) -> Result<Response, ApiError> {
    let token = request.query("token").unwrap_or_default();
    match waitlist::to_unsubscribe(app, token).await {
        Ok(_) => ask(app, &request, "leave", token),
        Err(failure) => dead(app, &request, "leave-invalid", failure),
    }
}

/// Ends the mails.
///
/// # Errors
/// As [`confirm`].
pub async fn unsubscribe(app: &App, request: Request) -> Result<Response, ApiError> {
    match waitlist::unsubscribe(app, &token(&request)?, request.now).await {
        Ok(()) if request.wants_page() => notice::done(app, &request, "leave-done"),
        Ok(()) => Ok(Response::json(200, &json!({"success": true}))),
        Err(failure) => dead(app, &request, "leave-invalid", failure),
    }
}

pub(super) fn token(request: &Request) -> Result<String, ApiError> {
    let form: LinkForm = request.body_or_default()?;
    Ok(form.token.or_else(|| request.query("token").map(str::to_owned)).unwrap_or_default())
}

pub(super) fn ask(
    app: &App,
    request: &Request,
    key: &str,
    token: &str,
) -> Result<Response, ApiError> {
    let words = PageWords::new(app, request.locale);
    let brand = [("brand", words.brand())];
    let page = Ask {
        words,
        title: words.text(&format!("{key}-title")),
        text: words.format(&format!("{key}-text"), &brand),
        action: request.head.uri.path(),
        token,
        button: words.text(&format!("{key}-submit")),
    };
    Ok(Response::html(200, rendered(page.render())?).no_store().own_referrer())
}

pub(super) fn dead(
    app: &App,
    request: &Request,
    key: &str,
    failure: Failure,
) -> Result<Response, ApiError> {
    match failure {
        Failure::Refused(_) if request.wants_page() => notice::gone(app, request, key, None),
        other @ (Failure::Refused(_)
        | Failure::IllegalStep { .. }
        | Failure::Limited { .. }
        | Failure::Fault(_)) => Err(other.into()),
    }
}
