//! What an ID token must say before anybody believes whom it names.
//!
//! Its signature has been verified; here its claims are judged: who issued it, for
//! whom, until when, and for which sign-in. Source: `OpenID` Connect Core 1.0 §3.1.3.7.

use serde_json::{Map, Value};
use url::Url;

use crate::base::bounds::{CLOCK_SKEW_S_MAX, SUBJECT_BYTES_MAX};
use crate::base::clock::Millis;

/// What the claims are compared with.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who may have issued it.
    pub issuers: &'a Issuers,
    /// Our `client_id`.
    pub audience: &'a str,
    /// What the sign-in that it answers was marked with; `None`: it was not.
    pub nonce: Option<&'a str>,
    /// The moment.
    pub now: Millis,
}

/// Who may issue a provider's tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issuers {
    /// One of these, to the letter.
    Named(Vec<String>),
    /// Any tenant of one provider, which its token names in `tid`.
    ///
    /// Source: Microsoft identity platform, "Access tokens", validating the issuer.
    Tenants {
        /// What stands before the tenant.
        before: String,
        /// What stands after it.
        after: String,
    },
    /// Whoever lives on this origin: the settings name addresses and no issuer.
    OnOrigin(String),
}

/// What is wrong with the claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// Somebody else issued it.
    #[error("iss is somebody else")]
    Issuer,
    /// It was issued for another application.
    #[error("aud is somebody else")]
    Audience,
    /// It is too old, or says not how old it may get.
    #[error("exp has passed")]
    Expired,
    /// It comes from the future.
    #[error("iat or nbf lies ahead")]
    Early,
    /// It answers another sign-in.
    #[error("nonce is another one")]
    Nonce,
    /// It names nobody.
    #[error("sub names nobody")]
    Subject,
}

impl Issuers {
    /// Reads an issuer that a discovery document gives with `{tenantid}` in it.
    #[must_use]
    pub fn of_tenants(issuer: &str) -> Option<Self> {
        let (before, after) = issuer.split_once("{tenantid}")?;
        Some(Self::Tenants { before: before.to_owned(), after: after.to_owned() })
    }

    /// Tells whether `issuer` is one of them.
    #[must_use]
    pub fn include(&self, issuer: &str) -> bool {
        match self {
            Self::Named(names) => names.iter().any(|name| name == issuer),
            Self::Tenants { .. } => self.tenant(issuer).is_some(),
            Self::OnOrigin(origin) => {
                Url::parse(issuer).is_ok_and(|url| url.origin().ascii_serialization() == *origin)
            }
        }
    }
}

impl Issuers {
    /// Tells whether the token's issuer is one of them, and its tenant the issuer's.
    fn issued(&self, claims: &Map<String, Value>) -> bool {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let Some(issuer) = text("iss") else { return false };
        match self {
            Self::Tenants { .. } => text("tid").is_some() && self.tenant(issuer) == text("tid"),
            Self::Named(_) | Self::OnOrigin(_) => self.include(issuer),
        }
    }

    /// Returns the tenant that an issuer names; tenants are UUIDs.
    fn tenant<'a>(&self, issuer: &'a str) -> Option<&'a str> {
        let Self::Tenants { before, after } = self else { return None };
        let tenant = issuer.strip_prefix(before.as_str())?.strip_suffix(after.as_str())?;
        let is_uuid = tenant.len() == UUID_LENGTH
            && tenant.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        is_uuid.then_some(tenant)
    }
}

/// Letters of a UUID, hyphens included.
const UUID_LENGTH: usize = 36;

/// Judges the claims of a token whose signature is right.
///
/// # Errors
/// [`ClaimError`], the first that is found.
pub fn check(claims: &Map<String, Value>, expected: Expected<'_>) -> Result<(), ClaimError> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if !expected.issuers.issued(claims) {
        return Err(ClaimError::Issuer);
    }
    if !is_for(claims, expected.audience) {
        return Err(ClaimError::Audience);
    }
    let now_s = expected.now.unix_s();
    let expires_s = seconds(claims, "exp").ok_or(ClaimError::Expired)?;
    if expires_s.saturating_add(CLOCK_SKEW_S_MAX) <= now_s {
        return Err(ClaimError::Expired);
    }
    let is_ahead = |name| {
        let moment = seconds(claims, name);
        moment.is_some_and(|moment| moment > now_s.saturating_add(CLOCK_SKEW_S_MAX))
    };
    if is_ahead("iat") || is_ahead("nbf") {
        return Err(ClaimError::Early);
    }
    if expected.nonce.is_some_and(|nonce| text("nonce") != Some(nonce)) {
        return Err(ClaimError::Nonce);
    }
    let is_somebody = |subject: &str| !subject.is_empty() && subject.len() <= SUBJECT_BYTES_MAX;
    if text("sub").is_some_and(is_somebody) { Ok(()) } else { Err(ClaimError::Subject) }
}

