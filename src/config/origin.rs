//! Where a value came from: defaults, a file, the environment, a flag.
//!
//! Later wins. The environment is read once by whoever starts the program and
//! handed over, so that tests need none.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::error::Problem;
use super::key::Raw;
use super::secret_list;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// A line of a file, from 1.
    File(PathBuf, usize),
    /// An environment variable.
    Variable(String),
    /// A flag of the command.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) => write!(f, "environment {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// A value that somebody set.
#[derive(Clone, Debug)]
pub struct Setting {
    /// `section.key`.
    pub path: String,
    /// As it was written.
    pub raw: Raw,
    /// Where.
    pub origin: Origin,
}

/// Names that people already have in their environment, below the prefixed ones.
const WELL_KNOWN: [(&str, &str); 11] = [
    ("PORT", "server.listen"),
    ("DATABASE_URL", "database.url"),
    ("BETTER_AUTH_SECRET", "auth.secret"),
    ("BETTER_AUTH_URL", "server.public_url"),
    ("BETTER_AUTH_TRUSTED_ORIGINS", "auth.trusted_origins"),
    ("FRONTEND_URL", "server.frontend_url"),
    ("RESEND_API_KEY", "mail.resend.api_key"),
    ("EMAIL_FROM", "mail.from"),
    ("CRON_SECRET", "cron.secret"),
    ("GOOGLE_CLIENT_ID", "social.google.client_id"),
    ("GOOGLE_CLIENT_SECRET", "social.google.client_secret"),
];

const PREFIX: &str = "ANTESALA_";

/// Tells whether a variable sets a key.
pub fn is_ours(name: &str) -> bool {
    name.starts_with(PREFIX) || WELL_KNOWN.iter().any(|(known, _path)| *known == name)
}

/// Reads a TOML file.
pub fn of_file(path: &Path, text: &str) -> Result<Vec<Setting>, Problem> {
    let line_of = |offset: usize| {
        text.get(..offset).unwrap_or(text).bytes().filter(|byte| *byte == b'\n').count() + 1
    };
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(span.start));
        Problem::Syntax { path: path.to_owned(), line, message: error.message().to_owned() }
    })?;
    let mut settings = Vec::new();
    flatten("", table.get_ref(), &mut |key, raw, offset| {
        let origin = Origin::File(path.to_owned(), line_of(offset));
        settings.push(Setting { path: key, raw, origin });
    });
    Ok(settings)
}

fn flatten(prefix: &str, table: &DeTable<'_>, found: &mut impl FnMut(String, Raw, usize)) {
    for (name, value) in table {
        let path = if prefix.is_empty() {
            name.get_ref().to_string()
        } else {
            format!("{prefix}.{}", name.get_ref())
        };
        match value.get_ref().as_table() {
            Some(inner) => flatten(&path, inner, found),
            None => found(path, raw(value.get_ref()), name.span().start),
        }
    }
}

fn raw(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::String(text) => Raw::Text(text.to_string()),
        DeValue::Boolean(flag) => Raw::Flag(*flag),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Raw::Other("a number that is too large"), Raw::Integer),
        DeValue::Array(items) => Raw::List(items.iter().map(|item| raw(item.get_ref())).collect()),
        DeValue::Float(_) => Raw::Other("a number with decimals"),
        DeValue::Datetime(_) => Raw::Other("a date"),
        DeValue::Table(_) => Raw::Other("a table"),
    }
}

/// Reads a list of TOML, `["a", "b"]`; `None` when the text is none.
pub fn array(text: &str) -> Option<Raw> {
    let text = text.trim();
    if !text.starts_with('[') || !text.ends_with(']') {
        return None;
    }
    let line = format!("list = {text}");
    let table = DeTable::parse(&line).ok()?;
    let list = table.get_ref().iter().find(|(name, _list)| name.get_ref() == "list");
    list.map(|(_name, list)| raw(list.get_ref()))
}

/// Reads the environment, the well-known names first so that ours win.
///
/// `secret` tells whether a key may come from a file named by a variable.
pub fn of_environment(
    environment: &BTreeMap<String, String>,
    is_secret: impl Fn(&str) -> bool,
) -> Result<Vec<Setting>, Problem> {
    let mut settings: Vec<Setting> = WELL_KNOWN
        .iter()
        .filter_map(|(name, path)| {
            let value = environment.get(*name).filter(|value| !value.is_empty())?;
            let raw = Raw::Text(match *name {
                "PORT" => format!("port:{value}"),
                _ => value.clone(),
            });
            let origin = Origin::Variable((*name).to_owned());
            Some(Setting { path: (*path).to_owned(), raw, origin })
        })
        .collect();
    settings.extend(secret_list::of_environment(environment)?);
    for (name, value) in environment {
        let Some(key) = name.strip_prefix(PREFIX) else { continue };
        let path = key.to_lowercase().replace("__", ".");
        let origin = Origin::Variable(name.clone());
        let from_file = path.strip_suffix("_file").filter(|path| is_secret(path));
        let (path, value) = match from_file {
            Some(path) => (path.to_owned(), content(name, value)?),
            None => (path, value.clone()),
        };
        settings.push(Setting { path, raw: Raw::Text(value), origin });
    }
    Ok(settings)
}

/// Reads a secret from the file that a variable names.
fn content(variable: &str, file: &str) -> Result<String, Problem> {
    let text = std::fs::read_to_string(file).map_err(|error| Problem::SecretFile {
        variable: variable.to_owned(),
        path: PathBuf::from(file),
        reason: error.to_string(),
    })?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
