//! Texts for people, in every language, from the Fluent files under `assets/i18n`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::assets;
use super::locale::Locale;

/// Returns the key under which the words of an error code stand.
#[must_use]
pub fn error_key(code: &str) -> String {
    format!("error-{}", code.to_lowercase().replace('_', "-"))
}

/// The texts of every language; each language is read when its first text is asked for.
pub struct Words {
    es: LazyLock<Language>,
    en: LazyLock<Language>,
}

/// The texts of one language.
struct Language {
    /// What is shown as it stands in its file: nine texts of ten, which a tree of
    /// syntax each would make thirty times as large. No other text can name one of them.
    plain: HashMap<Box<str>, Box<str>>,
    /// What has arguments, plurals or several lines.
    patterns: FluentBundle<FluentResource>,
}

impl Words {
    /// Takes the embedded files.
    #[must_use]
    pub fn embedded() -> Self {
        Self {
            es: LazyLock::new(|| Language::read(Locale::Es)),
            en: LazyLock::new(|| Language::read(Locale::En)),
        }
    }

    /// Returns the text of `key`; the key itself when there is none, which the tests rule
    /// out: they read every key that the source names, and nothing that they run goes on
    /// without a text.
    #[must_use]
    pub fn get(&self, locale: Locale, key: &str) -> Cow<'_, str> {
        match self.language(locale).plain.get(key) {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.format(locale, key, &[])),
        }
    }

    /// Returns the text of `key` with its arguments filled in.
    #[must_use]
    pub fn format(&self, locale: Locale, key: &str, arguments: &[(&str, &str)]) -> String {
        let language = self.language(locale);
        if let Some(text) = language.plain.get(key) {
            return text.to_string();
        }
        let patterns = &language.patterns;
        let Some(pattern) = patterns.get_message(key).and_then(|message| message.value()) else {
            debug_assert!(false, "no text {key} in {}", locale.tag());
            return key.to_owned();
        };
        let mut filled = FluentArgs::new();
        for (name, value) in arguments {
            filled.set(*name, argument(value));
        }
        // A missing argument shows as its name; the test over both languages compares them.
        patterns.format_pattern(pattern, Some(&filled), &mut Vec::new()).into_owned()
    }

    /// Tells whether `key` has a text.
    #[must_use]
    pub fn has(&self, locale: Locale, key: &str) -> bool {
        let Language { plain, patterns } = self.language(locale);
        plain.contains_key(key) || patterns.has_message(key)
    }

    fn language(&self, locale: Locale) -> &Language {
        match locale {
            Locale::Es => &self.es,
            Locale::En => &self.en,
        }
    }
}

impl Language {
    fn read(locale: Locale) -> Self {
        let mut plain = HashMap::new();
        let mut patterns = bundle(locale);
        for text in assets::words(locale.tag()) {
            let rest = take_plain(&text, &mut plain);
            // A file with a mistake still gives its good messages; the tests find the others.
            let resource = FluentResource::try_new(rest).unwrap_or_else(|(resource, _)| resource);
            let _ = patterns.add_resource(resource);
        }
        plain.shrink_to_fit();
        Self { plain, patterns }
    }
}

/// Takes the messages of one line without a placeable out of a file, and returns the rest.
fn take_plain(text: &str, plain: &mut HashMap<Box<str>, Box<str>>) -> String {
    let mut rest = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        // An indented line goes on with the message before it.
        let ends = lines.peek().is_none_or(|next| !next.starts_with(' '));
        if let Some((key, value)) = plain_message(line).filter(|_| ends) {
            plain.insert(key.into(), value.into());
        } else {
            rest.push_str(line);
            rest.push('\n');
        }
    }
    rest
}

/// Reads a line that is a whole message and nothing but text.
fn plain_message(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(" = ")?;
    let value = value.trim();
    let named = key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
    (named && !value.is_empty() && !value.contains(['{', '}'])).then_some((key, value))
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

    #[test]
    fn every_text_is_what_fluent_makes_of_the_whole_files() {
        let words = Words::embedded();
        for locale in [Locale::Es, Locale::En] {
            let mut whole = bundle(locale);
            let mut keys = Vec::new();
            for text in assets::words(locale.tag()) {
                let begins = text.lines().filter(|line| line.starts_with(char::is_alphabetic));
                keys.extend(begins.map(|line| line.split(' ').next().unwrap().to_owned()));
                let resource = FluentResource::try_new(text).expect("no mistake");
                whole.add_resource(resource).expect("no key twice");
            }
            let plain = words.language(locale).plain.len();
            assert!(plain > 1000 && plain < keys.len(), "{plain} of {}", keys.len());
            for key in keys {
                let pattern = whole.get_message(&key).and_then(|message| message.value());
                let made = whole.format_pattern(pattern.expect(&key), None, &mut Vec::new());
                // Also where a text names another one.
                assert_eq!(words.format(locale, &key, &[]), made, "{key}");
                assert_eq!(words.get(locale, &key), made, "{key}");
            }
        }
    }

    #[test]
    fn only_a_whole_message_of_text_is_plain() {
        let mut plain = HashMap::new();
        let rest = take_plain(
            "# a comment = not a message\nkey = A text = with a sign \nlong = begins\n    and goes on\n\
             with = an { $argument }\n-term = Antesala\nnone =\n    .title = An attribute\nlast = end",
            &mut plain,
        );
        assert_eq!(plain.len(), 2);
        assert_eq!(plain.get("key").map(AsRef::as_ref), Some("A text = with a sign"));
        assert_eq!(plain.get("last").map(AsRef::as_ref), Some("end"));
        for kept in ["long = begins\n    and goes on", "{ $argument }", "-term", ".title"] {
            assert!(rest.contains(kept), "{kept}");
        }
    }
}
