//! What a search compares: words without case, accents and signs.
//!
//! Texts and needles go through the same mill, so that both engines of the store see
//! plain words and no syntax of theirs can come in from outside.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::base::bounds::{
    NEEDLE_LETTERS_MAX, NEEDLE_WORDS_MAX, TEXT_LETTERS_MAX, TEXT_WORDS_MAX, WORD_LETTERS_MAX,
};

/// Fewest letters of a last word that finds longer ones: a single letter is a name (R, C).
const PREFIX_LETTERS_MIN: usize = 2;

/// Returns the words of a text, each once, joined by blanks.
#[must_use]
pub fn words_of(text: &str) -> String {
    let mut seen = std::collections::HashSet::new();
    let mut words = split(text, TEXT_LETTERS_MAX);
    words.retain(|word| seen.insert(word.clone()));
    words.truncate(TEXT_WORDS_MAX);
    words.join(" ")
}

/// Splits the first letters of a text into words; `+` and `#` after a letter belong to it,
/// for C++ and C#.
fn split(text: &str, letters_max: usize) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    // Measured before and after: one letter may come apart into eighteen.
    let letters = text.chars().take(letters_max).nfkd().take(2 * letters_max);
    let letters = letters.filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    for c in letters.chain([' ']) {
        match c {
            '+' if !word.is_empty() => word.push_str("plus"),
            '#' if !word.is_empty() => word.push_str("sharp"),
            c if c.is_alphanumeric() => word.push(c),
            // A letter's lower case may bring a mark of its own.
            c if is_combining_mark(c) => {}
            _ if word.is_empty() => {}
            _ => words.push(cut(std::mem::take(&mut word))),
        }
    }
    words
}

fn cut(word: String) -> String {
    match word.char_indices().nth(WORD_LETTERS_MAX) {
        Some((end, _letter)) => word.get(..end).unwrap_or_default().to_owned(),
        None => word,
    }
}

/// What somebody searches for: every word must be there, the last one at least begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    words: Vec<String>,
    last: String,
}

/// How well the words of a search stand in an offer, at best.
pub const RANK_MAX: i64 = 3;

impl Needle {
    /// Reads what was typed; `None` when no word is in it.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let mut words = split(typed, NEEDLE_LETTERS_MAX);
        let ends_in_sign = typed.trim_end().ends_with(['+', '#']);
        words.truncate(NEEDLE_WORDS_MAX);
        let last = words.pop()?;
        let begins = last.chars().count() >= PREFIX_LETTERS_MIN && !ends_in_sign;
        if begins {
            return Some(Self { words, last });
        }
        words.push(last);
        Some(Self { words, last: String::new() })
    }

    /// Writes it as SQLite's full-text tables take it. Source: sqlite.org/fts5.html §3.
    #[must_use]
    pub fn for_fts5(&self) -> String {
        let words = self.words.iter().map(|word| format!("\"{word}\""));
        let last = (!self.last.is_empty()).then(|| format!("\"{}\" *", self.last));
        let all: Vec<_> = words.chain(last).collect();
        all.join(" AND ")
    }

    /// Writes it as a `tsquery`. Source: postgresql.org/docs, 8.11.2.
    #[must_use]
    pub fn for_tsquery(&self) -> String {
        let words = self.words.iter().map(|word| format!("'{word}'"));
        let last = (!self.last.is_empty()).then(|| format!("'{}':*", self.last));
        let all: Vec<_> = words.chain(last).collect();
        all.join(" & ")
    }

    /// Tells how well the words stand in an offer, of whose title, skills and organisation
    /// the words are given: [`RANK_MAX`] when all are in the title, one less when the
    /// skills are needed too, and so on; 0 when the description is.
    #[must_use]
    pub fn rank(&self, parts: [&str; 3]) -> i64 {
        let stands = |wanted: &str, reached: usize, is_begun: bool| {
            let given = parts.iter().take(reached).flat_map(|part| part.split(' '));
            given.into_iter().any(|word| word == wanted || (is_begun && word.starts_with(wanted)))
        };
        for (rank, reached) in (1..=RANK_MAX).rev().zip(1..) {
            let is_last_there = self.last.is_empty() || stands(&self.last, reached, true);
            if is_last_there && self.words.iter().all(|word| stands(word, reached, false)) {
                return rank;
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_case_accents_and_signs_and_stand_once() {
        for (text, words) in [
            ("Biología, BIOLOGÍA y química", "biologia y quimica"),
            ("C++, C# y .NET", "cplusplus csharp y net"),
            ("ﬁsión post-doc", "fision post doc"),
            ("a\"b'c AND (NOT x*) NEAR", "a b c and not x near"),
            ("İstanbul", "istanbul"),
            ("¡!  ", ""),
            ("日本 H₂O", "日本 h2o"),
        ] {
            assert_eq!(words_of(text), words, "{text}");
        }
        assert_eq!(words_of(&"x".repeat(500)).len(), WORD_LETTERS_MAX);
    }

    #[test]
    fn needles_hold_no_syntax_of_an_engine() {
        let needle = Needle::parse("Biólogo* OR \"mar'ino").unwrap();
        assert_eq!(needle.for_fts5(), "\"biologo\" AND \"or\" AND \"mar\" AND \"ino\" *");
        assert_eq!(needle.for_tsquery(), "'biologo' & 'or' & 'mar' & 'ino':*");
        assert_eq!(Needle::parse("R").unwrap().for_fts5(), "\"r\"");
        assert_eq!(Needle::parse("c++").unwrap().for_tsquery(), "'cplusplus'");
        assert!(Needle::parse("*** ---").is_none());
    }

    #[test]
    fn words_rank_by_the_best_part_that_holds_them_all() {
        let rank = |typed: &str| {
            let parts = ["bioloqa marina", "r gis", "instituto marino"];
            Needle::parse(typed).unwrap().rank(parts)
        };
        for (typed, expected) in [
            ("marina", 3),
            ("marin", 3),
            ("mar bio", 0),
            ("marina bio", 3),
            ("gis", 2),
            ("marina r", 2),
            ("instituto", 1),
            ("instituto gi", 1),
            ("pinguino", 0),
            ("arina", 0),
        ] {
            assert_eq!(rank(typed), expected, "{typed}");
        }
    }
}
