//! Sending a browser to a provider.

use std::collections::BTreeMap;

use url::Url;

use super::attempt::{self, Attempt, LinkTo};
use super::{endpoints, redirect_uri};
use crate::account::session::Live;
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::config::{Provider, ProviderKind};
use crate::domain::refusal::Refusal;
use crate::domain::social::Endpoints;
use crate::domain::token::Token;

/// What a sign-in by a provider asks for; the addresses were checked by the caller.
#[derive(Debug, Default)]
pub struct Wishes {
    /// Where it goes; `None`: the front end, or the site.
    pub callback_url: Option<String>,
    /// Where it goes when it fails; `None`: the error page.
    pub error_url: Option<String>,
    /// Where a new person goes; `None`: where everybody goes.
    pub new_user_url: Option<String>,
    /// Scopes beside the configured ones.
    pub scopes: Vec<String>,
    /// Whom the provider shall suggest.
    pub login_hint: Option<String>,
    /// Parameters of the provider's address beside ours, none of [`RESERVED`].
    pub additional: BTreeMap<String, String>,
}

/// Parameters that nobody else may write: what binds the answer to its sign-in.
/// Source: upstream's `additionalParams`.
pub const RESERVED: [&str; 8] = [
    "state",
    "client_id",
    "redirect_uri",
    "response_type",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "scope",
];

/// Where the browser goes, and what binds its return to it.
#[derive(Debug)]
pub struct Departure {
    /// The provider's address.
    pub url: String,
    /// What the browser's cookie shall hold.
    pub state: Token,
}

/// Begins a sign-in, or with `live` the linking of another way in.
///
/// # Errors
/// `ProviderUnavailable` when its discovery does not answer.
///
/// # Cost
/// A durable write; a call to the provider once an hour.
pub async fn depart(
    app: &App,
    provider: &Provider,
    wishes: Wishes,
    (live, now): (Option<&Live>, Millis),
) -> Result<Departure, Failure> {
    let endpoints = endpoints::of(app, provider, now).await.map_err(|stray| stray.refusal())?;
    let link = live.map(|live| LinkTo {
        user_id: live.user.id.clone(),
        session: live.session.token_hash.hex(),
    });
    let attempt = Attempt {
        provider: provider.name.clone(),
        callback_url: wishes.callback_url,
        error_url: wishes.error_url,
        new_user_url: wishes.new_user_url,
        link,
        secret: app.keys.fingerprint().to_owned(),
    };
    let (state, insert) = attempt::begin(app, &attempt, now)?;
    let asked = (wishes.scopes, wishes.login_hint, wishes.additional);
    let url = address(app, (provider, &endpoints), asked, (&attempt, &state))?;
    app.store.apply(vec![insert]).await?;
    Ok(Departure { url, state })
}

/// Writes the provider's address. Sources: RFC 6749 §4.1.1; RFC 7636 §4.3.
fn address(
    app: &App,
    (provider, endpoints): (&Provider, &Endpoints),
    (scopes, login_hint, additional): (Vec<String>, Option<String>, BTreeMap<String, String>),
    (attempt, state): (&Attempt, &Token),
) -> Result<String, Refusal> {
    let is_google = provider.kind == ProviderKind::Google;
    let mut url =
        Url::parse(&endpoints.authorization).map_err(|_broken| Refusal::ProviderUnavailable)?;
    let challenge = attempt::challenge(&attempt::verifier(app, attempt, state));
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &provider.client_id)
        .append_pair("state", state.expose())
        .append_pair("scope", &scope(provider, scopes))
        .append_pair("redirect_uri", &redirect_uri(app, provider))
        .append_pair("code_challenge_method", "S256")
        .append_pair("code_challenge", &challenge);
    if let Some(hint) = login_hint {
        url.query_pairs_mut().append_pair("login_hint", &hint);
    }
    if is_google {
        url.query_pairs_mut().append_pair("include_granted_scopes", "true");
    }
    if carries_nonce(provider, endpoints) {
        url.query_pairs_mut().append_pair("nonce", &attempt::nonce(app, attempt, state));
    }
    if !additional.is_empty() {
        let ours: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let kept = ours.iter().filter(|(name, _)| !additional.contains_key(name));
        url.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(&additional);
    }
    Ok(url.into())
}

/// Tells whether a provider's ID token answers a nonce. Google's address is the
/// contract's, to the parameter: there the verifier alone ties the token to its sign-in.
pub(super) fn carries_nonce(provider: &Provider, endpoints: &Endpoints) -> bool {
    endpoints.jwks.is_some() && provider.kind != ProviderKind::Google
}

fn scope(provider: &Provider, more: Vec<String>) -> String {
    let usual: &[&str] = match provider.kind {
        ProviderKind::Google => &["email", "profile", "openid"],
        ProviderKind::GitHub => &["read:user", "user:email"],
        ProviderKind::Other => &["openid", "profile", "email"],
    };
    let mut scopes = provider.scopes.clone();
    if scopes.is_empty() {
        scopes.extend(usual.iter().map(|scope| (*scope).to_owned()));
    }
    for scope in more {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    scopes.join(" ")
}
