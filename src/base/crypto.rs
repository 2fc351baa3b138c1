//! Signatures, derived keys, and the sealing of what must be read again.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, Nonce, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::entropy::Entropy;

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

/// Derives a key of 256 bits for one purpose from `secret`.
///
/// Source: RFC 5869 (HKDF-SHA256), the purpose as `info`.
///
/// # Panics
/// Never: HKDF gives up to 8,160 bytes.
#[must_use]
#[expect(clippy::expect_used, reason = "RFC 5869: 32 bytes are within HKDF's 8,160")]
pub fn derive(secret: &[u8], purpose: &str) -> [u8; 32] {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, secret).expand(purpose.as_bytes(), &mut key).expect("within bounds");
    key
}

/// Bytes of the nonce before a sealed text.
const NONCE_BYTES: usize = 12;

/// A key that seals what only this program shall read again.
///
/// Source: RFC 8439 (ChaCha20-Poly1305); the random nonce allows 2^32 texts a key.
#[derive(Clone)]
pub struct SealKey(ChaCha20Poly1305);

impl SealKey {
    /// Derives the key for one purpose from `secret`.
    #[must_use]
    pub fn derive(secret: &[u8], purpose: &str) -> Self {
        Self(ChaCha20Poly1305::new(&derive(secret, purpose).into()))
    }

    /// Derives the key of a token that was drawn here, is spent once and stored nowhere: what
    /// it seals outlives no secret, and no rotation has to find it.
    #[must_use]
    pub fn of_token(token: &str) -> Self {
        Self::derive(token.as_bytes(), "antesala token")
    }

    /// Seals `text` for the place named `context`: nonce, ciphertext, tag.
    ///
    /// # Panics
    /// Never: a text in memory is far below the cipher's 256 GiB.
    #[must_use]
    #[expect(clippy::expect_used, reason = "RFC 8439: the bound is 256 GiB")]
    pub fn seal(&self, text: &str, context: &str, entropy: &Entropy) -> Vec<u8> {
        let nonce: [u8; NONCE_BYTES] = entropy.bytes();
        let payload = Payload { msg: text.as_bytes(), aad: context.as_bytes() };
        let sealed = self.0.encrypt(&Nonce::from(nonce), payload).expect("the text is short");
        nonce.into_iter().chain(sealed).collect()
    }

    /// Opens what [`SealKey::seal`] sealed for `context`; `None` when it is not that.
    #[must_use]
    pub fn open(&self, sealed: &[u8], context: &str) -> Option<String> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        let text = self.0.decrypt(&Nonce::from(nonce), payload).ok()?;
        String::from_utf8(text).ok()
    }
}

/// Bytes of the nonce before what Better Auth sealed.
const FOREIGN_NONCE_BYTES: usize = 24;

/// Opens what Better Auth sealed with its secret; `None` when it is not that.
///
/// Source: better-auth 1.7.25, `crypto/index.ts`: XChaCha20-Poly1305 under the SHA-256 of
/// the secret, nonce, ciphertext, tag.
#[must_use]
pub fn open_foreign(secret: &[u8], sealed: &[u8]) -> Option<String> {
    let (nonce, sealed) = sealed.split_at_checked(FOREIGN_NONCE_BYTES)?;
    let nonce: [u8; FOREIGN_NONCE_BYTES] = nonce.try_into().ok()?;
    let key: [u8; 32] = Sha256::digest(secret).into();
    let cipher = XChaCha20Poly1305::new(&key.into());
    String::from_utf8(cipher.decrypt(&XNonce::from(nonce), sealed).ok()?).ok()
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
    fn sealed_text_opens_at_its_place_alone() {
        let (key, entropy) = (SealKey::derive(b"secret", "a"), Entropy::seeded(1));
        let sealed = key.seal("token", "out_1", &entropy);
        assert_eq!(key.open(&sealed, "out_1").as_deref(), Some("token"));
        assert_eq!(key.open(&sealed, "out_2"), None);
        assert_eq!(SealKey::derive(b"secret", "b").open(&sealed, "out_1"), None);
        let mut altered = sealed.clone();
        altered[15] ^= 1;
        assert_eq!(key.open(&altered, "out_1"), None);
        assert_eq!(key.open(&sealed[..11], "out_1"), None);
        assert!(!sealed.windows(5).any(|window| window == b"token"));
    }

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
