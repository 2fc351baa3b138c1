//! The languages that antesala speaks, and which of them a request prefers.

/// A language of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Locale {
    /// Spanish.
    Es,
    /// English.
    En,
}

/// Ranges of an `Accept-Language` that are looked at; browsers send five or six.
const RANGES_MAX: usize = 16;

impl Locale {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Es, Self::En];

    /// Returns the language tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Es => "es",
            Self::En => "en",
        }
    }

    /// Reads a tag by its primary language: `es-MX` is Spanish.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|locale| primary.eq_ignore_ascii_case(locale.tag()))
    }

    /// Returns the best match of an `Accept-Language`, else `otherwise`.
    ///
    /// Source: RFC 9110 §12.5.4, by primary language.
    #[must_use]
    pub fn negotiate(accept_language: Option<&str>, otherwise: Self) -> Self {
        let mut best: Option<(u16, Self)> = None;
        for range in accept_language.unwrap_or_default().split(',').take(RANGES_MAX) {
            let (tag, parameter) = range.split_once(';').unwrap_or((range, ""));
            let locale = match tag.trim() {
                "*" => Some(otherwise),
                tag => Self::parse(tag),
            };
            let quality = quality(parameter);
            if let Some(locale) = locale
                && quality > best.map_or(0, |(quality, _)| quality)
            {
                best = Some((quality, locale));
            }
        }
        best.map_or(otherwise, |(_, locale)| locale)
    }
}

/// Reads `q=0.8` as thousandths; what cannot be read counts as nothing.
fn quality(parameter: &str) -> u16 {
    let parameter = parameter.trim();
    if parameter.is_empty() {
        return 1000;
    }
    let Some(value) = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q=")) else {
        return 0;
    };
    match value.trim().split_once('.') {
        None if value.trim() == "1" => 1000,
        Some(("1", _)) => 1000,
        Some(("0", decimals)) => {
            let padded: String = decimals.chars().chain("000".chars()).take(3).collect();
            padded.parse().unwrap_or(0)
        }
        None | Some(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn best_quality_wins_and_nothing_known_is_the_default() {
        for (header, expected) in [
            (None, Locale::Es),
            (Some(""), Locale::Es),
            (Some("*"), Locale::Es),
            (Some("en"), Locale::En),
            (Some("en-GB,en;q=0.9,es;q=0.8"), Locale::En),
            (Some("es-MX, en;q=0.9"), Locale::Es),
            (Some("fr, en;q=0.5, es;q=0.7"), Locale::Es),
            (Some("en;q=0, es;q=0.1"), Locale::Es),
            (Some("fr,de"), Locale::Es),
            (Some("en;q=x"), Locale::Es),
            (Some(";;;,,,q=1"), Locale::Es),
        ] {
            assert_eq!(Locale::negotiate(header, Locale::Es), expected, "{header:?}");
        }
    }
}
