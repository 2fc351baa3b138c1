//! `/api/profile/cv`, `/api/profile/avatar` and the pictures of others.

use std::sync::Arc;

use http::{HeaderValue, header};
use serde_json::json;

use super::profile::viewer;
use super::profile_body::CvShape;
use crate::app::{App, Failure};
use crate::board::profile::{avatar, cv};
use crate::domain::pdf;
use crate::http::conditional::is_known;
use crate::http::error::ApiError;
use crate::http::kept_file;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::upload::Upload;

/// A picture may be kept by the browser that may see it, which asks each time.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Takes a PDF as one's CV.
///
/// # Errors
/// `FILE_NOT_PDF`, `FILE_NOT_WHOLE`.
pub async fn take_cv(app: &App, mut request: Request) -> Result<Response, ApiError> {
    let Upload { written, name } = upload(&mut request)?;
    let cv = cv::take(app, &request.live()?.user, (written, &name), request.now).await?;
    Ok(Response::json(201, &CvShape::from(&cv)).no_store())
}

/// Returns one's CV.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn cv(app: &Arc<App>, request: Request) -> Result<Response, ApiError> {
    let (cv, digest) = cv::find(app, &request.live()?.user).await?;
    let file = kept_file::open(app, &digest).await.map_err(Failure::from)?;
    Ok(Response::download(cv::MEDIA_TYPE, &pdf::named(&cv.name), file))
}

/// Takes one's CV away.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn remove_cv(app: &App, request: Request) -> Result<Response, ApiError> {
    cv::remove(app, &request.live()?.user, request.now).await?;
    Ok(Response::empty(204))
}

/// Takes a picture of oneself.
///
/// # Errors
/// `FILE_NOT_PICTURE`, `PICTURE_TOO_LARGE`, `PICTURE_DAMAGED`.
pub async fn take_avatar(app: &App, mut request: Request) -> Result<Response, ApiError> {
    let Upload { written, .. } = upload(&mut request)?;
    let address = avatar::take(app, &request.live()?.user, written, request.now).await?;
    Ok(Response::json(201, &json!({"avatarUrl": address})).no_store())
}

/// Takes one's picture away.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn remove_avatar(app: &App, request: Request) -> Result<Response, ApiError> {
    avatar::remove(app, &request.live()?.user, request.now).await?;
    Ok(Response::empty(204))
}

/// Returns somebody's picture.
///
/// # Errors
/// `NOT_FOUND`, also for one that is not for the eyes of whoever asks.
pub async fn avatar(app: &Arc<App>, request: Request) -> Result<Response, ApiError> {
    let digest = avatar::find(app, request.param("userId"), viewer(&request)).await?;
    let etag = format!("\"{}\"", digest.as_str());
    let jpeg = if is_known(&request.head.headers, etag.as_bytes(), None) {
        None
    } else {
        Some(kept_file::open(app, &digest).await.map_err(Failure::from)?)
    };
    let response = Response::portrait(digest.as_str(), jpeg);
    Ok(response.with_header(header::CACHE_CONTROL, PRIVATE))
}

fn upload(request: &mut Request) -> Result<Upload, ApiError> {
    request.upload.take().ok_or_else(|| ApiError::missing("file"))
}
