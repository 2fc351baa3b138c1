//! Hashes that people bring from elsewhere: scrypt as Better Auth and Firebase store
//! it, bcrypt, PBKDF2. Each verifies once and is made anew.

use phc::PasswordHash;

use super::firebase::{self, FirebaseHash};
use crate::base::crypto;

/// Most rounds of a PBKDF2 hash; OWASP asks for 600,000 of SHA-256, 1,300,000 of SHA-1.
const PBKDF2_ROUNDS_MAX: u32 = 2_000_000;

/// The PBKDF2 functions that are known, as PHC strings name them.
const PBKDF2_NAMES: [&str; 4] = ["pbkdf2-sha256", "pbkdf2-sha512", "pbkdf2", "pbkdf2-sha1"];

/// Highest bcrypt cost: 2^15 rounds take about two seconds.
const BCRYPT_COST_MAX: u32 = 15;

/// A hash from elsewhere, read and not yet compared.
enum Imported<'a> {
    Bcrypt,
    Pbkdf2 { parsed: Box<PasswordHash>, rounds: u32 },
    Firebase(FirebaseHash),
    Scrypt { salt: &'a str, key: Vec<u8> },
}

/// Tells whether a hash is of a known format and costs no more than it may.
pub fn is_known(stored: &str) -> bool {
    read(stored).is_some()
}

/// Tells whether the password, already composed, belongs to the hash.
pub fn matches(password: &str, stored: &str) -> bool {
    let verdict = read(stored).and_then(|hash| match hash {
        Imported::Bcrypt => bcrypt::verify(password, stored).ok(),
        Imported::Pbkdf2 { parsed, rounds } => pbkdf2(password, &parsed, rounds),
        Imported::Firebase(hash) => hash.matches(password),
        Imported::Scrypt { salt, key } => scrypt(password, salt, &key),
    });
    verdict.unwrap_or(false)
}

fn read(stored: &str) -> Option<Imported<'_>> {
    if stored.starts_with("$2") {
        let parts: bcrypt::HashParts = stored.parse().ok()?;
        return (parts.get_cost() <= BCRYPT_COST_MAX).then_some(Imported::Bcrypt);
    }
    if stored.starts_with(firebase::PREFIX) {
        return FirebaseHash::read(stored).map(Imported::Firebase);
    }
    if stored.starts_with("$pbkdf2") {
        let parsed = PasswordHash::new(stored).ok()?;
        parsed.salt.as_ref().and(parsed.hash.as_ref())?;
        let is_known = PBKDF2_NAMES.contains(&parsed.algorithm.as_str());
        let rounds =
            parsed.params.get_decimal("i").filter(|rounds| *rounds <= PBKDF2_ROUNDS_MAX)?;
        return is_known.then(|| Imported::Pbkdf2 { parsed: Box::new(parsed), rounds });
    }
    // `saltHex:keyHex`; the salt is the hexadecimal text itself, not what it stands for.
    let (salt, key) = stored.split_once(':')?;
    let key = bytes_of_hex(key).filter(|key| key.len() == 64)?;
    (salt.len() <= 128).then_some(Imported::Scrypt { salt, key })
}

fn pbkdf2(password: &str, parsed: &PasswordHash, rounds: u32) -> Option<bool> {
    let (salt, expected) = (parsed.salt.as_ref()?, parsed.hash.as_ref()?);
    let mut output = vec![0; expected.len()];
    let (password, salt): (_, &[u8]) = (password.as_bytes(), salt);
    match parsed.algorithm.as_str() {
        "pbkdf2-sha256" => {
            pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, salt, rounds, &mut output);
        }
        "pbkdf2-sha512" => {
            pbkdf2::pbkdf2_hmac::<sha2::Sha512>(password, salt, rounds, &mut output);
        }
        _ => pbkdf2::pbkdf2_hmac::<sha1::Sha1>(password, salt, rounds, &mut output),
    }
    Some(crypto::equal(&output, expected.as_bytes()))
}

fn scrypt(password: &str, salt: &str, expected: &[u8]) -> Option<bool> {
    let params = scrypt::Params::new(14, 16, 1).ok()?;
    let mut output = [0; 64];
    scrypt::scrypt(password.as_bytes(), salt.as_bytes(), &params, &mut output).ok()?;
    Some(crypto::equal(&output, expected))
}

fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(
        digits
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte * 16 + digit))
            .collect(),
    )
}
