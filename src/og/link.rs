//! Links to cards: where they lead, and whose they are.
//!
//! A signature says that the site itself made the link. It covers what the card shows
//! and the version; its key is derived from `auth.secret` for this purpose alone, so
//! that no signature of something else ever fits.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::base::crypto::{self, HmacKey};
use crate::base::keyring::{Ring, Secrets};
use crate::config::Config;
use crate::domain::card::CardLink;

/// Where cards are served.
pub const PATH: &str = "/api/og";

/// Sets this use of `auth.secret` apart from every other.
const LABEL: &str = "antesala card link 1";

/// Bytes of a signature, 128 bits.
const SIGNATURE_BYTES: usize = 16;

/// Makes and checks links.
pub struct Links {
    keys: Ring<HmacKey>,
    site: String,
    is_signing: bool,
}

impl Links {
    /// Takes the address and the secrets of the site.
    #[must_use]
    pub fn new(config: &Config, secrets: &Secrets) -> Self {
        Self {
            keys: secrets.keys(|secret| HmacKey::derived(secret, LABEL)),
            site: config.server.public_url.origin().to_owned(),
            is_signing: config.og.require_signature,
        }
    }

    /// Tells whether a link may draw its card: any does, unless signatures are asked for.
    ///
    /// The site's own card says nothing that somebody else has written, so it is free.
    #[must_use]
    pub fn may_draw(&self, link: &CardLink) -> bool {
        !self.is_signing || link.card.is_plain() || self.is_ours(link)
    }

    /// Signs a link, whatever it carried before.
    #[must_use]
    pub fn signed(&self, link: CardLink) -> CardLink {
        let signature = Some(signature(self.keys.current(), &link));
        CardLink { signature, ..link }
    }

    /// Returns the address of a card of our own pages, signed where that matters.
    #[must_use]
    pub fn address(&self, link: CardLink) -> String {
        let link = if self.is_signing { self.signed(link) } else { link };
        self.url(&link)
    }

    /// Writes a link.
    #[must_use]
    pub fn url(&self, link: &CardLink) -> String {
        let query = link.query();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{PATH}{mark}{query}", self.site)
    }

    fn is_ours(&self, link: &CardLink) -> bool {
        let given = link.signature.as_deref().unwrap_or_default();
        self.keys.all().any(|key| crypto::equal(given.as_bytes(), signature(key, link).as_bytes()))
    }
}

fn signature(key: &HmacKey, link: &CardLink) -> String {
    let whole = key.sign(link.signed_query().as_bytes());
    URL_SAFE_NO_PAD.encode(whole.get(..SIGNATURE_BYTES).unwrap_or(&whole))
}
