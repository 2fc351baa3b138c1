//! Patterns of trusted origins, as the contract writes them.
//!
//! `https://app.example.com` is an exact origin; `https://*.example.com` any
//! depth of subdomain but not the apex; without `://` the host alone counts;
//! `?` is one character; a custom scheme such as `myapp://` stands for itself.
//! What is compared with a pattern is a stranger's text: it is measured first, and the
//! walk along it neither calls itself nor tries the same place twice for a star.
//! Source: contract section 5.

use crate::base::bounds::AUTHORITY_BYTES_MAX;

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginPattern {
    scheme: Option<String>,
    /// Host with port, perhaps with wildcards; for a custom scheme what follows `://`.
    rest: String,
}

/// Longest pattern, in bytes.
const PATTERN_BYTES_MAX: usize = 300;

/// Most stars of a pattern: a name of a host has no use for more than two or three.
const STARS_MAX: usize = 16;

/// Tells whether a text is a pattern.
#[must_use]
pub fn is_valid(text: &str) -> bool {
    OriginPattern::parse(text).is_some()
}

impl OriginPattern {
    /// Reads a pattern.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > PATTERN_BYTES_MAX {
            return None;
        }
        let text = text.trim().to_lowercase();
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let stars = text.bytes().filter(|byte| *byte == b'*').count();
        if text.is_empty() || stars > STARS_MAX || !is_plain || text.contains('@') {
            return None;
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            let host = !text.contains(['/', '#']);
            return host.then_some(Self { scheme: None, rest: text });
        };
        let names_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        let pattern = Self { scheme: Some(scheme.to_owned()), rest: rest.to_owned() };
        if !names_scheme || (pattern.is_web() && rest.trim_end_matches('/').is_empty()) {
            return None;
        }
        if !pattern.is_web() {
            return Some(pattern);
        }
        let host = rest.trim_end_matches('/');
        (!host.contains('/')).then(|| Self { rest: host.to_owned(), ..pattern })
    }

    /// Tells whether the pattern is about a website; custom schemes are apps'.
    #[must_use]
    pub fn is_web(&self) -> bool {
        matches!(self.scheme.as_deref(), None | Some("http" | "https"))
    }

    /// Tells whether an origin, split at `://`, is one of the pattern's.
    ///
    /// `authority` is host with port as the origin writes it, in lower case; one that is
    /// longer than any is nobody's.
    ///
    /// # Cost
    /// At most the product of both lengths in steps: some 80,000, a tenth of a millisecond.
    #[must_use]
    pub fn matches(&self, scheme: &str, authority: &str) -> bool {
        if authority.len() > AUTHORITY_BYTES_MAX {
            return false;
        }
        match &self.scheme {
            Some(own) if own != scheme => false,
            Some(_) => glob(&self.rest, authority),
            None => {
                let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
                glob(&self.rest, authority) || glob(&self.rest, host)
            }
        }
    }

    /// Tells whether an address of a custom scheme begins as the pattern does.
    #[must_use]
    pub fn matches_custom(&self, scheme: &str, rest: &str) -> bool {
        self.scheme.as_deref() == Some(scheme) && !self.is_web() && {
            let own = self.rest.trim_end_matches('/');
            let after = rest.strip_prefix(own);
            own.is_empty() || after.is_some_and(|after| after.is_empty() || after.starts_with('/'))
        }
    }
}

/// Matches `*` (any number of characters, none of them `/`) and `?` (one such).
fn glob(pattern: &str, text: &str) -> bool {
    let mut walk = Walk::new(pattern.as_bytes(), text.as_bytes());
    loop {
        match walk.step() {
            Step::GoesOn => {}
            Step::Matches => return true,
            Step::Differs => return false,
        }
    }
}

/// A walk along a pattern and a text. What a star has to take grows letter by letter, and
/// only the last star met is ever returned to: one before it has taken the least that
/// lets the rest of the pattern up to the last one stand, and taking more gains nothing.
struct Walk<'a> {
    pattern: &'a [u8],
    text: &'a [u8],
    /// The next of the pattern and of the text.
    at: (usize, usize),
    /// Behind the last star, and where in the text what it has taken ends.
    star: Option<(usize, usize)>,
}

/// What a step of a walk came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    GoesOn,
    Matches,
    Differs,
}

impl<'a> Walk<'a> {
    const fn new(pattern: &'a [u8], text: &'a [u8]) -> Self {
        Self { pattern, text, at: (0, 0), star: None }
    }

    fn step(&mut self) -> Step {
        let (here, there) = self.at;
        match (self.pattern.get(here), self.text.get(there)) {
            (None, None) => Step::Matches,
            (Some(b'*'), _) => {
                self.star = Some((here + 1, there));
                self.at.0 += 1;
                Step::GoesOn
            }
            (Some(wanted), Some(found)) if wanted == found || is_any(*wanted, *found) => {
                self.at = (here + 1, there + 1);
                Step::GoesOn
            }
            (Some(_) | None, _) => self.back_to_the_star(),
        }
    }

