//! The name of a file: the SHA-256 of what is in it.

use std::fmt::Write as _;

/// SHA-256 of a file's bytes, as 64 small hexadecimal digits: safe in a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileDigest(String);

impl FileDigest {
    /// Names the hash of a file's bytes.
    #[must_use]
    pub fn of_hash(hash: &[u8]) -> Self {
        let mut text = String::with_capacity(hash.len() * 2);
        for byte in hash {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// Reads a stored name; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 64 && text.bytes().all(is_hex)).then(|| Self(text.to_owned()))
    }

    /// Returns the digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the folder of the file: the first two digits.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_64_small_digits_are_a_name() {
        let name = "0a".repeat(32);
        assert_eq!(FileDigest::parse(&name).unwrap().folder(), "0a");
        for wrong in ["", "..", &name[1..], &name.to_uppercase(), &format!("{}/..", &name[3..])] {
            assert_eq!(FileDigest::parse(wrong), None, "{wrong}");
        }
    }
}
