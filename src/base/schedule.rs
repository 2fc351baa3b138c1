//! When something is to happen: a cron expression in a time zone.
//!
//! On the days on which clocks change nothing is left out and nothing happens
//! twice. An expression that names its hours happens once at each: what falls into
//! the hour that is skipped happens at its end, what falls into the hour that comes
//! twice happens the first time. One with `*` for its hours follows real time, so
//! such a day has 23 or 25 of them.

use std::fmt;

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, Zoned};

use super::clock::Millis;

/// A cron expression in a time zone.
#[derive(Clone)]
pub struct Schedule {
    text: String,
    cron: Cron,
    zone: TimeZone,
    hours: Hours,
}

/// How the expression treats the hours of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hours {
    /// Each of them, as they pass.
    Every,
    /// Those that it names, as the wall clock shows them.
    Named,
}

impl Schedule {
    /// Reads five fields (minute, hour, day, month, weekday) or six, seconds first.
    ///
    /// `None` for anything else, and for what never comes, such as 30 February.
    #[must_use]
    pub fn parse(text: &str, zone: &TimeZone) -> Option<Self> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let hour = match fields.as_slice() {
            [_, hour, _, _, _] | [_, _, hour, _, _, _] => *hour,
            _ => return None,
        };
        let parser =
            CronParser::builder().seconds(Seconds::Optional).year(Year::Disallowed).build();
        let schedule = Self {
            cron: parser.parse(text).ok()?,
            text: fields.join(" "),
            zone: zone.clone(),
            hours: if ["*", "?"].contains(&hour) { Hours::Every } else { Hours::Named },
        };
        schedule.next_after(Millis(0)).map(|_moment| schedule)
    }

    /// Returns the expression.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the first moment after `moment`; `None` beyond the year 5000.
    #[must_use]
    pub fn next_after(&self, moment: Millis) -> Option<Millis> {
        // Moments of a schedule are whole seconds.
        let start = Timestamp::from_second(moment.unix_s()).ok()?;
        match self.hours {
            Hours::Every => {
                let next =
                    self.cron.find_next_occurrence(&start.to_zoned(self.zone.clone()), false);
                Some(Millis(next.ok()?.timestamp().as_millisecond()))
            }
            Hours::Named => self.next_on_the_wall(start),
        }
    }

    /// Walks the wall clock, which knows no changes, and asks the zone for each hit.
    fn next_on_the_wall(&self, start: Timestamp) -> Option<Millis> {
        let shown = self.zone.to_datetime(start);
        let mut wall: Zoned = shown.to_zoned(TimeZone::UTC).ok()?;
        let mut is_start = true;
        loop {
            wall = self.cron.find_next_occurrence(&wall, is_start).ok()?;
            is_start = false;
            let moment = self.moment_of(&wall)?;
            if moment > start {
                return Some(Millis(moment.as_millisecond()));
            }
        }
    }

    /// Returns when the wall clock first shows `wall`, or passes it.
    fn moment_of(&self, wall: &Zoned) -> Option<Timestamp> {
        let shown = self.zone.to_ambiguous_timestamp(wall.datetime());
        match shown.offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(wall.datetime()).ok(),
            // The offset before the change makes the first of the two.
            AmbiguousOffset::Fold { before, .. } => before.to_timestamp(wall.datetime()).ok(),
            // The new offset is used before the gap; what follows it is the change itself.
            AmbiguousOffset::Gap { after, .. } => {
                let before_gap = after.to_timestamp(wall.datetime()).ok()?;
                self.zone.following(before_gap).next().map(|change| change.timestamp())
            }
        }
    }
}

