//! CV and picture, brought and taken away by forms.
//!
//! What the API would answer with a status is said beside the field: also what is found
//! wrong while the file arrives.

use super::PATH;
use super::editor::{self, Told, size};
use crate::app::{App, Failure};
use crate::base::words::error_key;
use crate::board::profile::{avatar, cv};
use crate::domain::refusal::Refusal;
use crate::http::error::{ApiError, HttpRefusal};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::upload::Upload;
use crate::http::words::PageWords;
use crate::pages::next;

/// Which file a form brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Cv,
    Picture,
}

/// Takes a PDF as one's CV.
///
/// # Errors
/// A fault; what is wrong with the file is said beside its field.
pub async fn take_cv(app: &App, mut request: Request) -> Result<Response, ApiError> {
    let Upload { written, name } = match arrived(&mut request) {
        Ok(upload) => upload,
        Err(error) => return refused(app, &request, (Which::Cv, error)).await,
    };
    match cv::take(app, &request.live()?.user, (written, &name), request.now).await {
        Ok(_cv) => Ok(done("cv-taken")),
        Err(failure) => refused(app, &request, (Which::Cv, failure.into())).await,
    }
}

/// Takes a picture of oneself.
///
/// # Errors
/// A fault; what is wrong with the file is said beside its field.
pub async fn take_picture(app: &App, mut request: Request) -> Result<Response, ApiError> {
    let Upload { written, .. } = match arrived(&mut request) {
        Ok(upload) => upload,
        Err(error) => return refused(app, &request, (Which::Picture, error)).await,
    };
    match avatar::take(app, &request.live()?.user, written, request.now).await {
        Ok(_address) => Ok(done("picture-taken")),
        Err(failure) => refused(app, &request, (Which::Picture, failure.into())).await,
    }
}

/// Takes one's CV away; when there is none, nothing is left to do.
///
/// # Errors
/// A fault.
pub async fn remove_cv(app: &App, request: Request) -> Result<Response, ApiError> {
    gone(cv::remove(app, &request.live()?.user, request.now).await, "cv-removed")
}

/// Takes one's picture away; when there is none, nothing is left to do.
///
/// # Errors
/// A fault.
pub async fn remove_picture(app: &App, request: Request) -> Result<Response, ApiError> {
    gone(avatar::remove(app, &request.live()?.user, request.now).await, "picture-removed")
}

fn gone(removed: Result<(), Failure>, said: &str) -> Result<Response, ApiError> {
    match removed {
        Ok(()) | Err(Failure::Refused(Refusal::NotFound)) => Ok(done(said)),
        Err(failure) => Err(failure.into()),
    }
}

fn done(said: &str) -> Response {
    next::to(&next::with(PATH, "done", said))
}

/// Returns the file; a form that was sent without one brings an empty part without a name.
fn arrived(request: &mut Request) -> Result<Upload, ApiError> {
    if let Some(unfit) = request.unfit.take() {
        return Err(unfit);
    }
    let upload = request.upload.take().filter(|it| it.written.size_bytes > 0);
    upload.ok_or_else(|| ApiError::missing("file"))
}

async fn refused(
    app: &App,
    request: &Request,
    (which, error): (Which, ApiError),
) -> Result<Response, ApiError> {
    let words = PageWords::of(app, request);
    let (said, retry_after_s) = match &error {
        ApiError::Refused(refusal) => (words.text(&error_key(refusal.code())), None),
        ApiError::Limited { retry_after_s } => {
            let seconds = retry_after_s.to_string();
            (words.format("error-429-text", &[("seconds", &seconds)]), Some(*retry_after_s))
        }
        ApiError::Invalid { .. } => (words.text("pro-file-missing"), None),
        ApiError::Http(HttpRefusal::BodyTooLarge { bytes_max }) => {
            let most = size(&words, i64::try_from(*bytes_max).unwrap_or(i64::MAX));
            (words.format("pro-file-large", &[("size", &most)]), None)
        }
        ApiError::Http(HttpRefusal::InvalidForm | HttpRefusal::RequestTimeout) => {
            (words.text("pro-file-broken"), None)
        }
        ApiError::Http(_) | ApiError::IllegalStep { .. } | ApiError::Fault(_) => return Err(error),
    };
    let status = if retry_after_s.is_some() { 429 } else { 400 };
    let told = Told { status, retry_after_s, ..Told::default() };
    let told = match which {
        Which::Cv => Told { cv: Some(said), ..told },
        Which::Picture => Told { picture: Some(said), ..told },
    };
    editor::show(app, request, told).await
}
