//! What the person who asks may do.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::base::bounds::PERMISSIONS_MAX;
use crate::domain::permission;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;

/// The body of has-permission.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct HasPermission {
    /// Resources, each with the actions that are asked about.
    #[schemars(extend("maxProperties" = PERMISSIONS_MAX))]
    permissions: BTreeMap<String, Vec<String>>,
}

/// Tells whether the person may do everything that is asked.
///
/// A role or a person in the body is not looked at: the answer is about the session.
///
/// # Errors
/// `UNAUTHORIZED`.
pub async fn has(_app: &App, request: Request) -> Result<Response, ApiError> {
    let body: HasPermission = request.body()?;
    let user = &request.live()?.user;
    let asked = body
        .permissions
        .iter()
        .map(|(resource, actions)| (resource.as_str(), actions.iter().map(String::as_str)));
    let success = permission::may(user, asked);
    Ok(Response::json(200, &json!({"error": null, "success": success})).no_store())
}
