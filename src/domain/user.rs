//! A person with an account.

use super::email::Email;
use super::names::on_the_wire;
use crate::base::clock::Millis;
use crate::base::locale::Locale;

/// Prefix of user ids.
pub const USER_ID_PREFIX: &str = "usr_";

/// The role of whoever has none other.
pub const ROLE_USER: &str = "user";

/// The role whose holders administer.
pub const ROLE_ADMIN: &str = "admin";

/// One row of `"user"`.
#[derive(Clone, Debug)]
pub struct User {
    /// `usr_…`, sorts by time of creation.
    pub id: String,
    /// The name people see; may be empty, as the contract allows.
    pub name: String,
    /// Unique, in normal form.
    pub email: Email,
    /// Whether a link mailed to `email` has been opened.
    pub email_verified: bool,
    /// Address of a picture.
    pub image: Option<String>,
    /// Roles joined by `,`; `user` for a fresh account.
    pub role: String,
    /// The ban, if there is one.
    pub ban: Option<Ban>,
    /// Whether the account may sign in; an operator turns it off.
    pub is_active: bool,
    /// The language in which the person is written to; `None`: nobody knows.
    pub locale: Option<Locale>,
    /// On which side of the job board the person stands.
    pub kind: UserKind,
    /// What the person does for a living, in their own words.
    pub profession: Option<String>,
    /// The organisation whose member the person is; `member` says as what.
    pub organization_id: Option<String>,
    /// When the account was made.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

/// On which side of the job board somebody stands; `type` on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserKind {
    /// Looks for a job.
    #[default]
    Professional,
    /// Offers jobs, for an organisation.
    Organization,
}

impl UserKind {
    /// Both names.
    pub const ALL: &'static [&'static str] = &["professional", "organization"];

    /// Returns the name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Professional => "professional",
            Self::Organization => "organization",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Professional, Self::Organization].into_iter().find(|kind| kind.name() == name)
    }
}

on_the_wire!(UserKind, UserKind::ALL);

/// Why and how long somebody may not sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ban {
    /// What the operator wrote.
    pub reason: Option<String>,
    /// `None`: for ever.
    pub expires_at: Option<Millis>,
}

/// What a ban says when whoever banned said nothing. Source: contract 9.
pub const BAN_REASON_NONE: &str = "No reason";

impl User {
    /// Tells whether one of the user's roles is `admin`.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        is_admin(&self.role)
    }

    /// Tells whether a ban is in force at `now`; an expired one lifts itself.
    #[must_use]
    pub fn is_banned(&self, now: Millis) -> bool {
        self.ban.as_ref().is_some_and(|ban| ban.expires_at.is_none_or(|until| until > now))
    }
}

/// Tells whether one of some roles, joined by `,`, is `admin`.
#[must_use]
pub fn is_admin(roles: &str) -> bool {
    roles.split(',').any(|role| role.trim() == ROLE_ADMIN)
}
