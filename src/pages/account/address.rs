//! `POST /dashboard/cuenta/direccion`: asking for another address.

use schemars::JsonSchema;
use serde::Deserialize;

use super::profile;
use crate::account::change_email;
use crate::app::App;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::form::{Field, Form};
use crate::pages::next;

/// The field of the form.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct AddressForm {
    /// The address as it shall be.
    #[schemars(length(max = 254))]
    email: Option<String>,
}

/// Mails the link that goes on with it; the page never tells whether the address is taken.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: AddressForm = request.body_or_default()?;
    let typed = typed.email.unwrap_or_default();
    let live = request.live()?;
    let words = PageWords::of(app, &request);
    let form = blank(&words, &typed);
    let Some(email) = Email::parse(&typed) else {
        let told = form.refused(&words, Refusal::InvalidEmail).back();
        return profile::show(app, &request, (None, Some(told)));
    };
    let asked = (email, Some(String::from("/verificado")));
    match change_email::request(app, live, asked, (&request.caller(app), request.now)).await {
        Ok(()) => Ok(next::to("/dashboard/cuenta?done=address-asked")),
        Err(failure) => profile::show(app, &request, (None, Some(form.told(&words, failure)?))),
    }
}

/// Makes the form with what was typed.
#[must_use]
pub fn blank(words: &PageWords<'_>, typed: &str) -> Form {
    let field = Field::email(words, "address-new").filled(typed);
    let field = Field { autocomplete: "email", ..field };
    Form::new(words, "address", ("/dashboard/cuenta/direccion", "address-submit"), vec![field])
}
