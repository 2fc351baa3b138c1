//! Signing in by a provider's word, and the ways in that come of it.
//!
//! A browser is sent to the provider with a state that is bound to it ([`start`]), and
//! comes back with a code ([`callback`]); or an app brings an ID token
//! itself ([`by_token`]). Whom the provider names is believed only where it says with a
//! boolean that the address was proven. Sources: contract 8; RFC 9700.

mod attempt;
pub mod by_token;
pub mod callback;
mod endpoints;
mod enter;
mod exchange;
pub mod from_app;
mod identity;
mod keys;
mod link;
pub mod named;
pub mod start;
pub mod tokens;
pub mod unlink;

use crate::app::{App, Failure};
use crate::config::Provider;
use crate::domain::refusal::Refusal;
use crate::domain::social::{Grants, Identity, Stray};
use crate::store::StoreError;

/// Why a sign-in by a provider ends early.
#[derive(Debug)]
pub enum Stumble {
    /// An expected no, with a code for a redirect.
    Stray(Stray),
    /// A fault of ours.
    Failure(Failure),
}

impl From<Stray> for Stumble {
    fn from(stray: Stray) -> Self {
        Self::Stray(stray)
    }
}

impl From<Failure> for Stumble {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<StoreError> for Stumble {
    fn from(error: StoreError) -> Self {
        Self::Failure(error.into())
    }
}

/// For whoever asked with JSON and follows no redirect.
impl From<Stumble> for Failure {
    fn from(stumble: Stumble) -> Self {
        match stumble {
            Stumble::Stray(stray) => stray.refusal().into(),
            Stumble::Failure(failure) => failure,
        }
    }
}

/// Whom a provider vouches for, and what it granted.
pub struct Proven {
    /// Who it is.
    pub identity: Identity,
    /// What was granted.
    pub grants: Grants,
}

/// Finds a configured provider.
///
/// # Errors
/// `ProviderNotFound`.
pub fn provider<'a>(app: &'a App, name: &str) -> Result<&'a Provider, Refusal> {
    app.config.social.get(name).ok_or(Refusal::ProviderNotFound)
}

/// Returns where a provider sends browsers back to.
fn redirect_uri(app: &App, provider: &Provider) -> String {
    let site = app.config.server.public_url.origin();
    format!("{site}{}/callback/{}", app.config.auth.base_path, provider.name)
}
