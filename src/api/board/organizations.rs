//! `/api/organizations`: who offers jobs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::field::{Faults, said};
use crate::app::App;
use crate::base::bounds::{ABOUT_LENGTH_MAX, SHORT_LENGTH_MAX, URL_LENGTH_MAX};
use crate::base::clock::Iso;
use crate::board::organizations;
use crate::domain::organization::{Organization, OrganizationDraft, OrganizationSize};
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::ApiError;
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
        limit: Write, access: Access::Session, answers: [204, 401, 403, 404, 429, 503],
    }),
];

/// Where an organisation has its seat.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressBody {
    /// The town.
    #[schemars(length(max = SHORT_LENGTH_MAX), extend("nullable" = true))]
    city: Option<String>,
    /// The province or region.
    #[schemars(length(max = SHORT_LENGTH_MAX), extend("nullable" = true))]
    state: Option<String>,
    /// The country, ISO 3166.
    #[schemars(length(max = 2), extend("nullable" = true))]
    country: Option<String>,
}

/// The body of a new organisation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewOrganization {
    /// Its name.
    #[schemars(length(min = 2, max = SHORT_LENGTH_MAX))]
    name: String,
    /// Its site.
    #[schemars(length(max = URL_LENGTH_MAX), extend("nullable" = true))]
    website: Option<String>,
    /// What it does.
    #[schemars(length(max = ABOUT_LENGTH_MAX), extend("format" = "multiline", "nullable" = true))]
    description: Option<String>,
    /// In which trade.
    #[schemars(length(max = SHORT_LENGTH_MAX), extend("nullable" = true))]
    sector: Option<String>,
    /// How many work there.
    #[schemars(extend("nullable" = true))]
    size: Option<OrganizationSize>,
    /// Address of its logo.
    #[schemars(length(max = URL_LENGTH_MAX), extend("nullable" = true))]
    logo_url: Option<String>,
    /// Where its seat is.
    #[schemars(extend("nullable" = true))]
    address: Option<AddressBody>,
}

/// The body of a change; what is not sent stays, null removes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrganizationChange {
    /// Its name.
    #[schemars(length(min = 2, max = SHORT_LENGTH_MAX))]
    name: Option<String>,
    /// Its site.
    #[schemars(length(max = URL_LENGTH_MAX), extend("nullable" = true))]
    website: Option<String>,
    /// What it does.
    #[schemars(length(max = ABOUT_LENGTH_MAX), extend("format" = "multiline", "nullable" = true))]
    description: Option<String>,
    /// In which trade.
    #[schemars(length(max = SHORT_LENGTH_MAX), extend("nullable" = true))]
    sector: Option<String>,
    /// How many work there.
    #[schemars(extend("nullable" = true))]
    size: Option<OrganizationSize>,
    /// Address of its logo.
    #[schemars(length(max = URL_LENGTH_MAX), extend("nullable" = true))]
    logo_url: Option<String>,
    /// Where its seat is; replaced as a whole.
    #[schemars(extend("nullable" = true))]
    address: Option<AddressBody>,
}

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

impl NewOrganization {
    fn read(self) -> Result<OrganizationDraft, ApiError> {
        let mut faults = Faults::default();
        let address = self.address.unwrap_or_default();
        let draft = OrganizationDraft {
            name: faults.text("name", &self.name, 2),
            website: faults.url("website", self.website),
            description: said(self.description),
            sector: said(self.sector),
            size: self.size,
            logo_url: faults.url("logoUrl", self.logo_url),
            city: said(address.city),
            state: said(address.state),
            country: faults.country("address.country", address.country),
        };
        faults.none_or(draft)
    }
}

impl OrganizationChange {
    /// Lays what was sent over what is there.
    fn lay_over(self, request: &Request, draft: &mut OrganizationDraft) -> Result<(), ApiError> {
        let mut faults = Faults::default();
        let is_sent = |field: &str| request.has_field(field);
        if let Some(name) = self.name {
            draft.name = faults.text("name", &name, 2);
        }
        if is_sent("website") {
            draft.website = faults.url("website", self.website);
        }
        if is_sent("description") {
            draft.description = said(self.description);
        }
        if is_sent("sector") {
            draft.sector = said(self.sector);
        }
        if is_sent("size") {
            draft.size = self.size;
        }
        if is_sent("logoUrl") {
            draft.logo_url = faults.url("logoUrl", self.logo_url);
        }
        if is_sent("address") {
            let address = self.address.unwrap_or_default();
            draft.city = said(address.city);
            draft.state = said(address.state);
            draft.country = faults.country("address.country", address.country);
        }
        faults.none_or(())
    }
}

/// Makes an organisation.
///
/// # Errors
/// Those of [`organizations::create`].
pub async fn create(app: &App, request: Request) -> Result<Response, ApiError> {
    let draft = request.body::<NewOrganization>()?.read()?;
    let made = organizations::create(app, &request.live()?.user, draft, request.now).await?;
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
