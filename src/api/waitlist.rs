//! `/api/waitlist`: join, and see where one stands.
//!
//! Source: product contract 4.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::app::App;
use crate::base::bounds::NAME_LENGTH_MAX;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::waitlist::WaitlistRole;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::waitlist::{self, Join, Joined};

/// The endpoints of the waitlist; absent while `waitlist.enabled` is off.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(POST "/api/waitlist" => join {
        id: "joinWaitlist", summary: "Joins the waitlist",
        limit: Waitlist, access: Access::Public, body: JoinWaitlist,
        media: JsonOrForm, answers: [201, 400, 403, 404, 409, 413, 415, 429, 500, 503],
    }),
    endpoint!(GET "/api/waitlist/count" => count {
        id: "countWaitlist", summary: "Counts the waitlist, where the site shows it",
        limit: Read, access: Access::Public, answers: [200, 404, 429],
    }),
    endpoint!(GET "/api/waitlist/{code}" => position {
        id: "waitlistPosition", summary: "Tells where a referral code stands",
        limit: Read, access: Access::Public, answers: [200, 404, 429],
    }),
];

/// The body of a join. Keys it does not know are ignored.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct JoinWaitlist {
    /// The mail address.
    #[schemars(extend("format" = "email"))]
    email: String,
    /// What the person is.
    role: RoleBody,
    /// The name.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    name: Option<String>,
    /// A professional's field; ignored for an empresa.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    field: Option<String>,
    /// An empresa's name; ignored for a professional.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    company: Option<String>,
    /// The referral code of whoever told them.
    #[serde(rename = "ref")]
    #[schemars(length(max = 64))]
    referral: Option<String>,
    /// Where they came from.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    source: Option<String>,
}

/// What a person on the list is, on the wire.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum RoleBody {
    Professional,
    Empresa,
}

impl From<RoleBody> for WaitlistRole {
    fn from(role: RoleBody) -> Self {
        match role {
            RoleBody::Professional => Self::Professional,
            RoleBody::Empresa => Self::Empresa,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JoinAnswer {
    success: bool,
    /// Absent, as what follows, where they come by mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    referral_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    referral_url: Option<String>,
}

/// Joins the waitlist.
///
/// # Errors
/// `WAITLIST_DUPLICATE`; 404 while the waitlist is off.
pub async fn join(app: &App, request: Request) -> Result<Response, ApiError> {
    offered(app)?;
    let body: JoinWaitlist = request.body()?;
    let join = Join {
        email: Email::parse(&body.email).ok_or(Refusal::InvalidEmail)?,
        role: body.role.into(),
        name: said(body.name),
        field: said(body.field),
        company: said(body.company),
        referral: said(body.referral),
        source: said(body.source),
        locale: request.locale,
        client: request.client,
    };
    let answer = match waitlist::join(app, join, request.now).await? {
        Joined::Placed { position, referral_code } => JoinAnswer {
            success: true,
            position: Some(position),
            referral_url: Some(waitlist::referral_url(app, &referral_code)),
            referral_code: Some(referral_code),
        },
        Joined::Mailed => {
            JoinAnswer { success: true, position: None, referral_code: None, referral_url: None }
        }
    };
    Ok(Response::json(201, &answer).no_store())
}

/// Tells the position of a referral code.
///
/// # Errors
/// `WAITLIST_NOT_FOUND`.
pub async fn position(app: &App, request: Request) -> Result<Response, ApiError> {
    offered(app)?;
    let code = request.param("code");
    let found = waitlist::position(app, code).await?;
    let answer = json!({
        "position": found.position,
        "referrals": found.referrals,
        "referralCode": code,
        "referralUrl": waitlist::referral_url(app, code),
    });
    Ok(Response::json(200, &answer).no_store())
}

/// Counts the list.
///
/// # Errors
/// 404 unless `waitlist.public_count` is on.
pub async fn count(app: &App, _request: Request) -> Result<Response, ApiError> {
    offered(app)?;
    Ok(Response::json(200, &json!({"count": waitlist::count(app).await?})))
}

fn offered(app: &App) -> Result<(), ApiError> {
    if app.config.waitlist.enabled { Ok(()) } else { Err(Refusal::WaitlistNotFound.into()) }
}

/// Trims what was typed; nothing is nothing.
fn said(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
