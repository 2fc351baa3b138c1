//! Secrets in force, and the keys that are made of them.
//!
//! The current secret signs and seals; what an earlier one has signed or sealed is still
//! honoured. The current one is tried first, so that nothing costs more while nothing is
//! old, and there are few of them (`PREVIOUS_SECRETS_MAX`), so that whoever brings a
//! forgery pays for a handful of hashes.

use super::crypto::{HmacKey, SealKey};
use super::entropy::Entropy;
use super::secret::Secret;
use super::shelf::hex;

/// What is signed to make a fingerprint.
const FINGERPRINT_OF: &[u8] = b"antesala archive, auth.secret";

/// Bytes of a fingerprint.
const FINGERPRINT_BYTES: usize = 16;

/// The secret that signs, and those that are honoured beside it.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// Signs and seals.
    pub current: Secret<String>,
    /// Verify and open, in this order.
    pub previous: Vec<Secret<String>>,
}

impl Secrets {
    /// Makes the keys of one purpose.
    #[must_use]
    pub fn keys<K>(&self, make: impl Fn(&[u8]) -> K) -> Ring<K> {
        let key = |secret: &Secret<String>| make(secret.expose().as_bytes());
        Ring { current: key(&self.current), previous: self.previous.iter().map(key).collect() }
    }

    /// Lists every secret in force, the current one first.
    pub fn all(&self) -> impl Iterator<Item = &Secret<String>> {
        std::iter::once(&self.current).chain(&self.previous)
    }

    /// Lists the fingerprint of each, the current one's first.
    #[must_use]
    pub fn fingerprints(&self) -> Vec<String> {
        self.all().map(fingerprint).collect()
    }
}

/// Returns 32 hexadecimal digits that tell one secret from another and give nothing away
/// of 256 random bits.
#[must_use]
pub fn fingerprint(secret: &Secret<String>) -> String {
    let signature = HmacKey::new(secret.expose().trim().as_bytes()).sign(FINGERPRINT_OF);
    hex(signature.get(..FINGERPRINT_BYTES).unwrap_or_default())
}

/// The keys of one purpose, one for each secret in force.
#[derive(Clone)]
pub struct Ring<K> {
    current: K,
    previous: Vec<K>,
}

impl<K> Ring<K> {
    /// Returns the key of the `n`th secret in force, the current one's at 0.
    #[must_use]
    pub fn get(&self, n: usize) -> Option<&K> {
        n.checked_sub(1).map_or(Some(&self.current), |n| self.previous.get(n))
    }

    /// Returns the key that signs and seals.
    #[must_use]
    pub const fn current(&self) -> &K {
        &self.current
    }

    /// Lists every key, the current one first.
    pub fn all(&self) -> impl Iterator<Item = &K> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

impl Ring<HmacKey> {
    /// Signs a message with the current key.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 32] {
        self.current.sign(message)
    }

    /// Tells whether any key in force has signed a message; each is compared in constant
    /// time.
    ///
    /// # Cost
    /// One hash for what is signed now, one more for each secret before it otherwise.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.current.verify(message, signature)
            || self.previous.iter().any(|key| key.verify(message, signature))
    }
}

/// A text that was sealed, open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// With the current key.
    Current(String),
    /// With an earlier one: it can be sealed anew.
    Previous(String),
}

impl Opened {
    /// Returns the text.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Current(text) | Self::Previous(text) => text,
        }
    }
}

impl Ring<SealKey> {
    /// Seals a text with the current key, as [`SealKey::seal`].
    #[must_use]
    pub fn seal(&self, text: &str, context: &str, entropy: &Entropy) -> Vec<u8> {
        self.current.seal(text, context, entropy)
    }

    /// Opens what any key in force has sealed for `context`; `None` when none has.
    #[must_use]
    pub fn open(&self, sealed: &[u8], context: &str) -> Option<Opened> {
        if let Some(text) = self.current.open(sealed, context) {
            return Some(Opened::Current(text));
        }
        self.previous.iter().find_map(|key| key.open(sealed, context)).map(Opened::Previous)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(current: &str, previous: &[&str]) -> Secrets {
        let secret = |text: &&str| Secret::new((*text).to_owned());
        Secrets { current: secret(&current), previous: previous.iter().map(secret).collect() }
    }

    #[test]
    fn what_an_earlier_secret_signed_is_honoured_until_it_is_gone() {
        let before = secrets("uno", &[]).keys(HmacKey::new);
        let signature = before.sign(b"texto");
        let after = secrets("dos", &["cero", "uno"]).keys(HmacKey::new);
        assert!(after.verify(b"texto", &signature) && !after.verify(b"Texto", &signature));
        assert!(after.verify(b"texto", &after.sign(b"texto")));
        assert!(!before.verify(b"texto", &after.sign(b"texto")));
        assert!(!secrets("dos", &["cero"]).keys(HmacKey::new).verify(b"texto", &signature));
    }

    #[test]
    fn opened_text_tells_whether_it_can_be_sealed_anew() {
        let key = |bytes: &[u8]| SealKey::derive(bytes, "prueba");
        let (before, entropy) = (secrets("uno", &[]).keys(key), Entropy::seeded(1));
        let sealed = before.seal("ficha", "sitio", &entropy);
        let after = secrets("dos", &["uno"]).keys(key);
        assert_eq!(before.open(&sealed, "sitio"), Some(Opened::Current("ficha".into())));
        assert_eq!(after.open(&sealed, "sitio"), Some(Opened::Previous("ficha".into())));
        assert_eq!(after.open(&sealed, "otro"), None);
        let anew = after.seal("ficha", "sitio", &entropy);
        assert_eq!(after.open(&anew, "sitio"), Some(Opened::Current("ficha".into())));
    }

    #[test]
    fn keys_are_found_by_their_secrets_place() {
        let keys = secrets("uno", &["dos"]).keys(<[u8]>::to_vec);
        assert_eq!(keys.get(0), Some(&b"uno".to_vec()));
        assert_eq!(keys.get(1), Some(&b"dos".to_vec()));
        assert_eq!(keys.get(2), None);
    }

    #[test]
    fn fingerprint_is_the_secrets_own_and_forgives_a_line_break() {
        let one = fingerprint(&Secret::new("uno".to_owned()));
        assert_eq!(one.len(), 32);
        assert_eq!(one, fingerprint(&Secret::new("uno\n".to_owned())));
        assert_ne!(one, fingerprint(&Secret::new("dos".to_owned())));
    }
}
