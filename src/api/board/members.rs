//! `/api/organizations/:id/members` and `/api/invitations`: who belongs to an organisation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::organizations::OrganizationShape;
use crate::app::App;
use crate::base::clock::{Iso, Millis};
use crate::board::{invitations, members};
use crate::domain::email::Email;
use crate::domain::organization::{Invitation, Member, MemberRole};
use crate::domain::refusal::Refusal;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint, QueryField};
use crate::http::error::ApiError;
use crate::http::idempotency;
use crate::http::page::{Page, PageAsked, Place};
use crate::http::request::Request;
use crate::http::response::Response;

/// The endpoints of members and invitations.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/api/organizations/{id}/members" => list {
        id: "listMembers", summary: "Lists the members of one's organization",
        limit: Read, access: Access::Session, query: PAGE_QUERY,
        answers: [200, 400, 401, 404, 429, 503],
    }),
    endpoint!(POST "/api/organizations/{id}/members" => invite {
        id: "inviteMember", summary: "Invites somebody to one's organization, by mail",
        limit: Write, access: Access::Session, impersonation: Refused, body: Invite,
        answers: [201, 400, 401, 403, 404, 409, 413, 415, 429, 503],
    }),
    endpoint!(GET "/api/organizations/{id}/invitations" => open {
        id: "listInvitations", summary: "Lists the open invitations of one's organization",
        limit: Read, access: Access::Session, answers: [200, 401, 403, 404, 429, 503],
    }),
    endpoint!(DELETE "/api/organizations/{id}/invitations/{invitationId}" => revoke {
        id: "revokeInvitation", summary: "Takes an open invitation back",
        limit: Write, access: Access::Session, answers: [204, 401, 403, 404, 429, 503],
    }),
    endpoint!(PATCH "/api/organizations/{id}/members/{userId}" => set_role {
        id: "setMemberRole", summary: "Gives a member another role",
        limit: Write, access: Access::Session, impersonation: Refused, body: RoleChange,
        answers: [204, 400, 401, 403, 404, 409, 413, 415, 429, 503],
    }),
    endpoint!(DELETE "/api/organizations/{id}/members/{userId}" => remove {
        id: "removeMember", summary: "Takes a member out of one's organization, or oneself",
        limit: Write, access: Access::Session, impersonation: Refused, answers: [204, 401, 403, 404, 409, 429, 503],
    }),
    endpoint!(POST "/api/invitations/{token}/accept" => accept {
        id: "acceptInvitation", summary: "Makes whoever was invited a member",
        limit: Write, access: Access::Session, answers: [200, 401, 403, 409, 410, 429, 503],
    }),
    endpoint!(POST "/api/invitations/{token}/decline" => decline {
        id: "declineInvitation", summary: "Turns an invitation to one's own address down",
        limit: Write, access: Access::Session, answers: [204, 401, 410, 429, 503],
    }),
];

/// What a page of a list is asked by.
pub(super) const PAGE_QUERY: &[QueryField] = &[
    QueryField::optional("limit", "rows of a page, 1 to 100; 20 by default"),
    QueryField::optional("cursor", "where to go on, as the answer before has said"),
];

/// The body of an invitation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Whom to invite.
    #[schemars(extend("format" = "email"))]
    email: String,
    /// As what.
    role: MemberRole,
}

/// The body of a change of role.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleChange {
    /// The new role.
    role: MemberRole,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberShape {
    user_id: String,
    name: String,
    email: String,
    image: Option<String>,
    role: MemberRole,
    created_at: Iso,
}

impl From<Member> for MemberShape {
    fn from(member: Member) -> Self {
        let Member { user_id, name, email, image, role, created_at, .. } = member;
        let email = email.to_string();
        Self { user_id, name, email, image, role, created_at: Iso(created_at) }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InvitationShape {
    id: String,
    email: String,
    role: MemberRole,
    expires_at: Iso,
}

impl From<Invitation> for InvitationShape {
    fn from(invitation: Invitation) -> Self {
        let Invitation { id, email, role, expires_at, .. } = invitation;
        Self { id, email: email.to_string(), role, expires_at: Iso(expires_at) }
    }
}

#[derive(Serialize)]
struct Accepted<'a> {
    organization: OrganizationShape<'a>,
    role: MemberRole,
}

/// Lists members.
///
/// # Errors
/// Those of [`members::page`].
pub async fn list(app: &App, request: Request) -> Result<Response, ApiError> {
    let asked = PageAsked::of(&request)?;
    let after = asked.after.as_ref();
    let after = after.map_or((Millis(i64::MIN), ""), |place| (Millis(place.key), &place.id));
    let user = &request.live()?.user;
    let rows = members::page(app, user, request.param("id"), after, asked.rows()).await?;
    let place = |last: &Member| Place { key: last.created_at.0, id: last.user_id.clone() };
    Ok(Response::json(200, &asked.page(rows, place, MemberShape::from)).no_store())
}

/// Invites somebody.
///
/// # Errors
/// Those of [`invitations::invite`].
pub async fn invite(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: Invite = request.body()?;
    let email = Email::parse(&body.email).ok_or(Refusal::InvalidEmail)?;
    let whom = (request.param("id"), email, body.role);
    let when = (request.mail_locale, request.now);
    let kept =
        |made: &Invitation| idempotency::keep(&request, 201, &InvitationShape::from(made.clone()));
    let invitation = invitations::invite(app, &request.live()?.user, (whom, when), kept).await?;
    Ok(Response::json(201, &InvitationShape::from(invitation)))
}

/// Lists open invitations.
///
/// # Errors
/// Those of [`invitations::open`].
pub async fn open(app: &App, request: Request) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    let rows = invitations::open(app, user, request.param("id"), request.now).await?;
    let items: Vec<_> = rows.into_iter().map(InvitationShape::from).collect();
    Ok(Response::json(200, &Page { items, next_cursor: None }).no_store())
}

/// Takes an invitation back.
///
/// # Errors
/// Those of [`invitations::revoke`].
pub async fn revoke(app: &App, request: Request) -> Result<Response, ApiError> {
    let which = (request.param("id"), request.param("invitationId"));
    invitations::revoke(app, &request.live()?.user, which).await?;
    Ok(Response::empty(204))
}

/// Gives a member another role.
///
/// # Errors
/// Those of [`members::set_role`].
pub async fn set_role(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: RoleChange = request.body()?;
    let whom = (request.param("id"), request.param("userId"));
    members::set_role(app, &request.live()?.user, whom, body.role, request.now).await?;
    Ok(Response::empty(204))
}

/// Takes a member out.
///
/// # Errors
/// Those of [`members::remove`].
pub async fn remove(app: &App, request: Request) -> Result<Response, ApiError> {
    let whom = (request.param("id"), request.param("userId"));
    members::remove(app, &request.live()?.user, whom, request.now).await?;
    Ok(Response::empty(204))
}

/// Accepts an invitation.
///
/// # Errors
/// Those of [`invitations::accept`].
pub async fn accept(app: &App, request: Request) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    let (organization, role) =
        invitations::accept(app, user, request.param("token"), request.now).await?;
    let organization = OrganizationShape::from(&organization);
    Ok(Response::json(200, &Accepted { organization, role }))
}

/// Turns an invitation down.
///
/// # Errors
/// Those of [`invitations::decline`].
pub async fn decline(app: &App, request: Request) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    invitations::decline(app, user, request.param("token"), request.now).await?;
    Ok(Response::empty(204))
}
