//! Signing in with an ID token that an app brings itself: One Tap, a phone's own sheet.
//!
//! No browser goes anywhere, so there is no state: the token must be the provider's,
//! for us, and fresh; with a `nonce` it must answer that one.

use std::time::Duration;

use tokio::time::timeout;

use super::enter::{self, Entered};
use super::{Proven, Stumble, endpoints, identity, link};
use crate::account::Caller;
use crate::account::session::Live;
use crate::app::{App, Failure};
use crate::base::bounds::PROVIDER_TALK_S_MAX;
use crate::base::clock::Millis;
use crate::config::Provider;
use crate::domain::id_token::Expected;
use crate::domain::refusal::Refusal;
use crate::domain::social::{Grants, Stray};
use crate::store::sessions::SessionWithUser;

/// What the app brings. It has no `Debug`: it opens accounts.
#[derive(Default)]
pub struct Brought {
    /// The token, and what came with it.
    pub grants: Grants,
    /// What the app asked the provider to put into the token.
    pub nonce: Option<String>,
}

/// Lets in whom the token names.
///
/// # Errors
/// `IdTokenNotSupported`, `InvalidToken`, `ProviderUnavailable`, `UserEmailNotFound`,
/// `EmailNotVerified`, `SignUpDisabled`, `BannedUser`, `AccountDisabled`.
///
/// # Cost
/// As a sign-in by a browser, without the exchange.
pub async fn enter(
    app: &App,
    provider: &Provider,
    brought: Brought,
    by: (&Caller, Millis),
) -> Result<Entered, Failure> {
    let proven = prove(app, provider, brought, by.1).await?;
    Ok(enter::enter(app, provider, &proven, by).await?)
}

/// Gives the live person another way in.
///
/// # Errors
/// As [`enter`]; `EmailMismatch`, `SocialAccountAlreadyLinked`.
pub async fn link(
    app: &App,
    provider: &Provider,
    brought: Brought,
    live: &Live,
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    let proven = prove(app, provider, brought, by.1).await?;
    let live = SessionWithUser { session: live.session.clone(), user: live.user.clone() };
    Ok(link::add(app, provider, (&live, &proven), by).await?)
}

async fn prove(
    app: &App,
    provider: &Provider,
    brought: Brought,
    now: Millis,
) -> Result<Proven, Failure> {
    let talk = learn(app, provider, brought, now);
    let talk = timeout(Duration::from_secs(PROVIDER_TALK_S_MAX), talk);
    talk.await.map_err(|_elapsed| Refusal::ProviderUnavailable)?
}

async fn learn(
    app: &App,
    provider: &Provider,
    brought: Brought,
    now: Millis,
) -> Result<Proven, Failure> {
    let known = endpoints::of(app, provider, now).await.map_err(Stumble::Stray)?;
    if known.jwks.is_none() {
        return Err(Refusal::IdTokenNotSupported.into());
    }
    let expected = Expected {
        issuers: &known.issuers,
        audience: &provider.client_id,
        nonce: brought.nonce.as_deref(),
        now,
    };
    let grants = brought.grants;
    let learnt = identity::learn(app, (provider, &known), &grants, expected).await;
    let identity = learnt.map_err(|stray: Stray| Stumble::Stray(stray))?;
    Ok(Proven { identity, grants })
}
