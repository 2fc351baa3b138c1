//! Signing in by somebody else's word: who it names, what it grants, how it fails.

use std::borrow::Cow;

use super::email::Email;
use super::id_token::Issuers;
use super::refusal::Refusal;
use crate::base::bounds::{NAME_LENGTH_MAX, URL_LENGTH_MAX};
use crate::base::clock::Millis;

/// Where a provider is asked what.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// Where browsers are sent.
    pub authorization: String,
    /// Where codes become tokens.
    pub token: String,
    /// Where an access token becomes a profile.
    pub userinfo: Option<String>,
    /// Where its keys are; `None`: it issues no ID tokens.
    pub jwks: Option<String>,
    /// Who may issue its ID tokens.
    pub issuers: Issuers,
    /// Whether it names itself in every answer. Source: RFC 9207 §3.
    pub names_itself: bool,
}

/// Whom a provider names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider's name of the person; never changes.
    pub account_id: String,
    /// Who issued the ID token, where there was one.
    pub issuer: Option<String>,
    /// The person's address; `None`: the provider does not tell, or it is none.
    pub email: Option<Email>,
    /// Whether the provider says, with a boolean, that the address was proven.
    pub is_email_proven: bool,
    /// The name; may be empty.
    pub name: String,
    /// Address of a picture.
    pub image: Option<String>,
}

/// What a provider grants with a name. It has no `Debug`: it opens the person's account.
#[derive(Clone, Default)]
pub struct Grants {
    /// Opens the provider's other services.
    pub access_token: Option<String>,
    /// Renews the access token.
    pub refresh_token: Option<String>,
    /// Says who the person is.
    pub id_token: Option<String>,
    /// When the access token ends; `None`: nobody said.
    pub access_token_expires_at: Option<Millis>,
    /// When the refresh token ends; `None`: nobody said.
    pub refresh_token_expires_at: Option<Millis>,
    /// What was granted, joined by `,`; `None`: nobody said.
    pub scope: Option<String>,
}

/// The same as they are stored: each token sealed.
#[derive(Clone)]
pub struct SealedGrants(pub Grants);

/// Why somebody does not come in by a provider's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stray {
    /// The address carries no state.
    StateNotFound,
    /// The state is not ours, spent, too old, or another browser's.
    StateMismatch,
    /// The provider itself says no.
    Denied {
        /// Its code.
        error: String,
        /// Its reason.
        description: Option<String>,
    },
    /// The answer names another issuer than the one that was asked.
    IssuerMismatch,
    /// The address carries no code.
    NoCode,
    /// The provider does not take the code.
    InvalidCode,
    /// The provider does not answer, or answers with an error of its own.
    Unavailable,
    /// What the provider says of the person cannot be believed.
    NoIdentity,
    /// The provider tells no address.
    EmailNotFound,
    /// The provider does not vouch for the address.
    EmailNotVerified,
    /// Nobody may open an account, or not this address.
    SignUpDisabled,
    /// The person may not enter.
    Barred(Refusal),
    /// The account at the provider has another address than the one here.
    EmailDiffers,
    /// The account at the provider is somebody else's here.
    LinkedElsewhere,
    /// The provider does not vouch for the address that would be linked.
    UnableToLink,
    /// The provider is no longer configured.
    ProviderNotFound,
}

impl Stray {
    /// Returns the `error` of the redirect. Source: upstream's callback.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::StateNotFound => "state_not_found",
            Self::StateMismatch => "state_mismatch",
            Self::Denied { error, .. } => error,
            Self::IssuerMismatch => "issuer_mismatch",
            Self::NoCode => "no_code",
            Self::InvalidCode => "invalid_code",
            // Source: RFC 6749 §4.1.2.1.
            Self::Unavailable => "temporarily_unavailable",
            Self::NoIdentity => "unable_to_get_user_info",
            Self::EmailNotFound => "email_not_found",
            Self::EmailNotVerified | Self::Barred(Refusal::EmailNotVerified) => {
                "email_not_verified"
            }
            Self::SignUpDisabled => "signup_disabled",
            Self::Barred(refusal) => refusal.code(),
            Self::EmailDiffers => "email_does_not_match",
            Self::LinkedElsewhere => "account_already_linked_to_different_user",
            Self::UnableToLink => "unable_to_link_account",
            Self::ProviderNotFound => "oauth_provider_not_found",
        }
    }

    /// Returns whose words explain the redirect's `error`; `None`: the code says it.
    #[must_use]
    pub const fn explained_as(&self) -> Option<Refusal> {
        match self {
            Self::Barred(Refusal::EmailNotVerified)
            | Self::StateNotFound
            | Self::StateMismatch
            | Self::Denied { .. }
            | Self::IssuerMismatch
            | Self::NoCode
            | Self::InvalidCode
            | Self::Unavailable
            | Self::NoIdentity
            | Self::EmailNotFound
            | Self::EmailNotVerified
            | Self::SignUpDisabled
            | Self::EmailDiffers
            | Self::LinkedElsewhere
            | Self::UnableToLink
            | Self::ProviderNotFound => None,
            Self::Barred(refusal) => Some(*refusal),
        }
    }

    /// Returns the same for whoever asked with JSON and follows no redirect.
    #[must_use]
    pub const fn refusal(&self) -> Refusal {
        match self {
            Self::StateNotFound
            | Self::StateMismatch
            | Self::Denied { .. }
            | Self::IssuerMismatch
            | Self::NoCode
            | Self::InvalidCode
            | Self::NoIdentity => Refusal::InvalidToken,
            Self::Unavailable => Refusal::ProviderUnavailable,
            Self::ProviderNotFound => Refusal::ProviderNotFound,
            Self::EmailNotFound => Refusal::UserEmailNotFound,
            Self::EmailNotVerified | Self::UnableToLink => Refusal::EmailNotVerified,
            Self::SignUpDisabled => Refusal::SignUpDisabled,
            Self::Barred(refusal) => *refusal,
            Self::EmailDiffers => Refusal::EmailMismatch,
            Self::LinkedElsewhere => Refusal::SocialAccountAlreadyLinked,
        }
    }
}

/// Cuts a foreign name to what a person's may be, without control characters.
#[must_use]
pub fn name(foreign: &str) -> String {
    let letters = foreign.trim().chars().filter(|letter| !letter.is_control());
    letters.take(length(NAME_LENGTH_MAX)).collect()
}

fn length(bound: u32) -> usize {
    usize::try_from(bound).unwrap_or(usize::MAX)
}

/// Takes a foreign picture's address, if it is one that a page may show.
#[must_use]
pub fn image(foreign: &str) -> Option<String> {
    let is_short = foreign.len() <= length(URL_LENGTH_MAX);
    let url = url::Url::parse(foreign).ok().filter(|_url| is_short)?;
    ["http", "https"].contains(&url.scheme()).then(|| url.into())
}

/// Joins scopes as they are stored, whether they came with spaces or with commas.
#[must_use]
pub fn scope(foreign: &str) -> Cow<'_, str> {
    if foreign.contains([' ', '+']) {
        let parts: Vec<_> = foreign.split([' ', '+', ',']).filter(|it| !it.is_empty()).collect();
        return Cow::Owned(parts.join(","));
    }
    Cow::Borrowed(foreign)
}
