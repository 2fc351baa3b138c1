//! From clusters to words of glyphs.
//!
//! Everything is in ems from the word's origin, so that a text is shaped once and
//! wrapped at any size. A word remembers where its clusters begin: that is where
//! it may be cut when it is wider than the card.

use harfrust::{Direction, UnicodeBuffer};

use super::clean::{self, After, Cluster};
use super::fonts::{Face, FontId, Fonts};

/// A glyph and its place, in ems from the origin of its word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    /// The font that draws it.
    pub font: FontId,
    /// Its number there.
    pub id: u32,
    /// To the right.
    pub x: f32,
    /// Upwards.
    pub y: f32,
    /// Which cluster of the word it belongs to.
    pub cluster: usize,
}

/// Glyphs that stay together as long as a line has room for them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Word {
    /// The glyphs.
    pub glyphs: Vec<Glyph>,
    /// Where each cluster begins, in ems.
    pub starts: Vec<f32>,
    /// How wide the word is, in ems.
    pub width: f32,
    /// Whether a space stands before it on the same line.
    pub is_spaced: bool,
}

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// The face.
    pub face: Face,
    /// What is added to the width of every cluster, in ems.
    pub tracking: f32,
}

/// Sets a text to words.
///
/// # Cost
/// About a microsecond a letter.
#[must_use]
pub fn words(fonts: &Fonts, style: Style, text: &str) -> Vec<Word> {
    let clusters = clean::clusters(fonts, style.face, text);
    let mut is_spaced = false;
    clusters
        .split_inclusive(|cluster| cluster.after != After::Word)
        .map(|clusters| {
            let word = Word { is_spaced, ..word(fonts, style, clusters) };
            is_spaced = clusters.last().is_some_and(|last| last.after == After::Space);
            word
        })
        .collect()
}

fn word(fonts: &Fonts, style: Style, clusters: &[Cluster]) -> Word {
    let mut word = Word::default();
    for run in clusters.chunk_by(|one, next| one.font == next.font) {
        word.append(fonts, style, run);
    }
    word
}

impl Word {
    /// Shapes clusters of one font and sets them behind what is there.
    fn append(&mut self, fonts: &Fonts, style: Style, run: &[Cluster]) {
        let Some(font) = run.first().map(|cluster| cluster.font) else { return };
        let drawn_by = fonts.get(font);
        let first = self.starts.len();
        let shaped = drawn_by.shape(letters(run));
        for (info, place) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let cluster = first + usize::try_from(info.cluster).unwrap_or(0);
            self.begin(cluster, style.tracking);
            self.glyphs.push(Glyph {
                font,
                id: info.glyph_id,
                x: self.width + drawn_by.ems(place.x_offset),
                y: drawn_by.ems(place.y_offset),
                cluster,
            });
            self.width += drawn_by.ems(place.x_advance);
        }
        // Clusters that share the last glyph begin where it ends.
        self.begin((first + run.len()).saturating_sub(1), style.tracking);
    }

    /// Writes down where the clusters up to `cluster` begin; each but the first adds tracking.
    fn begin(&mut self, cluster: usize, tracking: f32) {
        while self.starts.len() <= cluster {
            if !self.starts.is_empty() {
                self.width += tracking;
            }
            self.starts.push(self.width);
        }
    }

    /// Splits the word so that the first part is at most `width` wide, and has a cluster at least.
    #[must_use]
    pub fn cut(&self, width: f32) -> (Self, Self) {
        let ends = self.starts.iter().skip(1).chain([&self.width]);
        // The cluster that the second part begins with, which may be none.
        let cut = ends.take_while(|end| **end <= width).count().max(1);
        let at = self.starts.get(cut).copied().unwrap_or(self.width);
        let head = Self {
            glyphs: self.glyphs.iter().filter(|glyph| glyph.cluster < cut).copied().collect(),
            starts: self.starts.iter().take(cut).copied().collect(),
            width: at,
            is_spaced: self.is_spaced,
        };
        let rest = self.glyphs.iter().filter(|glyph| glyph.cluster >= cut);
        let tail = Self {
            glyphs: rest
                .map(|glyph| Glyph { x: glyph.x - at, cluster: glyph.cluster - cut, ..*glyph })
                .collect(),
            starts: self.starts.iter().skip(cut).map(|start| start - at).collect(),
            width: self.width - at,
            is_spaced: false,
        };
        (head, tail)
    }
}

/// Fills a buffer; one that every font draws from left to right.
fn letters(run: &[Cluster]) -> UnicodeBuffer {
    let mut buffer = UnicodeBuffer::new();
    for (index, cluster) in run.iter().enumerate() {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        for letter in cluster.text.chars() {
            buffer.add(letter, index);
        }
    }
    buffer.guess_segment_properties();
    buffer.set_direction(Direction::LeftToRight);
    buffer
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style { face: Face::Text, tracking: 0.0 };

    fn shaped(text: &str) -> Vec<Word> {
        words(&Fonts::parse().unwrap(), STYLE, text)
    }

    #[test]
    fn words_split_at_spaces_and_behind_dashes() {
        let words = shaped("Madrid–Barcelona en AVE");
        let spaced: Vec<_> = words.iter().map(|word| word.is_spaced).collect();
        assert_eq!(spaced, [false, false, true, true]);
        assert_eq!(words[0].starts.len(), "Madrid–".chars().count());
    }

    #[test]
    fn letters_are_kerned_and_accents_add_no_width() {
        let width = |text: &str| shaped(text)[0].width;
        assert!(width("AVAVAV") < 3.0 * (width("A") + width("V")), "kerned");
        let (bare, piled) = (width("x"), width("x\u{323}\u{302}"));
        assert!((bare - piled).abs() < 0.25 * bare, "{bare} {piled}");
        let tracked = words(&Fonts::parse().unwrap(), Style { tracking: 0.1, ..STYLE }, "abc");
        assert!((tracked[0].width - width("abc") - 0.2).abs() < 1e-5);
    }

    #[test]
    fn cut_keeps_every_glyph_and_the_width() {
        let word = &shaped("Otorrinolaringología")[0];
        let (head, tail) = word.cut(word.width / 2.0);
        assert!(head.width <= word.width / 2.0);
        assert_eq!(head.glyphs.len() + tail.glyphs.len(), word.glyphs.len());
        assert!((head.width + tail.width - word.width).abs() < 1e-4);
        assert!(tail.glyphs[0].x.abs() < 0.2 && tail.starts[0].abs() < 1e-6);
        let (head, tail) = word.cut(0.0);
        assert_eq!((head.starts.len(), tail.starts.len()), (1, word.starts.len() - 1));
        let (head, tail) = word.cut(1000.0);
        assert_eq!((head.glyphs.len(), tail.glyphs.len()), (word.glyphs.len(), 0));
    }
}
