//! Texts for people, in every language, from the Fluent files under `assets/i18n`.

use std::borrow::Cow;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use super::assets;
use super::locale::Locale;

/// The texts of every language.
pub struct Words {
    es: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl Words {
    /// Loads the embedded files.
    #[must_use]
    pub fn embedded() -> Self {
        Self { es: bundle(Locale::Es), en: bundle(Locale::En) }
    }

    /// Returns the text of `key`; the key itself when there is none, which a test rules out.
    #[must_use]
    pub fn get(&self, locale: Locale, key: &str) -> Cow<'_, str> {
        Cow::Owned(self.format(locale, key, &[]))
    }

    /// Returns the text of `key` with its arguments filled in.
    #[must_use]
    pub fn format(&self, locale: Locale, key: &str, arguments: &[(&str, &str)]) -> String {
        let bundle = match locale {
            Locale::Es => &self.es,
            Locale::En => &self.en,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut filled = FluentArgs::new();
        for (name, value) in arguments {
            filled.set(*name, *value);
        }
        // A missing argument shows as its name; the test over both languages compares them.
        bundle.format_pattern(pattern, Some(&filled), &mut Vec::new()).into_owned()
    }
}

fn bundle(locale: Locale) -> FluentBundle<FluentResource> {
    let language = locale.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // The marks that isolate arguments would stand in JSON and in mail subjects.
    bundle.set_use_isolating(false);
    for text in assets::words(locale.tag()) {
        // A file with a mistake still gives its good messages; the tests find the others.
        let resource = FluentResource::try_new(text).unwrap_or_else(|(resource, _)| resource);
        let _ = bundle.add_resource(resource);
    }
    bundle
}
