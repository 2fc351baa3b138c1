//! Password hashes: Argon2id for our own, and every format that people bring.
//!
//! A stored hash is hostile input too: costs beyond the bounds below are a
//! mismatch, not an hour of work. Sources: OWASP Password Storage Cheat Sheet;
//! contract section 4 for Better Auth's scrypt.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use phc::{Output, PasswordHash, Salt};
use unicode_normalization::UnicodeNormalization as _;

use super::crypto;

mod decoy;
mod firebase;
mod imported;
mod notation;
mod phpass;

pub use decoy::{KINDS, decoy_of, kind_of};
pub use firebase::{FirebaseHash, FirebaseParameters};

/// Most memory that a stored Argon2 hash may ask for, in KiB.
const STORED_MEMORY_KIB_MAX: u32 = 256 * 1024;

/// Most passes that a stored Argon2 hash may ask for.
const STORED_ITERATIONS_MAX: u32 = 16;

/// Longest password in bytes that is looked at: of the most units that a setting allows,
/// three bytes each.
const PASSWORD_BYTES_MAX: usize = 4096 * 3;

/// Bytes of a hash.
const OUTPUT_BYTES: usize = 32;

/// What a new hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes.
    pub lanes: u32,
}

/// What a comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password is right.
    Match,
    /// The password is right and its hash should be made anew.
    MatchRehash,
    /// The password is wrong.
    Mismatch,
}

/// Argon2's working memory, kept between hashes: fresh pages cost a tenth more.
#[derive(Default)]
pub struct Memory(Vec<Block>);

impl Memory {
    fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            self.0.resize(count, Block::default());
        }
        self.0.get_mut(..count).unwrap_or_default()
    }
}

/// Hashes a password with Argon2id; returns a PHC string.
///
/// # Errors
/// When the cost is outside Argon2's own range, which the configuration rules out.
pub fn hash(
    password: &str,
    salt: &[u8; 16],
    cost: Cost,
    memory: &mut Memory,
) -> Result<String, argon2::Error> {
    let params = Params::new(cost.memory_kib, cost.iterations, cost.lanes, Some(OUTPUT_BYTES))?;
    let mut output = [0; OUTPUT_BYTES];
    let blocks = memory.blocks(params.block_count());
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    hasher.hash_password_into_with_memory(
        normal(password).as_bytes(),
        salt,
        &mut output,
        blocks,
    )?;
    let Cost { memory_kib, iterations, lanes } = cost;
    let (salt, output) = (base64(salt), base64(&output));
    Ok(format!("$argon2id$v=19$m={memory_kib},t={iterations},p={lanes}${salt}${output}"))
}

/// Compares a password with a stored hash of any known format: composed (NFKC), as our own
/// are, and then as its bytes came.
#[must_use]
pub fn verify(password: &str, stored: &str, cost: Cost, memory: &mut Memory) -> Verdict {
    if password.len() > PASSWORD_BYTES_MAX {
        return Verdict::Mismatch;
    }
    let composed = normal(password);
    let verdict = compared(&composed, stored, cost, memory);
    if verdict != Verdict::Mismatch || composed == password {
        return verdict;
    }
    // Elsewhere a password was hashed as it came: º is no o there. A decoy pays twice too.
    match compared(password, stored, cost, memory) {
        Verdict::Match | Verdict::MatchRehash => Verdict::MatchRehash,
        Verdict::Mismatch => Verdict::Mismatch,
    }
}

fn compared(password: &str, stored: &str, cost: Cost, memory: &mut Memory) -> Verdict {
    if let Some(phc) = phc_of_argon2(stored) {
        let verdict = verify_argon2(password, phc, cost, memory).unwrap_or(Verdict::Mismatch);
        let is_foreign = verdict == Verdict::Match && phc != stored;
        return if is_foreign { Verdict::MatchRehash } else { verdict };
    }
    if imported::matches(password, stored) { Verdict::MatchRehash } else { Verdict::Mismatch }
}