/// Judges the claims of a profile that the provider signed: it says who signed it for
/// whom, and ends with the access token that it was fetched with.
///
/// Source: `OpenID` Connect Core 1.0 §5.3.2.
///
/// # Errors
/// [`ClaimError`]: issuer or audience.
pub fn check_profile(
    claims: &Map<String, Value>,
    expected: Expected<'_>,
) -> Result<(), ClaimError> {
    if !expected.issuers.issued(claims) {
        return Err(ClaimError::Issuer);
    }
    if is_for(claims, expected.audience) { Ok(()) } else { Err(ClaimError::Audience) }
}

/// Tells whether the token is for `audience`; one for several must name it as the party
/// that asked.
fn is_for(claims: &Map<String, Value>, audience: &str) -> bool {
    let (is_named, is_alone) = match claims.get("aud") {
        Some(Value::String(one)) => (one == audience, true),
        Some(Value::Array(several)) => {
            (several.iter().any(|one| one == audience), several.len() == 1)
        }
        _ => (false, false),
    };
    let is_party = claims.get("azp").map_or(is_alone, |party| party == audience);
    is_named && is_party
}

/// Reads Unix seconds, which some providers write with decimals.
fn seconds(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    let number = claims.get(name)?;
    let whole = |number: f64| format!("{:.0}", number.floor()).parse().ok();
    number.as_i64().or_else(|| whole(number.as_f64()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judged(change: (&str, Value)) -> Result<(), ClaimError> {
        let mut claims = json!({
            "iss": "https://id.example.com", "aud": "us", "exp": 1000, "iat": 500,
            "nonce": "n", "sub": "somebody",
        });
        claims[change.0] = change.1;
        let issuers = Issuers::Named(vec![String::from("https://id.example.com")]);
        let now = Millis(900_000);
        let expected = Expected { issuers: &issuers, audience: "us", nonce: Some("n"), now };
        check(claims.as_object().unwrap(), expected)
    }

    #[test]
    fn each_claim_must_be_right() {
        for (name, value, found) in [
            ("sub", json!("somebody else"), Ok(())),
            ("iss", json!("https://id.example.com/"), Err(ClaimError::Issuer)),
            ("iss", json!(["https://id.example.com"]), Err(ClaimError::Issuer)),
            ("aud", json!("them"), Err(ClaimError::Audience)),
            ("aud", json!(["us"]), Ok(())),
            ("aud", json!(["us", "them"]), Err(ClaimError::Audience)),
            ("aud", json!([]), Err(ClaimError::Audience)),
            ("azp", json!("us"), Ok(())),
            ("azp", json!("them"), Err(ClaimError::Audience)),
            ("exp", json!(841), Ok(())),
            ("exp", json!(1000.7), Ok(())),
            ("exp", json!(840), Err(ClaimError::Expired)),
            ("exp", json!(null), Err(ClaimError::Expired)),
            ("exp", json!("1000"), Err(ClaimError::Expired)),
            ("iat", json!(961), Err(ClaimError::Early)),
            ("nbf", json!(961), Err(ClaimError::Early)),
            ("nonce", json!("m"), Err(ClaimError::Nonce)),
            ("nonce", json!(null), Err(ClaimError::Nonce)),
            ("sub", json!(""), Err(ClaimError::Subject)),
            ("sub", json!(7), Err(ClaimError::Subject)),
        ] {
            assert_eq!(judged((name, value.clone())), found, "{name}: {value}");
        }
    }

    #[test]
    fn issuer_without_a_setting_lives_where_browsers_are_sent() {
        let issuers = Issuers::OnOrigin(String::from("https://id.example.com"));
        assert!(issuers.include("https://id.example.com/tenant"));
        for other in ["https://id.example.com.evil.es", "http://id.example.com", "id.example.com"] {
            assert!(!issuers.include(other), "{other}");
        }
    }

    #[test]
    fn tenant_is_the_one_that_the_issuer_names() {
        let template = "https://login.example.com/{tenantid}/v2.0";
        let issuers = Issuers::of_tenants(template).unwrap();
        let tenant = "9188040d-6c67-4c5b-b112-36a304b66dad";
        let other = "72f988bf-86f1-41af-91ab-2d7cd011db47";
        let issuer = |tenant: &str| template.replace("{tenantid}", tenant);
        for (iss, tid, is_issued) in [
            (issuer(tenant), json!(tenant), true),
            (issuer(tenant), json!(other), false),
            (issuer(tenant), json!(null), false),
            (issuer("common"), json!("common"), false),
            (issuer("{tenantid}"), json!("{tenantid}"), false),
            (format!("{}/x", issuer(tenant)), json!(tenant), false),
            (format!("https://evil.example/{tenant}/v2.0"), json!(tenant), false),
        ] {
            let claims = json!({"iss": iss, "tid": tid});
            assert_eq!(issuers.issued(claims.as_object().unwrap()), is_issued, "{claims}");
        }
        assert_eq!(Issuers::of_tenants("https://id.example.com"), None);
    }
}
