//! The one clock of the program.
//!
//! Production reads the system; tests move a manual clock by hand, and whoever
//! waits in [`Clock::sleep_until`] wakes when the hand passes. Durations of real
//! work (log latencies, time-outs against a silent peer) are always real time.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::tz::Offset;
use serde::{Serialize, Serializer};
use tokio::sync::watch;

/// A moment: milliseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(pub i64);

impl Millis {
    /// Returns the moment `seconds` later; negative is earlier. Saturates.
    #[must_use]
    pub const fn plus_s(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Returns the moment `millis` later; negative is earlier. Saturates.
    #[must_use]
    pub const fn plus_ms(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Returns the milliseconds from `earlier` to `self`; negative when `earlier` is later.
    #[must_use]
    pub const fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Returns whole Unix seconds, rounded down.
    #[must_use]
    pub const fn unix_s(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Writes ISO 8601 UTC with milliseconds, `2026-01-01T00:00:00.000Z`.
    ///
    /// A moment outside the years -9999 to 9999 is clamped to their edge.
    #[must_use]
    pub fn iso(self) -> String {
        Iso(self).to_string()
    }

    /// Reads an ISO 8601 moment with an offset, such as [`Millis::iso`] writes.
    #[must_use]
    pub fn parse_iso(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|moment| Self(moment.as_millisecond()))
    }
}

const ISO_MS_MIN: i64 = -62_135_596_800_000;
const ISO_MS_MAX: i64 = 253_402_300_799_999;

/// A moment that shows itself as [`Millis::iso`] says, without a text in between.
#[derive(Clone, Copy, Debug)]
pub struct Iso(pub Millis);

impl Iso {
    /// Writes the digits where they belong: an answer with a session has five moments,
    /// and a printer that can do any format is a tenth of its cost.
    fn letters(self) -> [u8; 24] {
        let clamped = self.0.0.clamp(ISO_MS_MIN, ISO_MS_MAX);
        let moment = jiff::Timestamp::from_millisecond(clamped).unwrap_or_default();
        let moment = Offset::UTC.to_datetime(moment);
        let mut letters = *b"0000-00-00T00:00:00.000Z";
        for (place, number) in [
            (0..4, i32::from(moment.year())),
            (5..7, i32::from(moment.month())),
            (8..10, i32::from(moment.day())),
            (11..13, i32::from(moment.hour())),
            (14..16, i32::from(moment.minute())),
            (17..19, i32::from(moment.second())),
            (20..23, i32::from(moment.millisecond())),
        ] {
            let mut rest = number;
            for letter in letters.get_mut(place).into_iter().flatten().rev() {
                *letter = b'0' + u8::try_from(rest % 10).unwrap_or(0);
                rest /= 10;
            }
        }
        letters
    }
}

impl fmt::Display for Iso {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.letters()).unwrap_or_default())
    }
}

impl Serialize for Iso {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(std::str::from_utf8(&self.letters()).unwrap_or_default())
    }
}

/// The source of time: the system's, or a hand that a test moves.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The operating system's clock.
    System,
    /// A clock that stands still until [`ManualClock::advance_s`] moves it.
    Manual(ManualClock),
}

/// The hand of a manual clock; clones move the same hand.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<watch::Sender<i64>>);

impl ManualClock {
    /// Makes a clock that stands at `start`.
    #[must_use]
    pub fn at(start: Millis) -> Self {
        Self(Arc::new(watch::Sender::new(start.0)))
    }

    /// Moves the hand `seconds` forward and wakes whoever waited for it.
    pub fn advance_s(&self, seconds: i64) {
        self.0.send_modify(|now| *now = now.saturating_add(seconds.saturating_mul(1000)));
    }
}

impl Clock {
    /// Returns the present moment. Taken once a request and passed down.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the clock is the one place that reads time")]
    pub fn now(&self) -> Millis {
        match self {
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Manual(hand) => Millis(*hand.0.borrow()),
        }
    }

    /// Starts a stopwatch. Real time, under a manual clock too.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the clock is the one place that reads time")]
    pub fn stopwatch(&self) -> Stopwatch {
        Stopwatch(Instant::now())
    }

    /// Waits until `moment`; at once when it has passed.
    #[expect(clippy::disallowed_methods, reason = "the clock is the one place that sleeps")]
    pub async fn sleep_until(&self, moment: Millis) {
        match self {
            Self::System => {
                let wait_ms = u64::try_from(moment.since_ms(self.now())).unwrap_or(0);
                tokio::time::sleep(Duration::from_millis(wait_ms)).await;
            }
            Self::Manual(hand) => {
                let mut seen = hand.0.subscribe();
                // The sender lives as long as the clock; an error means shutdown.
                let _ = seen.wait_for(|now| *now >= moment.0).await;
            }
        }
    }

    /// Waits for `length`. Real time, under a manual clock too.
    #[expect(clippy::disallowed_methods, reason = "the clock is the one place that sleeps")]
    pub async fn pause(&self, length: Duration) {
        tokio::time::sleep(length).await;
    }
}

/// Measures real elapsed time.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Returns the time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_has_three_decimals_and_reads_back() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_767_225_600_120, "2026-01-01T00:00:00.120Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Millis(ms).iso(), text);
            assert_eq!(Millis::parse_iso(text), Some(Millis(ms)));
        }
    }
}