    /// Lets the last star take one letter more.
    fn back_to_the_star(&mut self) -> Step {
        let Some((behind, end)) = self.star else { return Step::Differs };
        if self.text.get(end).is_none_or(|next| *next == b'/') {
            return Step::Differs;
        }
        self.star = Some((behind, end + 1));
        self.at = (behind, end + 1);
        Step::GoesOn
    }
}

const fn is_any(wanted: u8, found: u8) -> bool {
    wanted == b'?' && found != b'/'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same by trying everything, for short texts.
    fn tried(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern, text) {
            ([], []) => true,
            ([b'*', rest @ ..], _) => {
                let taken = text.iter().take_while(|byte| **byte != b'/').count();
                (0..=taken).any(|taken| tried(rest, &text[taken..]))
            }
            ([b'?', rest @ ..], [found, behind @ ..]) if *found != b'/' => tried(rest, behind),
            ([wanted, rest @ ..], [found, behind @ ..]) if wanted == found => tried(rest, behind),
            _ => false,
        }
    }

    fn steps(pattern: &str, text: &str) -> usize {
        let mut walk = Walk::new(pattern.as_bytes(), text.as_bytes());
        (1..1_000_000).find(|_| walk.step() != Step::GoesOn).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn walk_finds_what_trying_everything_finds(
            pattern in "[ab/*?]{0,9}", text in "[ab/]{0,9}"
        ) {
            let expected = tried(pattern.as_bytes(), text.as_bytes());
            prop_assert_eq!(glob(&pattern, &text), expected, "{} {}", pattern, text);
        }

        #[test]
        fn walk_is_never_longer_than_both_lengths_multiplied(
            pattern in "[a*?]{0,40}", text in "a{0,60}b?"
        ) {
            prop_assert!(steps(&pattern, &text) <= (pattern.len() + 1) * (text.len() + 2));
        }
    }

    #[test]
    fn stars_do_not_multiply_the_walk() {
        let text = "a".repeat(AUTHORITY_BYTES_MAX);
        for stars in [1, 2, 3, 8, STARS_MAX] {
            let pattern = format!("{}b", "*a".repeat(stars));
            assert!(steps(&pattern, &text) <= (pattern.len() + 1) * (text.len() + 2), "{stars}");
            assert!(!glob(&pattern, &text));
        }
    }

    #[test]
    fn longer_than_any_host_is_nobodys() {
        let pattern = OriginPattern::parse("https://*.example.com").unwrap();
        let host = |letters: usize| format!("{}.example.com", "a".repeat(letters));
        let longest = host(AUTHORITY_BYTES_MAX - ".example.com".len());
        assert!(pattern.matches("https", &longest));
        assert!(!pattern.matches("https", &format!("a{longest}")));
        assert!(!pattern.matches("https", &host(1_000_000)));
    }

    #[test]
    fn patterns_match_what_the_contract_says() {
        for (pattern, scheme, authority, expected) in [
            ("https://app.example.com", "https", "app.example.com", true),
            ("https://app.example.com/", "https", "app.example.com", true),
            ("https://app.example.com", "http", "app.example.com", false),
            ("https://app.example.com", "https", "app.example.com:8443", false),
            ("https://app.example.com", "https", "app.example.com.evil.example", false),
            ("https://*.trusted.example", "https", "a.trusted.example", true),
            ("https://*.trusted.example", "https", "a.b.trusted.example", true),
            ("https://*.trusted.example", "https", "trusted.example", false),
            ("https://*.trusted.example", "http", "a.trusted.example", false),
            ("https://*.trusted.example", "https", "eviltrusted.example", false),
            ("*.example.org", "http", "a.example.org:8080", true),
            ("localhost", "http", "localhost:5173", true),
            ("https://a?.example.com", "https", "a1.example.com", true),
            ("https://a?.example.com", "https", "a12.example.com", false),
        ] {
            let pattern = OriginPattern::parse(pattern).unwrap();
            assert_eq!(pattern.matches(scheme, authority), expected, "{pattern:?} {authority}");
        }
    }

    #[test]
    fn custom_schemes_match_by_prefix_of_the_path() {
        let app = OriginPattern::parse("myapp://").unwrap();
        assert!(app.matches_custom("myapp", "cb") && app.matches_custom("myapp", ""));
        assert!(!app.matches_custom("other", "cb"));
        let deep = OriginPattern::parse("myapp://auth").unwrap();
        assert!(deep.matches_custom("myapp", "auth/cb") && !deep.matches_custom("myapp", "authx"));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in ["", " ", "https://", "a b", "https://a/b", "https://u@a", "1x://a", "a\\b"] {
            assert_eq!(OriginPattern::parse(text), None, "{text}");
        }
        let stars = |count: usize| OriginPattern::parse(&format!("{}a.es", "*".repeat(count)));
        assert!(stars(STARS_MAX).is_some() && stars(STARS_MAX + 1).is_none());
        assert_eq!(OriginPattern::parse(&"a".repeat(PATTERN_BYTES_MAX + 1)), None);
    }
}
