//! Believing an ID token: its signature under the provider's keys, and its claims.

use std::sync::Arc;

use http::Method;
use serde_json::{Map, Value};

use super::exchange;
use crate::app::App;
use crate::base::clock::Millis;
use crate::base::jws::{JwsError, KeySet};
use crate::base::outbound::Call;
use crate::config::Provider;
use crate::domain::id_token::{self, Expected};
use crate::domain::social::Stray;

/// Returns the claims of a token that the provider signed for us.
///
/// A key that is not among those kept is looked for once more at the provider: it may
/// be new. Kept too long, the old ones would outlive a rotation.
///
/// # Errors
/// `NoIdentity`, with a line in the log; `Unavailable`.
///
/// # Cost
/// A verification; a call once an hour, or once a minute for unknown keys.
pub async fn claims(
    app: &App,
    (provider, jwks): (&Provider, &str),
    token: &str,
    expected: Expected<'_>,
) -> Result<Map<String, Value>, Stray> {
    let now = expected.now;
    let (kept, is_fresh) = match app.providers.keys(&provider.name, now) {
        Some(kept) => (kept, false),
        None => (fetch(app, provider, jwks, now).await?, true),
    };
    let mut verified = kept.verified(token);
    let is_unknown = verified == Err(JwsError::UnknownKey);
    if is_unknown && !is_fresh && app.providers.may_renew(&provider.name, now) {
        verified = fetch(app, provider, jwks, now).await?.verified(token);
    }
    let claims = verified.map_err(|error| {
        tracing::warn!(provider = provider.name, %error, "ID token refused");
        Stray::NoIdentity
    })?;
    id_token::check(&claims, expected).map_err(|error| {
        tracing::warn!(provider = provider.name, %error, "ID token refused");
        Stray::NoIdentity
    })?;
    Ok(claims)
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
