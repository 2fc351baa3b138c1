//! `/request-password-reset`, `/forget-password`, `/reset-password`.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::account::reset;
use crate::app::App;
use crate::base::bounds::URL_LENGTH_MAX;
use crate::base::secret::Secret;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::http::endpoint::QueryField;
use crate::http::error::ApiError;
use crate::http::origin;
use crate::http::request::Request;
use crate::http::response::Response;

/// The body of request-password-reset.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestReset {
    /// The account's address.
    #[schemars(extend("format" = "email"))]
    email: String,
    /// Where the mailed link leads, with the token.
    #[schemars(length(max = URL_LENGTH_MAX))]
    redirect_to: Option<String>,
}

/// Mails a reset link; the answer never tells whether there is such an account.
///
/// # Errors
/// `INVALID_REDIRECT_URL`.
pub async fn request(app: &App, request: Request) -> Result<Response, ApiError> {
    ask(app, &request).await?;
    let message = "If this email exists in our system, check your email for the reset link";
    Ok(Response::json(200, &json!({"status": true, "message": message})))
}

/// As [`request`], with the answer that its callers know.
///
/// # Errors
/// `INVALID_REDIRECT_URL`.
pub async fn forget(app: &App, request: Request) -> Result<Response, ApiError> {
    ask(app, &request).await?;
    let message = "If an account exists with that email, a password reset link has been sent";
    Ok(Response::json(200, &json!({"message": message, "status": 200})))
}

async fn ask(app: &App, request: &Request) -> Result<(), ApiError> {
    let body: RequestReset = request.body()?;
    let email = Email::parse(&body.email).ok_or(Refusal::InvalidEmail)?;
    let asked = (&email, body.redirect_to.filter(|url| !url.is_empty()));
    Ok(reset::request(app, asked, (&request.caller(app), request.now)).await?)
}

/// What the mailed link carries beside its token.
pub const LEAD_QUERY: &[QueryField] =
    &[QueryField::required("callbackURL", "the form, which is given the token")];

/// Leads from the mailed link to the form; spends nothing.
///
/// # Errors
/// 403 for a callback URL that is not trusted; a token that no longer works
/// travels as `error=INVALID_TOKEN`.
pub async fn lead(app: &App, request: Request) -> Result<Response, ApiError> {
    let token = request.param("token");
    let callback = request.query("callbackURL").unwrap_or_default();
    let site = app.config.server.public_url.origin();
    if callback.is_empty() {
        let page = format!("{site}{}/error", app.config.auth.base_path);
        let code = Refusal::ResetTokenInvalid.code();
        return Ok(Response::redirect(302, &origin::with_error(&page, code)));
    }
    let target =
        if callback.starts_with('/') { format!("{site}{callback}") } else { callback.to_owned() };
    let target = if reset::leads(app, token, request.now).await? {
        origin::with_parameter(&target, "token", token)
    } else {
        origin::with_error(&target, Refusal::ResetTokenInvalid.code())
    };
    Ok(Response::redirect(302, &target))
}

/// What reset-password reads from the query.
pub const COMPLETE_QUERY: &[QueryField] =
    &[QueryField::optional("token", "the mailed token, when the body has none")];

/// The body of reset-password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResetPassword {
    /// The new password.
    new_password: Option<String>,
    /// Another name of it.
    password: Option<String>,
    /// The mailed token.
    token: Option<String>,
}

/// Sets a new password with a mailed token.
///
/// # Errors
/// Those of [`reset::complete`]; `PASSWORDS_DIFFER`.
pub async fn complete(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: ResetPassword = request.body()?;
    let new = match (body.new_password, body.password) {
        (Some(new), Some(other)) if new != other => return Err(Refusal::PasswordsDiffer.into()),
        (Some(new), _) | (None, Some(new)) => new,
        (None, None) => return Err(ApiError::missing("newPassword")),
    };
    let in_query = request.query("token").map(str::to_owned);
    let token = body.token.or(in_query).filter(|token| !token.is_empty());
    let token = token.ok_or(Refusal::ResetTokenInvalid)?;
    let by = (&request.caller(app), request.now);
    reset::complete(app, &token, Secret::new(new), by).await?;
    let message = "Password has been reset successfully";
    Ok(Response::json(200, &json!({"status": true, "message": message})))
}
