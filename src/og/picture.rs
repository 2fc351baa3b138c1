//! Pictures of the operator's: `og.image` and `brand.logo`.
//!
//! Read once, under limits on bytes, sides and memory; nobody else's picture is ever
//! read. What is wrong with a file is said with its name, because the operator is
//! the one who can mend it.

use std::fs::File;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

use image::imageops::FilterType;
use image::{ImageFormat, ImageReader, Limits, RgbaImage};
use resvg::tiny_skia::{IntSize, Pixmap, Size, Transform};
use resvg::usvg::Tree;
use roxmltree::Document;

use super::{references, svg};
use crate::base::bounds::{
    OG_IMAGE_ALLOC_BYTES_MAX, OG_IMAGE_BYTES_MAX, OG_IMAGE_SIDE_MAX, OG_LOGO_BYTES_MAX,
};

/// What a PNG begins with. Source: PNG specification, 5.2.
const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A picture that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{key} = {path}: {reason}")]
pub struct PictureError {
    key: &'static str,
    path: PathBuf,
    reason: String,
}

/// A logo, as it was read.
pub enum Logo {
    /// A drawing.
    Drawing(Box<Tree>),
    /// Pixels.
    Pixels(RgbaImage),
}

/// A logo as large as its place.
pub struct ScaledLogo {
    /// The pixels.
    pub pixels: Pixmap,
    /// How many of them it covers.
    pub size: Size,
}

/// Reads `og.image`, scales it until it covers a card, and cuts off what stands over.
///
/// # Errors
/// [`PictureError`]: no file, no PNG, too large, damaged.
///
/// # Cost
/// Up to a second for the largest picture; once, because the card is kept.
pub fn cover(path: &Path, width: u32, height: u32) -> Result<Pixmap, PictureError> {
    let failed = |reason: String| PictureError { key: "og.image", path: path.to_owned(), reason };
    let bytes = read(path, OG_IMAGE_BYTES_MAX).map_err(failed)?;
    let picture = decode(&bytes).map_err(failed)?;
    // Cut first: a strip scaled whole would be thousands of cards large.
    let (x, y, wide, high) = middle(picture.dimensions(), (width, height));
    let picture = image::imageops::crop_imm(&picture, x, y, wide, high).to_image();
    let picture = image::imageops::resize(&picture, width, height, FilterType::CatmullRom);
    on_white(picture).ok_or_else(|| failed(String::from("it has no pixels")))
}

/// Fills a picture's holes with white.
pub(super) fn on_white(picture: RgbaImage) -> Option<Pixmap> {
    let mut ground = Pixmap::new(picture.width(), picture.height())?;
    ground.fill(resvg::tiny_skia::Color::WHITE);
    let paint = resvg::tiny_skia::PixmapPaint::default();
    let picture = pixmap(picture)?;
    ground.draw_pixmap(0, 0, picture.as_ref(), &paint, Transform::identity(), None);
    Some(ground)
}

/// Returns the largest part of a picture with the proportions of a card, from its
/// middle: left, top, width, height.
fn middle((width, height): (u32, u32), card: (u32, u32)) -> (u32, u32, u32, u32) {
    let part = |side: u32, over: u32, under: u32| {
        let part = u64::from(side) * u64::from(over) / u64::from(under.max(1));
        u32::try_from(part).unwrap_or(u32::MAX).max(1)
    };
    let wide = width.min(part(height, card.0, card.1));
    let high = height.min(part(width, card.1, card.0));
    ((width - wide) / 2, (height - high) / 2, wide, high)
}

impl Logo {
    /// Reads `brand.logo`, an SVG or a PNG.
    ///
    /// # Errors
    /// [`PictureError`]: as for a picture; an SVG also when its letters are no paths
    /// or when it holds another picture.
    pub fn read(path: &Path) -> Result<Self, PictureError> {
        let failed =
            |reason: String| PictureError { key: "brand.logo", path: path.to_owned(), reason };
        let bytes = read(path, OG_LOGO_BYTES_MAX).map_err(failed)?;
        if bytes.starts_with(PNG_SIGNATURE) {
            return decode(&bytes).map(Self::Pixels).map_err(failed);
        }
        let text = String::from_utf8(bytes);
        let text = text.map_err(|_bytes| failed(String::from("it is neither SVG nor PNG")))?;
        drawing(&text).map(|tree| Self::Drawing(Box::new(tree))).map_err(failed)
    }

