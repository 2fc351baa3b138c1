//! Signatures and derived keys, all of them HMAC-SHA256.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// An HMAC-SHA256 key whose first block is already absorbed.
#[derive(Clone)]
pub struct HmacKey(Hmac<Sha256>);

impl HmacKey {
    /// Takes a key of any length.
    ///
    /// # Panics
    /// Never: HMAC takes every length.
    #[must_use]
    #[expect(clippy::expect_used, reason = "RFC 2104: HMAC takes keys of every length")]
    pub fn new(key: &[u8]) -> Self {
        Self(Hmac::new_from_slice(key).expect("HMAC takes every key"))
    }

    /// Derives the key of one purpose from a secret; `label` names the purpose.
    ///
    /// Source: RFC 5869 (HKDF with SHA-256, without salt).
    ///
    /// # Panics
    /// Never: 32 bytes are within what HKDF gives.
    #[must_use]
    #[expect(clippy::expect_used, reason = "RFC 5869: up to 255 blocks may be asked for")]
    pub fn derived(secret: &[u8], label: &str) -> Self {
        let mut key = [0; 32];
        let derived = Hkdf::<Sha256>::new(None, secret).expand(label.as_bytes(), &mut key);
        derived.expect("32 bytes are one block");
        Self::new(&key)
    }

    /// Signs a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    /// Tells in constant time whether `signature` is the message's.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let mut mac = self.0.clone();
        mac.update(message);
        mac.verify_slice(signature).is_ok()
    }
}

/// Compares secrets without telling by its time where they differ.
#[must_use]
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signature_is_rfc_4231s() {
        // RFC 4231, test case 2.
        let key = HmacKey::new(b"Jefe");
        let signature = key.sign(b"what do ya want for nothing?");
        assert_eq!(signature[..4], [0x5b, 0xdc, 0xc1, 0x46]);
        assert!(key.verify(b"what do ya want for nothing?", &signature));
        assert!(!key.verify(b"what do ya want for nothing!", &signature));
        assert!(!key.verify(b"what do ya want for nothing?", &signature[..31]));
    }

    #[test]
    fn derived_keys_differ_by_label_and_from_the_secret() {
        let secret = b"0123456789abcdef0123456789abcdef";
        let keys = ["one 1", "one 2"].map(|label| HmacKey::derived(secret, label).sign(b""));
        assert_ne!(keys[0], keys[1]);
        assert_ne!(keys[0], HmacKey::new(secret).sign(b""));
    }
}
