//! A finished card, and the names of cards.

use std::fmt;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

/// Names a card by what it is made of; two cards of one name are equal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key([u8; 16]);

impl Key {
    /// Names the card that a description makes under a digest of everything else.
    #[must_use]
    pub fn of(digest: &[u8; 32], description: &str) -> Self {
        Self(half(Sha256::new().chain_update(digest).chain_update(description).finalize().into()))
    }

    /// Reads a name as [`fmt::Display`] writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        hex(text).map(Self)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The first half of the SHA-256 of a card's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checksum([u8; 16]);

impl Checksum {
    /// Sums up bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(half(Sha256::digest(bytes).into()))
    }

    /// Reads a sum as [`fmt::Display`] writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        hex(text).map(Self)
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Key(self.0).fmt(f)
    }
}

/// A card that can be sent.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The JPEG.
    pub jpeg: Bytes,
    /// Its sum.
    pub checksum: Checksum,
    /// The sum as a strong validator of HTTP, written once: cards are asked for often.
    pub etag: Bytes,
}

impl Drawn {
    /// Takes a JPEG.
    #[must_use]
    pub fn new(jpeg: Vec<u8>) -> Self {
        let checksum = Checksum::of(&jpeg);
        Self { checksum, etag: Bytes::from(format!("\"{checksum}\"")), jpeg: Bytes::from(jpeg) }
    }
}

fn half(whole: [u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut().zip(whole).for_each(|(slot, byte)| *slot = byte);
    half
}

fn hex(text: &str) -> Option<[u8; 16]> {
    if text.len() != 32 || !text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    u128::from_str_radix(text, 16).ok().map(u128::to_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        let key = Key::of(&[7; 32], "title=a");
        assert!(Key::parse(&key.to_string()) == Some(key));
        assert!(key != Key::of(&[8; 32], "title=a") && key != Key::of(&[7; 32], "title=b"));
        for wrong in ["", "..", &"g".repeat(32), &"A".repeat(32), &"a".repeat(33)] {
            assert!(Key::parse(wrong).is_none(), "{wrong}");
        }
        assert_eq!(Checksum::of(b"").to_string(), "e3b0c44298fc1c149afbf4c8996fb924");
    }
}
