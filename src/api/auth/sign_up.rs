//! `POST /sign-up/email`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shape::{SessionBrief, UserShape};
use super::{awaiting, known_device, remember, signed_in};
use crate::account::sign_up::{self, Side, SignUp};
use crate::app::App;
use crate::base::bounds::{
    NAME_LENGTH_MAX, PICTURE_IN_ADDRESS_LENGTH_MAX, SHORT_LENGTH_MAX, URL_LENGTH_MAX,
};
use crate::base::secret::Secret;
use crate::domain::email::Email;
use crate::domain::picture::GivenPicture;
use crate::domain::refusal::Refusal;
use crate::domain::user::UserKind;
use crate::http::error::{ApiError, HttpRefusal};
use crate::http::request::Request;
use crate::http::response::Response;

/// The body of a sign-up.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignUpEmail {
    /// The name people see; may be empty.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    name: String,
    /// The mail address.
    #[schemars(extend("format" = "email"))]
    email: String,
    /// The password.
    #[schemars(length(min = 1))]
    password: String,
    /// Address of a picture, or the picture itself: `data:image/png;base64,…` (JPEG, WebP
    /// and GIF too) of at most 1 MiB, which is kept as a file.
    #[schemars(length(max = PICTURE_IN_ADDRESS_LENGTH_MAX))]
    image: Option<String>,
    /// Where the mailed link leads.
    #[serde(rename = "callbackURL")]
    #[schemars(length(max = URL_LENGTH_MAX))]
    callback_url: Option<String>,
    /// Whether the session outlives the browser; yes by default.
    remember_me: Option<bool>,
    /// The token of an invitation, which proves the address.
    #[schemars(length(max = 128))]
    invitation: Option<String>,
    /// On which side of the job board; `professional` by default.
    r#type: Option<UserKind>,
    /// What the person does for a living.
    #[schemars(length(max = NAME_LENGTH_MAX), extend("nullable" = true))]
    profession: Option<String>,
    /// With `type: "organization"`: the organisation that is made, with the person as owner.
    #[schemars(length(max = SHORT_LENGTH_MAX), extend("nullable" = true))]
    organization_name: Option<String>,
}

/// Fields that nobody can set for themselves.
const PROTECTED: [&str; 6] =
    ["role", "banned", "banReason", "banExpires", "isActive", "organizationId"];

#[derive(Serialize)]
struct Answer<'a> {
    token: Option<&'a str>,
    user: UserShape<'a>,
    session: Option<SessionBrief<'a>>,
}

/// Opens an account and, unless configured otherwise, signs in.
///
/// # Errors
/// Those of [`sign_up::with_email`] and [`GivenPicture::parse`]; `FIELD_NOT_ALLOWED`.
pub async fn email(app: &App, request: Request) -> Result<Response, ApiError> {
    refuse_protected(&request)?;
    let body: SignUpEmail = request.body()?;
    let remember = remember(body.remember_me);
    let sign_up = SignUp {
        email: Email::parse(&body.email).ok_or(Refusal::InvalidEmail)?,
        password: Secret::new(body.password),
        name: body.name,
        image: given_picture(body.image.as_deref())?,
        callback_url: body.callback_url.filter(|url| !url.is_empty()),
        invitation: body.invitation.filter(|token| !token.is_empty()),
        remember,
        side: Side {
            kind: body.r#type,
            profession: said(body.profession),
            organization_name: said(body.organization_name),
        },
    };
    let signed_up = sign_up::with_email(app, sign_up, (&request.caller(app), request.now)).await?;
    let opened = signed_up.opened.as_ref();
    let response = Response::json(
        200,
        &Answer {
            token: opened.map(|opened| opened.token.expose()),
            user: (&signed_up.user).into(),
            session: opened.map(|opened| (&opened.session).into()),
        },
    );
    Ok(match opened {
        Some(opened) => {
            let response = signed_in(app, &request, response, (opened, remember));
            known_device(app, response, signed_up.device.as_ref())
        }
        None => awaiting(app, &request, response, &signed_up.user.email),
    })
}

/// Reads a picture; a text of nothing is none.
///
/// # Errors
/// As [`GivenPicture::parse`].
pub fn given_picture(sent: Option<&str>) -> Result<Option<GivenPicture>, Refusal> {
    sent.filter(|text| !text.is_empty()).map(GivenPicture::parse).transpose()
}

/// Drops the blanks around a text, and a text of blanks alone.
fn said(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Refuses a body that tries to set what only an administrator may.
///
/// # Errors
/// `FIELD_NOT_ALLOWED`, naming the field.
pub fn refuse_protected(request: &Request) -> Result<(), ApiError> {
    PROTECTED
        .into_iter()
        .find(|field| request.has_field(field))
        .map_or(Ok(()), |field| Err(ApiError::Http(HttpRefusal::FieldNotAllowed { field })))
}
