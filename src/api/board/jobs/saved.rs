//! `/api/jobs/:id/save` and `/api/jobs/saved`.

use super::after;
use super::shape::JobShape;
use crate::app::App;
use crate::board::jobs::saved;
use crate::http::error::ApiError;
use crate::http::page::{PageAsked, Place};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::store::saved_jobs::Saved;

/// Saves an offer.
///
/// # Errors
/// Those of [`saved::save`].
pub async fn save(app: &App, request: Request) -> Result<Response, ApiError> {
    saved::save(app, &request.live()?.user, request.param("id"), request.now).await?;
    Ok(Response::empty(204))
}

/// Forgets a saved offer.
///
/// # Errors
/// Those of [`saved::drop`].
pub async fn forget(app: &App, request: Request) -> Result<Response, ApiError> {
    saved::drop(app, &request.live()?.user, request.param("id")).await?;
    Ok(Response::empty(204))
}

/// Lists saved offers.
///
/// # Errors
/// `VALIDATION_ERROR` for a page that cannot be.
pub async fn list(app: &App, request: Request) -> Result<Response, ApiError> {
    let asked = PageAsked::of(&request)?;
    let rows = saved::page(app, &request.live()?.user, after(&asked), asked.rows()).await?;
    let place = |last: &Saved| Place { key: last.saved_at.0, id: last.job.id.clone() };
    let page = asked.page(rows, place, |saved| JobShape::brief(saved.job));
    Ok(Response::json(200, &page).no_store())
}
