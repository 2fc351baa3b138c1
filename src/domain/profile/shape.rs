//! The forms of what a profile holds: each function returns the normal form or nothing.

use jiff::civil::Date;
use url::Url;

/// Returns a line without what surrounds it; `None` for an empty one.
#[must_use]
pub fn some_line(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Returns paragraphs with plain line ends; `None` for empty ones.
#[must_use]
pub fn some_text(text: &str) -> Option<String> {
    some_line(&text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// Reads an ORCID iD, with or without its address, and checks its last digit.
///
/// Source: ISO 7064, MOD 11-2; the structure of the ORCID identifier.
#[must_use]
pub fn orcid(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = ["https://orcid.org/", "http://orcid.org/", "orcid.org/"]
        .into_iter()
        .find_map(|address| text.strip_prefix(address))
        .unwrap_or(text);
    let groups: Vec<&str> = bare.split('-').collect();
    if groups.len() != 4 || groups.iter().any(|group| group.len() != 4) {
        return None;
    }
    let digits: String = groups.concat().to_ascii_uppercase();
    let (front, last) = digits.split_at_checked(15)?;
    let total = front
        .chars()
        .try_fold(0, |total, digit| digit.to_digit(10).map(|digit| (total + digit) * 2 % 11))?;
    let check = match (12 - total) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10)?,
    };
    (last.chars().eq([check])).then(|| bare.to_ascii_uppercase())
}

/// Reads a DOI, with or without the address of its resolver. Source: ISO 26324; the form
/// that Crossref matches.
#[must_use]
pub fn doi(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = ["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "doi:", "DOI:"]
        .into_iter()
        .find_map(|address| text.strip_prefix(address))
        .unwrap_or(text)
        .trim();
    let (registrant, name) = bare.strip_prefix("10.")?.split_once('/')?;
    let is_registrant = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut parts = registrant.split('.');
    let first = parts.next().filter(|part| (4..=9).contains(&part.len()) && is_registrant(part));
    let is_name =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_graphic() && !"<>\"".contains(c));
    (first.is_some() && parts.all(is_registrant) && is_name).then(|| bare.to_owned())
}

/// Reads an address of a page: https, with a host, without somebody's name in it.
#[must_use]
pub fn https_link(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    let is_plain = url.scheme() == "https"
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none();
    is_plain.then(|| url.to_string())
}

/// Reads a telephone number: digits, at least six, with what people put between them.
#[must_use]
pub fn phone(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_plain = |(place, letter): (usize, char)| match letter {
        '+' => place == 0,
        ' ' | '-' | '.' | '(' | ')' => true,
        _ => letter.is_ascii_digit(),
    };
    ((6..=15).contains(&digits) && text.char_indices().all(is_plain)).then(|| text.to_owned())
}

/// Reads the code of a language: two or three letters, small.
#[must_use]
pub fn language_code(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_lowercase();
    let is_code =
        (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase());
    is_code.then_some(code)
}

/// Reads a day, or a month, which counts from its first day.
fn day(text: &str) -> Option<Date> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let whole = match text.len() {
        7 if is_plain => format!("{text}-01"),
        10 if is_plain => text.to_owned(),
        _ => return None,
    };
    whole.parse().ok().filter(|date: &Date| (1900..=2100).contains(&date.year()))
}

/// Tells whether a start comes no later than an end; `None` when one of them is no date.
///
/// Where one names a month alone, months are compared.
#[must_use]
pub fn date_is_before(start: &str, end: Option<&str>) -> Option<bool> {
    day(start)?;
    let Some(end) = end else { return Some(true) };
    day(end)?;
    let shorter = start.len().min(end.len());
    Some(start.get(..shorter)? <= end.get(..shorter)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orcid_is_checked_by_its_last_digit() {
        // The examples of the ORCID documentation.
        for right in ["0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X"] {
            assert_eq!(orcid(right).as_deref(), Some(right));
            assert_eq!(orcid(&format!(" https://orcid.org/{right}")).as_deref(), Some(right));
        }
        assert_eq!(orcid("0000-0002-1694-233x").as_deref(), Some("0000-0002-1694-233X"));
        for wrong in [
            "",
            "0000-0002-1825-0098",
            "0000000218250097",
            "0000-0002-1825-009",
            "X000-0002-1825-0097",
            "0000-0002-1825-00٩7",
            "https://evil.test/0000-0002-1825-0097",
        ] {
            assert_eq!(orcid(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn doi_has_a_registrant_and_a_name() {
        for right in ["10.1000/182", "10.1038/s41586-020-2649-2", "10.1002/(SICI)1096-8644(199605)"]
        {
            assert_eq!(doi(right).as_deref(), Some(right));
            assert_eq!(doi(&format!("https://doi.org/{right}")).as_deref(), Some(right));
        }
        for wrong in
            ["", "10.1/x", "10.1000/", "11.1000/182", "10.1000/a b", "10.1000/<b>", "10.a000/1"]
        {
            assert_eq!(doi(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn links_are_https_and_carry_no_name() {
        assert_eq!(
            https_link(" https://ejemplo.es/ñ ").as_deref(),
            Some("https://ejemplo.es/%C3%B1")
        );
        for wrong in [
            "http://a.es",
            "javascript:alert(1)",
            "https://a@b.es",
            "//a.es",
            "https:",
            "data:text/html,x",
        ] {
            assert_eq!(https_link(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn dates_are_days_or_months_in_their_order() {
        for (start, end, want) in [
            ("2020-01", None, Some(true)),
            ("2020-01-31", Some("2020-01"), Some(true)),
            ("2020-02", Some("2020-01-31"), Some(false)),
            ("2020-02-29", Some("2021-02-28"), Some(true)),
            ("2021-02-29", None, None),
            ("2020-13", None, None),
            ("1066-10-14", None, None),
            ("2020", None, None),
            ("2020-1-1", None, None),
            ("2020-01", Some("nunca"), None),
        ] {
            assert_eq!(date_is_before(start, end), want, "{start} {end:?}");
        }
    }

    #[test]
    fn telephones_are_digits_with_spaces() {
        for right in ["+34 600 123 456", "(0034) 91-555.44.33", "600123"] {
            assert_eq!(phone(right).as_deref(), Some(right));
        }
        for wrong in
            ["", "12345", "+34+600123456", "600123456 ext 5", "1234567890123456", "<600123456>"]
        {
            assert_eq!(phone(wrong), None, "{wrong}");
        }
    }
}
