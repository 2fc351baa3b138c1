//! Patterns of trusted origins, as the contract writes them.
//!
//! `https://app.example.com` is an exact origin; `https://*.example.com` any
//! depth of subdomain but not the apex; without `://` the host alone counts;
//! `?` is one character; a custom scheme such as `myapp://` stands for itself.
//! Source: contract section 5.

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginPattern {
    scheme: Option<String>,
    /// Host with port, perhaps with wildcards; for a custom scheme what follows `://`.
    rest: String,
}

/// Longest pattern, in bytes.
const PATTERN_BYTES_MAX: usize = 300;

/// Tells whether a text is a pattern.
#[must_use]
pub fn is_valid(text: &str) -> bool {
    OriginPattern::parse(text).is_some()
}

impl OriginPattern {
    /// Reads a pattern.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if text.is_empty() || text.len() > PATTERN_BYTES_MAX || !is_plain || text.contains('@') {
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
    /// `authority` is host with port as the origin writes it, in lower case.
    #[must_use]
    pub fn matches(&self, scheme: &str, authority: &str) -> bool {
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
    match (pattern.chars().next(), text.chars().next()) {
        (None, None) => true,
        (Some('*'), first) => {
            let rest = pattern.get(1..).unwrap_or_default();
            let is_eaten = first.filter(|first| *first != '/').is_some_and(|first| {
                glob(pattern, text.get(first.len_utf8()..).unwrap_or_default())
            });
            glob(rest, text) || is_eaten
        }
        (Some(wanted), Some(found)) if wanted == found || (wanted == '?' && found != '/') => glob(
            pattern.get(wanted.len_utf8()..).unwrap_or_default(),
            text.get(found.len_utf8()..).unwrap_or_default(),
        ),
        (Some(_) | None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
