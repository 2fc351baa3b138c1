//! Organisations that offer jobs, and what their members may do.

use super::email::Email;
use super::names::{names, on_the_wire};
use crate::base::clock::Millis;
use crate::base::locale::Locale;

/// Prefix of ids of organisations.
pub const ORGANIZATION_ID_PREFIX: &str = "org_";

/// Prefix of ids of members.
pub const MEMBER_ID_PREFIX: &str = "mem_";

/// Prefix of ids of invitations.
pub const INVITATION_ID_PREFIX: &str = "inv_";

names! {
    /// How many work there.
    OrganizationSize = ["1-10", "11-50", "51-200", "201-500", "501-1000", "1001+"]
}

/// What somebody may do in their organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberRole {
    /// Everything, members and deletion included.
    Owner,
    /// Offers, applications, messages, notes.
    Recruiter,
    /// Look.
    Viewer,
}

impl MemberRole {
    /// Every name.
    pub const ALL: &'static [&'static str] = &["owner", "recruiter", "viewer"];

    /// Returns the name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Recruiter => "recruiter",
            Self::Viewer => "viewer",
        }
    }

    /// Reads a name; those that Better Auth's plugin gives have their meaning here.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "owner" => Some(Self::Owner),
            "recruiter" | "admin" => Some(Self::Recruiter),
            "viewer" | "member" => Some(Self::Viewer),
            _unknown => None,
        }
    }

    /// Tells whether the role writes offers, answers candidates and keeps notes.
    #[must_use]
    pub const fn may_recruit(self) -> bool {
        matches!(self, Self::Owner | Self::Recruiter)
    }

    /// Tells whether the role decides about the organisation and its members.
    #[must_use]
    pub const fn may_govern(self) -> bool {
        matches!(self, Self::Owner)
    }
}

on_the_wire!(MemberRole, MemberRole::ALL);

/// What an organisation tells of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationDraft {
    /// Its name.
    pub name: String,
    /// Its site.
    pub website: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// In which trade.
    pub sector: Option<String>,
    /// How many work there.
    pub size: Option<OrganizationSize>,
    /// Address of its logo.
    pub logo_url: Option<String>,
    /// The town.
    pub city: Option<String>,
    /// The province or region.
    pub state: Option<String>,
    /// ISO 3166, two letters.
    pub country: Option<String>,
}

impl OrganizationDraft {
    /// Returns an organisation of which the name alone is known.
    #[must_use]
    pub const fn named(name: String) -> Self {
        Self {
            name,
            website: None,
            description: None,
            sector: None,
            size: None,
            logo_url: None,
            city: None,
            state: None,
            country: None,
        }
    }
}

/// An organisation.
#[derive(Clone, Debug)]
pub struct Organization {
    /// `org_…`.
    pub id: String,
    /// Its readable name in addresses.
    pub slug: String,
    /// What it tells of itself.
    pub draft: OrganizationDraft,
    /// Whether the site vouches for it.
    pub is_verified: bool,
    /// Raised by each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

/// Where somebody belongs, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The organisation.
    pub organization_id: String,
    /// What the person may do there.
    pub role: MemberRole,
}

/// A member, for the others.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who.
    pub user_id: String,
    /// The person's name.
    pub name: String,
    /// The person's address.
    pub email: Email,
    /// The person's picture.
    pub image: Option<String>,
    /// The language in which they are written to; `None`: nobody knows.
    pub locale: Option<Locale>,
    /// As what.
    pub role: MemberRole,
    /// Since when.
    pub created_at: Millis,
}

/// Somebody who may become a member.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// `inv_…`.
    pub id: String,
    /// Of which organisation.
    pub organization_id: String,
    /// Whom it is for.
    pub email: Email,
    /// As what.
    pub role: MemberRole,
    /// Until when it counts.
    pub expires_at: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugin_roles_read_as_ours() {
        let read = |name: &str| MemberRole::parse(name).map(MemberRole::name);
        assert_eq!(read("admin"), Some("recruiter"));
        assert_eq!(read("member"), Some("viewer"));
        assert_eq!(read("owner"), Some("owner"));
        assert_eq!(read("root"), None);
        assert!(!MemberRole::Viewer.may_recruit() && !MemberRole::Recruiter.may_govern());
    }
}
