//! Tokens that other machines signed: JSON Web Signatures under published keys.
//!
//! `ring` verifies, which TLS has brought in anyway. Only signatures with public keys
//! are known here: `none` and the HMACs are not in the table, so a public key is never
//! taken for a secret, and each algorithm takes keys of its own kind alone. What the
//! claims say is not judged here. Sources: RFC 7515, 7517, 7518, 8037, 8725 §3.1.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, EcdsaVerificationAlgorithm,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::bounds::{FOREIGN_TOKEN_BYTES_MAX, JWKS_KEYS_MAX};

/// Published keys. Source: RFC 7517 §5.
#[derive(Clone, Debug)]
pub struct KeySet {
    keys: Vec<Jwk>,
}

/// A published key, as much of it as verifying takes.
#[derive(Clone, Debug, Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// It is no token, or a very long one.
    #[error("it is no token")]
    Malformed,
    /// It is signed in a way that proves nothing, or that nobody here knows.
    #[error("its algorithm is not taken")]
    Algorithm,
    /// None of the keys is the one that it names; fresher ones may have it.
    #[error("its key is unknown")]
    UnknownKey,
    /// Somebody else signed it, or it was altered.
    #[error("its signature is wrong")]
    Signature,
}

/// How a signature is verified.
#[derive(Clone, Copy)]
enum Method {
    Rsa(&'static RsaParameters),
    /// The algorithm, its curve, and the bytes of a coordinate.
    Curve(&'static EcdsaVerificationAlgorithm, &'static str, usize),
    Edwards,
}

impl Method {
    /// Source: RFC 7518 §3.1, RFC 8037 §3.1.
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rsa(&RSA_PKCS1_2048_8192_SHA256),
            "RS384" => Self::Rsa(&RSA_PKCS1_2048_8192_SHA384),
            "RS512" => Self::Rsa(&RSA_PKCS1_2048_8192_SHA512),
            "PS256" => Self::Rsa(&RSA_PSS_2048_8192_SHA256),
            "PS384" => Self::Rsa(&RSA_PSS_2048_8192_SHA384),
            "PS512" => Self::Rsa(&RSA_PSS_2048_8192_SHA512),
            "ES256" => Self::Curve(&ECDSA_P256_SHA256_FIXED, "P-256", 32),
            "ES384" => Self::Curve(&ECDSA_P384_SHA384_FIXED, "P-384", 48),
            "EdDSA" => Self::Edwards,
            _ => return None,
        })
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

impl KeySet {
    /// Reads a key set; keys of shapes that nobody here knows are left out.
    ///
    /// `None`: it is no key set.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let set: Value = serde_json::from_slice(bytes).ok()?;
        let keys = set.get("keys")?.as_array()?.iter();
        let keys = keys.filter_map(|key| Jwk::deserialize(key).ok()).take(JWKS_KEYS_MAX);
        Some(Self { keys: keys.collect() })
    }

    /// Returns the claims of a token that one of the keys has signed.
    ///
    /// # Errors
    /// [`JwsError`].
    ///
    /// # Cost
    /// A signature's verification: 30 to 150 µs a key that fits, and usually one does.
    pub fn verified(&self, token: &str) -> Result<Map<String, Value>, JwsError> {
        if token.len() > FOREIGN_TOKEN_BYTES_MAX {
            return Err(JwsError::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(JwsError::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(JwsError::Malformed)?;
        let header: Header = parsed(header)?;
        let method = Method::named(&header.alg).ok_or(JwsError::Algorithm)?;
        // Whoever does not understand a critical extension must refuse. Source: RFC 7515 §4.1.11.
        if header.crit.is_some() {
            return Err(JwsError::Algorithm);
        }
        let signature = decoded(signature)?;
        let mut fitting = self.keys.iter().filter(|key| key.fits(&header, method)).peekable();
        if fitting.peek().is_none() {
            return Err(JwsError::UnknownKey);
        }
        if !fitting.any(|key| key.has_signed(method, signed.as_bytes(), &signature)) {
            return Err(JwsError::Signature);
        }
        parsed(claims)
    }
}

impl Jwk {
    /// Tells whether the key is of the method's kind and may be the one that is named.
    fn fits(&self, header: &Header, method: Method) -> bool {
        let is_of_kind = match method {
            Method::Rsa(_) => self.kty == "RSA",
            Method::Curve(_, curve, _) => self.kty == "EC" && self.crv.as_deref() == Some(curve),
            Method::Edwards => self.kty == "OKP" && self.crv.as_deref() == Some("Ed25519"),
        };
        let agrees = |own: Option<&String>, other: &str| own.is_none_or(|own| own == other);
        let is_named = header.kid.as_ref().is_none_or(|kid| agrees(self.kid.as_ref(), kid));
        is_of_kind
            && is_named
            && agrees(self.alg.as_ref(), &header.alg)
            && agrees(self.usage.as_ref(), "sig")
    }

    fn has_signed(&self, method: Method, message: &[u8], signature: &[u8]) -> bool {
        self.verify(method, message, signature).is_some()
    }

    fn verify(&self, method: Method, message: &[u8], signature: &[u8]) -> Option<()> {
        let part = |part: &Option<String>| decoded(part.as_deref()?).ok();
        match method {
            Method::Rsa(parameters) => {
                let (n, e) = (part(&self.n)?, part(&self.e)?);
                let key = RsaPublicKeyComponents { n: without_zeros(&n), e: without_zeros(&e) };
                key.verify(parameters, message, signature).ok()
            }
            Method::Curve(algorithm, _, length) => {
                let (x, y) = (part(&self.x)?, part(&self.y)?);
                if x.len() != length || y.len() != length {
                    return None;
                }
                let point = [&[0x04], x.as_slice(), y.as_slice()].concat();
                UnparsedPublicKey::new(algorithm, point).verify(message, signature).ok()
            }
            Method::Edwards => {
                UnparsedPublicKey::new(&ED25519, part(&self.x)?).verify(message, signature).ok()
            }
        }
    }
}

/// Takes off what some providers write before a number, and `ring` refuses.
fn without_zeros(number: &[u8]) -> &[u8] {
    let first = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    number.get(first..).unwrap_or_default()
}

fn decoded(part: &str) -> Result<Vec<u8>, JwsError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_letters| JwsError::Malformed)
}

