//! The embedded fonts.
//!
//! Three faces of one family, and behind each of them one font for the letters of
//! Latin, Greek and Cyrillic script that the family lacks. The files are TrueType:
//! another format is an error when they are parsed, not a card without text.

use harfrust::{GlyphBuffer, ShapeOptions, ShaperData, UnicodeBuffer};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::{GlyphMetrics, Metrics};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider as _};

/// A weight and cut of the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Titles: bold, cut for large sizes.
    Display,
    /// Running text.
    Text,
    /// Small text that must be seen.
    Strong,
}

/// One of the embedded files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FontId {
    /// The file of a face.
    Face(Face),
    /// The file behind every face.
    Fallback,
}

const DISPLAY: &[u8] = include_bytes!("../../../assets/og/fonts/InterDisplay-Bold.ttf");
const TEXT: &[u8] = include_bytes!("../../../assets/og/fonts/Inter-Medium.ttf");
const STRONG: &[u8] = include_bytes!("../../../assets/og/fonts/Inter-SemiBold.ttf");
const FALLBACK: &[u8] = include_bytes!("../../../assets/og/fonts/NotoSans-SemiBold.ttf");

/// Every embedded file, for whoever must know whether one of them has changed.
pub const FILES: [&[u8]; 4] = [DISPLAY, TEXT, STRONG, FALLBACK];

/// An embedded file is no font that can be drawn with: WOFF, for example.
#[derive(Debug, thiserror::Error)]
#[error("an embedded font cannot be used: {0}")]
pub struct FontError(String);

/// The fonts, parsed.
pub struct Fonts {
    display: Font,
    text: Font,
    strong: Font,
    fallback: Font,
}

/// One font, parsed.
pub struct Font {
    file: FontRef<'static>,
    shaping: ShaperData,
    units_per_em: f32,
    /// Height of a capital letter in ems.
    pub cap_height: f32,
    /// Width of a space in ems.
    pub space: f32,
}

impl Fonts {
    /// Parses the embedded files.
    ///
    /// # Errors
    /// [`FontError`]: one of them is not a font of outlines.
    pub fn parse() -> Result<Self, FontError> {
        Ok(Self {
            display: Font::parse(DISPLAY)?,
            text: Font::parse(TEXT)?,
            strong: Font::parse(STRONG)?,
            fallback: Font::parse(FALLBACK)?,
        })
    }

    /// Returns a font.
    #[must_use]
    pub const fn get(&self, id: FontId) -> &Font {
        match id {
            FontId::Face(Face::Display) => &self.display,
            FontId::Face(Face::Text) => &self.text,
            FontId::Face(Face::Strong) => &self.strong,
            FontId::Fallback => &self.fallback,
        }
    }

    /// Finds the font that draws every letter of a text: the face's, else the one behind.
    #[must_use]
    pub fn drawing(&self, face: Face, text: &str) -> Option<FontId> {
        let draws = |id: &FontId| text.chars().all(|letter| self.get(*id).has(letter));
        [FontId::Face(face), FontId::Fallback].into_iter().find(draws)
    }
}

impl Font {
    /// Parses a TrueType or OpenType file.
    ///
    /// # Errors
    /// [`FontError`].
    pub fn parse(bytes: &'static [u8]) -> Result<Self, FontError> {
        let file = FontRef::new(bytes).map_err(|error| FontError(error.to_string()))?;
        if file.outline_glyphs().format().is_none() {
            return Err(FontError(String::from("it has no outlines")));
        }
        let (size, location) = (Size::unscaled(), LocationRef::default());
        let metrics = Metrics::new(&file, size, location);
        let units_per_em = f32::from(metrics.units_per_em.max(1));
        let space = file
            .charmap()
            .map(' ')
            .and_then(|glyph| GlyphMetrics::new(&file, size, location).advance_width(glyph));
        Ok(Self {
            shaping: ShaperData::new(&file),
            units_per_em,
            cap_height: metrics.cap_height.unwrap_or(0.7 * units_per_em) / units_per_em,
            space: space.unwrap_or(0.25 * units_per_em) / units_per_em,
            file,
        })
    }

    /// Tells whether the font has a glyph for a letter.
    #[must_use]
    pub fn has(&self, letter: char) -> bool {
        self.file.charmap().map(letter).is_some()
    }

    /// Sets letters to glyphs, with kerning and with accents on their letters.
    #[must_use]
    pub fn shape(&self, letters: UnicodeBuffer) -> GlyphBuffer {
        self.shaping.shaper(&self.file).build().shape(letters, ShapeOptions::new())
    }

    /// Returns a length of font units in ems.
    #[must_use]
    pub fn ems(&self, units: i32) -> f32 {
        // No glyph is wider than 16 ems; what would be has a broken font.
        i16::try_from(units).map_or(0.0, f32::from) / self.units_per_em
    }

    /// Draws a glyph at a size in pixels, upwards from its origin.
    pub fn draw(&self, glyph: u32, size_px: f32, pen: &mut impl OutlinePen) {
        let Some(outline) = self.file.outline_glyphs().get(GlyphId::new(glyph)) else { return };
        let settings = DrawSettings::unhinted(Size::new(size_px), LocationRef::default());
        // A glyph that cannot be drawn leaves its place empty; the tests draw every letter.
        let _ = outline.draw(settings, pen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_fonts_are_outlines_and_woff_is_refused() {
        let fonts = Fonts::parse().unwrap();
        assert!(fonts.display.cap_height > 0.6 && fonts.text.space > 0.1);
        for bytes in FILES {
            assert!([&[0, 1, 0, 0][..], b"OTTO"].contains(&&bytes[..4]));
        }
        assert!(Font::parse(b"wOF2\0\x01\0\0and what follows").is_err());
        assert!(Font::parse(b"wOFF\0\x01\0\0and what follows").is_err());
        assert!(Font::parse(b"").is_err());
    }
}
