//! What the script leaves open is drawn.

use crate::base::entropy::Entropy;

/// Draws from the program's one source of randomness.
#[derive(Clone, Copy)]
pub struct Dice<'a>(pub &'a Entropy);

impl Dice<'_> {
    /// Returns a number from `least` to `most`; `least` where there is nothing between.
    pub fn between(self, least: i64, most: i64) -> i64 {
        let width = u64::try_from(most.saturating_sub(least)).unwrap_or(0).saturating_add(1);
        let drawn = u64::from_be_bytes(self.0.bytes()) % width;
        least.saturating_add(i64::try_from(drawn).unwrap_or(0))
    }

    /// Returns a place in a list of `length`; 0 for an empty one.
    pub fn place(self, length: usize) -> usize {
        let last = i64::try_from(length).unwrap_or(i64::MAX).saturating_sub(1);
        usize::try_from(self.between(0, last)).unwrap_or(0)
    }

    /// Tells whether something happens that does so many times in a hundred.
    pub fn happens(self, times_in_100: i64) -> bool {
        self.between(1, 100) <= times_in_100
    }

    /// Returns one of a list; `None` of an empty one.
    pub fn pick<T>(self, list: &[T]) -> Option<&T> {
        list.get(self.place(list.len()))
    }
}
