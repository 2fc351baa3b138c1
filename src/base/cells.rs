//! Cells of other programs' lists: what says yes, what is a moment, which name is which.
//!
//! A cell that can be read in two ways is read in none: whoever brings the list is asked,
//! for a wrong day or a wrong no is found months later.

use super::clock::Millis;

/// Below it a number is of seconds, from it of milliseconds: 5138 in one, 1973 in the other.
const SECONDS_BELOW: u64 = 100_000_000_000;

/// The last millisecond of the year 9999.
const MOMENT_MAX: u64 = 253_402_300_799_999;

const YES: [&str; 11] = ["1", "true", "t", "yes", "y", "on", "x", "verdadero", "sí", "si", "s"];

const NO: [&str; 8] = ["", "0", "false", "f", "no", "n", "off", "falso"];

/// Writes a column's name without what programs write differently: case, blanks, marks.
#[must_use]
pub fn folded(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Reads a yes or a no; `None` when it is neither.
#[must_use]
pub fn flag(text: &str) -> Option<bool> {
    let text = text.trim().to_lowercase();
    let is_in = |words: &[&str]| words.contains(&text.as_str());
    if is_in(&YES) { Some(true) } else { is_in(&NO).then_some(false) }
}

/// Reads a moment: ISO 8601, a day alone, without an offset (then it is UTC), seconds or
/// milliseconds since 1970, whole or with a fraction, before it with a minus. `None` when
/// it is none of them.
#[must_use]
pub fn moment(text: &str) -> Option<Millis> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (sign, whole) = whole.strip_prefix('-').map_or((1, whole), |whole| (-1, whole));
    if !whole.is_empty() && is_number(whole) && is_number(fraction) {
        return of_number(whole.parse().ok()?, fraction).map(|Millis(ms)| Millis(sign * ms));
    }
    Millis::parse_iso(text)
        .or_else(|| Millis::parse_iso(&format!("{text}Z")))
        .or_else(|| Millis::parse_iso(&format!("{text}T00:00:00Z")))
}

fn of_number(whole: u64, fraction: &str) -> Option<Millis> {
    let thousandths: u64 = fraction
        .bytes()
        .chain(*b"000")
        .take(3)
        .fold(0, |sum, digit| sum * 10 + u64::from(digit.saturating_sub(b'0')));
    let ms = if whole < SECONDS_BELOW { whole * 1000 + thousandths } else { whole };
    (ms <= MOMENT_MAX).then(|| i64::try_from(ms).ok().map(Millis)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_one_way_or_not_at_all() {
        for (text, ms) in [
            ("2024-03-01", Some(1_709_251_200_000)),
            ("2024-03-01T10:00:00Z", Some(1_709_287_200_000)),
            ("2024-03-01 10:00:00", Some(1_709_287_200_000)),
            ("2024-03-01 10:00:00+00", Some(1_709_287_200_000)),
            ("2024-03-01T11:00:00.25+01:00", Some(1_709_287_200_250)),
            ("1709251200", Some(1_709_251_200_000)),
            ("1709251200.5", Some(1_709_251_200_500)),
            ("1709251200.123456", Some(1_709_251_200_123)),
            ("1709251200123", Some(1_709_251_200_123)),
            ("1709251200123.7", Some(1_709_251_200_123)),
            ("01/03/2024", None),
            ("1/3/24 10:00", None),
            ("1709251200123456789", None),
            ("-86400", Some(-86_400_000)),
            ("-0.5", Some(-500)),
            ("-1709251200123456789", None),
            ("-", None),
            ("ayer", None),
            (".5", None),
            ("", None),
        ] {
            assert_eq!(moment(text).map(|moment| moment.0), ms, "{text}");
        }
    }

    #[test]
    fn yes_and_no_are_read_as_spreadsheets_write_them() {
        for (text, said) in [
            ("VERDADERO", Some(true)),
            ("FALSO", Some(false)),
            ("Sí", Some(true)),
            (" true ", Some(true)),
            ("0", Some(false)),
            ("", Some(false)),
            ("quizá", None),
            ("2", None),
        ] {
            assert_eq!(flag(text), said, "{text}");
        }
    }

    #[test]
    fn names_are_one_however_they_are_written() {
        for name in ["created_at", "createdAt", "Created At", "CREATED-AT", "created.at"] {
            assert_eq!(folded(name), "createdat");
        }
    }
}
