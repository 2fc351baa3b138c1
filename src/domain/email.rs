//! Mail addresses in one normal form: trimmed, composed, lower-cased, domain in ASCII.
//!
//! The unique indexes, the throttle and every comparison use this form; there is
//! no second one. One address is one mailbox: lists and display names are refused.

use std::fmt;
use std::iter::once;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization as _;

use crate::base::bounds::EMAIL_LENGTH_MAX;

/// A syntactically valid mail address in its normal form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Parses and normalises `text`; `None` when it is not one mail address.
    ///
    /// Case of the local part is folded too, as every large provider does, and its
    /// letters are composed: one keyboard's `í` is one character and another's two.
    /// Source: RFC 5321 §4.5.3.1 for the lengths, RFC 6532 §3.1 for the composition,
    /// UTS #46 for the domain.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let trimmed = text.trim();
        Self::plain(trimmed).or_else(|| Self::any(trimmed))
    }

    /// Reads an address of plain ASCII, which nearly all are, in a tenth of the time
    /// of [`Email::any`]; what it takes, that one takes with the same outcome.
    fn plain(trimmed: &str) -> Option<Self> {
        let (local, domain) = trimmed.split_once('@')?;
        let is_plain = trimmed.len() <= EMAIL_LENGTH_MAX
            && local.len() <= LOCAL_PART_LENGTH_MAX
            && local.split('.').all(is_plain_atom)
            && domain.contains('.')
            && domain.split('.').all(is_plain_label);
        is_plain.then(|| Self(trimmed.to_ascii_lowercase()))
    }

    /// Reads any address.
    fn any(trimmed: &str) -> Option<Self> {
        if trimmed.len() > EMAIL_LENGTH_MAX * 4 || trimmed.chars().any(char::is_control) {
            return None;
        }
        let (local, domain) = trimmed.rsplit_once('@')?;
        let domain = idna::domain_to_ascii_strict(domain).ok()?;
        let normal = format!("{}@{domain}", normal_local_part(local)?);
        let plain = !local.starts_with('"') && domain.contains('.') && !domain.contains('[');
        let valid = plain
            && normal.len() <= EMAIL_LENGTH_MAX
            && email_address::EmailAddress::from_str(&normal).is_ok();
        valid.then_some(Self(normal))
    }

    /// Takes an address from the database, where only normal forms live.
    #[must_use]
    pub const fn from_store(normal: String) -> Self {
        Self(normal)
    }

    /// Returns the normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns what stands before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or(self.0.as_str(), |(local, _)| local)
    }

    /// Returns the address with all but its first letter and domain masked, for logs.
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let first = local.chars().next().unwrap_or('*');
        format!("{first}***@{domain}")
    }
}

/// Source: RFC 5321 §4.5.3.1.1.
const LOCAL_PART_LENGTH_MAX: usize = 64;

/// Source: RFC 1035 §2.3.4.
const LABEL_LENGTH_MAX: usize = 63;

/// Composes and folds a local part; `None` when folding would make it another mailbox's.
///
/// The Kelvin sign is lower-cased, and composed, to a plain `k`: whoever holds `K@x.es`
/// at a provider that takes both would be taken for `k@x.es` here.
fn normal_local_part(local: &str) -> Option<String> {
    let composed: String = local.nfc().collect();
    // What was sent is asked before composing and after: either can end in ASCII.
    let mut letters = local.chars().chain(composed.chars());
    let is_taken_for_another = letters.any(becomes_ascii);
    (!is_taken_for_another).then(|| composed.to_lowercase().nfc().collect())
}

fn becomes_ascii(letter: char) -> bool {
    !letter.is_ascii()
        && once(letter).nfc().flat_map(char::to_lowercase).any(|folded| folded.is_ascii())
}

fn is_plain_atom(atom: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+');
    !atom.is_empty() && atom.bytes().all(is_plain)
}

