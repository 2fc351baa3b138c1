//! Hashes of nothing that anybody knows, that cost what a stored one costs.
//!
//! A decoy is written like a stored hash of its kind and cost, with a salt and an outcome
//! of zeros: two stored hashes cost the same when they have the same decoy, which is
//! therefore also the name of what they cost.

use super::firebase::{self, FirebaseHash};
use super::imported::{self, Imported, Inner};
use super::{Argon2Hash, phc_of_argon2};

/// The kinds of hashes, as the figures name them.
pub const KINDS: [&str; 7] =
    ["argon2id", "argon2", "bcrypt", "pbkdf2", "firebase", "phpass", "scrypt"];

/// Letters of the salts: 16 bytes in base64.
const SALT: &str = "AAAAAAAAAAAAAAAAAAAAAA";

/// Returns the decoy of a stored hash; `None` when nothing verifies against it.
#[must_use]
pub fn decoy_of(stored: &str) -> Option<String> {
    if let Some(phc) = phc_of_argon2(stored) {
        return Argon2Hash::read(phc).and_then(|_readable| decoy_of_argon2(phc));
    }
    Some(match imported::read(stored)? {
        Imported::Bcrypt { hash, before: _ } => {
            let cost = hash.split('$').nth(2)?;
            format!("$2b${cost}${}", ".".repeat(53))
        }
        Imported::Firebase(_) => return FirebaseHash::decoy_of(stored),
        Imported::Pbkdf2 { inner, rounds, derived } => {
            let name = match inner {
                Inner::Sha1 => "pbkdf2-sha1",
                Inner::Sha256 => "pbkdf2-sha256",
                Inner::Sha512 => "pbkdf2-sha512",
            };
            let bytes = derived.expected.len();
            format!("${name}$i={rounds},l={bytes}${SALT}${}", zeros(bytes))
        }
        // As Better Auth writes it, whose costs are known.
        Imported::Scrypt { log_n: 14, r: 16, p: 1, derived } if derived.expected.len() == 64 => {
            format!("{}:{}", "0".repeat(32), "0".repeat(128))
        }
        Imported::Scrypt { log_n, r, p, derived } => {
            let outcome = zeros(derived.expected.len());
            format!("$scrypt$ln={log_n},r={r},p={p}${SALT}${outcome}")
        }
        Imported::Phpass(hash) => format!("$P${}{}", hash.letter, ".".repeat(30)),
    })
}

/// Zeros in base64, as many bytes of them.
fn zeros(bytes: usize) -> String {
    "A".repeat((bytes * 4).div_ceil(3))
}

/// The parameters stand before the salt, and are kept as they are written.
fn decoy_of_argon2(stored: &str) -> Option<String> {
    let (before, hash) = stored.rsplit_once('$')?;
    let (costs, _salt) = before.rsplit_once('$')?;
    Some(format!("{costs}${SALT}${}", "A".repeat(hash.len())))
}

/// Tells of which kind a stored hash or a decoy is, as a place in [`KINDS`].
#[must_use]
pub fn kind_of(stored: &str) -> usize {
    let prefixes = ["$argon2id$", "$argon2", "$2", "$pbkdf2", firebase::PREFIX, "$P$"];
    prefixes.iter().position(|prefix| stored.starts_with(prefix)).unwrap_or(prefixes.len())
}

#[cfg(test)]
mod tests {
    use super::super::{Cost, FirebaseParameters, Memory, Verdict, hash, is_known, verify};
    use super::*;

    const CHEAP: Cost = Cost { memory_kib: 64, iterations: 1, lanes: 1 };

    fn stored() -> Vec<String> {
        let firebase = FirebaseParameters {
            signer_key: "A".repeat(86),
            salt_separator: String::from("Bw=="),
            rounds: 8,
            mem_cost: 4,
        };
        vec![
            hash("una frase", &[7; 16], CHEAP, &mut Memory::default()).unwrap(),
            include_str!("../../../tests/golden/hash-argon2i.txt").trim().to_owned(),
            include_str!("../../../tests/golden/hash-bcrypt.txt").trim().to_owned(),
            include_str!("../../../tests/golden/hash-pbkdf2-sha256.txt").trim().to_owned(),
            firebase.stored(&format!("{}A", "B".repeat(85)), "42xEC+ixf3L2lw==").unwrap(),
            String::from("$P$6nq7XgiptZ0sfz5xY6WQCF3e8zqcSz."),
            include_str!("../../../tests/golden/hash-better-auth-scrypt.txt").trim().to_owned(),
        ]
    }

    #[test]
    fn decoy_is_of_the_same_kind_and_cost_and_matches_nothing() {
        for (kind, stored) in stored().iter().enumerate() {
            let decoy = decoy_of(stored).unwrap_or_else(|| panic!("{stored}"));
            assert!(is_known(&decoy), "{decoy}");
            assert_eq!((kind_of(stored), kind_of(&decoy)), (kind, kind), "{decoy}");
            assert_eq!(decoy_of(&decoy).as_ref(), Some(&decoy), "its own decoy");
            let verdict = verify("", &decoy, CHEAP, &mut Memory::default());
            assert_eq!(verdict, Verdict::Mismatch, "{decoy}");
        }
    }

    #[test]
    fn hash_of_a_framework_costs_what_its_decoy_costs() {
        let costs = |stored: &str| match imported::read(stored) {
            Some(Imported::Bcrypt { hash, .. }) => hash.chars().take(7).collect(),
            Some(Imported::Pbkdf2 { inner, rounds, derived }) => {
                format!("{inner:?} {rounds} {}", derived.expected.len())
            }
            Some(Imported::Scrypt { log_n, r, p, derived }) => {
                format!("{log_n} {r} {p} {}", derived.expected.len())
            }
            Some(Imported::Phpass(hash)) => hash.letter.to_string(),
            Some(Imported::Firebase(_)) | None => String::from("Argon2"),
        };
        for line in include_str!("../../../tests/golden/hashes-of-frameworks.txt").lines() {
            let (name, stored) = line.split_once(' ').unwrap();
            let decoy = decoy_of(stored).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(costs(&decoy), costs(stored), "{name}");
            assert_eq!(decoy_of(&decoy).as_ref(), Some(&decoy), "{name}");
            let verdict = verify("", &decoy, CHEAP, &mut Memory::default());
            assert_eq!(verdict, Verdict::Mismatch, "{name}");
        }
    }

    #[test]
    fn hashes_of_other_costs_have_other_decoys() {
        let of = |cost| decoy_of(&hash("x", &[7; 16], cost, &mut Memory::default()).unwrap());
        assert_eq!(of(CHEAP), of(CHEAP));
        assert_ne!(of(CHEAP), of(Cost { iterations: 2, ..CHEAP }));
        let bcrypt = include_str!("../../../tests/golden/hash-bcrypt.txt").trim();
        assert_ne!(decoy_of(bcrypt), decoy_of(&bcrypt.replace("$08$", "$09$")));
        assert_eq!(decoy_of(bcrypt), decoy_of(&bcrypt.replace("$2b$", "$2a$")));
        for none in ["", "x", "$2b$31$6TZZffsK8HUDHEvaoRulL.MXylG6qy3AAuk4ewTkBVNp.c1LjzfTK"] {
            assert_eq!(decoy_of(none), None, "{none}");
        }
    }
}
