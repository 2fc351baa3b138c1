//! From any Unicode text to clusters that the fonts can draw.
//!
//! What has no shape of its own is left out, and so is an emoji that no font has.
//! A letter without a glyph is looked up in its compatible form and without its
//! accents; when nothing is left, [`MARK`] stands for it. A line is never dropped for
//! a letter in it.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation as _;

use super::fonts::{Face, FontId, Fonts};
use crate::base::bounds::{OG_ACCENTS_MAX, OG_TEXT_CLUSTERS_MAX, OG_TEXT_LETTERS_MAX};

/// What stands for a letter that no font has. Not a box: that would look like a fault.
pub const MARK: char = '·';

/// A letter with its accents, and what may come after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The characters, which `font` has.
    pub text: String,
    /// The font that draws it.
    pub font: FontId,
    /// Whether a line may end here.
    pub after: After,
}

/// What comes after a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// The rest of the word.
    Word,
    /// The rest of the word, or a new line.
    Break,
    /// A space, or a new line.
    Space,
}

/// Turns a text into at most [`OG_TEXT_CLUSTERS_MAX`] clusters for a face.
#[must_use]
pub fn clusters(fonts: &Fonts, face: Face, text: &str) -> Vec<Cluster> {
    let mut found: Vec<Cluster> = Vec::new();
    let composed: String = text.chars().take(OG_TEXT_LETTERS_MAX).nfc().collect();
    for grapheme in composed.graphemes(true) {
        if found.len() >= OG_TEXT_CLUSTERS_MAX {
            break;
        }
        if is_space(grapheme) {
            if let Some(last) = found.last_mut() {
                last.after = After::Space;
            }
        } else if let Some((text, font)) = drawable(fonts, face, grapheme) {
            let after = if is_joint(&text) { After::Break } else { After::Word };
            found.push(Cluster { text, font, after });
        }
    }
    found
}

/// Tells whether anything of a text can be drawn.
#[must_use]
pub fn draws(fonts: &Fonts, text: &str) -> bool {
    let end = text.char_indices().nth(OG_TEXT_LETTERS_MAX).map_or(text.len(), |(end, _)| end);
    let graphemes = text.get(..end).unwrap_or_default().graphemes(true);
    graphemes.into_iter().any(|one| !is_space(one) && drawable(fonts, Face::Text, one).is_some())
}

/// Finds what can be drawn of a grapheme; `None` when it is left out.
fn drawable(fonts: &Fonts, face: Face, grapheme: &str) -> Option<(String, FontId)> {
    let text = visible(grapheme);
    if text.is_empty() {
        return None;
    }
    if let Some(font) = fonts.drawing(face, &text) {
        return Some((text, font));
    }
    if text.chars().any(is_emoji) {
        return None;
    }
    let compatible: String = text.nfkc().collect();
    let bare: String = text.nfkd().filter(|letter| !is_combining_mark(*letter)).collect();
    [compatible, bare]
        .into_iter()
        .filter(|text| !text.is_empty())
        .find_map(|text| fonts.drawing(face, &text).map(|font| (text, font)))
        .or_else(|| mark(fonts, face))
}

fn mark(fonts: &Fonts, face: Face) -> Option<(String, FontId)> {
    let text = MARK.to_string();
    fonts.drawing(face, &text).map(|font| (text, font))
}

/// Leaves out what has no shape of its own, and accents beyond what one letter carries.
fn visible(grapheme: &str) -> String {
    let mut accents = 0;
    let mut visible = String::with_capacity(grapheme.len());
    for letter in grapheme.chars().filter(|letter| !is_invisible(*letter)) {
        accents = if is_combining_mark(letter) { accents + 1 } else { 0 };
        if accents <= OG_ACCENTS_MAX {
            visible.push(letter);
        }
    }
    visible
}

/// A space at which a line may end; one that may not is drawn as part of its word.
fn is_space(grapheme: &str) -> bool {
    let is_kept = |letter| matches!(letter, '\u{a0}' | '\u{2007}' | '\u{202f}');
    grapheme.chars().all(|letter| letter.is_whitespace() && !is_kept(letter))
}

