//! What a search compares: words without case, accents and signs.
//!
//! Texts and needles go through the same mill, so that both engines of the store see
//! plain words and no syntax of theirs can come in from outside.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::base::bounds::{NEEDLE_WORDS_MAX, TEXT_WORDS_MAX, WORD_LETTERS_MAX};

/// Fewest letters of a last word that finds longer ones: a single letter is a name (R, C).
const PREFIX_LETTERS_MIN: usize = 2;

/// Returns the words of a text, each once, joined by blanks.
#[must_use]
pub fn words_of(text: &str) -> String {
    let mut seen = std::collections::HashSet::new();
    let mut words = split(text);
    words.retain(|word| seen.insert(word.clone()));
    words.truncate(TEXT_WORDS_MAX);
    words.join(" ")
}

/// Splits a text into words; `+` and `#` after a letter belong to it, for C++ and C#.
fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let letters = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
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

/// In which part of an offer words must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// In the title.
    Title,
    /// In the title or among the skills.
    Skills,
    /// There, or in the organisation's name.
    Organization,
    /// There, or in the description.
    Anywhere,
}

impl Needle {
    /// Reads what was typed; `None` when no word is in it.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let mut words = split(typed);
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
    pub fn for_fts5(&self, part: Part) -> String {
        let columns = match part {
            Part::Title => "{title} : ",
            Part::Skills => "{title skills} : ",
            Part::Organization => "{title skills organization} : ",
            Part::Anywhere => "",
        };
        let words = self.words.iter().map(|word| format!("\"{word}\""));
        let last = (!self.last.is_empty()).then(|| format!("\"{}\" *", self.last));
        let all: Vec<_> = words.chain(last).collect();
        format!("{columns}({})", all.join(" AND "))
    }

    /// Writes it as a `tsquery` over lexemes that carry their part before a stroke.
    /// Source: postgresql.org/docs, 8.11.2.
    #[must_use]
    pub fn for_tsquery(&self, part: Part) -> String {
        let parts: &[&str] = match part {
            Part::Title => &["a/"],
            Part::Skills => &["a/", "b/"],
            Part::Organization => &["a/", "b/", "c/"],
            Part::Anywhere => &[""],
        };
        let anywhere = |word: &String, end: &str| {
            let each: Vec<_> = parts.iter().map(|part| format!("'{part}{word}'{end}")).collect();
            if each.len() > 1 { format!("({})", each.join(" | ")) } else { each.concat() }
        };
        let words = self.words.iter().map(|word| anywhere(word, ""));
        let last = (!self.last.is_empty()).then(|| anywhere(&self.last, ":*"));
        let all: Vec<_> = words.chain(last).collect();
        all.join(" & ")
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
        assert_eq!(
            needle.for_fts5(Part::Title),
            "{title} : (\"biologo\" AND \"or\" AND \"mar\" AND \"ino\" *)"
        );
        assert_eq!(
            needle.for_tsquery(Part::Skills),
            "('a/biologo' | 'b/biologo') & ('a/or' | 'b/or') & ('a/mar' | 'b/mar') \
             & ('a/ino':* | 'b/ino':*)"
        );
        assert_eq!(Needle::parse("R").unwrap().for_fts5(Part::Anywhere), "(\"r\")");
        assert_eq!(Needle::parse("c++").unwrap().for_tsquery(Part::Anywhere), "'cplusplus'");
        assert!(Needle::parse("*** ---").is_none());
    }
}
