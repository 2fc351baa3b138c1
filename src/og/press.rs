//! From a card's description to its JPEG.

use std::path::PathBuf;

use resvg::tiny_skia::Pixmap;

use super::encode::{self, EncodeError, Quality, Subject};
use super::picture::{self, Logo, PictureError};
use super::settings::Settings;
use super::studio::{HEIGHT, Studio, StudioError, WIDTH};
use crate::domain::card::Card;

/// Paints and encodes.
pub struct Press {
    /// What cards are painted with.
    pub studio: Studio,
    /// The picture that is the site's own card, where there is one.
    image: Option<PathBuf>,
    quality: Quality,
}

/// Why there is no card.
#[derive(Debug, thiserror::Error)]
pub enum PressError {
    /// It cannot be painted.
    #[error(transparent)]
    Studio(#[from] StudioError),
    /// A picture of the operator's cannot be used.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// It cannot be encoded.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

impl Press {
    /// Parses fonts and logo.
    ///
    /// # Errors
    /// [`PressError`].
    pub fn new(settings: &Settings) -> Result<Self, PressError> {
        let logo = settings.logo.as_deref().map(Logo::read).transpose()?;
        Ok(Self {
            studio: Studio::new(settings.identity.clone(), logo)?,
            image: settings.image.clone(),
            quality: settings.quality,
        })
    }

    /// Makes a card's JPEG; `canvas` is kept from one to the next.
    ///
    /// # Errors
    /// [`PressError`].
    ///
    /// # Cost
    /// 15 ms of one core; a picture of the operator's up to a second.
    pub fn jpeg(&self, card: &Card, canvas: &mut Option<Pixmap>) -> Result<Vec<u8>, PressError> {
        if let Some(path) = self.image.as_ref().filter(|_| card.is_plain()) {
            let picture = picture::cover(path, WIDTH, HEIGHT)?;
            return Ok(encode::jpeg(picture.as_ref(), Subject::Picture, self.quality)?);
        }
        let painted = self.studio.paint(card, canvas)?;
        self.encode(painted)
    }

    /// Encodes pixels of any size as cards are encoded.
    ///
    /// # Errors
    /// [`PressError`].
    pub fn encode(&self, pixels: &Pixmap) -> Result<Vec<u8>, PressError> {
        Ok(encode::jpeg(pixels.as_ref(), Subject::Card, self.quality)?)
    }

    /// Reads the operator's pictures whole and says what is wrong with one.
    ///
    /// # Errors
    /// [`PressError`].
    pub fn check(settings: &Settings) -> Result<(), PressError> {
        settings.logo.as_deref().map(Logo::read).transpose()?;
        let image = settings.image.as_deref();
        image.map(|path| picture::cover(path, WIDTH, HEIGHT)).transpose()?;
        Ok(())
    }
}
