//! `POST /update-user`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::shape::Status;
use super::sign_up::{given_picture, refuse_protected};
use crate::account::profile::{self, ProfileChange};
use crate::app::App;
use crate::base::bounds::{NAME_LENGTH_MAX, PICTURE_IN_ADDRESS_LENGTH_MAX};
use crate::domain::picture::GivenPicture;
use crate::domain::refusal::Refusal;
use crate::http::cookie;
use crate::http::error::{ApiError, HttpRefusal};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::upload;

/// The body of update-user.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(extend("x-record" = true))]
pub struct UpdateUser {
    /// The new name.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    name: Option<String>,
    /// The new picture: its address, or the picture itself as in sign-up; null removes it.
    #[schemars(length(max = PICTURE_IN_ADDRESS_LENGTH_MAX), extend("nullable" = true))]
    image: Option<String>,
    /// What the person does for a living; null or empty removes it.
    #[schemars(length(max = NAME_LENGTH_MAX), extend("nullable" = true))]
    profession: Option<String>,
}

/// Changes name, picture and profession and sends the session cookie again.
///
/// # Errors
/// `EMAIL_CAN_NOT_BE_UPDATED`, `FIELD_NOT_ALLOWED`, `NO_FIELDS_TO_UPDATE`; those of
/// [`profile::update`] and [`GivenPicture::parse`].
pub async fn update(app: &App, request: Request) -> Result<Response, ApiError> {
    if request.has_field("email") {
        return Err(Refusal::EmailCanNotBeUpdated.into());
    }
    refuse_protected(&request)?;
    if request.has_field("type") {
        return Err(ApiError::Http(HttpRefusal::FieldNotAllowed { field: "type" }));
    }
    let body: UpdateUser = request.body()?;
    let profession = body.profession.map(|text| text.trim().to_owned());
    let live = request.live()?;
    let image = given_picture(body.image.as_deref())?;
    let _turn = match &image {
        Some(GivenPicture::Bytes(bytes)) => {
            let size_bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            Some(upload::admit(app, &live.user.id, size_bytes, request.now).await?)
        }
        Some(GivenPicture::Address(_)) | None => None,
    };
    let change = ProfileChange {
        name: body.name,
        image: request.has_field("image").then_some(image),
        profession: request
            .has_field("profession")
            .then_some(profession.filter(|text| !text.is_empty())),
    };
    profile::update(app, live, change, request.now).await?;
    let cookie = cookie::session_cookie_again(app, &request, live);
    Ok(Response::json(200, &Status::DONE).with_cookie(cookie))
}