/// Tells whether [`verify`] can say yes to a stored hash, without hashing anything.
///
/// Formats and costs that are refused there are unknown here.
#[must_use]
pub fn is_known(stored: &str) -> bool {
    match phc_of_argon2(stored) {
        Some(phc) => Argon2Hash::read(phc).is_some(),
        None => imported::read(stored).is_some(),
    }
}

/// Returns an Argon2 hash without the name that Django writes before it; `None`: it is none.
fn phc_of_argon2(stored: &str) -> Option<&str> {
    let named = stored.strip_prefix("argon2").filter(|rest| rest.starts_with('$'));
    Some(named.unwrap_or(stored)).filter(|phc| phc.starts_with("$argon2"))
}

/// What a stored Argon2 hash says.
struct Argon2Hash {
    parsed: PasswordHash,
    algorithm: Algorithm,
    version: Version,
    cost: Cost,
}

impl Argon2Hash {
    /// Reads a PHC string; `None` when it is none, or costs too much.
    fn read(stored: &str) -> Option<Self> {
        let parsed = PasswordHash::new(stored).ok()?;
        parsed.salt.as_ref().and(parsed.hash.as_ref())?;
        let algorithm: Algorithm = parsed.algorithm.as_str().parse().ok()?;
        let version = Version::try_from(parsed.version.unwrap_or(0x13)).ok()?;
        let number = |name: &str| parsed.params.get_decimal(name);
        let cost = Cost { memory_kib: number("m")?, iterations: number("t")?, lanes: number("p")? };
        let is_bounded = cost.memory_kib <= STORED_MEMORY_KIB_MAX
            && cost.iterations <= STORED_ITERATIONS_MAX
            && Params::new(cost.memory_kib, cost.iterations, cost.lanes, None).is_ok();
        is_bounded.then_some(Self { parsed, algorithm, version, cost })
    }
}

fn verify_argon2(password: &str, stored: &str, cost: Cost, memory: &mut Memory) -> Option<Verdict> {
    let Argon2Hash { parsed, algorithm, version, cost: found } = Argon2Hash::read(stored)?;
    let (salt, expected) = (parsed.salt.as_ref()?, parsed.hash.as_ref()?);
    let params =
        Params::new(found.memory_kib, found.iterations, found.lanes, Some(expected.len())).ok()?;
    let mut output = vec![0; expected.len()];
    let blocks = memory.blocks(params.block_count());
    let hasher = Argon2::new(algorithm, version, params);
    let salt: &Salt = salt;
    hasher.hash_password_into_with_memory(password.as_bytes(), salt, &mut output, blocks).ok()?;
    if !crypto::equal(&output, Output::as_bytes(expected)) {
        return Some(Verdict::Mismatch);
    }
    let is_current = algorithm == Algorithm::Argon2id
        && version == Version::V0x13
        && found.memory_kib >= cost.memory_kib
        && found.iterations >= cost.iterations;
    Some(if is_current { Verdict::Match } else { Verdict::MatchRehash })
}

/// Composes once, so that both spellings of an accent are one password.
fn normal(password: &str) -> String {
    password.nfkc().collect()
}

fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost { memory_kib: 64, iterations: 1, lanes: 1 };

    #[test]
    fn hash_verifies_and_says_when_it_is_outdated() {
        let mut memory = Memory::default();
        let stored = hash("una frase", &[7; 16], CHEAP, &mut memory).unwrap();
        assert_eq!(verify("una frase", &stored, CHEAP, &mut memory), Verdict::Match);
        assert_eq!(verify("otra frase", &stored, CHEAP, &mut memory), Verdict::Mismatch);
        let dearer = Cost { memory_kib: 128, ..CHEAP };
        assert_eq!(verify("una frase", &stored, dearer, &mut memory), Verdict::MatchRehash);
    }

    #[test]
    fn every_format_that_verifies_is_known() {
        let own = hash("una frase", &[7; 16], CHEAP, &mut Memory::default()).unwrap();
        for stored in [
            own.as_str(),
            include_str!("../../tests/golden/hash-better-auth-scrypt.txt"),
            include_str!("../../tests/golden/hash-bcrypt.txt"),
            include_str!("../../tests/golden/hash-pbkdf2-sha256.txt"),
            include_str!("../../tests/golden/hash-argon2i.txt"),
        ] {
            assert!(is_known(stored.trim()), "{stored}");
        }
        let unknown = "$pbkdf2-md5$i=1000,l=32$M8LRb4J/mYP6Lbdadlm10Q$/bQ+1vpf3UaCf4MLo6VXJOTVpfpNOGupLA/eFX1offs";
        assert!(!is_known(unknown));
    }

    /// Made by the frameworks themselves of one password: Django 5, Werkzeug 3, passlib 1.7.
    #[test]
    fn hashes_of_other_frameworks_verify_and_are_made_anew() {
        let mut memory = Memory::default();
        for line in include_str!("../../tests/golden/hashes-of-frameworks.txt").lines() {
            let (name, stored) = line.split_once(' ').unwrap();
            assert!(is_known(stored), "{name}");
            let mut verdict = |password| verify(password, stored, CHEAP, &mut memory);
            assert_eq!(verdict("Correct horse 9"), Verdict::MatchRehash, "{name}");
            assert_eq!(verdict("correct horse 9"), Verdict::Mismatch, "{name}");
            assert_eq!(verdict(""), Verdict::Mismatch, "{name}");
        }
    }

    #[test]
    fn hostile_hashes_are_mismatches_and_cost_nothing() {
        let mut memory = Memory::default();
        for stored in [
            "",
            "x",
            "$",
            "$argon2id$",
            "$argon2id$v=19$m=4294967295,t=1,p=1$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=64,t=4294967295,p=1$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$2b$31$6TZZffsK8HUDHEvaoRulL.MXylG6qy3AAuk4ewTkBVNp.c1LjzfTK",
            "$pbkdf2-sha256$i=4294967295,l=32$M8LRb4J/mYP6Lbdadlm10Q$/bQ+1vpf3UaCf4MLo6VXJOTVpfpNOGupLA/eFX1offs",
            "zz:zz",
            ":",
            "00:00",
            "!no-login",
            "md5$sal$0123456789abcdef0123456789abcdef",
            "pbkdf2_sha256$4294967295$s$US+FOrI6nGBRL+6vke4AYdNvLowt5ek9SqyKdzepxgA=",
            "pbkdf2_sha256$0$s$US+FOrI6nGBRL+6vke4AYdNvLowt5ek9SqyKdzepxgA=",
            "pbkdf2_sha256$1000$s$",
            "pbkdf2:sha256:99999999$s$5d144d01757c4d81b0b135335f78f0db",
            "scrypt:1073741824:8:1$s$5d144d01757c4d81b0b135335f78f0db",
            "scrypt:1024:8:4000000$s$5d144d01757c4d81b0b135335f78f0db",
            "scrypt:1000:8:1$s$5d144d01757c4d81b0b135335f78f0db",
            "$scrypt$ln=63,r=8,p=1$sHbu/R8jpDTG+B+jFALAOA$4VJEU04mf3/qSLCjb2JA4eS13CnNvorbwpzdl8khI1c",
            "$P$z23456789012345678901234567890.",
            "$P$B",
            "argon2$",
            "bcrypt_sha256$$2b$31$hxJe0KuI3x2chxl0eMc3QeCpoveLyRP06e3feo/sfA88/B/vgyhvG",
        ] {
            assert_eq!(verify("x", stored, CHEAP, &mut memory), Verdict::Mismatch, "{stored}");
            assert!(!is_known(stored), "{stored}");
        }
    }
}
