//! `POST /api/jobs/:id/{publish,pause,resume,close,renew}`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::shape::{answer, published};
use crate::app::App;
use crate::base::bounds::SHORT_LENGTH_MAX;
use crate::board::jobs::steps::{self, Step};
use crate::domain::job::CloseReason;
use crate::http::bodies::job::moment;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;

/// The body of a publication.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Publish {
    /// Until when, ISO 8601, at most 180 days; the offer's own end by default.
    #[schemars(length(max = SHORT_LENGTH_MAX), extend("nullable" = true))]
    expires_at: Option<String>,
}

/// The body of an end.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// Why.
    reason: CloseReason,
}

/// The body of a renewal.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Renew {
    /// Until when, ISO 8601, at most 180 days.
    #[schemars(length(max = SHORT_LENGTH_MAX))]
    expires_at: String,
}

/// Shows a draft to everybody; says what search engines miss in it.
///
/// # Errors
/// Those of [`steps::take`].
pub async fn publish(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: Publish = request.body_or_default()?;
    let until = body.expires_at.as_deref().map(|text| moment("expiresAt", text)).transpose()?;
    let user = &request.live()?.user;
    let step = Step::Publish(until);
    let job = steps::take(app, user, (request.param("id"), step), request.now).await?;
    Ok(published(job))
}

/// Takes an offer out of sight.
///
/// # Errors
/// Those of [`steps::take`].
pub async fn pause(app: &App, request: Request) -> Result<Response, ApiError> {
    take(app, &request, Step::Pause).await
}

/// Shows a paused offer again.
///
/// # Errors
/// Those of [`steps::take`].
pub async fn resume(app: &App, request: Request) -> Result<Response, ApiError> {
    take(app, &request, Step::Resume).await
}

/// Ends an offer.
///
/// # Errors
/// Those of [`steps::take`].
pub async fn close(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: Close = request.body()?;
    take(app, &request, Step::Close(body.reason)).await
}

/// Moves the end of an offer.
///
/// # Errors
/// Those of [`steps::take`].
pub async fn renew(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: Renew = request.body()?;
    take(app, &request, Step::Renew(moment("expiresAt", &body.expires_at)?)).await
}

async fn take(app: &App, request: &Request, step: Step) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    let job = steps::take(app, user, (request.param("id"), step), request.now).await?;
    Ok(answer(200, job))
}
