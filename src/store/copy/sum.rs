//! A checksum of rows in any order: collations differ, so no order is common to both
//! engines.
//!
//! It is the sum of the rows' SHA-256. Rows have keys, so none stands twice.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::store::Value;

/// The checksum of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many rows.
    pub rows: u64,
    words: [u64; 4],
}

impl Sum {
    /// Adds a row.
    pub fn add(&mut self, row: &[Value]) {
        let mut hash = Sha256::new();
        for value in row {
            let (kind, bytes): (u8, &[u8]) = match value {
                Value::Null => (0, &[]),
                Value::Integer(number) => (1, &number.to_be_bytes()),
                Value::Text(text) => (2, text.as_bytes()),
                Value::Bytes(bytes) => (3, bytes),
            };
            hash.update([kind]);
            hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(bytes);
        }
        let hash: [u8; 32] = hash.finalize().into();
        for (word, part) in self.words.iter_mut().zip(hash.as_chunks::<8>().0) {
            *word = word.wrapping_add(u64::from_be_bytes(*part));
        }
        self.rows += 1;
    }

    /// Writes the checksum in hexadecimal.
    pub fn hex(&self) -> String {
        self.words.iter().fold(String::new(), |mut text, word| {
            // Writing to a text cannot fail.
            let _ = write!(text, "{word:016x}");
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(rows: &[&[Value]]) -> Sum {
        let mut sum = Sum::default();
        for row in rows {
            sum.add(row);
        }
        sum
    }

    #[test]
    fn order_of_rows_does_not_count_and_everything_else_does() {
        let text = |text: &str| Value::from(text);
        let (a, b) = ([text("a"), Value::Null], [text("b"), Value::Integer(1)]);
        assert_eq!(sum(&[&a, &b]), sum(&[&b, &a]));
        assert_ne!(sum(&[&a, &b]), sum(&[&a]));
        assert_ne!(sum(&[&[text("ab"), text("c")]]), sum(&[&[text("a"), text("bc")]]));
        assert_ne!(sum(&[&[text("")]]), sum(&[&[Value::Null]]));
        assert_ne!(sum(&[&[text("1")]]), sum(&[&[Value::Integer(1)]]));
    }
}
