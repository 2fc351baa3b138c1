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
    if let Some((userinfo, access_token)) = userinfo.filter(|_| !claims.contains_key("email")) {
        let profile = exchange::profile_object(app, (provider, userinfo), access_token).await?;
        // Source: OpenID Connect Core 1.0 §5.3.2: else it may be somebody else's.
        if profile.get("sub") != claims.get("sub") {
            return Err(Stray::NoIdentity);
        }
        let (issuer, subject) = (claims.get("iss").cloned(), claims.get("sub").cloned());
        claims.extend(profile);
        claims.extend(issuer.map(|issuer| (String::from("iss"), issuer)));
        claims.extend(subject.map(|subject| (String::from("sub"), subject)));
    }
    let issuer = claims.get("iss").and_then(Value::as_str).map(str::to_owned);
    of_claims(&claims, issuer).ok_or(Stray::NoIdentity)
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
    let profile = exchange::profile_object(app, (provider, userinfo), access_token).await?;
    let mut identity = of_claims(&profile, None).ok_or(Stray::NoIdentity)?;
    if provider.kind == ProviderKind::GitHub {
        let place = format!("{userinfo}/emails");
        let emails = exchange::profile(app, (provider, &place), access_token).await?;
        (identity.email, identity.is_email_proven) = of_github(&emails);
    }
    Ok((identity, profile))
}

/// Reads claims, or a profile that looks like them; `None`: it names nobody.
///
/// Source: `OpenID` Connect Core 1.0 §5.1. Only the boolean `true` proves an address:
/// a text that says so is what some providers let people type.
fn of_claims(claims: &Map<String, Value>, issuer: Option<String>) -> Option<Identity> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let first = |names: [&str; 3]| names.into_iter().find_map(text).unwrap_or_default().to_owned();
    Some(Identity {
        account_id: subject(claims.get("sub").or_else(|| claims.get("id")))?,
        issuer,
        email: text("email").and_then(Email::parse),
        is_email_proven: claims.get("email_verified") == Some(&Value::Bool(true)),
        name: name(&first(["name", "preferred_username", "login"])),
        image: image(&first(["picture", "avatar_url", "image"])),
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
