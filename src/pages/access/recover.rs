//! `/recuperar`: a forgotten password, and the link that is mailed for a new one.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::account::reset;
use crate::app::App;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{Heading, PageWords};
use crate::pages::form::{Field, Form};
use crate::pages::sheet::Sheet;
use crate::pages::{next, notice};

/// The field of the form.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct RecoverForm {
    /// The account's address.
    #[schemars(length(max = 254))]
    email: Option<String>,
}

/// Shows the form that asks for a link.
///
/// # Errors
/// A fault.
pub async fn form(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    sheet(words).show(blank(&words, ""))
}

/// Mails the link; the page never tells whether there is such an account.
///
/// # Errors
/// A fault.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: RecoverForm = request.body_or_default()?;
    let typed = form.email.unwrap_or_default();
    let Some(email) = Email::parse(&typed) else {
        let words = PageWords::of(app, &request);
        let told = blank(&words, &typed).refused(&words, Refusal::InvalidEmail).back();
        return sheet(words).show_told(told);
    };
    reset::request(app, (&email, None), (&request.caller(app), request.now)).await?;
    Ok(next::to(&notice::address("recover-sent")))
}

fn blank(words: &PageWords<'_>, typed: &str) -> Form {
    let field = Field::email(words, "field-email").filled(typed).focused();
    Form::new(words, "recover", ("/recuperar", "recover-submit"), vec![field])
}

fn sheet(words: PageWords<'_>) -> Sheet<'_> {
    Sheet::new(words, Heading("recover")).below(("", "access-back"), String::from("/login"))
}
