//! The form for the first administrator, behind the link printed at start.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{notice, signed_in};
use crate::account::setup::{self, FirstAdmin};
use crate::app::{App, Failure};
use crate::base::bounds::NAME_LENGTH_MAX;
use crate::base::secret::Secret;
use crate::base::words::error_key;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::token::Token;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;

/// The fields of the form; what is missing is said on the page itself.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct SetupForm {
    /// The name people see.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    name: Option<String>,
    /// The mail address.
    #[schemars(length(max = 254))]
    email: Option<String>,
    /// The password.
    password: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/setup.html", config = ".askama.toml")]
struct SetupPage<'a> {
    words: PageWords<'a>,
    action: &'a str,
    name: &'a str,
    email: &'a str,
    problem: Option<String>,
    password_length_min: usize,
    password_hint: String,
}

/// Shows the form.
///
/// # Errors
/// A fault; a link that no longer works is a page with status 410.
pub async fn form(app: &App, request: Request) -> Result<Response, ApiError> {
    let token = Token::presented(request.param("token"));
    match setup::check(app, &token, request.now).await {
        Ok(_) => show(app, &request, &SetupForm::default(), None),
        Err(failure) => refused(app, &request, failure, &SetupForm::default()),
    }
}

/// Creates the administrator and signs in.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: SetupForm = request.body_or_default()?;
    let name = form.name.as_deref().map_or("", str::trim);
    let email = form.email.as_deref().and_then(Email::parse);
    let email = match (name.is_empty(), email) {
        (true, _) => return show(app, &request, &form, Some("setup-name-missing")),
        (false, None) => return show(app, &request, &form, Some("setup-email-invalid")),
        (false, Some(email)) => email,
    };
    let admin = FirstAdmin {
        name: name.to_owned(),
        email,
        password: Secret::new(form.password.clone().unwrap_or_default()),
    };
    let token = Token::presented(request.param("token"));
    match setup::complete(app, &token, admin, (&request.caller(app), request.now)).await {
        Ok((opened, device)) => {
            let done = notice::page(app, &request, 200, "setup-done")?;
            Ok(signed_in(app, &request, done, (Some(&opened), device.as_ref())))
        }
        Err(failure) => refused(app, &request, failure, &form),
    }
}

/// Shows what the rule said no to: a dead link, or the form with the reason.
fn refused(
    app: &App,
    request: &Request,
    failure: Failure,
    form: &SetupForm,
) -> Result<Response, ApiError> {
    match failure {
        Failure::Refused(Refusal::SetupLinkInvalid) => {
            notice::page(app, request, 410, "setup-invalid")
        }
        Failure::Refused(Refusal::UserAlreadyExists) => {
            show(app, request, form, Some("setup-email-taken"))
        }
        Failure::Refused(refusal) => {
            let key = error_key(refusal.code());
            show(app, request, form, Some(&key))
        }
        other @ (Failure::IllegalStep { .. } | Failure::Limited { .. } | Failure::Fault(_)) => {
            Err(other.into())
        }
    }
}

fn show(
    app: &App,
    request: &Request,
    form: &SetupForm,
    problem: Option<&str>,
) -> Result<Response, ApiError> {
    let words = PageWords::new(app, request.locale);
    let min = app.config.auth.password_length_min;
    let page = SetupPage {
        words,
        action: request.head.uri.path(),
        name: form.name.as_deref().unwrap_or_default(),
        email: form.email.as_deref().unwrap_or_default(),
        problem: problem.map(|key| words.text(key)),
        password_length_min: min,
        password_hint: words.format("password-hint", &[("min", &min.to_string())]),
    };
    let status = if problem.is_some() { 400 } else { 200 };
    Ok(Response::html(status, rendered(page.render())?).no_store())
}
