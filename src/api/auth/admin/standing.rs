//! Roles, bans and passwords of other people.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::shape::{OfUser, Status};
use super::body::{self, Roles};
use crate::account::admin;
use crate::app::App;
use crate::base::bounds::{BAN_S_MAX, ID_LENGTH_MAX, NAME_LENGTH_MAX};
use crate::base::secret::Secret;
use crate::domain::user::Ban;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;

/// The body of set-role.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetRole {
    /// The person's id.
    #[schemars(length(max = ID_LENGTH_MAX))]
    user_id: String,
    /// One role, or several.
    role: Roles,
}

/// Sets a person's roles.
///
/// # Errors
/// Those of [`admin::set_role`].
pub async fn set_role(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: SetRole = request.body()?;
    let role = body.role.joined();
    let by = (&request.caller(app), request.now);
    let user = admin::set_role(app, request.live()?, &body.user_id, &role, by).await?;
    Ok(Response::json(200, &OfUser::from(&user)).no_store())
}

/// The body of ban-user.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BanUser {
    /// The person's id.
    #[schemars(length(max = ID_LENGTH_MAX))]
    user_id: String,
    /// Why.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    ban_reason: Option<String>,
    /// Seconds until the ban lifts itself; 0 or nothing: never.
    #[schemars(range(min = 0, max = BAN_S_MAX))]
    ban_expires_in: Option<i64>,
}

/// Bans a person; their sessions end at once.
///
/// # Errors
/// Those of [`admin::ban`].
pub async fn ban(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: BanUser = request.body()?;
    let seconds = body.ban_expires_in.filter(|seconds| *seconds > 0);
    let expires_at = seconds.map(|seconds| request.now.plus_s(seconds));
    let ban = Ban { reason: body.ban_reason, expires_at };
    let by = (&request.caller(app), request.now);
    let user = admin::ban(app, request.live()?, &body.user_id, ban, by).await?;
    Ok(Response::json(200, &OfUser::from(&user)).no_store())
}

/// Lifts a person's ban.
///
/// # Errors
/// Those of [`admin::unban`].
pub async fn unban(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: body::OfUser = request.body()?;
    let user =
        admin::unban(app, request.live()?, &body.user_id, (&request.caller(app), request.now))
            .await?;
    Ok(Response::json(200, &OfUser::from(&user)).no_store())
}

/// The body of set-user-password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetUserPassword {
    /// The new password.
    #[schemars(length(min = 1), extend("format" = "password"))]
    new_password: String,
    /// The person's id.
    #[schemars(length(min = 1, max = ID_LENGTH_MAX))]
    user_id: String,
}

/// Sets a person's password; their sessions end, but for the one that asks.
///
/// # Errors
/// Those of [`admin::set_password`].
pub async fn set_password(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: SetUserPassword = request.body()?;
    let new = Secret::new(body.new_password);
    let by = (&request.caller(app), request.now);
    admin::set_password(app, request.live()?, &body.user_id, new, by).await?;
    Ok(Response::json(200, &Status::DONE))
}
