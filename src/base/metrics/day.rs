//! The last 24 hours in windows of five minutes, in memory and bounded.
//!
//! A window that comes round again is emptied by whoever enters it first; what others
//! count in the same instant may be lost with it. Figures for eyes, not for accounts.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::base::clock::Millis;

/// Length of a window, in milliseconds.
pub const WINDOW_MS: i64 = 300_000;

/// Windows of a day.
pub const WINDOWS: i64 = 288;

/// Upper edges of the latencies, in microseconds; the rest is slower.
const EDGES_US: [u64; 12] =
    [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000, 2_500_000];

/// Buckets: one an edge, and one for what exceeds them all.
const BUCKETS: usize = EDGES_US.len() + 1;

/// The windows; the one that is being filled among them.
#[derive(Debug)]
pub(super) struct Day {
    windows: Vec<Window>,
}

#[derive(Debug, Default)]
struct Window {
    /// Which window of all time it holds.
    number: AtomicI64,
    faults: AtomicU64,
    buckets: [AtomicU64; BUCKETS],
}

/// What happened in one window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// When it began.
    pub began_at: Millis,
    /// Answers.
    pub requests: u64,
    /// Of them, our own faults: 500 and above.
    pub faults: u64,
    buckets: [u64; BUCKETS],
}

impl Figures {
    /// Adds another window to this one.
    pub fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.faults += other.faults;
        for (own, more) in self.buckets.iter_mut().zip(other.buckets) {
            *own += more;
        }
    }

    /// Returns the edge in microseconds below which `percent` of the answers were ready;
    /// 0 without any, the last edge for what was slower than all of them.
    #[must_use]
    pub fn latency_us(&self, percent: u64) -> u64 {
        let wanted = (self.requests * percent).div_ceil(100);
        let mut seen = 0;
        if wanted == 0 {
            return 0;
        }
        for (count, edge) in self.buckets.iter().zip(EDGES_US) {
            seen += count;
            if seen >= wanted {
                return edge;
            }
        }
        EDGES_US.last().copied().unwrap_or(0)
    }
}

impl Day {
    pub(super) fn new() -> Self {
        let windows = (0..WINDOWS).map(|_| Window::default()).collect();
        Self { windows }
    }

    /// # Cost
    /// Two relaxed loads and an add; a little more once a window.
    pub(super) fn observe(&self, now: Millis, status: u16, elapsed: Duration) {
        let number = now.0.div_euclid(WINDOW_MS);
        let Some(window) = self.window(number) else { return };
        let held = window.number.load(Relaxed);
        if held != number && window.number.compare_exchange(held, number, Relaxed, Relaxed).is_ok()
        {
            window.faults.store(0, Relaxed);
            window.buckets.iter().for_each(|bucket| bucket.store(0, Relaxed));
        }
        let elapsed_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        let bucket = EDGES_US.partition_point(|edge| *edge < elapsed_us);
        if let Some(bucket) = window.buckets.get(bucket) {
            bucket.fetch_add(1, Relaxed);
        }
        if status >= 500 {
            window.faults.fetch_add(1, Relaxed);
        }
    }

    /// Lists the windows of the day before `now`, oldest first; silent ones are empty.
    pub(super) fn windows(&self, now: Millis) -> Vec<Figures> {
        let last = now.0.div_euclid(WINDOW_MS);
        (last - WINDOWS + 1..=last)
            .map(|number| {
                let began_at = Millis(number.saturating_mul(WINDOW_MS));
                let empty = Figures { began_at, ..Figures::default() };
                match self.window(number) {
                    Some(window) if window.number.load(Relaxed) == number => {
                        let mut buckets = [0; BUCKETS];
                        for (count, bucket) in buckets.iter_mut().zip(&window.buckets) {
                            *count = bucket.load(Relaxed);
                        }
                        let faults = window.faults.load(Relaxed);
                        Figures { requests: buckets.iter().sum(), faults, buckets, ..empty }
                    }
                    Some(_) | None => empty,
                }
            })
            .collect()
    }

    fn window(&self, number: i64) -> Option<&Window> {
        self.windows.get(usize::try_from(number.rem_euclid(WINDOWS)).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_moves_on_and_forgets_the_day_before() {
        let day = Day::new();
        let at = |window: i64| Millis(window * WINDOW_MS + 7);
        for ms in [1, 1, 1, 60] {
            day.observe(at(1_000), 200, Duration::from_millis(ms));
        }
        day.observe(at(1_001), 503, Duration::from_micros(80));
        let seen = day.windows(at(1_001));
        assert_eq!(seen.len(), 288);
        let [.., before, now] = seen.as_slice() else { panic!("two windows") };
        assert_eq!((before.requests, before.faults, now.requests, now.faults), (4, 0, 1, 1));
        assert_eq!((before.latency_us(50), before.latency_us(99)), (1_000, 100_000));
        assert_eq!(before.began_at, Millis(1_000 * WINDOW_MS));
        let mut both = *before;
        both.add(now);
        assert_eq!((both.requests, both.latency_us(20)), (5, 100));
        // A day later the same place holds another window.
        day.observe(at(1_288), 200, Duration::from_millis(1));
        let total: u64 = day.windows(at(1_288)).iter().map(|each| each.requests).sum();
        assert_eq!(total, 2);
        assert_eq!(Figures::default().latency_us(99), 0);
    }
}
