//! A key of the configuration: what it may hold, what it is without anybody's
//! word, and what it means.
//!
//! The tables of keys beside each section's struct are the one source: they
//! drive parsing, errors, `config print`, `config check` and the test over the
//! example file.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use jiff::tz::TimeZone;
use url::Url;

use super::{mail, origin, pattern};
use crate::base::color::Color;
use crate::base::schedule::Schedule;

/// One key. A `*` in the path stands for a name that the operator chooses.
#[derive(Debug)]
pub struct Key {
    /// `section.key`.
    pub path: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// What it is when nobody sets it, as TOML; empty: nothing.
    pub default: &'static str,
    /// Whether this version does anything with it.
    pub use_: Use,
}

/// Whether this version does anything with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It does.
    Now,
    /// A later version will; `config check` says so.
    Later,
    /// Only with these values; with another one it would do nothing yet.
    NowWith(&'static [&'static str]),
    /// Only in sections of these names; `*` of the path stands for the name.
    NowIn(&'static [&'static str]),
}

/// What a key may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// Text that is never shown.
    Secret,
    /// Texts that are never shown; a text is a list with commas or line breaks.
    Secrets,
    /// `true` or `false`.
    Flag,
    /// A whole number within bounds, both included.
    Integer(i64, i64),
    /// Whole numbers, each within bounds.
    Integers(i64, i64),
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// An address and a port.
    Listen,
    /// A site: scheme and host, with a port where it is not the usual one.
    Site,
    /// An absolute http or https address.
    Address,
    /// An address whose path lets in whoever knows it.
    SecretAddress,
    /// One mailbox, with or without a name.
    Mailbox,
    /// Networks in CIDR notation; a single address is a network of one.
    Networks,
    /// Origins, with wildcards.
    Origins,
    /// A name that a cookie may have.
    CookieName,
    /// `sqlite:FILE` or `postgres://…`.
    Database,
    /// `#rgb` or `#rrggbb`.
    Color,
    /// A name of the IANA time zone database.
    TimeZone,
    /// A cron expression of five fields, or of six with seconds first.
    Schedule,
    /// An age recipient, `age1…`.
    Recipient,
    /// Texts.
    List,
}

/// A value as it was written, before its key has checked it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Raw {
    /// Text of a file, or whatever an environment variable or a flag holds.
    Text(String),
    /// A number of a file.
    Integer(i64),
    /// A boolean of a file.
    Flag(bool),
    /// A list of a file.
    List(Vec<Raw>),
    /// Something of a file that no key takes: a float, a date, a table.
    Other(&'static str),
}

impl Kind {
    /// Tells whether a value may hold what nobody else may read, so that it can be
    /// put into a file of its own.
    #[must_use]
    pub const fn is_confidential(self) -> bool {
        matches!(self, Self::Secret | Self::Secrets | Self::Database | Self::SecretAddress)
    }

    /// Says in words what the key may hold.
    #[must_use]
    pub fn allowed(self) -> String {
        match self {
            Self::Text => String::from("text"),
            Self::Secret => String::from("text, which is never shown"),
            Self::Secrets => String::from("a list of texts, which are never shown"),
            Self::Flag => String::from("true or false"),
            Self::Integer(min, max) => format!("a whole number from {min} to {max}"),
            Self::Integers(min, max) => format!("a list of whole numbers from {min} to {max}"),
            Self::Choice(names) => {
                let quoted: Vec<_> = names.iter().map(|name| format!("\"{name}\"")).collect();
                format!("one of {}", quoted.join(", "))
            }
            Self::Listen => String::from("an address and a port such as 127.0.0.1:3000"),
            Self::Site => String::from("a site such as https://example.com, without a path"),
            Self::Address | Self::SecretAddress => {
                String::from("an absolute http or https address")
            }
            Self::Mailbox => String::from("a mailbox such as Example <hola@example.com>"),
            Self::Networks => String::from("a list of networks such as 10.0.0.0/8"),
            Self::Origins => String::from(
                "a list of origins such as https://app.example.com, https://*.example.com or \
                 myapp://, of at most 300 letters and 16 stars each",
            ),
            Self::CookieName => String::from("a cookie name: letters, digits and -_."),
            Self::Database => String::from("sqlite:FILE or postgres://…"),
            Self::Color => String::from("a colour such as #2f6f4f"),
            Self::TimeZone => String::from("an IANA time zone such as Europe/Madrid"),
            Self::Schedule => String::from(
                "a cron expression of five fields (minute hour day month weekday), or of six \
                 with seconds first, for a moment that comes",
            ),
            Self::Recipient => String::from("an age recipient such as age1…"),
            Self::List => String::from("a list of texts"),
        }
    }

    /// Says what `raw`, which the key does not take, should be: of a schedule, the field.
    #[must_use]
    pub fn expected(self, raw: &Raw) -> String {
        match (self, raw) {
            (Self::Schedule, Raw::Text(text)) => match Schedule::parse(text, &TimeZone::UTC) {
                Ok(_schedule) => self.allowed(),
                Err(error) => error.to_string(),
            },
            (
                Self::Integers(..) | Self::Secrets | Self::Networks | Self::Origins | Self::List,
                Raw::Text(_),
            ) => format!(
                "{}; a text is a list with commas (a, b) or a list of TOML ([\"a\", \"b\"])",
                self.allowed()
            ),
            (Self::Database, Raw::Text(text)) => database_hint(text),
            _ => self.allowed(),
        }
    }

