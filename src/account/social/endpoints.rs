//! Where a provider is asked what: known, configured, or discovered.
//!
//! Source: `OpenID` Connect Discovery 1.0 §4.

use std::sync::Arc;

use http::Method;
use serde::Deserialize;
use url::Url;

use super::exchange;
use crate::app::App;
use crate::base::clock::Millis;
use crate::base::loopback::is_loopback;
use crate::base::outbound::Call;
use crate::config::{Provider, ProviderKind};
use crate::domain::id_token::Issuers;
use crate::domain::social::{Endpoints, Stray};

/// What discovery says, as much as is asked.
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: Option<String>,
    jwks_uri: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Returns a provider's addresses; configured ones win over known and discovered ones.
///
/// # Errors
/// `Unavailable` when discovery does not answer or names another issuer.
///
/// # Cost
/// Nothing, or a call once an hour.
pub async fn of(app: &App, provider: &Provider, now: Millis) -> Result<Arc<Endpoints>, Stray> {
    if let Some(known) = app.providers.endpoints(&provider.name, now) {
        return Ok(known);
    }
    let endpoints = match (provider.kind, &provider.issuer) {
        (ProviderKind::Google, _) => laid_over(provider, google()),
        (ProviderKind::GitHub, _) => laid_over(provider, github()),
        (ProviderKind::Other, Some(issuer)) => match without_discovery(provider, issuer) {
            Some(endpoints) => endpoints,
            None => laid_over(provider, discovered(app, provider, issuer).await?),
        },
        (ProviderKind::Other, None) => laid_over(provider, nowhere(provider)),
    };
    let endpoints = Arc::new(endpoints);
    app.providers.endpoints_are(&provider.name, &endpoints, now);
    Ok(endpoints)
}

/// Source: <https://accounts.google.com/.well-known/openid-configuration>; the address
/// without a nonce is the contract's.
fn google() -> Endpoints {
    Endpoints {
        authorization: String::from("https://accounts.google.com/o/oauth2/v2/auth"),
        token: String::from("https://oauth2.googleapis.com/token"),
        userinfo: Some(String::from("https://openidconnect.googleapis.com/v1/userinfo")),
        jwks: Some(String::from("https://www.googleapis.com/oauth2/v3/certs")),
        issuers: Issuers::Named(
            ["https://accounts.google.com", "accounts.google.com"].map(String::from).to_vec(),
        ),
        names_itself: false,
    }
}

/// Source: GitHub's documentation, "Authorizing OAuth apps".
fn github() -> Endpoints {
    Endpoints {
        authorization: String::from("https://github.com/login/oauth/authorize"),
        token: String::from("https://github.com/login/oauth/access_token"),
        userinfo: Some(String::from("https://api.github.com/user")),
        jwks: None,
        issuers: Issuers::Named(Vec::new()),
        names_itself: false,
    }
}

/// Without an issuer in the settings, tokens must come from where browsers are sent.
fn nowhere(provider: &Provider) -> Endpoints {
    let authorization = provider.authorization_url.clone().unwrap_or_default();
    let origin = Url::parse(&authorization).map(|url| url.origin().ascii_serialization());
    Endpoints {
        authorization,
        token: String::new(),
        userinfo: None,
        jwks: None,
        issuers: Issuers::OnOrigin(origin.unwrap_or_default()),
        names_itself: false,
    }
}

/// Whoever configures an issuer and every address needs no discovery.
fn without_discovery(provider: &Provider, issuer: &str) -> Option<Endpoints> {
    Some(Endpoints {
        authorization: provider.authorization_url.clone()?,
        token: provider.token_url.clone()?,
        userinfo: provider.userinfo_url.clone(),
        jwks: Some(provider.jwks_url.clone()?),
        issuers: Issuers::Named(vec![issuer.to_owned()]),
        names_itself: false,
    })
}

fn laid_over(provider: &Provider, known: Endpoints) -> Endpoints {
    Endpoints {
        authorization: provider.authorization_url.clone().unwrap_or(known.authorization),
        token: provider.token_url.clone().unwrap_or(known.token),
        userinfo: provider.userinfo_url.clone().or(known.userinfo),
        jwks: provider.jwks_url.clone().or(known.jwks),
        issuers: known.issuers,
        names_itself: known.names_itself,
    }
}

async fn discovered(app: &App, provider: &Provider, issuer: &str) -> Result<Endpoints, Stray> {
    let place = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let answer = exchange::call(app, provider, Call::new(Method::GET, place)).await?;
    let said: Option<Discovery> = (answer.status == 200).then(|| answer.json().ok()).flatten();
    let said = said.filter(|said| is_for_browsers(&said.authorization_endpoint));
    let known = said.and_then(|said| Some((issuers(&said.issuer, issuer)?, said)));
    let Some((issuers, said)) = known else {
        tracing::warn!(provider = provider.name, status = answer.status, "discovery failed");
        return Err(Stray::Unavailable);
    };
    Ok(Endpoints {
        authorization: said.authorization_endpoint,
        token: said.token_endpoint,
        userinfo: said.userinfo_endpoint,
        jwks: said.jwks_uri,
        issuers,
        names_itself: said.authorization_response_iss_parameter_supported,
    })
}

/// Returns who issues tokens, when discovery names the issuer of the settings.
///
/// A slash at the end is how people write an issuer, and what is shared by tenants is
/// discovered under a name that stands for all of them, such as `common`; anything else
/// is somebody else.
fn issuers(said: &str, configured: &str) -> Option<Issuers> {
    let (bare, configured) = (said.trim_end_matches('/'), configured.trim_end_matches('/'));
    if bare == configured {
        return Some(Issuers::Named(vec![said.to_owned()]));
    }
    let (before, after) = bare.split_once("{tenantid}")?;
    let tenant = configured.strip_prefix(before)?.strip_suffix(after)?;
    let is_one = !tenant.is_empty() && !tenant.contains('/');
    Issuers::of_tenants(said).filter(|_tenants| is_one)
}

/// People's browsers go there, so it must not be plain text, nor a script.
fn is_for_browsers(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    url.scheme() == "https" || (url.scheme() == "http" && url.host_str().is_some_and(is_loopback))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discovery_names_the_configured_issuer_or_all_tenants_of_it() {
        let template = "https://login.example.com/{tenantid}/v2.0";
        let tenants = Issuers::of_tenants(template);
        for (said, configured, expected) in [
            ("https://id.es/", "https://id.es", Some(vec!["https://id.es/"])),
            ("https://id.es", "https://id.es/", Some(vec!["https://id.es"])),
            ("https://id.es/a", "https://id.es", None),
            ("https://id.es", "https://evil.es", None),
        ] {
            let named =
                |names: Vec<&str>| Issuers::Named(names.into_iter().map(String::from).collect());
            assert_eq!(issuers(said, configured), expected.map(named), "{said} {configured}");
        }
        assert_eq!(issuers(template, "https://login.example.com/common/v2.0/"), tenants);
        for other in [
            "https://login.example.com//v2.0",
            "https://login.example.com/a/b/v2.0",
            "https://evil.example/common/v2.0",
        ] {
            assert_eq!(issuers(template, other), None, "{other}");
        }
    }
}
