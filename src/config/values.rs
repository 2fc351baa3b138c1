//! The values of every key, checked, with where each came from.

use std::collections::BTreeMap;

use super::error::Problem;
use super::key::{Key, Kind, Raw, Use};
use super::origin::{Origin, Setting};

/// A key's value and where it came from.
#[derive(Clone, Debug)]
pub struct Held {
    /// The value in the shape its kind gives it; `None`: nothing.
    pub value: Option<Raw>,
    /// Where it came from.
    pub origin: Origin,
}

/// Longest name of an unknown key for which a known one is guessed, in bytes: comparing
/// costs the product of both lengths.
const PATH_BYTES_MAX: usize = 128;

/// The values of every key, by path.
#[derive(Debug, Default)]
pub struct Values(BTreeMap<String, Held>);

/// Finds the key of a path; names that operators choose match `*`.
pub fn key_of(keys: &[&'static Key], path: &str) -> Option<&'static Key> {
    let fits = |key: &&&'static Key| {
        let (own, given) = (key.path.split('.'), path.split('.'));
        own.clone().count() == given.clone().count()
            && own.zip(given).all(|(own, given)| own == given || (own == "*" && is_name(given)))
    };
    keys.iter().find(|key| key.path == path).or_else(|| keys.iter().find(fits)).copied()
}

fn is_name(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    !text.is_empty() && text.len() <= 32 && letters
}

impl Values {
    /// Lays settings over the defaults, later over earlier.
    pub fn collect(
        keys: &[&'static Key],
        settings: Vec<Setting>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut values = Self::default();
        for key in keys.iter().filter(|key| !key.path.contains('*')) {
            let held = Held { value: default(key), origin: Origin::Default };
            values.0.insert(key.path.to_owned(), held);
        }
        for setting in settings {
            values.lay(keys, setting, problems);
        }
        values
    }

    fn lay(&mut self, keys: &[&'static Key], setting: Setting, problems: &mut Vec<Problem>) {
        let Setting { path, raw, origin } = setting;
        let Some(key) = key_of(keys, &path) else {
            let nearest = nearest(keys, &path);
            problems.push(Problem::Unknown { origin, path, nearest });
            return;
        };
        let raw = self.with_port(&path, raw);
        let Some(value) = key.kind.read(&raw) else {
            let found = shown(key.kind, &raw);
            let allowed = key.kind.expected(&raw);
            problems.push(Problem::Bad { origin, path, found, allowed });
            return;
        };
        self.0.insert(path, Held { value: Some(value), origin });
    }

    /// `PORT` changes the port of whatever address stands so far.
    fn with_port(&self, path: &str, raw: Raw) -> Raw {
        let port = match &raw {
            Raw::Text(text) => text.strip_prefix("port:").map(str::to_owned),
            Raw::Integer(_) | Raw::Flag(_) | Raw::List(_) | Raw::Other(_) => None,
        };
        let Some(port) = port else { return raw };
        let stands = self.text(path);
        let host = stands.rsplit_once(':').map_or("127.0.0.1", |(host, _)| host);
        Raw::Text(format!("{host}:{port}"))
    }

    /// Returns what a key holds and where it came from.
    #[must_use]
    pub fn held(&self, path: &str) -> Option<&Held> {
        self.0.get(path)
    }

    /// Tells whether somebody set the key.
    #[must_use]
    pub fn is_set(&self, path: &str) -> bool {
        self.0.get(path).is_some_and(|held| held.origin != Origin::Default)
    }

    /// Lists every key that holds something or may, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Held)> {
        self.0.iter().map(|(path, held)| (path.as_str(), held))
    }

    /// Replaces what a key holds with something derived from another key.
    pub fn derive(&mut self, path: &str, value: Raw) {
        self.0.insert(path.to_owned(), Held { value: Some(value), origin: Origin::Default });
    }

    /// Returns a text; empty when there is none.
    #[must_use]
    pub fn text(&self, path: &str) -> String {
        self.text_or_none(path).unwrap_or_default()
    }

    /// Returns a text that is there and not empty.
    #[must_use]
    pub fn text_or_none(&self, path: &str) -> Option<String> {
        match self.value(path) {
            Some(Raw::Text(text)) if !text.is_empty() => Some(text.clone()),
            Some(Raw::Text(_) | Raw::Integer(_) | Raw::Flag(_) | Raw::List(_) | Raw::Other(_))
            | None => None,
        }
    }

    /// Returns a number; 0 when there is none.
    #[must_use]
    pub fn integer(&self, path: &str) -> i64 {
        match self.value(path) {
            Some(Raw::Integer(number)) => *number,
            Some(Raw::Text(_) | Raw::Flag(_) | Raw::List(_) | Raw::Other(_)) | None => 0,
        }
    }

    /// Returns a number that counts something; 0 when there is none.
    #[must_use]
    pub fn count(&self, path: &str) -> usize {
        usize::try_from(self.integer(path)).unwrap_or(0)
    }

    /// Returns a number that fits 32 bits, which its bounds assure.
    #[must_use]
    pub fn small(&self, path: &str) -> u32 {
        u32::try_from(self.integer(path)).unwrap_or(0)
    }

    /// Returns a flag; off when there is none.
    #[must_use]
    pub fn flag(&self, path: &str) -> bool {
        self.value(path) == Some(&Raw::Flag(true))
    }

    /// Returns the texts of a list.
    #[must_use]
    pub fn list(&self, path: &str) -> Vec<String> {
        self.items(path, |item| match item {
            Raw::Text(text) => Some(text.clone()),
            Raw::Integer(_) | Raw::Flag(_) | Raw::List(_) | Raw::Other(_) => None,
        })
    }

    /// Returns the numbers of a list.
    #[must_use]
    pub fn integers(&self, path: &str) -> Vec<i64> {
        self.items(path, |item| match item {
            Raw::Integer(number) => Some(*number),
            Raw::Text(_) | Raw::Flag(_) | Raw::List(_) | Raw::Other(_) => None,
        })
    }

    fn items<T>(&self, path: &str, item: impl Fn(&Raw) -> Option<T>) -> Vec<T> {
        match self.value(path) {
            Some(Raw::List(items)) => items.iter().filter_map(item).collect(),
            Some(Raw::Text(_) | Raw::Integer(_) | Raw::Flag(_) | Raw::Other(_)) | None => {
                Vec::new()
            }
        }
    }

    fn value(&self, path: &str) -> Option<&Raw> {
        self.0.get(path).and_then(|held| held.value.as_ref())
    }
}

/// Reads a key's default, which is written as TOML.
fn default(key: &Key) -> Option<Raw> {
    let text = key.default;
    if text.is_empty() {
        return None;
    }
    let raw = match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(inner) => Raw::Text(inner.to_owned()),
        None => Raw::Text(text.trim_matches(['[', ']']).replace('"', "")),
    };
    key.kind.read(&raw)
}

/// Shows a value as an error or `config print` may: secrets are masked.
#[must_use]
pub fn shown(kind: Kind, raw: &Raw) -> String {
    let is_secret = matches!(kind, Kind::Secret | Kind::Secrets);
    match raw {
        Raw::List(items) if kind == Kind::Secrets => {
            format!("[{}]", vec!["********"; items.len()].join(", "))
        }
        _any if is_secret => String::from("********"),
        Raw::Text(text) if kind == Kind::Database => format!("\"{}\"", without_password(text)),
        Raw::Text(text) if kind == Kind::SecretAddress => format!("\"{}\"", without_path(text)),
        Raw::Text(text) => format!("\"{text}\""),
        Raw::Integer(number) => number.to_string(),
        Raw::Flag(flag) => flag.to_string(),
        Raw::List(items) => {
            let items: Vec<_> = items.iter().map(|item| shown(kind, item)).collect();
            format!("[{}]", items.join(", "))
        }
        Raw::Other(what) => (*what).to_owned(),
    }
}

/// Masks what comes after the site of an address.
fn without_path(address: &str) -> String {
    url::Url::parse(address).map_or_else(
        |_none| String::from("********"),
        |url| format!("{}/********", url.origin().ascii_serialization()),
    )
}

/// Masks the password of a database's address.
fn without_password(url: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, None), |(base, it)| (base, Some(it)));
    let (scheme, rest) = base.split_once("://").unwrap_or(("", base));
    let (person, place) = rest.rsplit_once('@').unwrap_or(("", rest));
    let mut shown = String::from(if scheme.is_empty() { place } else { "" });
    if !scheme.is_empty() {
        let person = person
            .split_once(':')
            .map_or(person.to_owned(), |(name, _password)| format!("{name}:********"));
        let at = if person.is_empty() { "" } else { "@" };
        shown = format!("{scheme}://{person}{at}{place}");
    }
    let parameters = query.iter().flat_map(|query| query.split('&'));
    let masked = parameters.map(|pair| match pair.split_once('=') {
        Some(("password", _)) => "password=********",
        Some(_) | None => pair,
    });
    let masked: Vec<&str> = masked.collect();
    if masked.is_empty() { shown } else { format!("{shown}?{}", masked.join("&")) }
}

fn nearest(keys: &[&'static Key], path: &str) -> Option<String> {
    if path.len() > PATH_BYTES_MAX {
        return None;
    }
    let distance = |key: &Key| strsim::damerau_levenshtein(key.path, path);
    let key = keys.iter().min_by_key(|key| distance(key))?;
    // Further than a third of the name is no slip of the finger.
    (distance(key) <= path.len().div_ceil(3).max(2)).then(|| key.path.to_owned())
}

/// Says what of a key this version does not use; `None`: nothing to say.
#[must_use]
pub fn unused(key: &Key, path: &str, held: &Held) -> Option<String> {
    let value = held.value.as_ref()?;
    match key.use_ {
        Use::Now => None,
        Use::Later => Some(format!("{path} is not used by this version")),
        Use::NowWith(names) => {
            let is_used = matches!(value, Raw::Text(text) if names.contains(&text.as_str()));
            let shown = shown(key.kind, value);
            (!is_used).then(|| format!("{path} = {shown} is not used by this version"))
        }
        Use::NowIn(names) => {
            let is_used = path.split('.').any(|part| names.contains(&part));
            (!is_used).then(|| format!("{path} is not used by this version"))
        }
    }
}
