//! The brand's logo for mails: a small PNG, whatever the operator's file is.
//!
//! Mail programs draw no SVG, and a mail should not weigh what a picture does. It is
//! read under the same limits as for a card.

use std::io::Cursor;
use std::path::Path;

use image::{ImageFormat, RgbaImage};
use resvg::tiny_skia::Pixmap;

use super::picture::Logo;
use super::press::PressError;
use super::studio::StudioError;

/// The pixels that it may cover: twice what it shows, for screens that have twice as many.
const BOX: (f32, f32) = (440.0, 80.0);

/// A logo at the head of a mail.
pub struct Letterhead {
    /// The picture.
    pub png: Vec<u8>,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// Draws `brand.logo` for mails.
///
/// # Errors
/// [`PressError`].
///
/// # Cost
/// A few milliseconds; a large PNG up to a second.
pub fn draw(path: &Path) -> Result<Letterhead, PressError> {
    let logo = Logo::read(path)?.within(BOX.0, BOX.1).ok_or(StudioError::Canvas)?;
    let (width, height) = (logo.pixels.width(), logo.pixels.height());
    let png = png(&logo.pixels).ok_or(StudioError::Canvas)?;
    Ok(Letterhead { png, width, height })
}

fn png(pixels: &Pixmap) -> Option<Vec<u8>> {
    let plain = pixels.pixels().iter().flat_map(|pixel| {
        let pixel = pixel.demultiply();
        [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]
    });
    let picture = RgbaImage::from_raw(pixels.width(), pixels.height(), plain.collect())?;
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).ok()?;
    Some(png.into_inner())
}
