//! The passwords that everybody tries first.
//!
//! The list is sorted, one a line, in lower case; looking one up is a binary
//! search over the embedded bytes. Source: `assets/data/README.md`.

use std::borrow::Cow;

use super::assets;

/// The list.
pub struct CommonPasswords(Cow<'static, [u8]>);

impl CommonPasswords {
    /// Takes the embedded list.
    #[must_use]
    pub fn embedded() -> Self {
        Self(assets::data("common-passwords.txt").unwrap_or_default())
    }

    /// Tells whether the whole password, NFKC and in lower case, is on the list.
    #[must_use]
    pub fn contains(&self, folded: &str) -> bool {
        let wanted = folded.as_bytes();
        let (mut low, mut high) = (0, self.0.len());
        while low < high {
            let line = self.line_at(low.midpoint(high));
            let found = self.0.get(line.clone()).unwrap_or_default();
            match found.cmp(wanted) {
                std::cmp::Ordering::Equal => return true,
                std::cmp::Ordering::Less => low = line.end + 1,
                std::cmp::Ordering::Greater => high = line.start,
            }
        }
        false
    }

    /// Returns the line that holds the byte at `index`, without its line break.
    fn line_at(&self, index: usize) -> std::ops::Range<usize> {
        let before = self.0.get(..index).unwrap_or_default();
        let after = self.0.get(index..).unwrap_or_default();
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let end =
            after.iter().position(|byte| *byte == b'\n').map_or(self.0.len(), |at| index + at);
        start..end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_its_neighbours_are_not() {
        let list = CommonPasswords::embedded();
        let text = String::from_utf8(list.0.to_vec()).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert!(lines.len() >= 3000, "{}", lines.len());
        assert!(lines.is_sorted());
        for line in &lines {
            assert!(list.contains(line), "{line}");
            assert_eq!(*line, line.to_lowercase());
        }
        for absent in ["", "\n", "una frase bien larga", "passwordpassworx", "zzzzzzzzzzzzzzz~"] {
            assert!(!list.contains(absent), "{absent:?}");
        }
    }
}
