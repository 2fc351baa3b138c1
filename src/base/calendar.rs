//! Days and weeks of a time zone.
//!
//! Days are written `2027-01-15`: as text they sort as in time.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::clock::Millis;

/// Returns the day of a moment.
#[must_use]
pub fn day_of(moment: Millis, zone: &TimeZone) -> Date {
    let moment = Timestamp::from_millisecond(moment.0).unwrap_or_default();
    moment.to_zoned(zone.clone()).date()
}

/// Returns when a day begins; `None` for one that no calendar has.
#[must_use]
pub fn begins(day: Date, zone: &TimeZone) -> Option<Millis> {
    let begin = day.to_zoned(zone.clone()).ok()?;
    Some(Millis(begin.timestamp().as_millisecond()))
}

/// Returns the day some days later; negative is earlier. `None` beyond the calendar.
#[must_use]
pub fn days_later(day: Date, days: i64) -> Option<Date> {
    day.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// Returns the Monday of a day's week.
#[must_use]
pub fn monday_of(day: Date) -> Option<Date> {
    day.checked_sub(Span::new().days(day.weekday().since(Weekday::Monday))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_at_midnight_of_the_zone() {
        let madrid = TimeZone::get("Europe/Madrid").unwrap();
        let moment = Millis::parse_iso("2027-01-15T23:30:00Z").unwrap();
        let day = day_of(moment, &madrid);
        assert_eq!(day.to_string(), "2027-01-16");
        assert_eq!(begins(day, &madrid).unwrap().iso(), "2027-01-15T23:00:00.000Z");
        assert_eq!(monday_of(day).unwrap().to_string(), "2027-01-11");
        assert_eq!(days_later(day, -16).unwrap().to_string(), "2026-12-31");
        // The day on which the clocks go forward has 23 hours.
        let spring = Date::constant(2027, 3, 28);
        let length = begins(days_later(spring, 1).unwrap(), &madrid).unwrap();
        assert_eq!(length.since_ms(begins(spring, &madrid).unwrap()), 23 * 3_600_000);
    }
}
