//! Moments as people write them, and days as a calendar has them.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, Zoned};

use super::clock::Millis;
use super::locale::Locale;

const MONTHS_ES: [&str; 12] =
    ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"];
const MONTHS_EN: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

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
