//! From words to lines that fit a box.
//!
//! The largest size at which the words fit wins; then the lines are balanced, so
//! that no last line is a single short word. What does not fit at the smallest size
//! is cut, long words between letters, and ends in an ellipsis. Pure arithmetic over
//! widths in ems.

use std::iter::successors;
use std::ops::Range;

use super::shape::{Glyph, Word};

/// Halvings of the search for balanced lines; the last step is below a pixel.
const BALANCE_STEPS: usize = 12;

/// What one size is smaller than the one before, in pixels.
const SIZE_STEP_PX: f32 = 2.0;

/// Room for a text, and between which sizes it may be set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Pixels from side to side.
    pub width: f32,
    /// Pixels from the top of a capital on the first line to the baseline of the last.
    pub height: f32,
    /// The size to begin with, in pixels an em.
    pub size: f32,
    /// The size below which the text is cut instead.
    pub size_min: f32,
    /// Most lines.
    pub lines_max: u8,
    /// From one baseline to the next, in ems.
    pub leading: f32,
    /// Height of a capital, in ems.
    pub cap_height: f32,
}

/// Lines at the size that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Pixels an em.
    pub size: f32,
    /// From the top.
    pub lines: Vec<Line>,
}

/// One line, in ems from its left end on the baseline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// The glyphs.
    pub glyphs: Vec<Glyph>,
    /// From the first to the last.
    pub width: f32,
}

/// What the words are set with.
#[derive(Clone, Debug, PartialEq)]
pub struct Sort {
    /// Width of a space, in ems.
    pub space: f32,
    /// What stands where a text was cut.
    pub ellipsis: Word,
}

impl Frame {
    /// Returns the height of so many lines at a size, in pixels.
    #[must_use]
    pub fn height_of(&self, lines: u8, size: f32) -> f32 {
        size * (self.cap_height + self.leading * f32::from(lines.saturating_sub(1)))
    }

    fn sizes(&self) -> impl Iterator<Item = f32> {
        let smaller = |size: &f32| Some(size - SIZE_STEP_PX).filter(|size| *size > self.size_min);
        successors(Some(self.size), smaller).chain([self.size_min.min(self.size)])
    }

    /// Returns how many lines of a size there is room for, at least one.
    fn lines_at(&self, size: f32) -> usize {
        let fits = |lines: &u8| self.height_of(*lines, size) <= self.height;
        usize::from((1..=self.lines_max).rev().find(fits).unwrap_or(1))
    }
}

/// Fits words into a frame.
///
/// # Cost
/// Microseconds: some thirty sizes, each a walk over the words.
#[must_use]
pub fn fit(words: &[Word], sort: &Sort, frame: &Frame) -> Block {
    for size in frame.sizes() {
        let width = frame.width / size;
        let is_wider = words.iter().any(|word| word.width > width);
        let lines = breaks(words, sort.space, width);
        if !is_wider && lines.len() <= frame.lines_at(size) {
            let lines = balanced(words, sort.space, (lines, width));
            let lines =
                lines.into_iter().map(|line| joined(part(words, line), sort.space)).collect();
            return Block { size, lines };
        }
    }
    let size = frame.size_min.min(frame.size);
    Block { size, lines: cut(words, sort, (frame.width / size, frame.lines_at(size))) }
}

/// Breaks greedily: each line takes what it has room for, one word at least.
fn breaks(words: &[Word], space: f32, width: f32) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut reached = 0.0;
    for (index, word) in words.iter().enumerate() {
        let gap = if word.is_spaced { space } else { 0.0 };
        match lines.last_mut() {
            Some(line) if reached + gap + word.width <= width => {
                line.end = index + 1;
                reached += gap + word.width;
            }
            Some(_) | None => {
                lines.push(index..index + 1);
                reached = word.width;
            }
        }
    }
    lines
}

/// Finds the narrowest lines that are as many.
fn balanced(
    words: &[Word],
    space: f32,
    (lines, width): (Vec<Range<usize>>, f32),
) -> Vec<Range<usize>> {
    let widest_word = words.iter().map(|word| word.width).fold(0.0, f32::max);
    let (mut narrow, mut wide) = (widest_word, width);
    let mut best = lines;
    for _ in 0..BALANCE_STEPS {
        let middle = narrow.midpoint(wide);
        let tried = breaks(words, space, middle);
        if tried.len() == best.len() {
            best = tried;
            wide = middle;
        } else {
            narrow = middle;
        }
    }
    best
}

