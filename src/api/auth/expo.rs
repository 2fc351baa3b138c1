//! `GET /expo-authorization-proxy`: the browser that an app opened is given the state of its
//! sign-in, and goes on to the provider.

use crate::account::social::from_app;
use crate::app::App;
use crate::http::cookie;
use crate::http::endpoint::QueryField;
use crate::http::error::ApiError;
use crate::http::origin;
use crate::http::page::wrong;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::FieldFault;

/// What the app says.
pub const QUERY: &[QueryField] =
    &[QueryField::required("authorizationURL", "the provider's address, as the sign-in gave it")];

/// Leads to the provider, with the cookie that the way back asks for.
///
/// # Errors
/// 400 for an address that no open sign-in of an app was given.
pub async fn proxy(app: &App, request: Request) -> Result<Response, ApiError> {
    let url = request.query("authorizationURL").unwrap_or_default();
    let found = from_app::on_the_way(app, url, request.now).await?;
    let found = found.filter(|found| origin::is_apps(&found.to));
    let found = found.ok_or_else(|| wrong("authorizationURL", FieldFault::Shape))?;
    let response = Response::redirect(302, url).no_store();
    if request.is_head() {
        return Ok(response);
    }
    Ok(response.with_cookie(cookie::state_cookie(app, &found.state)))
}
