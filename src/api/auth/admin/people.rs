//! Looking at people, creating, changing and removing them.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::shape::{OfUser, Success, UserShape};
use super::body::{self, Roles, UserData};
use crate::account::admin::{self, change};
use crate::app::App;
use crate::base::bounds::{EMAIL_LENGTH_MAX, ID_LENGTH_MAX, NAME_LENGTH_MAX};
use crate::base::secret::Secret;
use crate::domain::refusal::Refusal;
use crate::http::endpoint::QueryField;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;

/// What get-user reads from the query.
pub const GET_QUERY: &[QueryField] = &[QueryField::required("id", "the person's id")];

/// Returns a person, bare.
///
/// # Errors
/// Those of [`admin::get`].
pub async fn get(app: &App, request: Request) -> Result<Response, ApiError> {
    let id = request.query("id").unwrap_or_default();
    let user = admin::get(app, request.live()?, id).await?;
    Ok(Response::json(200, &UserShape::from(&user)).no_store())
}

/// The body of create-user.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct CreateUser {
    /// The mail address.
    #[schemars(length(max = EMAIL_LENGTH_MAX))]
    email: String,
    /// The password; without one the person gets in by mail or through a provider.
    #[schemars(extend("format" = "password"))]
    password: Option<String>,
    /// The name people see; may be empty.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    name: String,
    /// One role, or several; `user` by default.
    role: Option<Roles>,
    /// What else is known of the person.
    data: Option<UserData>,
}

/// Creates a person.
///
/// # Errors
/// Those of [`change::create`]; `INVALID_ROLE_TYPE`.
pub async fn create(app: &App, request: Request) -> Result<Response, ApiError> {
    let live = request.live()?;
    admin::permit(live, Refusal::MayNotCreateUsers)?;
    let body: CreateUser = request.body()?;
    let mut data = body.data.unwrap_or_default().read(&sent_data(&request))?;
    data.role = body.role.map(Roles::joined).or(data.role);
    let creation = change::Creation {
        email: body.email,
        name: body.name,
        password: body.password.filter(|text| !text.is_empty()).map(Secret::new),
        data,
    };
    let user = change::create(app, live, creation, (&request.caller(app), request.now)).await?;
    Ok(Response::json(200, &OfUser::from(&user)).no_store())
}

fn sent_data(request: &Request) -> Map<String, Value> {
    let data = request.json.as_ref().and_then(|body| body.get("data")?.as_object());
    data.cloned().unwrap_or_default()
}

/// The body of update-user.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateUser {
    /// The person's id.
    #[schemars(length(max = ID_LENGTH_MAX))]
    user_id: String,
    /// What changes.
    data: UserData,
}

/// Changes a person; returns them bare.
///
/// # Errors
/// Those of [`change::update`]; `NO_DATA_TO_UPDATE`, `INVALID_ROLE_TYPE`,
/// `PASSWORD_CANNOT_BE_UPDATED_VIA_UPDATE_USER`, `USER_ID_CANNOT_BE_UPDATED`.
pub async fn update(app: &App, request: Request) -> Result<Response, ApiError> {
    let live = request.live()?;
    admin::permit(live, Refusal::MayNotUpdateUsers)?;
    let body: UpdateUser = request.body()?;
    let sent = sent_data(&request);
    if sent.is_empty() {
        return Err(Refusal::NoDataToUpdate.into());
    }
    if sent.contains_key("password") {
        return Err(Refusal::PasswordNotUpdatedHere.into());
    }
    if sent.contains_key("id") {
        return Err(Refusal::UserIdFixed.into());
    }
    let data = body.data.read(&sent)?;
    let user =
        change::update(app, live, &body.user_id, data, (&request.caller(app), request.now)).await?;
    Ok(Response::json(200, &UserShape::from(&user)).no_store())
}

/// Removes a person.
///
/// # Errors
/// Those of [`admin::remove`].
pub async fn remove(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: body::OfUser = request.body()?;
    admin::remove(app, request.live()?, &body.user_id, (&request.caller(app), request.now)).await?;
    Ok(Response::json(200, &Success::DONE))
}
