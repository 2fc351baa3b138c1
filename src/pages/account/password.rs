//! `POST /dashboard/cuenta/contrasena`: another password.

use schemars::JsonSchema;
use serde::Deserialize;

use super::security;
use crate::account::password::{self, Change, OtherSessions};
use crate::app::App;
use crate::base::secret::Secret;
use crate::domain::session::Remember;
use crate::http::cookie;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::form::{Field, Form, Kind};
use crate::pages::next;

/// The fields of the form.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasswordForm {
    /// The password as it is.
    current_password: Option<String>,
    /// The password as it shall be.
    new_password: Option<String>,
    /// Whether every other session ends.
    #[schemars(length(max = 8))]
    revoke: Option<String>,
}

/// Changes the password.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: PasswordForm = request.body_or_default()?;
    let live = request.live()?;
    let change = Change {
        current: Secret::new(typed.current_password.unwrap_or_default()),
        new: Secret::new(typed.new_password.unwrap_or_default()),
        others: if typed.revoke.is_some() { OtherSessions::Revoke } else { OtherSessions::Keep },
    };
    match password::change(app, live, change, (&request.caller(app), request.now)).await {
        Ok(opened) => {
            let onward = next::to("/dashboard/cuenta/seguridad?done=password-changed");
            let cookies = opened.iter().flat_map(|opened| {
                cookie::session_cookies(app, &request, &opened.token, Remember::Yes)
            });
            Ok(cookies.fold(onward, Response::with_cookie))
        }
        Err(failure) => {
            let words = PageWords::of(app, &request);
            let told = blank(app, &words).told(&words, failure)?;
            security::show(app, &request, Some(told)).await
        }
    }
}

/// Makes the form; passwords are never filled in.
#[must_use]
pub fn blank(app: &App, words: &PageWords<'_>) -> Form {
    let min = app.config.auth.password_length_min;
    let fields = vec![
        Field::password(words, "currentPassword", "password-current"),
        Field::new_password(words, "newPassword", min),
        Field::new(words, "revoke", Kind::Check, "password-revoke").filled("true"),
    ];
    Form::new(words, "password", ("/dashboard/cuenta/contrasena", "password-submit"), fields)
}
