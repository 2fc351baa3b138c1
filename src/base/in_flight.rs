//! Bytes of answers that were not taken yet, and whose they are.
//!
//! What a reader does not take stays in memory. All of it together has a ceiling, and
//! nobody holds more than a quarter of what is left below it: one greedy client stops at
//! a fifth of everything, and ten of them leave a tenth for the next. Who holds nothing
//! gets their one answer as long as there is room at all.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::limiter::AddressKey;

/// Whose bytes wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A client's address.
    Address(AddressKey),
    /// A person, by [`InFlight::person`].
    Person(u64),
}

/// The bytes would exceed a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// What one client or person may hold.
    Share,
    /// What all together may hold.
    All,
}

/// One part in so many of what is left is the most that somebody holds.
const SHARES: u64 = 4;

/// The bytes that wait in this process.
#[derive(Debug)]
pub struct InFlight {
    bytes_max: u64,
    people: RandomState,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    total: u64,
    held: HashMap<Holder, u64>,
}

/// Bytes that wait; they are gone when it is dropped.
#[derive(Debug)]
pub struct Share {
    in_flight: Arc<InFlight>,
    bytes: u64,
    holders: [Option<Holder>; 2],
}

impl InFlight {
    /// Makes room for `bytes_max`.
    #[must_use]
    pub fn new(bytes_max: u64) -> Self {
        Self { bytes_max, people: RandomState::new(), inner: Mutex::default() }
    }

    /// Returns what stands for a person here: nothing is allocated, nobody can choose it.
    #[must_use]
    pub fn person(&self, id: &str) -> u64 {
        self.people.hash_one(id)
    }

    /// Counts bytes as waiting for somebody.
    ///
    /// # Errors
    /// [`Full`]; nothing is counted then.
    pub fn take(self: &Arc<Self>, bytes: u64, holders: [Option<Holder>; 2]) -> Result<Share, Full> {
        let mut share = Share { in_flight: Arc::clone(self), bytes: 0, holders };
        share.resize(bytes)?;
        Ok(share)
    }

    /// Counts bytes as waiting for somebody, however many there are: what was done cannot
    /// be refused any more.
    #[must_use]
    pub fn hold(self: &Arc<Self>, bytes: u64, holders: [Option<Holder>; 2]) -> Share {
        self.inner().add(bytes, holders);
        Share { in_flight: Arc::clone(self), bytes, holders }
    }

    /// Returns how many bytes wait.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.inner().total
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn admit(&self, bytes: u64, holders: [Option<Holder>; 2], max: u64) -> Result<(), Full> {
        let left = max.saturating_sub(self.total);
        // An answer larger than all that may wait is sent while nothing else does.
        if bytes > left && self.total > 0 {
            return Err(Full::All);
        }
        let exceeds = |holder: Holder| {
            let held = self.held.get(&holder).copied().unwrap_or(0);
            held > 0 && held + bytes > left / SHARES
        };
        if holders.into_iter().flatten().any(exceeds) { Err(Full::Share) } else { Ok(()) }
    }

    fn add(&mut self, bytes: u64, holders: [Option<Holder>; 2]) {
        self.total += bytes;
        for holder in holders.into_iter().flatten().filter(|_| bytes > 0) {
            *self.held.entry(holder).or_default() += bytes;
        }
    }

    fn remove(&mut self, bytes: u64, holders: [Option<Holder>; 2]) {
        self.total = self.total.saturating_sub(bytes);
        for holder in holders.into_iter().flatten() {
            if let Some(held) = self.held.get_mut(&holder) {
                *held = held.saturating_sub(bytes);
                if *held == 0 {
                    self.held.remove(&holder);
                }
            }
        }
    }
}

impl Share {
    /// Returns how many bytes wait.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Changes how many bytes wait, whether or not there is room: a stream that was let
    /// begin goes on, and the next one is refused.
    pub fn set(&mut self, bytes: u64) {
        if bytes == self.bytes {
            return;
        }
        let mut inner = self.in_flight.inner();
        inner.remove(self.bytes, self.holders);
        inner.add(bytes, self.holders);
        drop(inner);
        self.bytes = bytes;
    }

    /// Changes how many bytes wait.
    ///
    /// # Errors
    /// [`Full`] when there is no room for more; then it stays as it was.
    pub fn resize(&mut self, bytes: u64) -> Result<(), Full> {
        let mut inner = self.in_flight.inner();
        if let Some(more) = bytes.checked_sub(self.bytes) {
            inner.admit(more, self.holders, self.in_flight.bytes_max)?;
            inner.add(more, self.holders);
        } else {
            inner.remove(self.bytes - bytes, self.holders);
        }
        drop(inner);
        self.bytes = bytes;
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.in_flight.inner().remove(self.bytes, self.holders);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ana() -> [Option<Holder>; 2] {
        [Some(Holder::Person(1)), None]
    }

    fn person(number: u64) -> [Option<Holder>; 2] {
        [Some(Holder::Person(number)), None]
    }

    fn held(in_flight: &Arc<InFlight>, whose: [Option<Holder>; 2]) -> Vec<Share> {
        std::iter::from_fn(|| in_flight.take(1, whose).ok()).collect()
    }

    #[test]
    fn one_holder_stops_at_a_fifth_and_gives_it_back() {
        let in_flight = Arc::new(InFlight::new(1000));
        let own = held(&in_flight, ana());
        assert_eq!(own.len(), 200);
        assert_eq!(in_flight.take(1, ana()).unwrap_err(), Full::Share);
        drop(own);
        assert_eq!(in_flight.total(), 0);
        assert!(in_flight.inner().held.is_empty());
        assert!(in_flight.take(1, ana()).is_ok());
    }

    #[test]
    fn ten_greedy_ones_leave_a_tenth_for_the_next() {
        let in_flight = Arc::new(InFlight::new(10_000));
        let _greedy: Vec<_> = (0..10).map(|n| held(&in_flight, person(n))).collect();
        assert!(in_flight.total() < 9_000, "{}", in_flight.total());
        assert!(held(&in_flight, person(10)).len() > 200);
    }

    #[test]
    fn large_answer_is_sent_when_it_is_the_only_one() {
        let in_flight = Arc::new(InFlight::new(100));
        let one = in_flight.take(5_000, ana()).unwrap();
        assert_eq!(in_flight.take(1, person(2)).unwrap_err(), Full::All);
        drop(one);
        let forced = in_flight.hold(5_000, ana());
        assert_eq!(in_flight.total(), 5_000);
        drop(forced);
        assert_eq!(in_flight.total(), 0);
    }

    #[test]
    fn share_grows_and_shrinks_in_place() {
        let in_flight = Arc::new(InFlight::new(1000));
        let mut own = in_flight.take(0, ana()).unwrap();
        own.resize(150).unwrap();
        assert_eq!(own.resize(400), Err(Full::Share));
        assert_eq!(in_flight.total(), 150);
        own.resize(10).unwrap();
        assert_eq!(in_flight.total(), 10);
        drop(own);
        assert_eq!(in_flight.total(), 0);
    }
}
