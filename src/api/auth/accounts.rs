//! `GET /list-accounts`.

use super::shape::AccountShape;
use crate::account::profile;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;

/// Lists the person's ways in, oldest first.
///
/// # Errors
/// A fault of the store.
pub async fn list(app: &App, request: Request) -> Result<Response, ApiError> {
    let accounts = profile::accounts(app, request.live()?).await?;
    let shapes: Vec<_> = accounts.iter().map(AccountShape::from).collect();
    Ok(Response::json(200, &shapes))
}
