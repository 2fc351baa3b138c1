//! What of the configuration a card depends on.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest as _, Sha256};

use super::encode::Quality;
use super::studio::Identity;
use super::template;
use super::text::fonts;
use crate::config::Config;
use crate::domain::card::Template;

/// Everything outside a link that its card is made of.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name, colour and address.
    pub identity: Identity,
    /// `brand.logo`.
    pub logo: Option<PathBuf>,
    /// `og.image`.
    pub image: Option<PathBuf>,
    /// How it is encoded.
    pub quality: Quality,
}

impl Settings {
    /// Takes them from the configuration.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self {
            identity: Identity::of(config),
            logo: config.brand.logo.clone(),
            image: config.og.image.clone(),
            quality: Quality { quality: config.og.quality, bytes_max: config.og.bytes_max },
        }
    }

    /// Returns a digest that changes when any card would: of this version, the fonts, the
    /// templates, the settings, and of the size and time of the operator's pictures.
    ///
    /// # Cost
    /// A millisecond, for the fonts.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        let mut part = |bytes: &[u8]| {
            digest.update(bytes.len().to_be_bytes());
            digest.update(bytes);
        };
        part(env!("CARGO_PKG_VERSION").as_bytes());
        for file in fonts::FILES {
            part(file);
        }
        for template in Template::ALL {
            part(template::file(template).as_bytes());
        }
        part(self.identity.name.as_bytes());
        part(&self.identity.color.channels());
        part(self.identity.host.as_bytes());
        for picture in [&self.logo, &self.image] {
            part(picture.as_deref().map_or_else(String::new, stamp).as_bytes());
        }
        part(&[self.quality.quality]);
        part(&self.quality.bytes_max.to_be_bytes());
        digest.finalize().into()
    }
}

/// Tells one state of a file from another without reading it.
fn stamp(path: &Path) -> String {
    let metadata = std::fs::metadata(path).ok();
    let changed = metadata.as_ref().and_then(|metadata| metadata.modified().ok());
    let changed = changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let bytes = metadata.map_or(0, |metadata| metadata.len());
    format!("{} {bytes} {:?}", path.display(), changed.unwrap_or_default())
}