fn parsed<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, JwsError> {
    serde_json::from_slice(&decoded(part)?).map_err(|_shape| JwsError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Source: RFC 7515, appendix A.2.
    const RSA_KEY: &str = r#"{"keys":[{"kty":"RSA","kid":"rfc","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}]}"#;
    const RSA_TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    /// Source: RFC 8037, appendix A.4.
    const EDWARDS_KEY: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    const EDWARDS_TOKEN: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

    fn keys(text: &str) -> KeySet {
        KeySet::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn the_standards_own_example_is_believed() {
        let claims = keys(RSA_KEY).verified(RSA_TOKEN).unwrap();
        assert_eq!(claims["iss"], "joe");
        // The example signs a sentence, which is no claims: the signature was believed.
        assert_eq!(keys(EDWARDS_KEY).verified(EDWARDS_TOKEN), Err(JwsError::Malformed));
    }

    #[test]
    fn altered_tokens_are_not() {
        let (signed, signature) = RSA_TOKEN.rsplit_once('.').unwrap();
        let (header, _) = signed.split_once('.').unwrap();
        let other = URL_SAFE_NO_PAD.encode(r#"{"iss":"eva"}"#);
        let keys = keys(RSA_KEY);
        let swapped = format!("{header}.{other}.{signature}");
        assert_eq!(keys.verified(&swapped), Err(JwsError::Signature));
        for bad in ["", ".", "..", "a.b", "a.b.c", &"a.".repeat(20_000)] {
            assert_eq!(keys.verified(bad), Err(JwsError::Malformed));
        }
        let edwards = EDWARDS_TOKEN.replace(".hgyY", ".hgyZ");
        assert_eq!(self::keys(EDWARDS_KEY).verified(&edwards), Err(JwsError::Signature));
    }

    #[test]
    fn algorithms_that_prove_nothing_are_not_in_the_table() {
        let (signed, signature) = RSA_TOKEN.rsplit_once('.').unwrap();
        let (_, claims) = signed.split_once('.').unwrap();
        for (header, error) in [
            (r#"{"alg":"none"}"#, JwsError::Algorithm),
            (r#"{"alg":"HS256"}"#, JwsError::Algorithm),
            (r#"{"alg":"RS256","crit":["b64"]}"#, JwsError::Algorithm),
            (r#"{"alg":"ES256"}"#, JwsError::UnknownKey),
            (r#"{"alg":"RS256","kid":"other"}"#, JwsError::UnknownKey),
            (r#"{"alg":"PS256"}"#, JwsError::Signature),
        ] {
            let token = format!("{}.{claims}.{signature}", URL_SAFE_NO_PAD.encode(header));
            assert_eq!(keys(RSA_KEY).verified(&token), Err(error), "{header}");
        }
    }

    #[test]
    fn keys_for_something_else_do_not_count() {
        for (from, to) in [
            (r#""kty":"RSA""#, r#""kty":"RSA","use":"enc""#),
            (r#""kty":"RSA""#, r#""kty":"RSA","alg":"RS512""#),
            (r#""kty":"RSA""#, r#""kty":"oct""#),
        ] {
            let keys = keys(&RSA_KEY.replace(from, to));
            assert_eq!(keys.verified(RSA_TOKEN), Err(JwsError::UnknownKey), "{to}");
        }
        assert!(KeySet::parse(b"{\"keys\":{}}").is_none());
        assert!(KeySet::parse(b"no").is_none());
    }
}
