//! Statements as data.
//!
//! The text is static and portable, the values are owned: a statement can wait
//! in a queue, travel to a thread and be run again, and holds no lock anywhere.

use std::fmt;
use std::sync::OnceLock;

use super::postgres::dialect;
use crate::base::clock::Millis;
use crate::domain::email::Email;
use crate::domain::token::TokenHash;

/// A named SQL text with parameters `?1 … ?n`, contiguous.
#[derive(Debug)]
pub struct Sql {
    /// `table.verb`, for logs and plans.
    pub name: &'static str,
    /// The text that every engine takes, or the embedded one where a server has its own.
    pub text: &'static str,
    /// The text of servers, where full-text search leaves no common one.
    server_text: Option<&'static str>,
    /// The text as a server engine takes it, written at its first use.
    for_server: OnceLock<String>,
    is_contended: bool,
}

/// What a parameter or a column holds.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Numbers, booleans (0 or 1), moments (Unix milliseconds).
    Integer(i64),
    /// Text.
    Text(String),
    /// Bytes, such as a hash.
    Bytes(Vec<u8>),
}

/// How many rows a statement must touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Any number.
    Any,
    /// Exactly this many, or the whole batch is undone.
    Rows(u64),
}

/// A text with its values.
#[derive(Clone)]
pub struct Statement {
    /// The text.
    pub sql: &'static Sql,
    /// A value a parameter.
    pub values: Vec<Value>,
    /// How many rows it must touch.
    pub expect: Expect,
}

impl Sql {
    /// Names a text.
    #[must_use]
    pub const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text, server_text: None, for_server: OnceLock::new(), is_contended: false }
    }

    /// Names a text with which everybody writes the same row: a server engine folds
    /// the batches that begin with it into few commits.
    #[must_use]
    pub const fn contended(name: &'static str, text: &'static str) -> Self {
        let mut sql = Self::new(name, text);
        sql.is_contended = true;
        sql
    }

    /// Names a text that each engine has in its own words: full-text search alone.
    #[must_use]
    pub(super) const fn per_engine(
        name: &'static str,
        text: &'static str,
        server_text: &'static str,
    ) -> Self {
        let mut sql = Self::new(name, text);
        sql.server_text = Some(server_text);
        sql
    }

    /// Tells whether each engine has a text of its own.
    #[must_use]
    pub const fn is_per_engine(&self) -> bool {
        self.server_text.is_some()
    }

    pub(super) const fn is_contended(&self) -> bool {
        self.is_contended
    }

    /// Returns the text with `$n` for `?n`, and with what only a server needs.
    #[must_use]
    pub fn for_server(&self) -> &str {
        self.for_server.get_or_init(|| dialect::for_server(self.server_text.unwrap_or(self.text)))
    }

    /// Binds a value to each parameter.
    #[must_use]
    pub fn bind<const N: usize>(&'static self, values: [Value; N]) -> Statement {
        Statement { sql: self, values: values.into(), expect: Expect::Any }
    }

    /// As [`Sql::bind`], for more values than read well in one place.
    #[must_use]
    pub const fn bind_all(&'static self, values: Vec<Value>) -> Statement {
        Statement { sql: self, values, expect: Expect::Any }
    }
}

impl Statement {
    /// Demands that exactly `rows` rows are touched.
    #[must_use]
    pub fn expecting(mut self, rows: u64) -> Self {
        self.expect = Expect::Rows(rows);
        self
    }
}

/// Values stay out of logs: they are addresses, hashes and worse.
impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sql.name)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Integer(_) => "Integer",
            Self::Text(_) => "Text",
            Self::Bytes(_) => "Bytes",
        })
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&Email> for Value {
    fn from(email: &Email) -> Self {
        email.as_str().into()
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Integer(i64::from(flag))
    }
}

impl From<Millis> for Value {
    fn from(moment: Millis) -> Self {
        Self::Integer(moment.0)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&TokenHash> for Value {
    fn from(hash: &TokenHash) -> Self {
        Self::Bytes(hash.0.to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
