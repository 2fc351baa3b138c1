//! `/invitacion/{token}`: from an invitation to an account.
//!
//! The address is the invited one and already proven; name and password are
//! missing. Opening the link changes nothing; the form spends it.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{notice, signed_in};
use crate::account::invitation::{self, Invitation};
use crate::account::sign_up::{self, Side, SignUp, SignedUp};
use crate::app::{App, Failure};
use crate::base::bounds::NAME_LENGTH_MAX;
use crate::base::secret::Secret;
use crate::base::words::error_key;
use crate::domain::refusal::Refusal;
use crate::domain::session::Remember;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;

/// The fields of the form; what is missing is said on the page itself.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct InvitationForm {
    /// The name people see.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    name: Option<String>,
    /// The password.
    password: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/invitation.html", config = ".askama.toml")]
struct InvitationPage<'a> {
    words: PageWords<'a>,
    action: &'a str,
    email: &'a str,
    name: &'a str,
    problem: Option<String>,
    password_length_min: usize,
    password_hint: String,
}

/// Shows the form.
///
/// # Errors
/// A fault; an invitation that no longer works is a page with status 410.
pub async fn form(app: &App, request: Request) -> Result<Response, ApiError> {
    match invitation::find(app, request.param("token"), request.now).await {
        Ok(found) => show(app, &request, (&found, found.name()), None),
        Err(failure) => dead(app, &request, failure),
    }
}

/// Opens the account and, unless configured otherwise, signs in.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: InvitationForm = request.body_or_default()?;
    let token = request.param("token").to_owned();
    let found = match invitation::find(app, &token, request.now).await {
        Ok(found) => found,
        Err(failure) => return dead(app, &request, failure),
    };
    let name = form.name.as_deref().map_or("", str::trim);
    if name.is_empty() {
        return show(app, &request, (&found, name), Some("invitation-name-missing"));
    }
    let sign_up = SignUp {
        email: found.email().clone(),
        password: Secret::new(form.password.clone().unwrap_or_default()),
        name: name.to_owned(),
        image: None,
        callback_url: None,
        invitation: Some(token),
        remember: Remember::Yes,
        side: Side::default(),
    };
    match sign_up::with_email(app, sign_up, (&request.caller(app), request.now)).await {
        Ok(SignedUp { opened, device, .. }) => {
            let key = if opened.is_some() { "invitation-done" } else { "invitation-opened" };
            let done = notice::done(app, &request, key)?;
            Ok(signed_in(app, &request, done, (opened.as_ref(), device.as_ref())))
        }
        Err(Failure::Refused(Refusal::UserAlreadyExists)) => {
            show(app, &request, (&found, name), Some("invitation-email-taken"))
        }
        Err(Failure::Refused(refusal)) if refusal != Refusal::InvitationInvalid => {
            let key = error_key(refusal.code());
            show(app, &request, (&found, name), Some(&key))
        }
        Err(failure) => dead(app, &request, failure),
    }
}

fn dead(app: &App, request: &Request, failure: Failure) -> Result<Response, ApiError> {
    match failure {
        Failure::Refused(_) => notice::gone(app, request, "invitation-invalid", None),
        other @ (Failure::IllegalStep { .. } | Failure::Limited { .. } | Failure::Fault(_)) => {
            Err(other.into())
        }
    }
}

fn show(
    app: &App,
    request: &Request,
    filled: (&Invitation, &str),
    problem: Option<&str>,
) -> Result<Response, ApiError> {
    let (invitation, name) = filled;
    let words = PageWords::new(app, request.locale);
    let min = app.config.auth.password_length_min;
    let page = InvitationPage {
        words,
        action: request.head.uri.path(),
        email: invitation.email().as_str(),
        name,
        problem: problem.map(|key| words.text(key)),
        password_length_min: min,
        password_hint: words.format("password-hint", &[("min", &min.to_string())]),
    };
    let status = if problem.is_some() { 400 } else { 200 };
    Ok(Response::html(status, rendered(page.render())?).no_store().own_referrer())
}
