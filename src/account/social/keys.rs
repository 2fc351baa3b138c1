//! Believing an ID token: its signature under the provider's keys, and its claims.

use std::sync::Arc;

use http::Method;
use serde_json::{Map, Value};

use super::exchange::{self, Profile};
use crate::app::App;
use crate::base::clock::Millis;
use crate::base::jws::{JwsError, KeySet};
use crate::base::outbound::Call;
use crate::config::Provider;
use crate::domain::id_token::{self, Expected};
use crate::domain::social::Stray;

/// Returns the claims of a token that the provider signed for us.
///
/// # Errors
/// `NoIdentity`, with a line in the log; `Unavailable`.
///
/// # Cost
/// A verification; a call once an hour, or once a minute for unknown keys.
pub async fn claims(
    app: &App,
    by: (&Provider, &str),
    token: &str,
    expected: Expected<'_>,
) -> Result<Map<String, Value>, Stray> {
    let claims = verified(app, by, token, expected.now).await?;
    match id_token::check(&claims, expected) {
        Ok(()) => Ok(claims),
        Err(error) => Err(refused(by.0, &error)),
    }
}

/// Returns a profile: as it came with the access token, or as the provider signed it.
///
/// # Errors
/// As [`claims`].
///
/// # Cost
/// As [`claims`], when it is signed.
pub async fn profile(
    app: &App,
    by: (&Provider, &str),
    answer: Profile,
    expected: Expected<'_>,
) -> Result<Map<String, Value>, Stray> {
    let token = match answer {
        Profile::Signed(token) => token,
        plain @ Profile::Plain(_) => return plain.object(),
    };
    let claims = verified(app, by, &token, expected.now).await?;
    match id_token::check_profile(&claims, expected) {
        Ok(()) => Ok(claims),
        Err(error) => Err(refused(by.0, &error)),
    }
}

/// Verifies a signature.
///
/// A key that is not among those kept is looked for once more at the provider: it may
/// be new. Kept too long, the old ones would outlive a rotation.
async fn verified(
    app: &App,
    (provider, jwks): (&Provider, &str),
    token: &str,
    now: Millis,
) -> Result<Map<String, Value>, Stray> {
    let (kept, is_fresh) = match app.providers.keys(&provider.name, now) {
        Some(kept) => (kept, false),
        None => (fetch(app, provider, jwks, now).await?, true),
    };
    let mut verified = kept.verified(token);
    let is_unknown = verified == Err(JwsError::UnknownKey);
    if is_unknown && !is_fresh && app.providers.may_renew(&provider.name, now) {
        verified = fetch(app, provider, jwks, now).await?.verified(token);
    }
    verified.map_err(|error| refused(provider, &error))
}

fn refused(provider: &Provider, error: &dyn std::error::Error) -> Stray {
    tracing::warn!(provider = provider.name, %error, "signed claims refused");
    Stray::NoIdentity
}

async fn fetch(
    app: &App,
    provider: &Provider,
    jwks: &str,
    now: Millis,
) -> Result<Arc<KeySet>, Stray> {
    let answer = exchange::call(app, provider, Call::new(Method::GET, jwks)).await?;
    let keys = (answer.status == 200).then(|| KeySet::parse(&answer.body)).flatten();
    let Some(keys) = keys.map(Arc::new) else {
        tracing::warn!(provider = provider.name, status = answer.status, "keys unreadable");
        return Err(Stray::Unavailable);
    };
    app.providers.keys_are(&provider.name, &keys, now);
    Ok(keys)
}