/// A line may end behind a dash, a slash, or a letter of a script that we do not draw.
fn is_joint(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|letter| matches!(letter, '-' | '‐' | '–' | '—' | '/' | MARK))
}

/// Format characters, joiners, selectors, controls, the frame of a keycap. Source:
/// Unicode 16, general categories Cc and Cf, and `Variation_Selector`.
const fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}'
        | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{8e2}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{20e3}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Pictures and what makes one of a digit. Source: Unicode 16, `Extended_Pictographic`,
/// by whole blocks.
const fn is_emoji(letter: char) -> bool {
    matches!(letter,
        '\u{2300}'..='\u{23ff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}'
        | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> String {
        let fonts = Fonts::parse().unwrap();
        let space = |after| if after == After::Space { " " } else { "" };
        let clusters = clusters(&fonts, Face::Text, text);
        clusters.iter().flat_map(|cluster| [&cluster.text, space(cluster.after)]).collect()
    }

    #[test]
    fn text_keeps_what_can_be_drawn() {
        for (text, drawn) in [
            ("Investigación en Ávila", "Investigación en Ávila"),
            ("Investigacio\u{301}n", "Investigación"),
            ("Ελλάδα, Ἀθῆναι", "Ελλάδα, Ἀθῆναι"),
            ("Жъыїґ Ҳ", "Жъыїґ Ҳ"),
            ("ﬁn ＦＵＬＬ 𝐁old", "ﬁn FULL Bold"),
            ("a\u{200d}b\u{ad}c\u{202e}d\u{0}e", "abcde"),
            ("Hola 🎉 mundo 👩\u{200d}🚀", "Hola mundo "),
            ("1\u{fe0f}\u{20e3} 🇪🇸 ❤\u{fe0f}", "1 ❤"),
            ("東京 لغة שלום", "·· ··· ····"),
            ("🎉", ""),
            ("  ", ""),
            ("<svg onload=x> &amp; ${7*7}", "<svg onload=x> &amp; ${7*7}"),
        ] {
            assert_eq!(cleaned(text), drawn, "{text:?}");
        }
    }

    #[test]
    fn accents_pile_up_to_a_bound() {
        let pile = format!("a{}b", "\u{300}".repeat(100));
        assert_eq!(
            cleaned(&pile).chars().filter(|letter| is_combining_mark(*letter)).count(),
            OG_ACCENTS_MAX
        );
        assert_eq!(
            clusters(&Fonts::parse().unwrap(), Face::Text, &"x".repeat(5000)).len(),
            OG_TEXT_CLUSTERS_MAX
        );
    }

    #[test]
    fn letters_that_are_left_out_are_not_walked_over_for_ever() {
        let fonts = Fonts::parse().unwrap();
        let hidden = "\u{200d}".repeat(OG_TEXT_LETTERS_MAX);
        assert!(clusters(&fonts, Face::Text, &format!("{hidden}a")).is_empty());
        assert!(!draws(&fonts, &format!("{hidden}a")));
        assert_eq!(clusters(&fonts, Face::Text, &hidden.replacen('\u{200d}', "a", 1)).len(), 1);
    }

    #[test]
    fn every_letter_of_latin_greek_and_cyrillic_has_a_shape() {
        let fonts = Fonts::parse().unwrap();
        let blocks = [
            0x21..=0x7e,
            0xa1..=0xac,
            0xae..=0x24f,
            0x250..=0x2af,
            0x386..=0x3ce,
            0x400..=0x52f,
            0x1e00..=0x1eff,
            0x2c60..=0x2c7f,
            0xa720..=0xa7bf,
            0xab30..=0xab64,
            0xff21..=0xff5a,
        ];
        for letter in blocks.into_iter().flatten().filter_map(char::from_u32) {
            let is_letter = letter.is_alphabetic();
            let drawn = drawable(&fonts, Face::Display, &letter.to_string());
            assert!(!is_letter || drawn.is_some_and(|(text, _)| !text.contains(MARK)), "{letter}");
        }
    }
}
