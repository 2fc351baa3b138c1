//! What went wrong with a mail server, in words that hold no address.
//!
//! Servers repeat addresses in their sentences; what is kept of an answer is its
//! numbers. Of the system's and of TLS's own errors the sentence is kept.

use std::error::Error as _;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;

/// Says which server did what, and why.
pub fn of(server: &str, what: &str, error: &Error) -> String {
    format!("{server} {what}: {}", cause(error))
}

/// Tells whether a server refuses because we have sent as much as we may: it will take
/// the same mail another day, although it says no for good.
pub fn is_quota(error: &Error) -> bool {
    let sentence = error.source().map(ToString::to_string).unwrap_or_default();
    error.status().is_some_and(|code| names_quota(u16::from(code), &sentence))
}

/// Source: RFC 3463 §3.5 (5.4.5, mail system congestion), as which Google and others
/// report a day's quota; others say 553 and name it in words.
fn names_quota(code: u16, sentence: &str) -> bool {
    match code {
        550 => enhanced(sentence) == Some("5.4.5"),
        553 => enhanced(sentence) == Some("5.4.5") || says_quota(sentence),
        _ => false,
    }
}

/// Looks for the word by itself: an address may hold it too.
fn says_quota(sentence: &str) -> bool {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    sentence.split_whitespace().any(|word| bare(word) == "quota")
}

fn cause(error: &Error) -> String {
    if let Some(code) = error.status() {
        let sentence = error.source().map(ToString::to_string).unwrap_or_default();
        return numbers(u16::from(code), &sentence);
    }
    if error.is_response() {
        return "the connection broke off, or the answer made no sense".to_owned();
    }
    root(error)
}

/// Says how a server refused.
pub fn of_answer(answer: &Response) -> String {
    numbers(u16::from(answer.code()), answer.first_line().unwrap_or_default())
}

fn numbers(code: u16, sentence: &str) -> String {
    match enhanced(sentence) {
        Some(detail) => format!("{code} {detail}"),
        None => code.to_string(),
    }
}

/// Finds the enhanced status code that an answer begins with. Source: RFC 3463 §2.
fn enhanced(sentence: &str) -> Option<&str> {
    let word = sentence.split_whitespace().next()?;
    let is_number = |part: &str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    (word.split('.').count() == 3 && word.split('.').all(is_number)).then_some(word)
}

/// Returns the innermost cause's sentence.
fn root(error: &Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quota_is_told_from_an_address_that_does_not_exist() {
        for (code, sentence, expected) in [
            (550, "5.4.5 Daily user sending limit exceeded", true),
            (553, "5.7.1 Sending Quota exceeded for today", true),
            (553, "5.4.5 too many", true),
            (550, "5.1.1 no such user: quota@example.com", false),
            (553, "5.1.3 <quota@example.com>: bad address", false),
            (552, "5.2.2 mailbox over quota", false),
        ] {
            assert_eq!(names_quota(code, sentence), expected, "{code} {sentence}");
        }
    }

    #[test]
    fn enhanced_codes_are_numbers_and_nothing_else() {
        assert_eq!(enhanced("5.1.1 <ana@x.es> unknown"), Some("5.1.1"));
        assert_eq!(enhanced("4.7.0"), Some("4.7.0"));
        for sentence in ["", "ana@x.es unknown", "5.1 x", "a.b.c", "1.2.3.4", "5.1.1234 x", "5..1"]
        {
            assert_eq!(enhanced(sentence), None, "{sentence}");
        }
    }
}
