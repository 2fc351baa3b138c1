//! `GET /list-accounts`, `POST /unlink-account`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::shape::{AccountShape, Status};
use crate::account::profile;
use crate::account::social::named::Named;
use crate::account::social::unlink;
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

/// The body of unlink-account: one of the two, or both.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnlinkAccount {
    /// The `id` that list-accounts shows; older clients send its `accountId`.
    account_id: Option<String>,
    /// The provider, as older clients send it.
    provider_id: Option<String>,
}

/// Takes one of the person's ways in, but for the last.
///
/// # Errors
/// `FAILED_TO_UNLINK_LAST_ACCOUNT`, `ACCOUNT_NOT_FOUND`.
pub async fn unlink(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: UnlinkAccount = request.body()?;
    if body.account_id.is_none() && body.provider_id.is_none() {
        return Err(ApiError::missing("accountId"));
    }
    let named = Named { account_id: body.account_id, provider_id: body.provider_id };
    let by = (&request.caller(app), request.now);
    unlink::remove(app, request.live()?, &named, by).await?;
    Ok(Response::json(200, &Status::DONE))
}
