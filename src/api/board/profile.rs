//! `/api/profile` and `/api/profiles/{userId}`: what people tell of themselves.

use super::profile_body::{ProfileBody, ProfileShape, SeenShape};
use super::profile_files as files;
use crate::app::App;
use crate::base::bounds::{AVATAR_SENT_BYTES_MAX, CV_BYTES_MAX, UPLOAD_REQUEST_S};
use crate::board::profile::{self, lists};
use crate::domain::profile::Section;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::ApiError;
use crate::http::precondition;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::session::SessionState;
use crate::store::profile_lists::Shelf;
use crate::store::profile_views::Viewer;

/// The endpoints.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/api/profile" => own {
        id: "getProfile", summary: "Returns one's own profile",
        limit: Read, access: Access::Session, answers: [200, 401, 429, 503],
    }),
    endpoint!(PUT "/api/profile" => write {
        id: "putProfile", summary: "Writes one's own profile whole",
        limit: Write, access: Access::Session, body: ProfileBody,
        answers: [200, 400, 401, 403, 412, 413, 415, 429, 503],
    }),
    endpoint!(POST "/api/profile/cv" => files::take_cv {
        id: "postCv", summary: "Takes a PDF as one's CV",
        limit: Write, access: Access::Session, upload: CV_BYTES_MAX, time_s: UPLOAD_REQUEST_S,
        answers: [201, 400, 401, 403, 408, 413, 415, 429, 503],
    }),
    endpoint!(GET "/api/profile/cv" => files::cv {
        id: "getCv", summary: "Returns one's own CV",
        limit: Read, access: Access::Session, impersonation: Refused, answers: [200, 401, 403, 404, 429, 503],
    }),
    endpoint!(DELETE "/api/profile/cv" => files::remove_cv {
        id: "deleteCv", summary: "Takes one's CV away; applications keep theirs",
        limit: Write, access: Access::Session, impersonation: Refused, answers: [204, 401, 403, 404, 429, 503],
    }),
    endpoint!(POST "/api/profile/avatar" => files::take_avatar {
        id: "postAvatar", summary: "Takes a JPEG, PNG or WebP as one's picture",
        limit: Write, access: Access::Session, upload: AVATAR_SENT_BYTES_MAX,
        time_s: UPLOAD_REQUEST_S,
        answers: [201, 400, 401, 403, 408, 413, 415, 429, 503],
    }),
    endpoint!(DELETE "/api/profile/avatar" => files::remove_avatar {
        id: "deleteAvatar", summary: "Takes one's picture away",
        limit: Write, access: Access::Session, impersonation: Refused, answers: [204, 401, 403, 404, 429, 503],
    }),
    endpoint!(GET "/api/profiles/{userId}" => seen {
        id: "getProfileOf", summary: "Returns somebody's profile, where they let you see it",
        limit: Read, access: Access::Optional, answers: [200, 404, 429, 503],
    }),
    endpoint!(GET "/api/profiles/{userId}/avatar" => files::avatar {
        id: "getAvatarOf", summary: "Returns somebody's picture, where they let you see it",
        limit: Read, access: Access::Optional, answers: [200, 304, 404, 429, 503],
    }),
];

/// Returns one's own profile.
///
/// # Errors
/// A fault of the store.
pub async fn own(app: &App, request: Request) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    let profile = profile::own(app, user).await?;
    let response = Response::json(200, &ProfileShape::of(app, &user.id, &profile)).no_store();
    Ok(precondition::tagged(response, profile.version))
}

/// Writes one's own profile whole.
///
/// # Errors
/// `Invalid`; `PRECONDITION_FAILED` for an `If-Match` of an older version.
pub async fn write(app: &App, request: Request) -> Result<Response, ApiError> {
    let fields = request.body::<ProfileBody>()?.fields()?;
    let seen = precondition::version_if_given(&request)?;
    let user = &request.live()?.user;
    profile::write(app, user, (&fields, seen), request.now).await?;
    own(app, request).await
}

/// Returns somebody's profile.
///
/// # Errors
/// `NOT_FOUND`, also for one that is not for the eyes of whoever asks.
pub async fn seen(app: &App, request: Request) -> Result<Response, ApiError> {
    let user_id = request.param("userId");
    let seen = profile::seen(app, user_id, viewer(&request)).await?;
    let shelf = |section| Shelf { user_id, section };
    let experience = lists::stations(app, shelf(Section::Experience)).await?;
    let education = lists::stations(app, shelf(Section::Education)).await?;
    let publications = lists::publications(app, user_id).await?;
    let shape = SeenShape::of(app, user_id, &seen, (&experience, &education, &publications));
    Ok(Response::json(200, &shape).no_store())
}

/// Returns who looks.
pub(super) fn viewer(request: &Request) -> Viewer<'_> {
    match &request.session {
        SessionState::Live(live) => {
            Viewer { id: Some(&live.user.id), is_admin: live.user.is_admin() }
        }
        SessionState::Absent | SessionState::Dead => Viewer::default(),
    }
}
