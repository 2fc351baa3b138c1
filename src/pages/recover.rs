//! `/recuperar` and `/restablecer`: from a forgotten password to a new one.
//!
//! The mailed link leads to the second form and spends nothing; only the form
//! does, so a mail scanner that opens every link changes nothing.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::notice;
use crate::account::reset;
use crate::app::{App, Failure};
use crate::base::secret::Secret;
use crate::base::words::error_key;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;

/// The field of the first form.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct RecoverForm {
    /// The account's address.
    #[schemars(length(max = 254))]
    email: Option<String>,
}

/// The fields of the second form.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct ResetForm {
    /// The mailed token.
    #[schemars(length(max = 128))]
    token: Option<String>,
    /// The new password.
    password: Option<String>,
}

/// What the second form reads from the query.
pub const RESET_QUERY: &[QueryField] = &[
    QueryField::optional("token", "the mailed token"),
    QueryField::optional("error", "why the mailed link did not work"),
];

#[derive(Template)]
#[template(path = "pages/recover.html", config = ".askama.toml")]
struct RecoverPage<'a> {
    words: PageWords<'a>,
    email: &'a str,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/reset.html", config = ".askama.toml")]
struct ResetPage<'a> {
    words: PageWords<'a>,
    lead: String,
    token: &'a str,
    problem: Option<String>,
    password_length_min: usize,
    password_hint: String,
}

/// Shows the form that asks for a link.
///
/// # Errors
/// A fault.
pub async fn form(app: &App, request: Request) -> Result<Response, ApiError> {
    show(app, &request, "", None)
}

/// Mails the link; the page never tells whether there is such an account.
///
/// # Errors
/// A fault.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: RecoverForm = request.body_or_default()?;
    let typed = form.email.unwrap_or_default();
    let Some(email) = Email::parse(&typed) else {
        return show(app, &request, &typed, Some("recover-email-invalid"));
    };
    reset::request(app, (&email, None), (&request.caller(app), request.now)).await?;
    notice::page(app, &request, 200, "recover-sent")
}

fn show(
    app: &App,
    request: &Request,
    email: &str,
    problem: Option<&str>,
) -> Result<Response, ApiError> {
    let words = PageWords::new(app, request.locale);
    let status = if problem.is_some() { 400 } else { 200 };
    let page = RecoverPage { words, email, problem: problem.map(|key| words.text(key)) };
    Ok(Response::html(status, rendered(page.render())?).no_store())
}

/// Shows the form for the new password.
///
/// # Errors
/// A fault; a link that no longer works is a page with status 410.
pub async fn reset_form(app: &App, request: Request) -> Result<Response, ApiError> {
    let token = request.query("token").unwrap_or_default();
    if reset::leads(app, token, request.now).await? {
        ask(app, &request, token, None)
    } else {
        dead(app, &request)
    }
}

/// Sets the new password.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn reset_submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: ResetForm = request.body_or_default()?;
    let token = form.token.unwrap_or_default();
    let password = Secret::new(form.password.unwrap_or_default());
    let by = (&request.caller(app), request.now);
    match reset::complete(app, &token, password, by).await {
        Ok(()) => notice::done(app, &request, "reset-done"),
        Err(Failure::Refused(Refusal::ResetTokenInvalid)) => dead(app, &request),
        Err(Failure::Refused(refusal)) => {
            let key = error_key(refusal.code());
            ask(app, &request, &token, Some(&key))
        }
        Err(
            other @ (Failure::IllegalStep { .. } | Failure::Limited { .. } | Failure::Fault(_)),
        ) => Err(other.into()),
    }
}

fn ask(
    app: &App,
    request: &Request,
    token: &str,
    problem: Option<&str>,
) -> Result<Response, ApiError> {
    let words = PageWords::new(app, request.locale);
    let min = app.config.auth.password_length_min;
    let page = ResetPage {
        words,
        lead: words.format("reset-lead", &[("sessions", reset::sessions_then(app))]),
        token,
        problem: problem.map(|key| words.text(key)),
        password_length_min: min,
        password_hint: words.format("password-hint", &[("min", &min.to_string())]),
    };
    let status = if problem.is_some() { 400 } else { 200 };
    Ok(Response::html(status, rendered(page.render())?).no_store().own_referrer())
}

fn dead(app: &App, request: &Request) -> Result<Response, ApiError> {
    let onward = (String::from("/recuperar"), "recover-again");
    notice::gone(app, request, "reset-invalid", Some(onward))
}
