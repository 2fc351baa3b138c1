//! Tokens that providers granted, out of an old database into ours.
//!
//! Better Auth keeps them as they came, or sealed with its secret when it was told to
//! (`account.encryptOAuthTokens`); here they are sealed always, under a key of their own.
//! What was sealed with none of the secrets in force is nobody's to read, and left out.

use crate::app::{App, grants};
use crate::base::crypto;
use crate::domain::social::{Grants, SealedGrants};

/// What a text begins with that was sealed with one of several secrets.
const ENVELOPE: &str = "$ba$";

/// Fewest hexadecimal digits of a sealed token: nonce, a byte, tag. Providers that grant
/// hexadecimal tokens grant shorter ones.
const SEALED_DIGITS_MIN: usize = 2 * (24 + 1 + 16);

/// Seals what an old row holds for the row `account_id`; also tells whether all of it
/// could be read.
pub fn resealed(app: &App, account_id: &str, old: Grants) -> (SealedGrants, bool) {
    let mut is_whole = true;
    let mut opened = |token: Option<String>| {
        let opened = read(app, token.as_deref()?);
        is_whole &= opened.is_some();
        opened
    };
    let read = Grants {
        access_token: opened(old.access_token),
        refresh_token: opened(old.refresh_token),
        id_token: opened(old.id_token),
        ..Grants::default()
    };
    // The end of a token that is not there would promise one.
    let access_token_expires_at =
        old.access_token_expires_at.filter(|_| read.access_token.is_some());
    let refresh_token_expires_at =
        old.refresh_token_expires_at.filter(|_| read.refresh_token.is_some());
    let grants =
        Grants { access_token_expires_at, refresh_token_expires_at, scope: old.scope, ..read };
    (grants::seal(app, account_id, &grants), is_whole)
}

/// Returns a token in the open; `None`: it is sealed, and with no secret in force.
fn read(app: &App, token: &str) -> Option<String> {
    let sealed = match token.strip_prefix(ENVELOPE) {
        // The number of the secret says nothing here: one of the few fits, or none.
        Some(numbered) => numbered.split_once('$').map_or("", |(_number, sealed)| sealed),
        None if is_sealed(token) => token,
        None => return Some(token.to_owned()),
    };
    let bytes = bytes_of(sealed)?;
    let mut secrets = app.keys.secrets.all();
    secrets.find_map(|secret| crypto::open_foreign(secret.expose().as_bytes(), &bytes))
}

fn is_sealed(token: &str) -> bool {
    token.len() >= SEALED_DIGITS_MIN && bytes_of(token).is_some()
}

/// Reads pairs of hexadecimal digits.
fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let digit = |digit: u8| char::from(digit).to_digit(16);
    let byte = |[high, low]: &[u8; 2]| u8::try_from(digit(*high)? * 16 + digit(*low)?).ok();
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_text_is_told_from_a_token() {
        for (token, sealed) in [
            ("ya29.a0AfH6SMBx", false),
            ("gho_16C7e42F292c6912E7710c838347Ae178B4a", false),
            (&"0f".repeat(32), false),
            (&"0f".repeat(40), false),
            (&"0f".repeat(41), true),
            (&format!("{}0", "0f".repeat(41)), false),
            (&"0g".repeat(41), false),
        ] {
            assert_eq!(is_sealed(token), sealed, "{token}");
        }
    }
}
