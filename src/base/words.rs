//! Texts for people, in every language, from the Fluent files under `assets/i18n`.

use std::borrow::Cow;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::assets;
use super::locale::Locale;

/// Returns the key under which the words of an error code stand.
#[must_use]
pub fn error_key(code: &str) -> String {
    format!("error-{}", code.to_lowercase().replace('_', "-"))
}

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
            filled.set(*name, argument(value));
        }
        // A missing argument shows as its name; the test over both languages compares them.
        bundle.format_pattern(pattern, Some(&filled), &mut Vec::new()).into_owned()
    }
}

/// A whole number chooses its plural; everything else is a text.
fn argument(value: &str) -> FluentValue<'_> {
    match value.parse::<i64>() {
        // Only what reads the same afterwards: +7 and 007 stay as they are.
        Ok(number) if number.to_string() == value => number.into(),
        Ok(_) | Err(_) => value.into(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_choose_their_plural_and_texts_stay_as_they_are() {
        let words = Words::embedded();
        for (locale, bound, said) in [
            (Locale::Es, "1", "Este campo necesita al menos un carácter"),
            (Locale::Es, "8", "Este campo necesita al menos 8 caracteres"),
            (Locale::En, "1", "This field needs at least one character"),
            (Locale::En, "1000", "This field needs at least 1000 characters"),
            (Locale::En, "007", "This field needs at least 007 characters"),
        ] {
            assert_eq!(words.format(locale, "field-too-short", &[("bound", bound)]), said);
        }
    }
}
