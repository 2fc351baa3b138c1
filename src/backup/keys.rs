//! The keys that belong to the data: `auth.secret` and `cron.secret`.
//!
//! They travel in encrypted archives alone. Every archive says which `auth.secret`
//! its sessions and links were made with, by a fingerprint that gives nothing away
//! of 256 random bits, so that a restore with another one is noticed.

use serde::{Deserialize, Serialize};

use crate::base::crypto::HmacKey;
use crate::base::secret::Secret;
use crate::config::Config;
use crate::domain::token::TokenHash;

/// File of the secret that signs cookies and links, in archive and data directory.
pub const AUTH: &str = "auth.secret";

/// File of the secret that opens `/api/cron`, in archive and data directory.
pub const CRON: &str = "cron.secret";

/// What is signed to make a fingerprint.
const FINGERPRINT_OF: &[u8] = b"antesala archive, auth.secret";

/// The keys, in the open.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// Signs cookies and links.
    pub auth: Option<Secret<String>>,
    /// Opens `/api/cron`.
    pub cron: Option<Secret<String>>,
}

/// What an archive says of its keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyNote {
    /// Whether they are in it.
    pub included: bool,
    /// [`fingerprint`] of `auth.secret`; `None` when the writer had none.
    pub auth_fingerprint: Option<String>,
}

impl Keys {
    /// Takes the secrets that are in force, wherever they were set.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self { auth: config.auth.secret.clone(), cron: config.cron.secret.clone() }
    }

    /// Lists file name and secret of each key that is there.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &Secret<String>)> {
        [(AUTH, &self.auth), (CRON, &self.cron)]
            .into_iter()
            .filter_map(|(name, secret)| Some((name, secret.as_ref()?)))
    }
}

/// Returns 32 hexadecimal digits that tell one secret from another.
#[must_use]
pub fn fingerprint(secret: &Secret<String>) -> String {
    let signature = HmacKey::new(secret.expose().trim().as_bytes()).sign(FINGERPRINT_OF);
    let mut text = TokenHash(signature).hex();
    text.truncate(32);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprint_is_the_secrets_own_and_forgives_a_line_break() {
        let one = fingerprint(&Secret::new("uno".to_owned()));
        assert_eq!(one.len(), 32);
        assert_eq!(one, fingerprint(&Secret::new("uno\n".to_owned())));
        assert_ne!(one, fingerprint(&Secret::new("dos".to_owned())));
    }
}