/// A label of letters, digits and inner hyphens; one with two hyphens in a row may be
/// in Punycode, which has rules of its own.
fn is_plain_label(label: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=LABEL_LENGTH_MAX).contains(&label.len())
        && label.bytes().all(is_plain)
        && !label.starts_with('-')
        && !label.ends_with('-')
        && !label.contains("--")
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn normal_form_is_trimmed_folded_and_ascii_in_the_domain() {
        for (given, normal) in [
            (" Ana@Example.COM ", "ana@example.com"),
            ("ana+lista@ejemplo.es", "ana+lista@ejemplo.es"),
            ("maría@ejemplo.es", "maría@ejemplo.es"),
            ("mari\u{301}a@ejemplo.es", "maría@ejemplo.es"),
            ("MARI\u{301}A@ejemplo.es", "maría@ejemplo.es"),
            ("MARÍA@ejemplo.es", "maría@ejemplo.es"),
            ("ana@españa.es", "ana@xn--espaa-rta.es"),
            ("ana@mari\u{301}a.es", "ana@xn--mara-xpa.es"),
            ("o'hara@sub.example.ie", "o'hara@sub.example.ie"),
        ] {
            let email = Email::parse(given).map(|email| email.0);
            assert_eq!(email.as_deref(), Some(normal), "{given}");
            assert_eq!(Email::parse(normal).map(|email| email.0).as_deref(), Some(normal));
        }
    }

    /// Of every character there is: none outside ASCII passes for one inside it.
    #[test]
    fn letters_that_fold_into_ascii_are_refused_and_no_others_are_changed_into_it() {
        let refused: Vec<char> = (char::from(128)..=char::MAX)
            .filter(|letter| {
                let sent = format!("a{letter}b@x.es");
                let folds = letter.to_lowercase().any(|folded| folded.is_ascii())
                    || once(*letter).nfc().any(|composed| composed.is_ascii());
                match Email::parse(&sent) {
                    Some(email) => {
                        assert!(!email.local_part().is_ascii() && !folds, "{letter:?}");
                        assert_eq!(Email::parse(email.as_str()), Some(email), "{letter:?}");
                        false
                    }
                    None => folds,
                }
            })
            .collect();
        assert_eq!(refused, ['\u{130}', '\u{37e}', '\u{1fef}', '\u{212a}']);
        for sent in ["\u{212a}", "\u{130}", "I\u{307}", "an\u{212a}a", "i\u{212a}\u{301}"] {
            assert_eq!(Email::parse(&format!("{sent}@x.es")), None, "{sent:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// Whatever was sent, its normal form is its own, and every spelling's.
        #[test]
        fn normal_form_is_one_for_every_spelling(
            local in "[a-zA-Zà-ÿÀ-Þα-ωΑ-Ωа-яА-Я\u{300}-\u{30c}]{1,12}"
        ) {
            let spelled = |local: String| Email::parse(&format!("{local}@x.es"));
            let one = spelled(local.nfc().collect());
            prop_assert_eq!(&spelled(local.nfd().collect()), &one, "{}", local);
            if let Some(one) = one {
                prop_assert_eq!(Email::parse(one.as_str()), Some(one));
            }
        }

        /// The quick reading is the general one, or none.
        #[test]
        fn plain_address_is_read_as_any_other(
            text in "[a-zA-Z0-9._+-]{1,70}@([a-zA-Z0-9-]{1,64}\\.){0,5}[a-zA-Z0-9.-]{1,20}"
        ) {
            if let Some(plain) = Email::plain(&text) {
                prop_assert_eq!(Some(plain), Email::any(&text), "{}", text);
            }
        }
    }

    #[test]
    fn common_address_is_read_quickly() {
        for given in ["Ana@Example.COM", "ana.b+lista@sub-1.ejemplo.es", "a_b@4.example"] {
            assert!(Email::plain(given).is_some(), "{given}");
        }
        let edge = format!("{}@{}.es", "a".repeat(64), "b".repeat(63));
        assert_eq!(Email::plain(&edge), Email::any(&edge));
        assert!(Email::plain(&edge).is_some());
    }

    #[test]
    fn what_is_not_one_mailbox_is_refused() {
        let long = format!("{}@example.com", "a".repeat(250));
        for given in [
            "",
            "ana",
            "ana@",
            "@example.com",
            "a@b,c@d.es",
            "a@x.es,b@y.es",
            "Ana <ana@x.es>",
            "a b@x.es",
            "ana@x",
            "ana@[127.0.0.1]",
            "ana@x.es\r\nBcc: b@y.es",
            "ana@x..es",
            "\"a b\"@x.es",
            "ana@-x.es",
            "ana\0@x.es",
            long.as_str(),
        ] {
            assert_eq!(Email::parse(given), None, "{given:?}");
        }
    }
}
