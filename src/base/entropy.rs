//! The one source of randomness: the operating system's, or a seed in tests.

use std::sync::{Arc, Mutex, PoisonError};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::clock::Millis;

/// The alphabet of identifiers and tokens, in ASCII order so that ids sort by time.
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Random bytes for tokens, salts and identifiers.
#[derive(Clone, Debug)]
pub enum Entropy {
    /// The operating system's generator.
    System,
    /// A repeatable stream, for tests alone.
    Seeded(Arc<Mutex<ChaCha20Rng>>),
}

impl Entropy {
    /// Makes a repeatable stream from `seed`.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    /// Returns `N` random bytes.
    ///
    /// # Panics
    /// When the operating system has no randomness: nothing may go on without it.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
    #[expect(clippy::expect_used, reason = "a server without randomness must not answer")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Self::System => {
                getrandom::fill(&mut bytes).expect("the system gives random bytes");
            }
            Self::Seeded(stream) => {
                stream.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
            }
        }
        bytes
    }

    /// Returns `length` characters of `[0-9A-Za-z]`, each worth 5.95 bits.
    #[must_use]
    pub fn text(&self, length: usize) -> String {
        let mut text = String::with_capacity(length);
        while text.len() < length {
            // 248 is the largest multiple of 62 in a byte: below it every letter is as likely.
            let fresh = self.bytes::<64>();
            let letters = fresh.iter().filter(|byte| **byte < 248);
            let wanted = length - text.len();
            text.extend(letters.take(wanted).map(|byte| letter(u128::from(*byte))));
        }
        text
    }

    /// Returns an identifier that sorts by time: `prefix`, then 22 characters of
    /// 48 bits of milliseconds and 80 random bits.
    #[must_use]
    pub fn id(&self, prefix: &str, now: Millis) -> String {
        let mut bytes = [0; 16];
        let millis = u64::try_from(now.0).unwrap_or(0).to_be_bytes();
        let random = self.bytes::<10>();
        for (slot, byte) in bytes.iter_mut().zip(millis.into_iter().skip(2).chain(random)) {
            *slot = byte;
        }
        let mut rest = u128::from_be_bytes(bytes);
        let mut letters = ['0'; 22];
        for slot in letters.iter_mut().rev() {
            *slot = letter(rest);
            rest /= 62;
        }
        prefix.chars().chain(letters).collect()
    }
}

fn letter(number: u128) -> char {
    let index = usize::try_from(number % 62).unwrap_or(0);
    char::from(ALPHABET.get(index).copied().unwrap_or(b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_is_fixed_width_and_sorts_by_time() {
        let entropy = Entropy::seeded(1);
        let ids: Vec<_> =
            (0..50).map(|n| entropy.id("usr_", Millis(1_700_000_000_000 + n))).collect();
        assert!(ids.iter().all(|id| id.len() == 26));
        assert!(ids.is_sorted());
    }

    #[test]
    fn text_uses_the_whole_alphabet_and_nothing_else() {
        let text = Entropy::seeded(2).text(20_000);
        assert!(text.bytes().all(|byte| ALPHABET.contains(&byte)));
        assert!(ALPHABET.iter().all(|letter| text.as_bytes().contains(letter)));
    }
}
