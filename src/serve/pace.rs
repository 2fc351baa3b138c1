//! Whether a reader keeps pace: some grace, then so many bytes a second.
//!
//! Pure counting of looks. The clock runs while something waits for the reader; a reader
//! who has taken everything for a while begins anew. So an answer has the grace and its
//! size by the rate, and a stream of events has as long as it likes while it is taken.

use crate::base::bounds::CALM_LOOKS;

/// What a reader must take.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Looks before anything is due.
    pub grace: u32,
    /// Bytes due for each look after them.
    pub bytes: u64,
}

/// Whether a reader has kept pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// They have, or have nothing to take.
    Kept,
    /// They owe more than they took.
    Lost,
}

/// How long something has waited, and what was due and taken meanwhile.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    waited: u32,
    calm: u32,
    /// Bytes taken before the wait began.
    before: u64,
    due: u64,
}

impl Pace {
    /// Looks at a reader of whom bytes wait; `taken` are all that they ever took.
    ///
    /// `sharers` share what one of them must take: answers on a connection that is itself
    /// the narrow place.
    pub fn waits(&mut self, taken: u64, rate: Rate, sharers: u64) -> Step {
        if self.waited == 0 {
            self.before = taken;
        }
        self.calm = 0;
        self.waited = self.waited.saturating_add(1);
        if self.waited > rate.grace {
            self.due = self.due.saturating_add((rate.bytes / sharers.max(1)).max(1));
        }
        if self.due > taken.saturating_sub(self.before) { Step::Lost } else { Step::Kept }
    }

    /// Looks at a reader who has taken everything.
    pub fn rests(&mut self) {
        self.calm = self.calm.saturating_add(1);
        if self.calm >= CALM_LOOKS {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { grace: 10, bytes: 100 };

    /// Looks until the pace is lost; the reader takes `each` bytes between two looks.
    fn looks(each: u64, sharers: u64) -> Option<u64> {
        let mut pace = Pace::default();
        (0..10_000).find(|n| pace.waits(n * each, RATE, sharers) == Step::Lost)
    }

    #[test]
    fn who_takes_nothing_has_the_grace_and_who_keeps_pace_is_never_cut() {
        assert_eq!(looks(0, 1), Some(10));
        assert_eq!(looks(0, 128), Some(10));
        assert_eq!(looks(25, 1), Some(13));
        assert_eq!(looks(99, 1), Some(901));
        assert_eq!(looks(100, 1), None);
    }

    #[test]
    fn sharers_share_what_is_due() {
        assert_eq!(looks(25, 4), None);
        assert_eq!(looks(24, 4), Some(226));
    }

    #[test]
    fn moments_without_anything_to_take_do_not_buy_a_new_grace() {
        let mut pace = Pace::default();
        for _ in 0..10 {
            assert_eq!(pace.waits(0, RATE, 1), Step::Kept);
        }
        pace.rests();
        assert_eq!(pace.waits(0, RATE, 1), Step::Lost);
        (0..CALM_LOOKS).for_each(|_| pace.rests());
        assert_eq!(pace.waits(0, RATE, 1), Step::Kept);
    }
}