/// The expression alone: what it was compiled to fills pages.
impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Schedule").field(&self.text).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn madrid(text: &str) -> Schedule {
        Schedule::parse(text, &TimeZone::get("Europe/Madrid").unwrap()).unwrap()
    }

    /// Lists the moments from `from` on, before `until`, both ISO.
    fn between(text: &str, from: &str, until: &str) -> Vec<String> {
        let schedule = madrid(text);
        let until = Millis::parse_iso(until).unwrap();
        let first = Millis::parse_iso(from).unwrap().plus_ms(-1);
        let moments =
            std::iter::successors(schedule.next_after(first), |last| schedule.next_after(*last));
        moments.take_while(|moment| *moment < until).map(Millis::iso).collect()
    }

    #[test]
    fn skipped_hour_is_made_up_for_at_its_end_and_once() {
        // 2027-03-28: 02:00 becomes 03:00 in Madrid, which is 01:00 UTC.
        let day = |text| between(text, "2027-03-27T23:00:00Z", "2027-03-28T22:00:00Z");
        assert_eq!(day("30 2 * * *"), ["2027-03-28T01:00:00.000Z"]);
        assert_eq!(day("0,30 2 * * *"), ["2027-03-28T01:00:00.000Z"]);
        assert_eq!(day("0 3 * * *"), ["2027-03-28T01:00:00.000Z"]);
        assert_eq!(day("*/15 2 * * *"), ["2027-03-28T01:00:00.000Z"]);
        assert_eq!(day("30 1 * * *"), ["2027-03-28T00:30:00.000Z"]);
        assert_eq!(day("0 * * * *").len(), 23);
        assert_eq!(day("0 0 * * * *").len(), 23);
        assert_eq!(day("*/30 * * * *").len(), 46);
    }

    #[test]
    fn repeated_hour_counts_the_first_time_alone() {
        // 2026-10-25: 03:00 becomes 02:00 in Madrid, which is 01:00 UTC.
        let day = |text| between(text, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
        assert_eq!(day("30 2 * * *"), ["2026-10-25T00:30:00.000Z"]);
        assert_eq!(day("0 3 * * *"), ["2026-10-25T02:00:00.000Z"]);
        assert_eq!(day("0,30 2 * * *"), ["2026-10-25T00:00:00.000Z", "2026-10-25T00:30:00.000Z"]);
        assert_eq!(day("0 */2 * * *").len(), 12);
        assert_eq!(day("0 * * * *").len(), 25);
        assert_eq!(day("*/30 * * * *").len(), 50);
        // Somebody who asks in the second of the two hours is not sent back.
        let asked = Millis::parse_iso("2026-10-25T01:10:00Z").unwrap();
        let next = madrid("30 2 * * *").next_after(asked).unwrap();
        assert_eq!(next.iso(), "2026-10-26T01:30:00.000Z");
    }

    #[test]
    fn ends_of_months_and_leap_days_are_met() {
        assert_eq!(
            between("0 5 31 * *", "2027-01-01T00:00:00Z", "2027-06-01T00:00:00Z"),
            ["2027-01-31T04:00:00.000Z", "2027-03-31T03:00:00.000Z", "2027-05-31T03:00:00.000Z"]
        );
        assert_eq!(
            between("0 5 L * *", "2028-02-01T00:00:00Z", "2028-04-01T00:00:00Z"),
            ["2028-02-29T04:00:00.000Z", "2028-03-31T03:00:00.000Z"]
        );
        assert_eq!(
            between("0 0 29 2 *", "2027-01-01T00:00:00Z", "2030-01-01T00:00:00Z"),
            ["2028-02-28T23:00:00.000Z"]
        );
        assert_eq!(
            between("59 59 23 31 12 *", "2027-01-01T00:00:00Z", "2029-01-01T00:00:00Z"),
            ["2027-12-31T22:59:59.000Z", "2028-12-31T22:59:59.000Z"]
        );
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for text in
            ["", "* * * *", "60 * * * *", "x * * * *", "0 0 30 2 *", "@daily", "0 0 1 1 * 2030 0"]
        {
            assert!(Schedule::parse(text, &TimeZone::UTC).is_none(), "{text}");
        }
        assert_eq!(Schedule::parse(" 0  8 * * MON", &TimeZone::UTC).unwrap().text(), "0 8 * * MON");
    }
}