/// Cuts words between letters where they are wider than a line, and the text where
/// it has more lines than there is room for.
fn cut(words: &[Word], sort: &Sort, (width, lines_max): (f32, usize)) -> Vec<Line> {
    let pieces: Vec<Word> = words.iter().flat_map(|word| pieces(word, width)).collect();
    let lines = breaks(&pieces, sort.space, width);
    let mut kept: Vec<Line> = lines
        .iter()
        .take(lines_max)
        .map(|line| joined(part(&pieces, line.clone()), sort.space))
        .collect();
    if lines.len() > lines_max
        && let (Some(last), Some(line)) = (lines.get(lines_max - 1), kept.last_mut())
    {
        *line = ended(part(&pieces, last.clone()), sort, width);
    }
    kept
}

/// Returns the words of a line, whose ends [`breaks`] has counted.
fn part(words: &[Word], line: Range<usize>) -> &[Word] {
    words.get(line).unwrap_or_default()
}

fn pieces(word: &Word, width: f32) -> Vec<Word> {
    let mut pieces = Vec::new();
    let mut rest = word.clone();
    while rest.width > width && rest.starts.len() > 1 {
        let (piece, tail) = rest.cut(width);
        pieces.push(piece);
        rest = tail;
    }
    pieces.push(rest);
    pieces
}

/// Ends a line in an ellipsis, which takes the place of what stands there.
fn ended(words: &[Word], sort: &Sort, width: f32) -> Line {
    let room = width - sort.ellipsis.width;
    let mut kept = words.to_vec();
    while kept.len() > 1 && joined(&kept, sort.space).width > room {
        kept.pop();
    }
    if let Some(last) = kept.last_mut().filter(|last| last.width > room) {
        *last = last.cut(room).0;
    }
    kept.push(sort.ellipsis.clone());
    joined(&kept, sort.space)
}

fn joined(words: &[Word], space: f32) -> Line {
    let mut line = Line::default();
    for (index, word) in words.iter().enumerate() {
        if word.is_spaced && index > 0 {
            line.width += space;
        }
        let at = line.width;
        line.glyphs.extend(word.glyphs.iter().map(|glyph| Glyph { x: at + glyph.x, ..*glyph }));
        line.width += word.width;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::super::fonts::{Face, FontId, Fonts};
    use super::super::shape::{self, Style};
    use super::*;

    const STYLE: Style = Style { face: Face::Display, tracking: -0.02 };

    const FRAME: Frame = Frame {
        width: 1040.0,
        height: 300.0,
        size: 88.0,
        size_min: 48.0,
        lines_max: 4,
        leading: 1.1,
        cap_height: 0.72,
    };

    fn fitted(text: &str, frame: &Frame) -> Block {
        let fonts = Fonts::parse().unwrap();
        let space = fonts.get(FontId::Face(Face::Display)).space;
        let ellipsis = shape::words(&fonts, STYLE, "…").remove(0);
        fit(&shape::words(&fonts, STYLE, text), &Sort { space, ellipsis }, frame)
    }

    #[test]
    fn short_text_stays_large_and_long_text_shrinks_until_it_fits() {
        let short = fitted("Investigadora postdoctoral", &FRAME);
        assert_eq!((short.size, short.lines.len()), (88.0, 2));
        let long = fitted(&"Investigadora postdoctoral en biología ".repeat(4), &FRAME);
        assert!(long.size < 88.0 && long.lines.len() > 2, "{} {}", long.size, long.lines.len());
        assert!(fitted("", &FRAME).lines.is_empty());
    }

    #[test]
    fn every_line_fits_whatever_the_text() {
        for text in ["x".repeat(3000), "palabra ".repeat(400), "a-".repeat(500), "W".repeat(40)] {
            let block = fitted(&text, &FRAME);
            assert!(block.lines.len() <= 4);
            assert!(block.lines.iter().all(|line| line.width * block.size <= FRAME.width + 0.5));
            let lines = u8::try_from(block.lines.len()).unwrap();
            assert!(FRAME.height_of(lines, block.size) <= FRAME.height);
        }
    }

    #[test]
    fn cut_text_ends_in_an_ellipsis() {
        let fonts = Fonts::parse().unwrap();
        let ellipsis = shape::words(&fonts, STYLE, "…")[0].glyphs[0].id;
        let last =
            |text: &str| fitted(text, &FRAME).lines.last().unwrap().glyphs.last().unwrap().id;
        assert_eq!(last(&"palabra ".repeat(400)), ellipsis);
        assert_eq!(last(&"x".repeat(3000)), ellipsis);
        assert_ne!(last("Una palabra"), ellipsis);
    }

    #[test]
    fn lines_are_balanced() {
        let frame = Frame { size: 60.0, ..FRAME };
        let block = fitted("Una frase que ocupa algo más de una línea sin duda", &frame);
        let widths: Vec<_> = block.lines.iter().map(|line| line.width).collect();
        assert_eq!(widths.len(), 2);
        assert!(widths[1] > 0.7 * widths[0], "{widths:?}");
    }
}
