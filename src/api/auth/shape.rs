//! The contract's objects on the wire: user, session, account.
//!
//! Nullable columns are present as `null`; times are ISO 8601 UTC with
//! milliseconds. Source: contract section 1, U and S.

use serde::Serialize;

use crate::account::session::Live;
use crate::base::clock::Iso;
use crate::domain::account::Account;
use crate::domain::session::Session;
use crate::domain::user::User;

/// A person, as everybody who may see them sees them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserShape<'a> {
    id: &'a str,
    name: &'a str,
    email: &'a str,
    email_verified: bool,
    image: Option<&'a str>,
    role: &'a str,
    banned: bool,
    ban_reason: Option<&'a str>,
    ban_expires: Option<Iso>,
    r#type: &'static str,
    profession: Option<&'a str>,
    organization_id: Option<&'a str>,
    is_active: bool,
    created_at: Iso,
    updated_at: Iso,
}

impl<'a> From<&'a User> for UserShape<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: &user.id,
            name: &user.name,
            email: user.email.as_str(),
            email_verified: user.email_verified,
            image: user.image.as_deref(),
            role: &user.role,
            banned: user.ban.is_some(),
            ban_reason: user.ban.as_ref().and_then(|ban| ban.reason.as_deref()),
            ban_expires: user.ban.as_ref().and_then(|ban| ban.expires_at).map(Iso),
            r#type: user.kind.name(),
            profession: user.profession.as_deref(),
            organization_id: user.organization_id.as_deref(),
            is_active: user.is_active,
            created_at: Iso(user.created_at),
            updated_at: Iso(user.updated_at),
        }
    }
}

/// A session; `token` is the real one only for the session that asks.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionShape<'a> {
    id: &'a str,
    expires_at: Iso,
    token: &'a str,
    created_at: Iso,
    updated_at: Iso,
    ip_address: &'a str,
    user_agent: &'a str,
    user_id: &'a str,
    impersonated_by: Option<&'a str>,
}

impl<'a> SessionShape<'a> {
    /// Shows the session that asks, with its token.
    #[must_use]
    pub fn own(live: &'a Live) -> Self {
        Self::new(&live.session, live.token.expose())
    }

    /// Shows one of a person's sessions: the asking one with its token, the others
    /// with their id as a handle that opens nothing and that revoke-session takes.
    #[must_use]
    pub fn listed(session: &'a Session, live: &'a Live) -> Self {
        if session.id == live.session.id {
            Self::own(live)
        } else {
            Self::new(session, &session.id)
        }
    }

    fn new(session: &'a Session, token: &'a str) -> Self {
        Self {
            id: &session.id,
            expires_at: Iso(session.expires_at),
            token,
            created_at: Iso(session.created_at),
            updated_at: Iso(session.updated_at),
            ip_address: &session.ip_address,
            user_agent: &session.user_agent,
            user_id: &session.user_id,
            impersonated_by: session.impersonated_by.as_deref(),
        }
    }
}

/// What sign-up and sign-in tell of the new session beside the contract's keys.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionBrief<'a> {
    id: &'a str,
    expires_at: Iso,
}

impl<'a> From<&'a Session> for SessionBrief<'a> {
    fn from(session: &'a Session) -> Self {
        Self { id: &session.id, expires_at: Iso(session.expires_at) }
    }
}

/// A way in, as list-accounts shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountShape<'a> {
    id: &'a str,
    provider_id: &'a str,
    account_id: &'a str,
    user_id: &'a str,
    created_at: Iso,
    updated_at: Iso,
    scopes: Vec<&'a str>,
}

impl<'a> From<&'a Account> for AccountShape<'a> {
    fn from(account: &'a Account) -> Self {
        let scopes = account.scope.as_deref().unwrap_or_default().split(',');
        Self {
            id: &account.id,
            provider_id: &account.provider_id,
            account_id: &account.account_id,
            user_id: &account.user_id,
            created_at: Iso(account.created_at),
            updated_at: Iso(account.updated_at),
            scopes: scopes.filter(|scope| !scope.is_empty()).collect(),
        }
    }
}

/// `{"user": U}`.
#[derive(Debug, Serialize)]
pub struct OfUser<'a> {
    user: UserShape<'a>,
}

impl<'a> From<&'a User> for OfUser<'a> {
    fn from(user: &'a User) -> Self {
        Self { user: user.into() }
    }
}

/// `{"success": true}`.
#[derive(Debug, Serialize)]
pub struct Success {
    success: bool,
}

impl Success {
    /// What was asked is done.
    pub const DONE: Self = Self { success: true };
}

/// `{"status": true}`.
#[derive(Debug, Serialize)]
pub struct Status {
    status: bool,
}

impl Status {
    /// What was asked is done.
    pub const DONE: Self = Self { status: true };
}
