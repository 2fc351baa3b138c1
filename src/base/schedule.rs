//! When something is to happen: a cron expression in a time zone.
//!
//! On the days on which clocks change nothing is left out and nothing happens
//! twice. An expression that names its hours happens once at each: what falls into
//! the hour that is skipped happens at its end, what falls into the hour that comes
//! twice happens the first time. One that names every hour, as `*` does, follows real
//! time, so such a day has 23 or 25 of them.

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

/// Why a text is no schedule; each says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// Every minute and every hour by its number is shorter.
    #[error("a cron expression of at most {EXPRESSION_BYTES_MAX} bytes")]
    TooLong,
    /// Too few or too many fields.
    #[error("five fields (minute hour day month weekday), or six with seconds first, not {0}")]
    Fields(usize),
    /// `8, 20` would be two fields, and the expression another one.
    #[error("lists without spaces, such as 8,20")]
    SpacedList,
    /// A step that leaves its field at once is met once, whatever its size says.
    #[error("a step of at most {max} in the {field} field, not {step}; {hint}")]
    Step {
        /// The field.
        field: &'static str,
        /// What was written.
        step: String,
        /// The largest that is met twice.
        max: u32,
        /// How to write what was probably meant.
        hint: &'static str,
    },
    /// A field holds something that it cannot.
    #[error(
        "a cron expression of five fields (minute hour day month weekday), or of six with \
         seconds first; {0}"
    )]
    Field(String),
    /// Such as 30 February.
    #[error("a cron expression whose moment comes")]
    Never,
}

/// How the expression treats the hours of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hours {
    /// Each of them, as they pass.
    Every,
    /// Those that it names, as the wall clock shows them.
    Named,
}

/// Longest expression in bytes: every minute and every hour by its number has 300.
const EXPRESSION_BYTES_MAX: usize = 512;

/// A field's name, its largest step, and how to write a longer one.
type Field = (&'static str, u32, &'static str);

/// The fields of an expression, seconds first.
const FIELDS: [Field; 6] = [
    ("second", 59, "name the minutes instead, such as 0 */2 * * * *"),
    ("minute", 59, "name the hours instead, such as 0 */2 * * *"),
    ("hour", 23, "name the days instead, such as 0 8 */2 * *"),
    ("day", 30, "name the months instead, such as 0 8 1 */2 *"),
    ("month", 11, "name one month instead, such as 0 8 1 1 *"),
    ("weekday", 6, "name one weekday instead, such as 0 8 * * MON"),
];

impl Schedule {
    /// Reads five fields (minute, hour, day, month, weekday) or six, seconds first.
    ///
    /// # Errors
    /// [`ScheduleError`]; what never comes is one.
    pub fn parse(text: &str, zone: &TimeZone) -> Result<Self, ScheduleError> {
        if text.len() > EXPRESSION_BYTES_MAX {
            return Err(ScheduleError::TooLong);
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        check_fields(&fields)?;
        let parser =
            CronParser::builder().seconds(Seconds::Optional).year(Year::Disallowed).build();
        let unfit = |error: croner::errors::CronError| ScheduleError::Field(error.to_string());
        let cron = parser.parse(text).map_err(unfit)?;
        let is_met = |hour| cron.pattern.hour_match(hour).unwrap_or(false);
        // However they are written: `*`, `*/1` and `0-23` are the same hours.
        let hours = if (0..24).all(is_met) { Hours::Every } else { Hours::Named };
        let schedule = Self { cron, text: fields.join(" "), zone: zone.clone(), hours };
        match schedule.next_after(Millis(0)) {
            Some(_moment) => Ok(schedule),
            None => Err(ScheduleError::Never),
        }
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

/// Finds what the parser would take for something else than it says.
fn check_fields(fields: &[&str]) -> Result<(), ScheduleError> {
    if fields.iter().any(|field| field.starts_with(',') || field.ends_with(',')) {
        return Err(ScheduleError::SpacedList);
    }
    let names = match fields.len() {
        5 => FIELDS.get(1..),
        6 => FIELDS.get(..),
        _ => None,
    };
    let names = names.ok_or(ScheduleError::Fields(fields.len()))?;
    for (text, &(field, max, hint)) in fields.iter().zip(names) {
        let mut steps = text.split(',').filter_map(|part| Some(part.split_once('/')?.1));
        let is_long = |step: &&str| step.parse::<u32>().is_ok_and(|step| step > max);
        if let Some(step) = steps.find(is_long) {
            return Err(ScheduleError::Step { field, step: step.to_owned(), max, hint });
        }
    }
    Ok(())
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
        let day = |text: &str| between(text, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
        assert_eq!(day("30 2 * * *"), ["2026-10-25T00:30:00.000Z"]);
        assert_eq!(day("0 3 * * *"), ["2026-10-25T02:00:00.000Z"]);
        assert_eq!(day("0,30 2 * * *"), ["2026-10-25T00:00:00.000Z", "2026-10-25T00:30:00.000Z"]);
        assert_eq!(day("0 */2 * * *").len(), 12);
        assert_eq!(day("0 * * * *").len(), 25);
        assert_eq!(day("*/30 * * * *").len(), 50);
        for every in ["*", "*/1", "0-23", "0-23/1", "0-11,12-23"] {
            let text = format!("0 {every} * * *");
            assert_eq!(day(&text).len(), 25, "{every}");
        }
        assert_eq!(day("0 1-23 * * *").len(), 23);
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
            assert!(Schedule::parse(text, &TimeZone::UTC).is_err(), "{text}");
        }
        assert_eq!(Schedule::parse(" 0  8 * * MON", &TimeZone::UTC).unwrap().text(), "0 8 * * MON");
    }

    #[test]
    fn list_with_spaces_and_step_beyond_its_field_say_what_to_write() {
        let told = |text| Schedule::parse(text, &TimeZone::UTC).unwrap_err().to_string();
        for text in ["0 8, 20 * * *", "0 8 ,20 * * *", "0 8 , 20 * *", "0, 30 8 * * *"] {
            assert_eq!(told(text), "lists without spaces, such as 8,20", "{text}");
        }
        let step = "a step of at most 59 in the minute field, not 90; name the hours instead, \
                    such as 0 */2 * * *";
        assert_eq!(told("*/90 * * * *"), step);
        assert_eq!(told("0,5-59/90 * * * *"), step);
        assert!(told("0 */24 * * *").contains("at most 23 in the hour field, not 24"));
        assert!(told("*/60 * * * * *").contains("at most 59 in the second field, not 60"));
        assert_eq!(told("0 8 30 2 *"), "a cron expression whose moment comes");
        assert!(told("* * * *").ends_with("not 4"));
        assert!(Schedule::parse("*/59 */23 * * *", &TimeZone::UTC).is_ok());
    }
}
