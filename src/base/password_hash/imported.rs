//! Hashes that people bring from elsewhere, read and compared: bcrypt, PBKDF2, scrypt and
//! phpass, however a framework writes them. Each verifies once and is made anew.
//!
//! Costs are bounded: a stored hash is hostile input too. How each is written, `notation`
//! knows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::firebase::{self, FirebaseHash};
use super::notation;
use super::phpass::PhpassHash;
use crate::base::{crypto, shelf};

/// Most rounds of a PBKDF2 hash; OWASP asks for 600,000 of SHA-256, 1,300,000 of SHA-1.
const PBKDF2_ROUNDS_MAX: u32 = 2_000_000;

/// Highest bcrypt cost: 2^15 rounds take about two seconds.
const BCRYPT_COST_MAX: u32 = 15;

/// Most blocks of 128 bytes that a scrypt hash may fill: 128 MiB, OWASP's first choice.
const SCRYPT_BLOCKS_MAX: u64 = 1 << 20;

/// Most times that it may fill them; Django's hashes have five.
const SCRYPT_LANES_MAX: u32 = 16;

/// Bytes of a hash's outcome, and most of its salt.
const OUTCOME_BYTES: std::ops::RangeInclusive<usize> = 16..=64;
const SALT_BYTES_MAX: usize = 128;

/// The function inside PBKDF2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inner {
    /// As WPA2 and old frameworks have it.
    Sha1,
    /// As most have it.
    Sha256,
    /// As Node and passlib may have it.
    Sha512,
}

/// What a framework does with a password before bcrypt, which takes 72 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Before {
    /// Nothing.
    Nothing,
    /// SHA-256 in hexadecimal, as Django.
    Hexadecimal,
    /// SHA-256 in base64, as passlib's first version.
    Base64,
    /// HMAC of SHA-256 under the salt in base64, as passlib's second.
    Keyed(String),
}

/// What a hash was made with, beside the password.
#[derive(Debug)]
pub struct Derived {
    /// The salt.
    pub salt: Vec<u8>,
    /// The outcome.
    pub expected: Vec<u8>,
}

/// A hash from elsewhere, read and not yet compared.
pub enum Imported {
    /// bcrypt, in its own notation.
    Bcrypt { hash: String, before: Before },
    /// PBKDF2.
    Pbkdf2 { inner: Inner, rounds: u32, derived: Derived },
    /// Firebase's scrypt.
    Firebase(FirebaseHash),
    /// scrypt; `log_n` is the logarithm of its cost.
    Scrypt { log_n: u8, r: u32, p: u32, derived: Derived },
    /// phpass.
    Phpass(PhpassHash),
}

/// Reads a hash; `None` when its format is unknown, or it costs more than it may.
pub fn read(stored: &str) -> Option<Imported> {
    let imported = if stored.starts_with(firebase::PREFIX) {
        Imported::Firebase(FirebaseHash::read(stored)?)
    } else {
        notation::read(stored)?
    };
    imported.is_bounded().then_some(imported)
}

/// Tells whether the password, already composed, belongs to the hash.
pub fn matches(password: &str, stored: &str) -> bool {
    read(stored).and_then(|hash| hash.matches(password)).unwrap_or(false)
}

impl Imported {
    fn is_bounded(&self) -> bool {
        match self {
            Self::Bcrypt { hash, .. } => hash
                .parse()
                .is_ok_and(|parts: bcrypt::HashParts| parts.get_cost() <= BCRYPT_COST_MAX),
            Self::Pbkdf2 { rounds, derived, .. } => {
                (1..=PBKDF2_ROUNDS_MAX).contains(rounds) && derived.is_bounded()
            }
            Self::Scrypt { log_n, r, p, derived } => {
                let n = 1_u64.checked_shl(u32::from(*log_n)).unwrap_or(u64::MAX);
                let is_affordable =
                    n.saturating_mul(u64::from(*r)) <= SCRYPT_BLOCKS_MAX && *p <= SCRYPT_LANES_MAX;
                is_affordable && scrypt::Params::new(*log_n, *r, *p).is_ok() && derived.is_bounded()
            }
            Self::Firebase(_) | Self::Phpass(_) => true,
        }
    }

    fn matches(&self, password: &str) -> Option<bool> {
        match self {
            Self::Bcrypt { hash, before } => {
                bcrypt::verify(before.of(password).as_bytes(), hash).ok()
            }
            Self::Pbkdf2 { inner, rounds, derived } => {
                let mut output = vec![0; derived.expected.len()];
                let (password, salt) = (password.as_bytes(), derived.salt.as_slice());
                match inner {
                    Inner::Sha1 => {
                        pbkdf2::pbkdf2_hmac::<sha1::Sha1>(password, salt, *rounds, &mut output);
                    }
                    Inner::Sha256 => {
                        pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, *rounds, &mut output);
                    }
                    Inner::Sha512 => {
                        pbkdf2::pbkdf2_hmac::<sha2::Sha512>(password, salt, *rounds, &mut output);
                    }
                }
                Some(crypto::equal(&output, &derived.expected))
            }
            Self::Scrypt { log_n, r, p, derived } => {
                let params = scrypt::Params::new(*log_n, *r, *p).ok()?;
                let mut output = vec![0; derived.expected.len()];
                scrypt::scrypt(password.as_bytes(), &derived.salt, &params, &mut output).ok()?;
                Some(crypto::equal(&output, &derived.expected))
            }
            Self::Firebase(hash) => hash.matches(password),
            Self::Phpass(hash) => Some(hash.matches(password)),
        }
    }
}

impl Derived {
    fn is_bounded(&self) -> bool {
        OUTCOME_BYTES.contains(&self.expected.len()) && self.salt.len() <= SALT_BYTES_MAX
    }
}

impl Before {
    fn of(&self, password: &str) -> String {
        let digest = || Sha256::digest(password.as_bytes());
        match self {
            Self::Nothing => password.to_owned(),
            Self::Hexadecimal => shelf::hex(&digest()),
            Self::Base64 => STANDARD.encode(digest()),
            Self::Keyed(salt) => {
                let Ok(mut keyed) = Hmac::<Sha256>::new_from_slice(salt.as_bytes()) else {
                    return String::new();
                };
                keyed.update(password.as_bytes());
                STANDARD.encode(keyed.finalize().into_bytes())
            }
        }
    }
}
