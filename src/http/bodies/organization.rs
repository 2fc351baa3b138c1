//! The bodies with which organisations are made and changed.

use schemars::JsonSchema;
use serde::Deserialize;

use super::field::{Faults, said};
use crate::base::bounds::{ABOUT_LENGTH_MAX, SHORT_LENGTH_MAX, URL_LENGTH_MAX};
use crate::domain::organization::{OrganizationDraft, OrganizationSize};
use crate::http::error::ApiError;
use crate::http::request::Request;

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

impl NewOrganization {
    /// Reads the organisation.
    ///
    /// # Errors
    /// `Invalid`, naming everything that is wrong.
    pub fn read(self) -> Result<OrganizationDraft, ApiError> {
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
    ///
    /// # Errors
    /// As [`NewOrganization::read`].
    pub fn lay_over(
        self,
        request: &Request,
        draft: &mut OrganizationDraft,
    ) -> Result<(), ApiError> {
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
