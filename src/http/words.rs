//! The words of a page: Fluent texts in the visitor's language, and the brand.

use crate::app::App;
use crate::base::locale::Locale;

/// What every template asks for texts.
#[derive(Clone, Copy)]
pub struct PageWords<'a> {
    app: &'a App,
    locale: Locale,
}

impl<'a> PageWords<'a> {
    /// Speaks `locale`.
    #[must_use]
    pub const fn new(app: &'a App, locale: Locale) -> Self {
        Self { app, locale }
    }

    /// Returns the text of a key of `pages.ftl`.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.app.words.get(self.locale, key).into_owned()
    }

    /// Returns the text of a key with its arguments filled in.
    #[must_use]
    pub fn format(&self, key: &str, arguments: &[(&str, &str)]) -> String {
        self.app.words.format(self.locale, key, arguments)
    }

    /// Returns the language tag of the page.
    #[must_use]
    pub const fn lang(&self) -> &'static str {
        self.locale.tag()
    }

    /// Returns the brand's name.
    #[must_use]
    pub fn brand(&self) -> &str {
        &self.app.config.brand.name
    }

    /// Returns the address of the site's preview card, for whoever shares a page.
    #[must_use]
    pub fn card(&self) -> String {
        self.app.og.links.address(self.app.og.site_card())
    }
}
