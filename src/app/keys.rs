//! Keys made of `auth.secret` and of those before it.
//!
//! Every use of the secret has a key of its own here. What is sealed and stored is named
//! by [`Sealed`], so that `antesala secret rotate` finds all of it.

use crate::base::crypto::{self, HmacKey, SealKey};
use crate::base::keyring::{Ring, Secrets};

/// What is stored sealed. A new one says in `app::rotation` where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// Tokens that wait in the outbox for the mail that carries them.
    Outbox,
    /// What providers grant.
    Grants,
}

impl Sealed {
    /// Everything that is stored sealed.
    pub const ALL: [Self; 2] = [Self::Outbox, Self::Grants];

    /// Returns what sets its key apart from every other.
    const fn label(self) -> &'static str {
        match self {
            Self::Outbox => "antesala outbox",
            Self::Grants => "antesala provider grants",
        }
    }
}

/// Keys made of `auth.secret` and of those before it.
pub struct Keys {
    /// The secrets themselves, for what Better Auth has sealed.
    pub secrets: Secrets,
    /// Signs cookies and verification links as Better Auth does: the raw secret is the key.
    pub signing: Ring<HmacKey>,
    /// Signs the links that take somebody off a mailing list.
    pub unsubscribe: Ring<HmacKey>,
    /// Makes the proofs of a sign-in by a provider out of its state.
    pub attempt: Ring<HmacKey>,
    /// Hashes what caused a mail.
    pub mail_causes: Ring<HmacKey>,
    outbox: Ring<SealKey>,
    grants: Ring<SealKey>,
    fingerprints: Vec<String>,
}

impl Keys {
    /// Derives every key.
    #[must_use]
    pub fn of(secrets: Secrets) -> Self {
        let seals = |what: Sealed| secrets.keys(|bytes| SealKey::derive(bytes, what.label()));
        Self {
            signing: secrets.keys(HmacKey::new),
            unsubscribe: secrets
                .keys(|bytes| HmacKey::new(&crypto::derive(bytes, "antesala unsubscribe"))),
            attempt: secrets.keys(|bytes| HmacKey::derived(bytes, "antesala social attempt")),
            mail_causes: secrets.keys(|bytes| HmacKey::derived(bytes, "antesala mail causes")),
            outbox: seals(Sealed::Outbox),
            grants: seals(Sealed::Grants),
            fingerprints: secrets.fingerprints(),
            secrets,
        }
    }

    /// Returns the keys that seal one kind of thing.
    #[must_use]
    pub const fn seal(&self, what: Sealed) -> &Ring<SealKey> {
        match what {
            Sealed::Outbox => &self.outbox,
            Sealed::Grants => &self.grants,
        }
    }

    /// Returns what tells each secret in force from others, the signing one's first.
    #[must_use]
    pub fn fingerprints(&self) -> &[String] {
        &self.fingerprints
    }

    /// Returns what tells the secret that signs from others.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        self.fingerprints.first().map_or("", String::as_str)
    }

    /// Finds a secret by its fingerprint; `None`: it is not in force any more.
    #[must_use]
    pub fn place_of(&self, fingerprint: &str) -> Option<usize> {
        self.fingerprints.iter().position(|known| known == fingerprint)
    }
}