    /// Turns what was written into what the section reads; `None` when it does not fit.
    #[must_use]
    pub fn read(self, raw: &Raw) -> Option<Raw> {
        match self {
            Self::Flag => flag(raw),
            Self::Integer(min, max) => integer(raw, min, max),
            Self::Integers(min, max) => list(raw, |item| integer(item, min, max)),
            Self::Networks => list(raw, |item| fits(item, is_network)),
            Self::Origins => list(raw, |item| fits(item, pattern::is_valid)),
            Self::List => list(raw, |item| fits(item, |text| !is_marked(text))),
            Self::Secrets => list(raw, |item| fits(item, |text| !text.contains('\0'))),
            Self::Text | Self::Secret => fits(raw, |text| !text.contains('\0')),
            Self::Choice(names) => fits(raw, |text| names.contains(&text)),
            Self::Listen => fits(raw, |text| text.parse::<SocketAddr>().is_ok()),
            Self::Site => fits(raw, |text| text.is_empty() || is_site(text)),
            Self::Address | Self::SecretAddress => {
                fits(raw, |text| text.is_empty() || is_address(text))
            }
            Self::Mailbox => fits(raw, |text| text.is_empty() || mail::mailbox(text).is_some()),
            Self::CookieName => fits(raw, is_cookie_name),
            Self::Database => fits(raw, is_database),
            Self::Color => fits(raw, |text| Color::parse(text).is_some()),
            Self::TimeZone => fits(raw, |text| TimeZone::get(text).is_ok()),
            Self::Schedule => fits(raw, |text| Schedule::parse(text, &TimeZone::UTC).is_ok()),
            Self::Recipient => {
                fits(raw, |text| text.is_empty() || text.parse::<age::x25519::Recipient>().is_ok())
            }
        }
    }
}

fn fits(raw: &Raw, is_fit: impl Fn(&str) -> bool) -> Option<Raw> {
    match raw {
        Raw::Text(text) if is_fit(text) => Some(raw.clone()),
        Raw::Text(_) | Raw::Integer(_) | Raw::Flag(_) | Raw::List(_) | Raw::Other(_) => None,
    }
}

fn flag(raw: &Raw) -> Option<Raw> {
    match raw {
        Raw::Flag(_) => Some(raw.clone()),
        Raw::Text(text) => text.parse().ok().map(Raw::Flag),
        Raw::Integer(_) | Raw::List(_) | Raw::Other(_) => None,
    }
}

fn integer(raw: &Raw, min: i64, max: i64) -> Option<Raw> {
    let number = match raw {
        Raw::Integer(number) => Some(*number),
        Raw::Text(text) => text.trim().parse().ok(),
        Raw::Flag(_) | Raw::List(_) | Raw::Other(_) => None,
    };
    number.filter(|number| (min..=max).contains(number)).map(Raw::Integer)
}

/// Reads a list; a text is a list with commas, as environment variables write it, one with
/// line breaks, as files do, or one of TOML, as it stands in a configuration.
fn list(raw: &Raw, item: impl Fn(&Raw) -> Option<Raw>) -> Option<Raw> {
    let written = match raw {
        Raw::Text(text) => origin::array(text),
        Raw::Integer(_) | Raw::Flag(_) | Raw::List(_) | Raw::Other(_) => None,
    };
    let raw = written.as_ref().unwrap_or(raw);
    let items: Option<Vec<Raw>> = match raw {
        Raw::List(items) => items.iter().map(item).collect(),
        Raw::Text(text) => text
            .split([',', '\n'])
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(|text| item(&Raw::Text(text.to_owned())))
            .collect(),
        Raw::Integer(_) | Raw::Flag(_) | Raw::Other(_) => None,
    };
    items.map(Raw::List)
}

/// Reads a network, or an address as a network of one.
#[must_use]
pub fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

fn is_network(text: &str) -> bool {
    network(text).is_some()
}

fn is_address(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    ["http", "https"].contains(&url.scheme())
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
}

fn is_site(text: &str) -> bool {
    is_address(text)
        && Url::parse(text)
            .is_ok_and(|url| url.path() == "/" && url.query().is_none() && url.fragment().is_none())
}

fn is_cookie_name(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    letters && (1..=64).contains(&text.len())
}

/// Tells whether quotes or brackets were meant to mark a list's items and were not read so.
fn is_marked(text: &str) -> bool {
    let marks = ['"', '\'', '[', ']'];
    text.starts_with(marks) || text.ends_with(marks)
}

fn is_database(text: &str) -> bool {
    let is_file = text.strip_prefix("sqlite:").is_some_and(is_database_file);
    is_file || text.starts_with("postgres://") || text.starts_with("postgresql://")
}

/// Tells whether a name is a file's and not something else that others write after
/// `sqlite:`: a host, parameters, a database in memory.
fn is_database_file(file: &str) -> bool {
    let is_host = file.starts_with("//") && !file.starts_with("///");
    !file.is_empty()
        && !is_host
        && !file.contains('?')
        && file != ":memory:"
        && !file.ends_with('/')
}

/// Says what `text`, which is no database's address, should be.
fn database_hint(text: &str) -> String {
    let hint = match text.strip_prefix("sqlite:") {
        Some(file) if file.contains('?') => "a file without parameters",
        Some(":memory:") => "a file: what is in memory alone is lost at the next start",
        Some(file) if file.starts_with("//") => {
            "one slash or three before a whole path, none before one in server.data_dir"
        }
        Some(_) => "a file's name",
        None if text.starts_with("file:") => "sqlite: in the place of file:",
        None => return Kind::Database.allowed(),
    };
    format!("{}, and {hint}", Kind::Database.allowed())
}
