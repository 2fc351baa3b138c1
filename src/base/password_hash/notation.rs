//! How frameworks write their hashes: Better Auth, Django, Werkzeug (Flask), passlib, and
//! the PHC string format.
//!
//! Sources: django/contrib/auth/hashers.py 5; werkzeug/security.py 3; passlib 1.7,
//! `utils.handlers` and `handlers.bcrypt`; the PHC string format; contract section 4.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::imported::{Before, Derived, Imported, Inner};
use super::phpass::{self, PhpassHash};

/// Reads a hash; its costs are not yet looked at.
pub fn read(stored: &str) -> Option<Imported> {
    if phpass::PREFIXES.iter().any(|prefix| stored.starts_with(prefix)) {
        return PhpassHash::read(stored).map(Imported::Phpass);
    }
    if stored.starts_with("$2") {
        return Some(bcrypt(stored, Before::Nothing));
    }
    if let Some(rest) = stored.strip_prefix('$') {
        return of_phc(rest);
    }
    match stored.split_once('$') {
        Some((method, rest)) if method.contains(':') => of_werkzeug(method, rest),
        Some((method, rest)) => of_django(method, rest),
        None => of_better_auth(stored),
    }
}

fn bcrypt(hash: &str, before: Before) -> Imported {
    Imported::Bcrypt { hash: hash.to_owned(), before }
}

/// `saltHex:keyHex`; the salt is the hexadecimal text itself, not what it stands for.
fn of_better_auth(stored: &str) -> Option<Imported> {
    let (salt, key) = stored.split_once(':')?;
    let expected = bytes_of_hex(key).filter(|key| key.len() == 64)?;
    let derived = Derived { salt: salt.as_bytes().to_vec(), expected };
    Some(Imported::Scrypt { log_n: 14, r: 16, p: 1, derived })
}

/// `NAME$COSTS$SALT$HASH`: the PHC string format, and passlib's, whose costs of PBKDF2 are a
/// bare number and whose base64 has a dot for the plus sign.
fn of_phc(rest: &str) -> Option<Imported> {
    let parts: Vec<&str> = rest.split('$').collect();
    let [name, costs, salt, hash] = parts.as_slice() else { return None };
    let number = |name: &str| {
        let pairs = costs.split(',').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(key, _)| *key == name)?.1.parse::<u32>().ok()
    };
    if *name == "bcrypt-sha256" {
        return of_passlib_bcrypt((costs, number("r")), (salt, hash));
    }
    let derived = Derived { salt: bytes_of_base64(salt)?, expected: bytes_of_base64(hash)? };
    if *name == "scrypt" {
        let log_n = u8::try_from(number("ln")?).ok()?;
        return Some(Imported::Scrypt { log_n, r: number("r")?, p: number("p")?, derived });
    }
    let inner = match *name {
        "pbkdf2" | "pbkdf2-sha1" => Inner::Sha1,
        "pbkdf2-sha256" => Inner::Sha256,
        "pbkdf2-sha512" => Inner::Sha512,
        _ => return None,
    };
    let rounds = number("i").or_else(|| costs.parse().ok())?;
    Some(Imported::Pbkdf2 { inner, rounds, derived })
}

/// `2b,12$SALT$HASH` of the first version, `v=2,t=2b,r=12$SALT$HASH` of the second.
fn of_passlib_bcrypt(
    (costs, rounds): (&str, Option<u32>),
    (salt, hash): (&str, &str),
) -> Option<Imported> {
    let (kind, rounds, before) = if let Some(rounds) = rounds {
        let kind = costs.strip_prefix("v=2,t=")?.split(',').next()?;
        (kind, rounds, Before::Keyed(salt.to_owned()))
    } else {
        let (kind, rounds) = costs.split_once(',')?;
        (kind, rounds.parse().ok()?, Before::Base64)
    };
    Some(bcrypt(&format!("${kind}${rounds:02}${salt}{hash}"), before))
}

/// `pbkdf2:sha256:1000000$SALT$HEX`, `scrypt:32768:8:1$SALT$HEX`; the salt is its text.
fn of_werkzeug(method: &str, rest: &str) -> Option<Imported> {
    let (salt, hash) = rest.split_once('$')?;
    let derived = Derived { salt: salt.as_bytes().to_vec(), expected: bytes_of_hex(hash)? };
    let method: Vec<&str> = method.split(':').collect();
    match method.as_slice() {
        ["pbkdf2", inner, rounds] => {
            let inner = inner_of(inner)?;
            Some(Imported::Pbkdf2 { inner, rounds: rounds.parse().ok()?, derived })
        }
        ["scrypt", n, r, p] => scrypt([n, r, p], derived),
        _ => None,
    }
}

/// `pbkdf2_sha256$ROUNDS$SALT$BASE64`, `scrypt$N$SALT$r$p$BASE64`, and bcrypt behind its
/// name; Argon2 behind its name is read elsewhere. The salt is its text.
fn of_django(method: &str, rest: &str) -> Option<Imported> {
    match method {
        "bcrypt" => return Some(bcrypt(rest, Before::Nothing)),
        "bcrypt_sha256" => return Some(bcrypt(rest, Before::Hexadecimal)),
        _ => {}
    }
    let parts: Vec<&str> = rest.split('$').collect();
    let derived = |salt: &str, hash: &str| {
        let (salt, expected) = (salt.as_bytes().to_vec(), bytes_of_base64(hash)?);
        Some(Derived { salt, expected })
    };
    match (method, parts.as_slice()) {
        ("scrypt", [n, salt, r, p, hash]) => scrypt([n, r, p], derived(salt, hash)?),
        (_, [rounds, salt, hash]) => {
            let inner = inner_of(method.strip_prefix("pbkdf2_")?)?;
            let (rounds, derived) = (rounds.parse().ok()?, derived(salt, hash)?);
            Some(Imported::Pbkdf2 { inner, rounds, derived })
        }
        _ => None,
    }
}

fn inner_of(name: &str) -> Option<Inner> {
    match name {
        "sha1" => Some(Inner::Sha1),
        "sha256" => Some(Inner::Sha256),
        "sha512" => Some(Inner::Sha512),
        _ => None,
    }
}

/// Reads scrypt's costs where the first is a power of two and not its logarithm.
fn scrypt(costs: [&str; 3], derived: Derived) -> Option<Imported> {
    let [n, r, p] = costs.map(|text| text.parse::<u32>().ok());
    let n = n.filter(|n| n.is_power_of_two())?;
    let log_n = u8::try_from(n.trailing_zeros()).ok()?;
    Some(Imported::Scrypt { log_n, r: r?, p: p?, derived })
}

/// Reads base64 with or without its padding, with a dot for the plus sign too.
fn bytes_of_base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=').replace('.', "+");
    STANDARD_NO_PAD.decode(text).ok()
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
