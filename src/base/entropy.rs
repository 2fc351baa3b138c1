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
            text.extend(letters.take(wanted).map(|byte| letter(u64::from(*byte))));
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
        prefix.chars().chain(letters::<22>(u128::from_be_bytes(bytes))).collect()
    }

    /// Returns a short code that sorts by time: 14 characters of 42 bits of
    /// milliseconds since 2020 and 41 random bits.
    ///
    /// Neighbours in time are neighbours in an index: random codes would write a
    /// page of it for each row. Source: measured, half the rate at 300,000 rows.
    #[must_use]
    pub fn code(&self, now: Millis) -> String {
        let millis = u128::try_from(now.0.saturating_sub(CODE_EPOCH_MS)).unwrap_or(0);
        let random = u64::from_be_bytes(self.bytes()) >> (64 - CODE_RANDOM_BITS);
        letters::<14>((millis << CODE_RANDOM_BITS) | u128::from(random)).into_iter().collect()
    }
}

/// 2020-01-01T00:00:00Z; codes are ordered until 2159.
const CODE_EPOCH_MS: i64 = 1_577_836_800_000;

/// Random bits of a code: a guess at a known millisecond hits once in 10^12.
const CODE_RANDOM_BITS: u32 = 41;

/// Letters whose number fits 64 bits, in which dividing is cheap.
const LETTERS_AT_ONCE: usize = 10;

/// Writes a number in base 62, most significant letter first.
fn letters<const N: usize>(mut number: u128) -> [char; N] {
    const BLOCK: u128 = 62_u128.pow(10);
    let mut letters = ['0'; N];
    for block in letters.rchunks_mut(LETTERS_AT_ONCE) {
        let mut rest = u64::try_from(number % BLOCK).unwrap_or(0);
        number /= BLOCK;
        for slot in block.iter_mut().rev() {
            *slot = letter(rest);
            rest /= 62;
        }
    }
    letters
}

fn letter(number: u64) -> char {
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
    fn code_is_fixed_width_sorts_by_time_and_differs_within_a_millisecond() {
        let entropy = Entropy::seeded(3);
        let codes: Vec<_> = (0..50).map(|n| entropy.code(Millis(1_800_000_000_000 + n))).collect();
        assert!(codes.iter().all(|code| code.len() == 14));
        assert!(codes.is_sorted());
        let now = Millis(4_102_444_800_000);
        assert_ne!(entropy.code(now), entropy.code(now));
        assert!(entropy.code(now) > codes[49]);
    }

    #[test]
    fn text_uses_the_whole_alphabet_and_nothing_else() {
        let text = Entropy::seeded(2).text(20_000);
        assert!(text.bytes().all(|byte| ALPHABET.contains(&byte)));
        assert!(ALPHABET.iter().all(|letter| text.as_bytes().contains(letter)));
    }
}