    /// Returns the logo so large that it fits a box of pixels.
    #[must_use]
    pub fn within(&self, width: f32, height: f32) -> Option<ScaledLogo> {
        let own = match self {
            Self::Drawing(tree) => tree.size(),
            Self::Pixels(pixels) => IntSize::from_wh(pixels.width(), pixels.height())?.to_size(),
        };
        let scale = (height / own.height()).min(width / own.width());
        let size = own.scale_by(scale)?;
        let whole = size.to_int_size();
        let pixels = match self {
            Self::Drawing(tree) => {
                let mut drawn = Pixmap::new(whole.width(), whole.height())?;
                let scale = Transform::from_scale(scale, scale);
                resvg::render(tree, scale, &mut drawn.as_mut());
                drawn
            }
            Self::Pixels(pixels) => {
                let (width, height) = (whole.width(), whole.height());
                pixmap(image::imageops::resize(pixels, width, height, FilterType::CatmullRom))?
            }
        };
        Some(ScaledLogo { pixels, size })
    }
}

/// Reads a whole file of at most so many bytes.
fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > bytes_max) {
        return Err(format!("it has more than {bytes_max} bytes"));
    }
    Ok(bytes)
}

fn decode(bytes: &[u8]) -> Result<RgbaImage, String> {
    if !bytes.starts_with(PNG_SIGNATURE) {
        return Err(String::from("it is no PNG"));
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(OG_IMAGE_SIDE_MAX);
    limits.max_image_height = Some(OG_IMAGE_SIDE_MAX);
    limits.max_alloc = Some(OG_IMAGE_ALLOC_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Png);
    reader.limits(limits);
    reader.decode().map(image::DynamicImage::into_rgba8).map_err(|error| error.to_string())
}

fn drawing(text: &str) -> Result<Tree, String> {
    let document = Document::parse(text).map_err(|error| format!("it is no SVG: {error}"))?;
    references::check(&document)?;
    let has = |name: &str| document.descendants().any(|node| node.tag_name().name() == name);
    if has("text") {
        return Err(String::from("it holds text; turn its letters into paths"));
    }
    if has("image") {
        return Err(String::from("it holds another picture; use a PNG, or shapes alone"));
    }
    Tree::from_xmltree(&document, &svg::options()).map_err(|error| error.to_string())
}

/// Turns pixels into what the renderer draws: colours already weakened by their alpha.
fn pixmap(picture: RgbaImage) -> Option<Pixmap> {
    let size = IntSize::from_wh(picture.width(), picture.height())?;
    let mut bytes = picture.into_raw();
    for pixel in bytes.as_chunks_mut::<4>().0 {
        let [red, green, blue, alpha] = *pixel;
        let weakened = resvg::tiny_skia::ColorU8::from_rgba(red, green, blue, alpha).premultiply();
        *pixel = [weakened.red(), weakened.green(), weakened.blue(), alpha];
    }
    Pixmap::from_vec(bytes, size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logo_of_towers_or_of_itself_many_times_is_refused() {
        let svg = |inside: &str| {
            let link = "http://www.w3.org/1999/xlink";
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"{link}\" width=\"9\" \
                 height=\"9\">{inside}<path d=\"M0 0h9v9z\"/></svg>"
            )
        };
        assert!(drawing(&svg("<g><g><path d=\"M0 0h9v9z\"/></g></g>")).is_ok());
        let levels = 40_000;
        let tower = "<g>".repeat(levels) + &"</g>".repeat(levels);
        assert!(drawing(&svg(&tower)).unwrap_err().contains("nested"));
        let mut doubled = String::new();
        let mut entities = String::new();
        for n in 1..40 {
            let used = format!("<use xlink:href=\"#g{}\"/>", n - 1);
            doubled = [doubled, format!("<g id=\"g{n}\">{used}{used}</g>")].concat();
            entities = [entities, format!("<!ENTITY e{n} \"&e{0};&e{0};\">", n - 1)].concat();
        }
        let laughs = svg(&format!("<path id=\"g0\" d=\"M0 0h9v9z\"/>{doubled}"));
        assert!(drawing(&laughs).unwrap_err().contains("again"));
        let text = format!("<!DOCTYPE svg [<!ENTITY e0 \"a\">{entities}]>{}", svg("&e39;"));
        assert!(drawing(&text).is_err());
    }

    #[test]
    fn middle_has_the_proportions_of_a_card() {
        for (picture, part) in [
            ((1200, 630), (0, 0, 1200, 630)),
            ((2400, 630), (600, 0, 1200, 630)),
            ((40, 900), (0, 439, 40, 21)),
            ((1, 1), (0, 0, 1, 1)),
            ((1, 10_000), (0, 4999, 1, 1)),
            ((10_000, 1), (4999, 0, 1, 1)),
        ] {
            assert_eq!(middle(picture, (1200, 630)), part, "{picture:?}");
        }
    }
}
