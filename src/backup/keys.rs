//! The keys that belong to the data: `auth.secret`, those before it, and `cron.secret`.
//!
//! They travel in encrypted archives alone. Every archive says which `auth.secret`
//! its sessions and links were made with, by a fingerprint that gives nothing away
//! of 256 random bits, so that a restore with another one is noticed.

use serde::{Deserialize, Serialize};

use crate::base::keyring::Secrets;
pub use crate::base::keyring::fingerprint;
use crate::base::secret::Secret;
use crate::config::Config;
pub use crate::config::rotation::{CURRENT as AUTH, PREVIOUS};

/// File of the secret that opens `/api/cron`, in archive and data directory.
pub const CRON: &str = "cron.secret";

/// The keys, in the open.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// Signs cookies and links, with those that are honoured beside it.
    pub auth: Option<Secrets>,
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
    /// The fingerprints of those that were honoured beside it.
    #[serde(default)]
    pub previous_fingerprints: Vec<String>,
}

impl Keys {
    /// Takes the secrets that are in force, wherever they were set.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self { auth: config.auth.secrets(), cron: config.cron.secret.clone() }
    }

    /// Says which they are.
    #[must_use]
    pub fn note(&self, included: bool) -> KeyNote {
        let mut fingerprints =
            self.auth.as_ref().map(Secrets::fingerprints).unwrap_or_default().into_iter();
        KeyNote {
            included,
            auth_fingerprint: fingerprints.next(),
            previous_fingerprints: fingerprints.collect(),
        }
    }

    /// Lists file name and content of each key that is there, one secret a line.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, Secret<String>)> {
        let lines = |secrets: &[Secret<String>]| {
            let lines = secrets.iter().map(|secret| format!("{}\n", secret.expose()));
            Some(lines.collect::<String>()).filter(|text| !text.is_empty()).map(Secret::new)
        };
        let auth = self.auth.as_ref();
        [
            (AUTH, auth.and_then(|auth| lines(std::slice::from_ref(&auth.current)))),
            (PREVIOUS, auth.and_then(|auth| lines(&auth.previous))),
            (CRON, self.cron.as_ref().and_then(|cron| lines(std::slice::from_ref(cron)))),
        ]
        .into_iter()
        .filter_map(|(name, text)| Some((name, text?)))
    }
}
