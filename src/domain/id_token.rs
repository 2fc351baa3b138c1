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
    /// Tells whether `issuer` is one of them.
    #[must_use]
    pub fn include(&self, issuer: &str) -> bool {
        match self {
            Self::Named(names) => names.iter().any(|name| name == issuer),
            Self::OnOrigin(origin) => {
                Url::parse(issuer).is_ok_and(|url| url.origin().ascii_serialization() == *origin)
            }
        }
    }
}

/// Judges the claims of a token whose signature is right.
///
/// # Errors
/// [`ClaimError`], the first that is found.
pub fn check(claims: &Map<String, Value>, expected: Expected<'_>) -> Result<(), ClaimError> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if !text("iss").is_some_and(|issuer| expected.issuers.include(issuer)) {
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
}
