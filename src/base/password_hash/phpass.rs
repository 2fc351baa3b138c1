//! phpass, `WordPress`'s and `phpBB`'s hash of before: MD5 over and over.
//!
//! Source: openwall.com/phpass, PasswordHash.php 0.5: `$P$` (`$H$` in phpBB), a letter
//! for the logarithm of the rounds, eight letters of salt, 22 of the outcome.

use md5::{Digest as _, Md5};

use crate::base::crypto;

/// The letters of its base64, least significant bits first.
const LETTERS: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// How hashes begin.
pub const PREFIXES: [&str; 2] = ["$P$", "$H$"];

/// Logarithms of rounds that phpass itself makes; 2^18 take a tenth of a second.
const LOG_ROUNDS: std::ops::RangeInclusive<u32> = 7..=18;

/// A hash of phpass, read and within its bounds.
pub struct PhpassHash {
    /// The logarithm of the rounds, as its letter.
    pub letter: char,
    log_rounds: u32,
    salt: String,
    outcome: String,
}

impl PhpassHash {
    /// Reads a hash; `None` when it is none, or costs more than it may.
    pub fn read(stored: &str) -> Option<Self> {
        let rest = PREFIXES.iter().find_map(|prefix| stored.strip_prefix(prefix))?;
        let is_letters = rest.len() == 31 && rest.bytes().all(|byte| LETTERS.contains(&byte));
        if !is_letters {
            return None;
        }
        let letter = rest.chars().next()?;
        let place = LETTERS.iter().position(|known| char::from(*known) == letter)?;
        let log_rounds = u32::try_from(place).ok().filter(|log| LOG_ROUNDS.contains(log))?;
        let (salt, outcome) = (rest.get(1..9)?.to_owned(), rest.get(9..)?.to_owned());
        Some(Self { letter, log_rounds, salt, outcome })
    }

    /// Tells whether the password belongs to the hash.
    pub fn matches(&self, password: &str) -> bool {
        let round =
            |before: &[u8]| Md5::new().chain_update(before).chain_update(password).finalize();
        let mut digest = round(self.salt.as_bytes());
        for _round in 0..1_u32 << self.log_rounds {
            digest = round(&digest);
        }
        crypto::equal(letters(&digest).as_bytes(), self.outcome.as_bytes())
    }
}

fn letters(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let value =
            chunk.iter().rev().fold(0_usize, |value, byte| (value << 8) | usize::from(*byte));
        for place in 0..=chunk.len() {
            let letter = LETTERS.get((value >> (6 * place)) & 63);
            text.extend(letter.map(|letter| char::from(*letter)));
        }
    }
    text
}
