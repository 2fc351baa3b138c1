//! Whom a provider names: read from its ID token, its profile, or GitHub's way.
//!
//! Where a provider publishes keys, its ID token alone says who somebody is; a profile
//! only adds what the token leaves out, and must name the same person.

use serde_json::{Map, Value};

use super::{exchange, keys};
use crate::app::App;
use crate::base::bounds::SUBJECT_BYTES_MAX;
use crate::config::{Provider, ProviderKind};
use crate::domain::email::Email;
use crate::domain::id_token::Expected;
use crate::domain::social::{Endpoints, Grants, Identity, Stray, image, name};

/// Learns whom the provider's tokens name.
///
/// # Errors
/// `NoIdentity` when it cannot be believed; `Unavailable`.
pub async fn learn(
    app: &App,
    (provider, endpoints): (&Provider, &Endpoints),
    grants: &Grants,
    expected: Expected<'_>,
) -> Result<Identity, Stray> {
    let access_token = grants.access_token.as_deref();
    let userinfo = endpoints.userinfo.as_deref().zip(access_token);
    let Some(jwks) = &endpoints.jwks else {
        return Ok(profile(app, (provider, endpoints), access_token).await?.0);
    };
    let token = grants.id_token.as_deref().ok_or(Stray::NoIdentity)?;
    let mut claims = keys::claims(app, (provider, jwks), token, expected).await?;
    let is_whole = ["email", "email_verified"].iter().all(|name| claims.contains_key(*name));
    if let Some((userinfo, access_token)) = userinfo.filter(|_| !is_whole) {
        let answer = exchange::profile(app, (provider, userinfo), access_token).await?;
        let profile = keys::profile(app, (provider, jwks), answer, expected).await?;
        // Source: OpenID Connect Core 1.0 §5.3.2: else it may be somebody else's.
        if profile.get("sub") != claims.get("sub") {
            return Err(Stray::NoIdentity);
        }
        complete(&mut claims, profile);
    }
    let issuer = claims.get("iss").and_then(Value::as_str).map(str::to_owned);
    of_claims(&claims, issuer).ok_or(Stray::NoIdentity)
}

/// Adds what a profile says to a token's claims: never who issued it and whom it names,
/// and proof of an address only with the address that is proven.
fn complete(claims: &mut Map<String, Value>, mut profile: Map<String, Value>) {
    for name in ["iss", "sub", "aud"] {
        profile.remove(name);
    }
    if profile.contains_key("email") {
        claims.remove("email_verified");
    } else {
        profile.remove("email_verified");
    }
    claims.extend(profile);
}

/// Asks for a profile; returns whom it names, and all that it says.
///
/// # Errors
/// `NoIdentity` when it names nobody, or there is nothing to ask; `Unavailable`.
pub async fn profile(
    app: &App,
    (provider, endpoints): (&Provider, &Endpoints),
    access_token: Option<&str>,
) -> Result<(Identity, Map<String, Value>), Stray> {
    let userinfo = endpoints.userinfo.as_deref().zip(access_token);
    let (userinfo, access_token) = userinfo.ok_or(Stray::NoIdentity)?;
    let profile = exchange::profile(app, (provider, userinfo), access_token).await?.object()?;
    let mut identity = of_claims(&profile, None).ok_or(Stray::NoIdentity)?;
    if provider.kind == ProviderKind::GitHub {
        let place = format!("{userinfo}/emails");
        let emails = exchange::profile(app, (provider, &place), access_token).await?.json()?;
        (identity.email, identity.is_email_proven) = of_github(&emails);
    }
    Ok((identity, profile))
}

/// Reads claims, or a profile that looks like them; `None`: it names nobody.
///
/// Source: `OpenID` Connect Core 1.0 §5.1. Some providers (Cognito, Apple) write the
/// boolean that proves an address as text.
fn of_claims(claims: &Map<String, Value>, issuer: Option<String>) -> Option<Identity> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let first = |names: &[&str]| {
        let filled = |name: &&str| text(name).filter(|text| !text.trim().is_empty());
        names.iter().find_map(filled).map(str::to_owned)
    };
    let parts = ["given_name", "family_name"].map(|name| text(name).unwrap_or_default().trim());
    let joined = parts.join(" ").trim().to_owned();
    let full = first(&["name"]).or_else(|| Some(joined).filter(|joined| !joined.is_empty()));
    Some(Identity {
        account_id: subject(claims.get("sub").or_else(|| claims.get("id")))?,
        issuer,
        email: text("email").and_then(Email::parse),
        is_email_proven: match claims.get("email_verified") {
            Some(Value::Bool(is_proven)) => *is_proven,
            Some(Value::String(text)) => text == "true",
            _ => false,
        },
        name: name(&full.or_else(|| first(&["preferred_username", "login"])).unwrap_or_default()),
        image: image(&first(&["picture", "avatar_url", "image"]).unwrap_or_default()),
    })
}

fn subject(value: Option<&Value>) -> Option<String> {
    let subject = match value? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_u64()?.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let is_plain = !subject.is_empty() && !subject.chars().any(char::is_control);
    (is_plain && subject.len() <= SUBJECT_BYTES_MAX).then_some(subject)
}

/// Reads the primary address of a list, and whether it was proven: GitHub's profile
/// itself says nothing of that.
///
/// Source: GitHub REST API, "List email addresses for the authenticated user".
fn of_github(emails: &Value) -> (Option<Email>, bool) {
    let is = |email: &Value, name| email.get(name) == Some(&Value::Bool(true));
    let mut emails = emails.as_array().into_iter().flatten();
    let Some(primary) = emails.find(|email| is(email, "primary")) else { return (None, false) };
    let email = primary.get("email").and_then(Value::as_str).and_then(Email::parse);
    (email, is(primary, "verified"))
}
