//! Firebase's scrypt: the derived key encrypts a key of the project, and the outcome is
//! the hash.
//!
//! Each hash is stored with the project's parameters, since nothing else says to which
//! project it belongs. It verifies once and is made anew. Source: github.com/firebase/scrypt.

use aes::Aes256;
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit as _, StreamCipher as _};

use crate::base::crypto;

/// How a stored hash of this format begins.
pub const PREFIX: &str = "$firebase-scrypt$";

/// Largest memory cost and block size: together 64 MiB, four times what Firebase uses.
const MEM_COST_MAX: u8 = 15;
const ROUNDS_MAX: u32 = 16;

/// Most bytes of any part of a hash; Firebase's have 64 at the most.
const PART_BYTES_MAX: usize = 128;

/// What Firebase's console shows as a project's password hash parameters.
#[derive(Clone)]
pub struct FirebaseParameters {
    /// `base64_signer_key`.
    pub signer_key: String,
    /// `base64_salt_separator`.
    pub salt_separator: String,
    /// `rounds`, which is scrypt's block size.
    pub rounds: u32,
    /// `mem_cost`, the logarithm of scrypt's cost.
    pub mem_cost: u8,
}

impl FirebaseParameters {
    /// Writes a person's hash and salt down as we store them.
    ///
    /// `None`: a part is no base64, or costs more than it may.
    #[must_use]
    pub fn stored(&self, hash: &str, salt: &str) -> Option<String> {
        let Self { signer_key, salt_separator, rounds, mem_cost } = self;
        let stored =
            format!("{PREFIX}ln={mem_cost},r={rounds}${salt}${salt_separator}${signer_key}${hash}");
        FirebaseHash::read(&stored).map(|_readable| stored)
    }
}

/// The signer key stays out of logs.
impl std::fmt::Debug for FirebaseParameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FirebaseParameters(********)")
    }
}

/// A stored hash, read and within its bounds.
pub struct FirebaseHash {
    params: scrypt::Params,
    salt: Vec<u8>,
    signer_key: Vec<u8>,
    hash: Vec<u8>,
}

impl FirebaseHash {
    /// Reads what [`FirebaseParameters::stored`] wrote.
    #[must_use]
    pub fn read(stored: &str) -> Option<Self> {
        let mut parts = stored.strip_prefix(PREFIX)?.split('$');
        let (mem_cost, rounds) = parts.next()?.strip_prefix("ln=")?.split_once(",r=")?;
        let (mem_cost, rounds): (u8, u32) = (mem_cost.parse().ok()?, rounds.parse().ok()?);
        if mem_cost > MEM_COST_MAX || rounds > ROUNDS_MAX {
            return None;
        }
        let params = scrypt::Params::new(mem_cost, rounds, 1).ok()?;
        let mut bytes = || base64(parts.next()?);
        let (salt, separator, signer_key, hash) = (bytes()?, bytes()?, bytes()?, bytes()?);
        let is_whole = !hash.is_empty() && hash.len() == signer_key.len() && parts.next().is_none();
        is_whole.then(|| Self { params, salt: [salt, separator].concat(), signer_key, hash })
    }

    /// Returns a hash of nothing with the parameters of a stored one.
    #[must_use]
    pub fn decoy_of(stored: &str) -> Option<String> {
        let read = Self::read(stored)?;
        let costs = stored.strip_prefix(PREFIX)?.split('$').next()?;
        let (salt, key) = (zeros(16), zeros(read.signer_key.len()));
        Some(format!("{PREFIX}{costs}${salt}$${key}${key}"))
    }

    /// Tells whether the password belongs to the hash; `None`: nobody can tell.
    #[must_use]
    pub fn matches(&self, password: &str) -> Option<bool> {
        let mut key = [0; 64];
        scrypt::scrypt(password.as_bytes(), &self.salt, &self.params, &mut key).ok()?;
        let mut cipher = Ctr128BE::<Aes256>::new_from_slices(key.get(..32)?, &[0; 16]).ok()?;
        let mut encrypted = self.signer_key.clone();
        cipher.try_apply_keystream(&mut encrypted).ok()?;
        Some(crypto::equal(&encrypted, &self.hash))
    }
}

fn zeros(count: usize) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD_NO_PAD.encode(vec![0; count])
}

/// Decodes either alphabet: the console shows one and exports have the other.
fn base64(text: &str) -> Option<Vec<u8>> {
    use ::base64::Engine as _;
    let plain = text.trim_end_matches('=').replace('-', "+").replace('_', "/");
    let bytes = ::base64::engine::general_purpose::STANDARD_NO_PAD.decode(plain).ok()?;
    (bytes.len() <= PART_BYTES_MAX).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Firebase's own tool.
    #[test]
    fn hash_of_firebases_example_matches() {
        let parameters = FirebaseParameters {
            signer_key: String::from(
                "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
            ),
            salt_separator: String::from("Bw=="),
            rounds: 8,
            mem_cost: 14,
        };
        let hash = "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";
        let stored = parameters.stored(hash, "42xEC+ixf3L2lw==").unwrap();
        let read = FirebaseHash::read(&stored).unwrap();
        assert_eq!(read.matches("user1password"), Some(true));
        assert_eq!(read.matches("user2password"), Some(false));
        let dear = FirebaseParameters { mem_cost: 16, ..parameters.clone() };
        assert_eq!(dear.stored(hash, "42xEC+ixf3L2lw=="), None);
        assert_eq!(parameters.stored("%%%", "42xEC+ixf3L2lw=="), None);
    }
}
