//! Pictures of people: decoded under limits, cut square, drawn anew.
//!
//! Whatever a file carried beside its pixels (where it was taken, other formats behind
//! its end) is not in what comes out. The sides are known before anything is decoded.

use std::io::Cursor;

use image::error::{LimitError, LimitErrorKind};
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits};
use tokio::sync::oneshot;

use super::encode::{self, EncodeError, Quality, Subject};
use super::picture::on_white;
use crate::base::bounds::{
    AVATAR_ALLOC_BYTES_MAX, AVATAR_BYTES_MAX, AVATAR_PROFILE_BYTES_MAX, AVATAR_QUEUE_MAX,
    AVATAR_SENT_PIXELS_MAX, AVATAR_SENT_SIDE_MAX, AVATAR_SIDE,
};
use crate::base::worker_pool::{PoolBusy, WorkerPool};

/// Faces bear more than letters do, and are looked at small.
const QUALITY: Quality = Quality { quality: 85, bytes_max: AVATAR_BYTES_MAX };

/// Why there is no portrait.
#[derive(Debug, thiserror::Error)]
pub enum PortraitError {
    /// Too many wait to be drawn.
    #[error("too many portraits wait to be drawn")]
    Busy,
    /// The thread is gone, or drawing panicked.
    #[error("the portrait's drawing ended without an answer")]
    Closed,
    /// It has more pixels than may be decoded.
    #[error("the picture has too many pixels")]
    TooLarge,
    /// It cannot be decoded.
    #[error("the picture is damaged: {0}")]
    Damaged(String),
    /// It cannot be encoded.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

impl From<PoolBusy> for PortraitError {
    fn from(_busy: PoolBusy) -> Self {
        Self::Busy
    }
}

/// The thread that draws portraits; it comes with the first and ends with its owner.
pub struct Portraits(WorkerPool<()>);

impl Default for Portraits {
    fn default() -> Self {
        Self(WorkerPool::new("portrait", 1, AVATAR_QUEUE_MAX))
    }
}

impl Portraits {
    /// Draws a picture anew: a square JPEG of [`AVATAR_SIDE`], of its middle.
    ///
    /// # Errors
    /// [`PortraitError`].
    ///
    /// # Cost
    /// Up to a second of the one thread.
    pub async fn draw(&self, picture: Vec<u8>, format: Format) -> Result<Vec<u8>, PortraitError> {
        let (answer, answered) = oneshot::channel();
        self.0.submit(move |_nothing| {
            if !answer.is_closed() {
                let _ = answer.send(drawn(&picture, format));
            }
        })?;
        answered.await.map_err(|_gone| PortraitError::Closed)?
    }
}

/// A format in which people bring pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format(ImageFormat);

impl Format {
    /// Reads the format off a file's first bytes; `None` for any that is not taken.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        let format = image::guess_format(head).ok()?;
        matches!(
            format,
            ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif
        )
        .then_some(Self(format))
    }
}

fn drawn(picture: &[u8], format: Format) -> Result<Vec<u8>, PortraitError> {
    let (picture, orientation) = decoded(picture, format).map_err(|error| {
        let is_large = matches!(error, ImageError::Limits(_));
        if is_large { PortraitError::TooLarge } else { PortraitError::Damaged(error.to_string()) }
    })?;
    let near = nearer(middle(picture));
    let mut square = near.resize_exact(AVATAR_SIDE, AVATAR_SIDE, FilterType::CatmullRom);
    // The middle stays the middle however it is turned, and a square is soon turned.
    square.apply_orientation(orientation);
    let square = on_white(square.into_rgba8());
    let square = square.ok_or_else(|| PortraitError::Damaged(String::from("no pixels")))?;
    Ok(encode::jpeg(square.as_ref(), Subject::Picture, QUALITY)?)
}

/// Cuts the middle out before anything is scaled: a line of pixels that were scaled whole
/// would need as much memory as a thousand pictures.
fn middle(picture: DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    let side = width.min(height);
    if width == height {
        return picture;
    }
    picture.crop_imm((width - side) / 2, (height - side) / 2, side, side)
}

/// Brings a large square down to twice what is kept, by means of pixels: a fine filter
/// over fifty million would take seconds and three times their memory.
fn nearer(picture: DynamicImage) -> DynamicImage {
    let factor = picture.width() / (2 * AVATAR_SIDE);
    if factor < 2 {
        return picture;
    }
    let side = picture.width() / factor;
    picture.thumbnail_exact(side, side)
}

fn decoded(picture: &[u8], format: Format) -> Result<(DynamicImage, Orientation), ImageError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(AVATAR_SENT_SIDE_MAX);
    limits.max_image_height = Some(AVATAR_SENT_SIDE_MAX);
    limits.max_alloc = Some(AVATAR_ALLOC_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(picture), format.0);
    if format.0 == ImageFormat::Png {
        // Its decoder unpacks a colour profile before anybody has seen how large the picture
        // is; the pixels do not count for this limit and are judged below.
        limits.max_alloc = Some(AVATAR_PROFILE_BYTES_MAX);
    }
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    limits.check_dimensions(width, height)?;
    // What a decoder keeps beside the pixels does not count for its own limit.
    let passes = if format.0 == ImageFormat::Jpeg && comes_in_passes(picture) { 3 } else { 1 };
    let needed_bytes = decoder.total_bytes().saturating_mul(passes);
    let pixels = u64::from(width) * u64::from(height);
    if pixels > AVATAR_SENT_PIXELS_MAX || needed_bytes > AVATAR_ALLOC_BYTES_MAX {
        let kind = LimitErrorKind::InsufficientMemory;
        return Err(ImageError::Limits(LimitError::from_kind(kind)));
    }
    // A telephone writes down how it was held instead of turning the pixels.
    let orientation = decoder.orientation()?;
    Ok((DynamicImage::from_decoder(decoder)?, orientation))
}

