//! What several bodies of the administrators' endpoints hold.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::account::admin::change::Data;
use crate::base::bounds::{
    EMAIL_LENGTH_MAX, ID_LENGTH_MAX, NAME_LENGTH_MAX, ROLES_MAX, URL_LENGTH_MAX,
};
use crate::base::clock::Millis;
use crate::domain::picture::GivenPicture;
use crate::domain::refusal::Refusal;
use crate::domain::user::UserKind;
use crate::http::error::ApiError;
use crate::http::schema::{FieldFault, Violation};
use crate::store::users::Activity;

/// A body that names a person and nothing else.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfUser {
    /// The person's id.
    #[schemars(length(max = ID_LENGTH_MAX))]
    pub user_id: String,
}

/// One role, or several.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Roles {
    /// One, or several joined by `,`.
    One(#[schemars(length(max = NAME_LENGTH_MAX))] String),
    /// Several.
    Several(#[schemars(length(max = ROLES_MAX), inner(length(max = NAME_LENGTH_MAX)))] Vec<String>),
}

impl Roles {
    /// Joins them as they are stored.
    #[must_use]
    pub fn joined(self) -> String {
        match self {
            Self::One(one) => one,
            Self::Several(several) => several.join(","),
        }
    }
}

/// Data of a person beside address, name and password.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[schemars(extend("x-record" = true))]
pub struct UserData {
    /// The name people see.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    name: Option<String>,
    /// The mail address.
    #[schemars(length(max = EMAIL_LENGTH_MAX))]
    email: Option<String>,
    /// Whether the administrator vouches for the address.
    email_verified: Option<bool>,
    /// Address of a picture; null removes it.
    #[schemars(length(max = URL_LENGTH_MAX), extend("nullable" = true))]
    image: Option<String>,
    /// Whether the person is banned.
    banned: Option<bool>,
    /// Why they are banned.
    #[schemars(length(max = NAME_LENGTH_MAX), extend("nullable" = true))]
    ban_reason: Option<String>,
    /// Until when, in ISO 8601; null: for ever.
    #[schemars(length(max = NAME_LENGTH_MAX), extend("nullable" = true))]
    ban_expires: Option<String>,
    /// Whether the person may sign in; turning it off ends their sessions.
    is_active: Option<bool>,
    /// On which side of the job board the person stands.
    r#type: Option<UserKind>,
    /// What the person does for a living; null removes it.
    #[schemars(length(max = NAME_LENGTH_MAX), extend("nullable" = true))]
    profession: Option<String>,
}

impl UserData {
    /// Reads the data with the body they came in, which knows null from absence.
    ///
    /// # Errors
    /// `RoleNotText`, `PictureNotAddress`; `Invalid` when `banExpires` is no moment.
    pub fn read(self, sent: &Map<String, Value>) -> Result<Data, ApiError> {
        let has = |name: &str| sent.contains_key(name);
        let image = self.image.filter(|text| !text.is_empty());
        let image = image.as_deref().map(GivenPicture::address).transpose()?;
        let ban_expires = self.ban_expires.as_deref().map(moment).transpose()?;
        Ok(Data {
            name: self.name,
            email: self.email,
            email_verified: self.email_verified,
            image: has("image").then_some(image),
            role: sent.get("role").map(role).transpose()?,
            banned: self.banned,
            ban_reason: has("banReason").then_some(self.ban_reason),
            ban_expires: has("banExpires").then_some(ban_expires),
            activity: self.is_active.map(|on| if on { Activity::On } else { Activity::Off }),
            kind: self.r#type,
            profession: has("profession").then_some(self.profession),
        })
    }
}

/// Reads a role that nobody checked: the contract has a code of its own for it.
fn role(sent: &Value) -> Result<String, ApiError> {
    let several = sent.as_array().map_or(std::slice::from_ref(sent), Vec::as_slice);
    let is_bounded = u32::try_from(several.len()).is_ok_and(|count| count <= ROLES_MAX);
    let roles: Option<Vec<&str>> =
        several.iter().map(|role| role.as_str().filter(|role| is_role(role))).collect();
    Ok(roles.filter(|_| is_bounded).ok_or(Refusal::RoleNotText)?.join(","))
}

fn is_role(role: &str) -> bool {
    let length = u32::try_from(role.encode_utf16().count()).unwrap_or(u32::MAX);
    length <= NAME_LENGTH_MAX && !role.chars().any(char::is_control)
}

fn moment(text: &str) -> Result<Millis, ApiError> {
    Millis::parse_iso(text).ok_or_else(|| {
        let violation =
            Violation { field: String::from("data.banExpires"), fault: FieldFault::Shape };
        ApiError::Invalid { place: "body", violations: vec![violation] }
    })
}
