//! `POST /change-email`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::shape::Status;
use crate::account::change_email;
use crate::app::App;
use crate::base::bounds::URL_LENGTH_MAX;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;

/// The body of change-email.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeEmail {
    /// The address as it shall be.
    #[schemars(extend("format" = "email"))]
    new_email: String,
    /// Where the mailed link leads afterwards.
    #[serde(rename = "callbackURL")]
    #[schemars(length(max = URL_LENGTH_MAX))]
    callback_url: Option<String>,
}

/// Asks for another address; it changes when the mailed links were opened.
///
/// # Errors
/// `EMAIL_IS_SAME`.
pub async fn request(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: ChangeEmail = request.body()?;
    let to = Email::parse(&body.new_email).ok_or(Refusal::InvalidEmail)?;
    let asked = (to, body.callback_url.filter(|url| !url.is_empty()));
    let by = (&request.caller(app), request.now);
    change_email::request(app, request.live()?, asked, by).await?;
    Ok(Response::json(200, &Status::DONE))
}
