//! Style sheet, scripts, font and icon, embedded.

use crate::app::App;
use crate::http::compress;
use crate::http::error::{ApiError, HttpRefusal};
use crate::http::request::Request;
use crate::http::response::Response;

/// Returns a file for browsers; 304 when the browser has it.
///
/// # Errors
/// 404 when there is no such file.
///
/// # Cost
/// Whoever asks first for a coding of a file waits until it is compressed, some
/// milliseconds; nobody else does.
pub async fn file(app: &App, request: Request) -> Result<Response, ApiError> {
    let found = app.shelf().find(request.param("file"));
    let (asset, named) = found.ok_or(ApiError::Http(HttpRefusal::NotFound))?;
    let response = Response::asset(&request, (asset, named));
    Ok(compress::kept(&request.head.headers, response, asset).await)
}
