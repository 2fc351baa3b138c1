//! `/api/organizations`: who offers jobs.

use serde::Serialize;

use crate::app::App;
use crate::base::clock::Iso;
use crate::board::organizations;
use crate::domain::organization::{Organization, OrganizationSize};
use crate::endpoint;
use crate::http::bodies::organization::{NewOrganization, OrganizationChange};
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::ApiError;
use crate::http::idempotency;
use crate::http::precondition;
use crate::http::request::Request;
use crate::http::response::Response;

/// The endpoints of organisations.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(POST "/api/organizations" => create {
        id: "createOrganization", summary: "Makes an organization, with whoever asks as its owner",
        limit: Write, access: Access::Session, body: NewOrganization,
        answers: [201, 400, 401, 403, 409, 413, 415, 429, 503],
    }),
    endpoint!(GET "/api/organizations/{id}" => get {
        id: "getOrganization", summary: "Returns an organization by its slug or id",
        limit: Read, access: Access::Public, answers: [200, 404, 429],
    }),
    endpoint!(PATCH "/api/organizations/{id}" => update {
        id: "updateOrganization", summary: "Changes what an organization tells of itself",
        limit: Write, access: Access::Session, body: OrganizationChange,
        answers: [200, 400, 401, 403, 404, 412, 413, 415, 428, 429, 503],
    }),
    endpoint!(DELETE "/api/organizations/{id}" => delete {
        id: "deleteOrganization", summary: "Deletes an organization with its offers",
        limit: Write, access: Access::Session, impersonation: Refused, answers: [204, 401, 403, 404, 429, 503],
    }),
];

/// An organisation on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrganizationShape<'a> {
    id: &'a str,
    slug: &'a str,
    name: &'a str,
    website: Option<&'a str>,
    description: Option<&'a str>,
    sector: Option<&'a str>,
    size: Option<OrganizationSize>,
    logo_url: Option<&'a str>,
    address: AddressShape<'a>,
    is_verified: bool,
    created_at: Iso,
    updated_at: Iso,
}

#[derive(Serialize)]
struct AddressShape<'a> {
    city: Option<&'a str>,
    state: Option<&'a str>,
    country: Option<&'a str>,
}

impl<'a> From<&'a Organization> for OrganizationShape<'a> {
    fn from(organization: &'a Organization) -> Self {
        let draft = &organization.draft;
        Self {
            id: &organization.id,
            slug: &organization.slug,
            name: &draft.name,
            website: draft.website.as_deref(),
            description: draft.description.as_deref(),
            sector: draft.sector.as_deref(),
            size: draft.size,
            logo_url: draft.logo_url.as_deref(),
            address: AddressShape {
                city: draft.city.as_deref(),
                state: draft.state.as_deref(),
                country: draft.country.as_deref(),
            },
            is_verified: organization.is_verified,
            created_at: Iso(organization.created_at),
            updated_at: Iso(organization.updated_at),
        }
    }
}

fn answer(status: u16, organization: &Organization) -> Response {
    let response = Response::json(status, &OrganizationShape::from(organization));
    precondition::tagged(response, organization.version)
}

/// Makes an organisation.
///
/// # Errors
/// Those of [`organizations::create`].
pub async fn create(app: &App, request: Request) -> Result<Response, ApiError> {
    let draft = request.body::<NewOrganization>()?.read()?;
    let kept =
        |made: &Organization| idempotency::keep(&request, 201, &OrganizationShape::from(made));
    let drawn = (draft, request.now);
    let made = organizations::create(app, &request.live()?.user, drawn, kept).await?;
    let location = format!("/api/organizations/{}", made.slug);
    Ok(answer(201, &made).with_location(&location))
}

/// Returns an organisation.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn get(app: &App, request: Request) -> Result<Response, ApiError> {
    Ok(answer(200, &organizations::find(app, request.param("id")).await?))
}

/// Changes an organisation.
///
/// # Errors
/// Those of [`organizations::own`] and [`organizations::update`]; `PRECONDITION_REQUIRED`.
pub async fn update(app: &App, request: Request) -> Result<Response, ApiError> {
    let owner = &request.live()?.user;
    let mut organization = organizations::own(app, owner, request.param("id")).await?;
    let version = precondition::version(&request)?;
    let name = organization.draft.name.clone();
    request.body::<OrganizationChange>()?.lay_over(&request, &mut organization.draft)?;
    let changed =
        organizations::update(app, owner, (organization, version), (&name, request.now)).await?;
    Ok(answer(200, &changed))
}

/// Deletes an organisation.
///
/// # Errors
/// Those of [`organizations::delete`].
pub async fn delete(app: &App, request: Request) -> Result<Response, ApiError> {
    let owner = &request.live()?.user;
    organizations::delete(app, owner, request.param("id"), request.now).await?;
    Ok(Response::empty(204))
}
