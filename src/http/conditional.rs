//! Whether whoever asks has the answer already: `If-None-Match` and `If-Modified-Since`.
//!
//! A tag is compared weakly, as a read allows; a time counts only where no tag was sent.
//! Source: RFC 9110 §13.1.2, §13.1.3 and §13.2.2.

use std::time::{Duration, UNIX_EPOCH};

use http::{HeaderMap, HeaderValue, header};

use crate::base::clock::Millis;

/// Tells whether an answer is known by its tag, or else by the time of its change.
#[must_use]
pub fn is_known(asked: &HeaderMap, etag: &[u8], changed_at: Option<Millis>) -> bool {
    if asked.contains_key(header::IF_NONE_MATCH) {
        let lines = asked.get_all(header::IF_NONE_MATCH).iter();
        return lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .map(str::trim)
            .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one).as_bytes() == etag);
    }
    let since = asked.get(header::IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok());
    let since = since.and_then(|text| httpdate::parse_http_date(text).ok());
    let since = since.and_then(|since| since.duration_since(UNIX_EPOCH).ok());
    match (since, changed_at) {
        (Some(since), Some(changed_at)) => since >= after_epoch(changed_at),
        (None, _) | (_, None) => false,
    }
}

/// Writes a moment as `Last-Modified` has it.
#[must_use]
pub fn http_date(at: Millis) -> Option<HeaderValue> {
    HeaderValue::try_from(httpdate::fmt_http_date(UNIX_EPOCH + after_epoch(at))).ok()
}

fn after_epoch(at: Millis) -> Duration {
    Duration::from_secs(u64::try_from(at.unix_s()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGED: Option<Millis> = Some(Millis(784_111_777_000));

    fn known(name: &'static str, value: &'static str) -> bool {
        let asked = [(name.parse().unwrap(), HeaderValue::from_static(value))];
        is_known(&asked.into_iter().collect(), b"\"a\"", CHANGED)
    }

    #[test]
    fn tags_are_known_in_every_spelling() {
        for value in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "\"b\" ,W/\"a\"", "*"] {
            assert!(known("if-none-match", value), "{value}");
        }
        for value in ["\"b\"", "a", "\"a", "W/W/\"a\"", "\"A\"", "w/\"a\"", ""] {
            assert!(!known("if-none-match", value), "{value}");
        }
    }

    #[test]
    fn times_are_known_in_every_spelling_of_theirs() {
        for value in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:38 GMT",
        ] {
            assert!(known("if-modified-since", value), "{value}");
        }
        for value in ["Sun, 06 Nov 1994 08:49:36 GMT", "1994", "", "Sun, 99 Nov 1994 08:49:37 GMT"]
        {
            assert!(!known("if-modified-since", value), "{value}");
        }
        assert_eq!(http_date(Millis(784_111_777_000)).unwrap(), "Sun, 06 Nov 1994 08:49:37 GMT");
    }

    #[test]
    fn tag_that_is_not_known_outweighs_a_time_that_is() {
        let mut asked = HeaderMap::new();
        asked.append("if-none-match", HeaderValue::from_static("\"b\""));
        let late = HeaderValue::from_static("Sun, 06 Nov 2094 08:49:37 GMT");
        asked.append("if-modified-since", late);
        assert!(!is_known(&asked, b"\"a\"", CHANGED));
        asked.append("if-none-match", HeaderValue::from_static("\"a\""));
        assert!(is_known(&asked, b"\"a\"", CHANGED), "tags may come in several lines");
    }
}
