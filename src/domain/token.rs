//! Bearer tokens and their hashes.
//!
//! A token exists in a cookie, a link or an answer; the database holds its
//! SHA-256 alone, so a stolen database opens nothing.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::base::bounds::{TOKEN_BYTES_MAX, TOKEN_LENGTH};
use crate::base::entropy::Entropy;

/// A secret that proves a session or opens a link. Never logged: `Debug` masks it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Draws a new token of 256 bits.
    #[must_use]
    pub fn draw(entropy: &Entropy) -> Self {
        Self(entropy.text(TOKEN_LENGTH))
    }

    /// Takes what a caller presented. Any text is a token; most are nobody's, and one that
    /// is longer than any of ours is the empty one, which is nobody's either.
    #[must_use]
    pub fn presented(text: impl Into<String>) -> Self {
        let text = text.into();
        Self(if text.len() > TOKEN_BYTES_MAX { String::new() } else { text })
    }

    /// Returns the text that travels.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the SHA-256 under which the database knows the token.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(********)")
    }
}

/// SHA-256 of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    /// Reads what [`TokenHash::hex`] wrote; `None`: it is something else.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
        }
        (text.len() == 64).then_some(Self(bytes))
    }

    /// Returns the hash in lower-case hexadecimal, 64 characters.
    #[must_use]
    pub fn hex(&self) -> String {
        use std::fmt::Write as _;
        self.0.iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}
