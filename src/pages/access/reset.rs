//! `/restablecer`: from the mailed link to a new password.
//!
//! The link leads to the form and spends nothing; only the form does, so a mail scanner
//! that opens every link changes nothing.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::account::reset;
use crate::app::{App, Failure};
use crate::base::secret::Secret;
use crate::domain::refusal::Refusal;
use crate::http::endpoint::QueryField;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{Heading, PageWords};
use crate::pages::form::{Field, Form};
use crate::pages::sheet::Sheet;
use crate::pages::{next, notice};

/// The fields of the form.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct ResetForm {
    /// The mailed token.
    #[schemars(length(max = 128))]
    token: Option<String>,
    /// The new password.
    password: Option<String>,
}

/// What the page reads from the query.
pub const QUERY: &[QueryField] = &[
    QueryField::optional("token", "the mailed token"),
    QueryField::optional("error", "why the mailed link did not work"),
];

/// Shows the form for the new password.
///
/// # Errors
/// A fault; a link that no longer works is a page with status 410.
pub async fn form(app: &App, request: Request) -> Result<Response, ApiError> {
    let token = request.query("token").unwrap_or_default();
    if !reset::leads(app, token, request.now).await? {
        return dead(app, &request);
    }
    let words = PageWords::of(app, &request);
    sheet(app, words).show(blank(app, &words, token))
}

/// Sets the new password.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: ResetForm = request.body_or_default()?;
    let token = form.token.unwrap_or_default();
    let password = Secret::new(form.password.unwrap_or_default());
    match reset::complete(app, &token, password, (&request.caller(app), request.now)).await {
        Ok(()) => Ok(next::to(&notice::address("reset-done"))),
        Err(Failure::Refused(Refusal::ResetTokenInvalid)) => dead(app, &request),
        Err(failure) => {
            let words = PageWords::of(app, &request);
            sheet(app, words).show_told(blank(app, &words, &token).told(&words, failure)?)
        }
    }
}

fn blank(app: &App, words: &PageWords<'_>, token: &str) -> Form {
    let min = app.config.auth.password_length_min;
    let mut field = Field::new_password(words, "password", min).focused();
    field.label = words.text("field-new-password");
    Form::new(words, "reset", ("/restablecer", "reset-submit"), vec![field]).with("token", token)
}

fn sheet<'a>(app: &App, words: PageWords<'a>) -> Sheet<'a> {
    let lead = words.format("reset-lead", &[("sessions", reset::sessions_then(app))]);
    Sheet::new(words, Heading("reset")).leading(lead)
}

fn dead(app: &App, request: &Request) -> Result<Response, ApiError> {
    let onward = (String::from("/recuperar"), "recover-again");
    notice::gone(app, request, Heading("reset-invalid"), Some(onward))
}
