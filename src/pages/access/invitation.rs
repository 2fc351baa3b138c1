//! `/invitacion/{token}`: from an invitation to an account.
//!
//! The address is the invited one and already proven; name and password are
//! missing. Opening the link changes nothing; the form spends it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::signed_in;
use crate::account::invitation::{self, Invitation};
use crate::account::sign_up::{self, Side, SignUp, SignedUp};
use crate::app::{App, Failure};
use crate::base::bounds::NAME_LENGTH_MAX;
use crate::base::secret::Secret;
use crate::domain::refusal::Refusal;
use crate::domain::session::Remember;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{Heading, PageWords};
use crate::pages::form::{Field, Form};
use crate::pages::sheet::Sheet;
use crate::pages::{next, notice};

/// The fields of the form; what is missing is said on the page itself.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct InvitationForm {
    /// The name people see.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    name: Option<String>,
    /// The password.
    password: Option<String>,
}

/// Shows the form.
///
/// # Errors
/// A fault; an invitation that no longer works is a page with status 410.
pub async fn form(app: &App, request: Request) -> Result<Response, ApiError> {
    match invitation::find(app, request.param("token"), request.now).await {
        Ok(found) => {
            let words = PageWords::of(app, &request);
            let form = blank(app, &words, (&request, &found), found.name());
            Sheet::new(words, Heading("invitation")).show(form)
        }
        Err(failure) => dead(app, &request, failure),
    }
}

/// Opens the account and, unless configured otherwise, signs in.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: InvitationForm = request.body_or_default()?;
    let token = request.param("token").to_owned();
    let found = match invitation::find(app, &token, request.now).await {
        Ok(found) => found,
        Err(failure) => return dead(app, &request, failure),
    };
    let name = typed.name.as_deref().map_or("", str::trim);
    let words = PageWords::of(app, &request);
    let form = blank(app, &words, (&request, &found), name);
    if name.is_empty() {
        let told = form.wrong_at("name", words.text("access-name-missing")).back();
        return Sheet::new(words, Heading("invitation")).show_told(told);
    }
    let sign_up = SignUp {
        email: found.email().clone(),
        password: Secret::new(typed.password.clone().unwrap_or_default()),
        name: name.to_owned(),
        image: None,
        callback_url: None,
        invitation: Some(token),
        remember: Remember::Yes,
        side: Side::default(),
    };
    match sign_up::with_email(app, sign_up, (&request.caller(app), request.now)).await {
        Ok(signed_up) => Ok(entered(app, &request, &signed_up)),
        Err(Failure::Refused(Refusal::InvitationInvalid)) => {
            dead(app, &request, Refusal::InvitationInvalid.into())
        }
        Err(Failure::Refused(Refusal::UserAlreadyExists)) => {
            let told = Form { problem: Some(words.text("invitation-email-taken")), ..form };
            Sheet::new(words, Heading("invitation")).show_told(told.back())
        }
        Err(failure) => {
            Sheet::new(words, Heading("invitation")).show_told(form.told(&words, failure)?)
        }
    }
}

/// Whoever has a front end of their own reads there where to go on.
fn entered(app: &App, request: &Request, signed_up: &SignedUp) -> Response {
    let has_front_end = app.config.server.frontend_url.is_some();
    let onward = match (&signed_up.opened, has_front_end) {
        (Some(_), false) => next::with(next::HOME, "done", "welcome"),
        (Some(_), true) => notice::address("invitation-done"),
        (None, _) => notice::address("invitation-opened"),
    };
    let opened = signed_up.opened.as_ref().map(|opened| (opened, Remember::Yes));
    signed_in(app, request, next::to(&onward), (opened, signed_up.device.as_ref()))
}

fn dead(app: &App, request: &Request, failure: Failure) -> Result<Response, ApiError> {
    match failure {
        Failure::Refused(_) => notice::gone(app, request, Heading("invitation-invalid"), None),
        other @ (Failure::IllegalStep { .. } | Failure::Limited { .. } | Failure::Fault(_)) => {
            Err(other.into())
        }
    }
}

fn blank(
    app: &App,
    words: &PageWords<'_>,
    (request, invitation): (&Request, &Invitation),
    name: &str,
) -> Form {
    let email = Field::email(words, "field-email").filled(invitation.email().as_str());
    let name = Field::line(words, "name", "field-name").required().filled(name);
    let min = app.config.auth.password_length_min;
    let fields = vec![
        Field { is_readonly: true, is_required: false, ..email },
        Field { autocomplete: "name", ..name },
        Field::new_password(words, "password", min).focused(),
    ];
    Form::new(words, "invitation", (request.head.uri.path(), "invitation-submit"), fields)
}
