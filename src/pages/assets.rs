//! Style sheets, embedded; and the brand's colours as one small sheet.
//!
//! The brand's colour is a setting, and the policy allows no inline style, so it
//! is served as a sheet of its own.

use crate::app::App;
use crate::base::assets;
use crate::http::error::{ApiError, HttpRefusal};
use crate::http::request::Request;
use crate::http::response::Response;

/// Returns an embedded file with a strong `ETag`; 304 when the browser has it.
///
/// # Errors
/// 404 when there is no such file.
pub async fn file(_app: &App, request: Request) -> Result<Response, ApiError> {
    let asset =
        assets::public(request.param("file")).ok_or(ApiError::Http(HttpRefusal::NotFound))?;
    Ok(Response::asset(&request, &asset))
}

/// Returns the brand's colours.
///
/// # Errors
/// None.
pub async fn brand(app: &App, _request: Request) -> Result<Response, ApiError> {
    let color = &app.config.brand.color;
    let css = format!(":root{{--brand:{color};--on-brand:{}}}\n", color.text_on());
    Ok(Response::css(css))
}
