//! The form for the first administrator, behind the link printed at start.

use schemars::JsonSchema;
use serde::Deserialize;

use super::signed_in;
use crate::account::setup::{self, FirstAdmin};
use crate::app::{App, Failure};
use crate::base::bounds::NAME_LENGTH_MAX;
use crate::base::secret::Secret;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::session::Remember;
use crate::domain::token::Token;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{Heading, PageWords};
use crate::pages::form::{Field, Form};
use crate::pages::sheet::Sheet;
use crate::pages::{next, notice};

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

/// Shows the form.
///
/// # Errors
/// A fault; a link that no longer works is a page with status 410.
pub async fn form(app: &App, request: Request) -> Result<Response, ApiError> {
    let token = Token::presented(request.param("token"));
    let words = PageWords::of(app, &request);
    let form = blank(app, &words, (&request, &SetupForm::default()));
    match setup::check(app, &token, request.now).await {
        Ok(_) => Sheet::new(words, Heading("setup")).show(form),
        Err(failure) => refused(app, &request, (words, form), failure),
    }
}

/// Creates the administrator and signs in.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: SetupForm = request.body_or_default()?;
    let words = PageWords::of(app, &request);
    let mut form = blank(app, &words, (&request, &typed));
    let name = typed.name.as_deref().map_or("", str::trim);
    let email = Email::parse(typed.email.as_deref().unwrap_or_default());
    if name.is_empty() {
        form = form.wrong_at("name", words.text("access-name-missing"));
    }
    let (Some(email), false) = (email.clone(), name.is_empty()) else {
        if email.is_none() {
            form = form.refused(&words, Refusal::InvalidEmail);
        }
        return Sheet::new(words, Heading("setup")).show_told(form.back());
    };
    let password = Secret::new(typed.password.clone().unwrap_or_default());
    let admin = FirstAdmin { name: name.to_owned(), email, password };
    let token = Token::presented(request.param("token"));
    match setup::complete(app, &token, admin, (&request.caller(app), request.now)).await {
        Ok((opened, device)) => {
            let onward = next::to("/dashboard/admin?done=setup");
            let cookies = (Some((&opened, Remember::Yes)), device.as_ref());
            Ok(signed_in(app, &request, onward, cookies))
        }
        Err(failure) => refused(app, &request, (words, form), failure),
    }
}

/// Shows what the rule said no to: a dead link, or the form with the reason.
fn refused(
    app: &App,
    request: &Request,
    (words, form): (PageWords<'_>, Form),
    failure: Failure,
) -> Result<Response, ApiError> {
    let told = match failure {
        Failure::Refused(Refusal::SetupLinkInvalid) => {
            return notice::gone(app, request, Heading("setup-invalid"), None);
        }
        Failure::Refused(Refusal::UserAlreadyExists) => {
            form.wrong_at("email", words.text("setup-email-taken")).back()
        }
        other @ (Failure::Refused(_)
        | Failure::IllegalStep { .. }
        | Failure::Limited { .. }
        | Failure::Fault(_)) => form.told(&words, other)?,
    };
    Sheet::new(words, Heading("setup")).show_told(told)
}

fn blank(app: &App, words: &PageWords<'_>, (request, typed): (&Request, &SetupForm)) -> Form {
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    let name = Field::line(words, "name", "field-name").required().filled(&said(&typed.name));
    let min = app.config.auth.password_length_min;
    let fields = vec![
        Field { autocomplete: "name", is_focused: typed.email.is_none(), ..name },
        Field::email(words, "field-email").filled(&said(&typed.email)),
        Field::new_password(words, "password", min),
    ];
    Form::new(words, "setup", (request.head.uri.path(), "setup-submit"), fields)
}
