//! What a visitor chose to read in: a language and a theme, kept in two plain cookies.
//!
//! Only pages look at them: programs say `Accept-Language` and nothing else. The values
//! are words of ours, so anything else in the cookies is no choice.

use http::HeaderMap;

use super::asked::wants_page;
use super::cookie;
use crate::base::locale::Locale;
use crate::config::Auth;

/// Name of the language's cookie, after the prefix.
pub const LANGUAGE: &str = "language";

/// Name of the theme's cookie, after the prefix.
pub const THEME: &str = "theme";

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the visitor's system has it.
    #[default]
    System,
    /// Light, whatever the system says.
    Light,
    /// Dark, whatever the system says.
    Dark,
}

impl Theme {
    /// Every theme, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Returns the word that is kept.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads a kept word.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// A visitor's choices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// The language; `None`: what the browser prefers.
    pub locale: Option<Locale>,
    /// The theme.
    pub theme: Theme,
}

impl Preferences {
    /// Reads the cookies of a browser that asks for a page.
    #[must_use]
    pub fn of(auth: &Auth, headers: &HeaderMap) -> Self {
        if !wants_page(headers) || !headers.contains_key(http::header::COOKIE) {
            return Self::default();
        }
        let (language, theme) = (auth.cookie(LANGUAGE), auth.cookie(THEME));
        let language = cookie::plain(headers, &language);
        let theme = cookie::plain(headers, &theme);
        Self {
            locale: language.and_then(Locale::parse),
            theme: theme.and_then(Theme::parse).unwrap_or_default(),
        }
    }
}
