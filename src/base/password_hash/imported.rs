//! Hashes that people bring from elsewhere: scrypt as Better Auth stores it,
//! bcrypt, PBKDF2. Each verifies once and is made anew.

use phc::PasswordHash;

use crate::base::crypto;

/// Most rounds of a PBKDF2 hash; OWASP asks for 600,000 of SHA-256, 1,300,000 of SHA-1.
const PBKDF2_ROUNDS_MAX: u32 = 2_000_000;

/// Highest bcrypt cost: 2^15 rounds take about two seconds.
const BCRYPT_COST_MAX: u32 = 15;

/// Tells whether the password, already composed, belongs to the hash.
pub fn matches(password: &str, stored: &str) -> bool {
    let verdict = if stored.starts_with("$2") {
        bcrypt(password, stored)
    } else if stored.starts_with("$pbkdf2") {
        pbkdf2(password, stored)
    } else {
        scrypt(password, stored)
    };
    verdict.unwrap_or(false)
}

fn bcrypt(password: &str, stored: &str) -> Option<bool> {
    let parts: bcrypt::HashParts = stored.parse().ok()?;
    if parts.get_cost() > BCRYPT_COST_MAX {
        return None;
    }
    bcrypt::verify(password, stored).ok()
}

fn pbkdf2(password: &str, stored: &str) -> Option<bool> {
    let parsed = PasswordHash::new(stored).ok()?;
    let (salt, expected) = (parsed.salt.as_ref()?, parsed.hash.as_ref()?);
    let rounds = parsed.params.get_decimal("i").filter(|rounds| *rounds <= PBKDF2_ROUNDS_MAX)?;
    let mut output = vec![0; expected.len()];
    let (password, salt): (_, &[u8]) = (password.as_bytes(), salt);
    match parsed.algorithm.as_str() {
        "pbkdf2-sha256" => {
            pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, salt, rounds, &mut output);
        }
        "pbkdf2-sha512" => {
            pbkdf2::pbkdf2_hmac::<sha2::Sha512>(password, salt, rounds, &mut output);
        }
        "pbkdf2" | "pbkdf2-sha1" => {
            pbkdf2::pbkdf2_hmac::<sha1::Sha1>(password, salt, rounds, &mut output);
        }
        _ => return None,
    }
    Some(crypto::equal(&output, expected.as_bytes()))
}

/// `saltHex:keyHex`; the salt is the hexadecimal text itself, not what it stands for.
fn scrypt(password: &str, stored: &str) -> Option<bool> {
    let (salt, key) = stored.split_once(':')?;
    let expected = bytes_of_hex(key).filter(|key| key.len() == 64)?;
    if salt.len() > 128 {
        return None;
    }
    let params = scrypt::Params::new(14, 16, 1).ok()?;
    let mut output = [0; 64];
    scrypt::scrypt(password.as_bytes(), salt.as_bytes(), &params, &mut output).ok()?;
    Some(crypto::equal(&output, &expected))
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
