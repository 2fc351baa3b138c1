//! Moments as people write them, and days and weeks as the calendar of a time zone has them.
//!
//! Days are written `2027-01-15`: as text they sort as in time.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan as _, Zoned};

use super::clock::Millis;
use super::locale::Locale;

const MONTHS_ES: [&str; 12] =
    ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"];
const MONTHS_EN: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

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

/// Returns `15 ene 2027, 11:05`.
#[must_use]
pub fn long(locale: Locale, moment: Millis, zone: &TimeZone) -> String {
    let at = at(moment, zone);
    format!("{}, {:02}:{:02}", written(locale, &at), at.hour(), at.minute())
}

/// Returns `15 ene 2027`.
#[must_use]
pub fn day(locale: Locale, moment: Millis, zone: &TimeZone) -> String {
    written(locale, &at(moment, zone))
}

/// Returns `15 ene`, for axes.
#[must_use]
pub fn short_day(locale: Locale, moment: Millis, zone: &TimeZone) -> String {
    let at = at(moment, zone);
    format!("{} {}", at.day(), month(locale, &at))
}

/// Returns `11:05`, for axes.
#[must_use]
pub fn hour(moment: Millis, zone: &TimeZone) -> String {
    let at = at(moment, zone);
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// Lists the beginnings of the last `count` days, the day of `now` last, and of the next
/// one: each day lies between two neighbours. Days that change the clock are as long as
/// they are.
#[must_use]
pub fn days(now: Millis, count: i64, zone: &TimeZone) -> Vec<Millis> {
    let today = at(now, zone).date();
    (0..=count)
        .filter_map(|place| {
            let date = today.checked_add((place + 1 - count).days()).ok()?;
            let begins = date.to_zoned(zone.clone()).ok()?.start_of_day().ok()?;
            Some(Millis(begins.timestamp().as_millisecond()))
        })
        .collect()
}

fn at(moment: Millis, zone: &TimeZone) -> Zoned {
    // A moment that no calendar reaches is nobody's; the epoch stands for it.
    Timestamp::from_millisecond(moment.0).unwrap_or_default().to_zoned(zone.clone())
}

fn written(locale: Locale, at: &Zoned) -> String {
    format!("{} {} {}", at.day(), month(locale, at), at.year())
}

fn month(locale: Locale, at: &Zoned) -> &'static str {
    let months = match locale {
        Locale::Es => MONTHS_ES,
        Locale::En => MONTHS_EN,
    };
    let place = usize::try_from(at.month() - 1).unwrap_or(0);
    months.get(place).copied().unwrap_or_default()
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

    fn madrid() -> TimeZone {
        TimeZone::get("Europe/Madrid").unwrap()
    }

    fn moment(text: &str) -> Millis {
        Millis::parse_iso(text).unwrap()
    }

    #[test]
    fn moments_are_local_and_in_the_readers_language() {
        let evening = moment("2027-01-31T23:05:00Z");
        assert_eq!(long(Locale::Es, evening, &madrid()), "1 feb 2027, 00:05");
        assert_eq!(long(Locale::En, evening, &TimeZone::UTC), "31 Jan 2027, 23:05");
        assert_eq!(day(Locale::En, evening, &madrid()), "1 Feb 2027");
        assert_eq!(short_day(Locale::Es, evening, &madrid()), "1 feb");
        assert_eq!(hour(evening, &madrid()), "00:05");
    }

    #[test]
    fn days_meet_and_the_one_of_the_change_is_shorter() {
        let days = days(moment("2027-03-28T12:00:00Z"), 3, &madrid());
        let lengths: Vec<i64> =
            days.windows(2).map(|pair| pair[1].since_ms(pair[0]) / 3_600_000).collect();
        assert_eq!(lengths, [24, 24, 23]);
        assert_eq!(days[2], moment("2027-03-27T23:00:00Z"));
    }
}
