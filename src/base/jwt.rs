//! The one JSON Web Token that mailed links carry: HS256, and nothing else.
//!
//! A library would bring every algorithm and the question which one to trust;
//! here the header must be ours to the letter, so there is nothing to confuse.
//! Source: contract section 4; RFC 7515.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::clock::Millis;
use super::crypto::HmacKey;
use super::keyring::Ring;

/// `{"alg":"HS256"}`, as upstream writes it.
const HEADER: &str = "eyJhbGciOiJIUzI1NiJ9";

/// Longest token that is looked at, in bytes.
const TOKEN_BYTES_MAX: usize = 4096;

/// Why a token is no good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JwtError {
    /// Not ours, altered, or without an expiry.
    Invalid,
    /// Ours, and too old.
    Expired,
}

/// Signs `claims` with the current key; they must hold `exp` in Unix seconds.
///
/// # Errors
/// `Invalid` when the claims are no JSON object.
pub fn sign(keys: &Ring<HmacKey>, claims: &impl Serialize) -> Result<String, JwtError> {
    let claims = serde_json::to_vec(claims).map_err(|_shape| JwtError::Invalid)?;
    let signed = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(claims));
    let signature = keys.sign(signed.as_bytes());
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// Reads the claims of a token that any key in force has signed.
///
/// # Errors
/// `Invalid`, `Expired`.
pub fn verify<T: DeserializeOwned>(
    keys: &Ring<HmacKey>,
    token: &str,
    now: Millis,
) -> Result<T, JwtError> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(JwtError::Invalid);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(JwtError::Invalid)?;
    let (header, claims) = signed.split_once('.').ok_or(JwtError::Invalid)?;
    let signature = decode(signature)?;
    let is_ours = keys.verify(signed.as_bytes(), &signature);
    if header != HEADER || !is_ours {
        return Err(JwtError::Invalid);
    }
    let claims: serde_json::Value =
        serde_json::from_slice(&decode(claims)?).map_err(|_shape| JwtError::Invalid)?;
    let expires_s = claims.get("exp").and_then(serde_json::Value::as_i64);
    if expires_s.ok_or(JwtError::Invalid)? <= now.unix_s() {
        return Err(JwtError::Expired);
    }
    serde_json::from_value(claims).map_err(|_shape| JwtError::Invalid)
}

fn decode(part: &str) -> Result<Vec<u8>, JwtError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_letters| JwtError::Invalid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::keyring::Secrets;
    use crate::base::secret::Secret;
    use serde_json::{Value, json};

    fn keys(secret: &str) -> Ring<HmacKey> {
        let secrets = Secrets { current: Secret::new(secret.to_owned()), previous: Vec::new() };
        secrets.keys(HmacKey::new)
    }

    fn own() -> Ring<HmacKey> {
        keys("un secreto de más de treinta y dos bytes")
    }

    #[test]
    fn claims_come_back_until_they_expire() {
        let token = sign(&own(), &json!({"email": "a@b.es", "exp": 100})).unwrap();
        let claims: Value = verify(&own(), &token, Millis(99_999)).unwrap();
        assert_eq!(claims["email"], "a@b.es");
        assert_eq!(verify::<Value>(&own(), &token, Millis(100_000)), Err(JwtError::Expired));
    }

    #[test]
    fn foreign_and_altered_tokens_are_invalid() {
        let token = sign(&own(), &json!({"exp": 100})).unwrap();
        let none = format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), "e30");
        let no_expiry = sign(&own(), &json!({"a": 1})).unwrap();
        let altered = format!("{token}A");
        for bad in ["", ".", "..", "a.b.c", none.as_str(), altered.as_str(), no_expiry.as_str()] {
            assert_eq!(verify::<Value>(&own(), bad, Millis(0)), Err(JwtError::Invalid), "{bad}");
        }
        assert_eq!(verify::<Value>(&keys("otro"), &token, Millis(0)), Err(JwtError::Invalid));
    }
}