/// Tells whether a JPEG is progressive: its decoder holds two bytes for each sample until
/// the last pass. Source: ITU-T T.81, table B.1 (SOF2) and B.1.1.4 (lengths of segments).
fn comes_in_passes(jpeg: &[u8]) -> bool {
    let mut rest = jpeg.get(2..).unwrap_or_default();
    while let [0xff, marker, after @ ..] = rest {
        match (marker, after) {
            (0xc2, _) => return true,
            // The pixels begin, or another way of coding them.
            (0xda | 0xc0 | 0xc1, _) => return false,
            // Filling.
            (0xff, _) => rest = rest.get(1..).unwrap_or_default(),
            (_, [high, low, ..]) => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                rest = after.get(length..).unwrap_or_default();
            }
            _ => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};

    fn png(picture: &RgbaImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    fn draw(bytes: &[u8]) -> Result<RgbaImage, PortraitError> {
        let format = Format::of(bytes).expect("a format that is taken");
        let jpeg = drawn(bytes, format)?;
        Ok(image::load_from_memory_with_format(&jpeg, ImageFormat::Jpeg).unwrap().into_rgba8())
    }

    #[test]
    fn middle_is_cut_out_and_holes_are_white() {
        // Red to the left and right of a blue square; its lower half is a hole.
        let wide = RgbaImage::from_fn(300, 100, |x, y| match (x, y) {
            (100..200, 50..) => Rgba([0, 0, 0, 0]),
            (100..200, _) => Rgba([0, 0, 255, 255]),
            _ => Rgba([255, 0, 0, 255]),
        });
        let drawn = draw(&png(&wide)).unwrap();
        assert_eq!(drawn.dimensions(), (AVATAR_SIDE, AVATAR_SIDE));
        let near = |at: (u32, u32), want: [u8; 3]| {
            let found = drawn.get_pixel(at.0, at.1).0;
            (0..3).all(|channel| found[channel].abs_diff(want[channel]) < 12)
        };
        assert!(near((256, 100), [0, 0, 255]) && near((20, 60), [0, 0, 255]));
        assert!(near((256, 400), [255, 255, 255]));
    }

    #[test]
    fn sides_are_held_at_their_edge_before_anything_is_decoded() {
        let side = AVATAR_SENT_SIDE_MAX;
        assert!(draw(&png(&RgbaImage::new(side, 1))).is_ok());
        for size in [(side + 1, 1), (1, side + 1)] {
            let refused = draw(&png(&RgbaImage::new(size.0, size.1)));
            assert!(matches!(refused, Err(PortraitError::TooLarge)), "{size:?}");
        }
    }

    #[test]
    fn pictures_of_fifty_megapixels_are_scaled_and_larger_ones_are_not_decoded() {
        let of = |width, height| {
            let mut jpeg = Vec::new();
            let picture = image::GrayImage::from_fn(width, height, |x, _| {
                image::Luma([if x < width / 2 { 10 } else { 240 }])
            });
            picture.write_to(&mut Cursor::new(&mut jpeg), ImageFormat::Jpeg).unwrap();
            draw(&jpeg)
        };
        let drawn = of(8_160, 6_120).unwrap();
        assert_eq!(drawn.dimensions(), (AVATAR_SIDE, AVATAR_SIDE));
        assert!(drawn.get_pixel(100, 256).0[0] < 30 && drawn.get_pixel(400, 256).0[0] > 220);
        assert!(matches!(of(8_200, 6_120), Err(PortraitError::TooLarge)));
    }

    #[test]
    fn progressive_pictures_are_known_by_their_frame() {
        let segment = |marker: u8, length: u8| {
            let mut bytes = vec![0xff, marker, 0, length];
            bytes.resize(usize::from(length) + 2, 0);
            bytes
        };
        let of = |segments: &[Vec<u8>]| [vec![0xff, 0xd8], segments.concat()].concat();
        assert!(comes_in_passes(&of(&[segment(0xe0, 16), vec![0xff], segment(0xc2, 11)])));
        assert!(!comes_in_passes(&of(&[segment(0xe1, 90), segment(0xc0, 11), segment(0xc2, 11)])));
        assert!(!comes_in_passes(&of(&[segment(0xe1, 90)])));
        assert!(!comes_in_passes(b"\xff"));
    }

    #[test]
    fn other_formats_are_not_taken() {
        for other in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"%PDF-1.7", b"BM", b""] {
            assert_eq!(Format::of(other), None, "{other:?}");
        }
    }
}
