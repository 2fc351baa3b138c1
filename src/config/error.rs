//! What is wrong with a configuration: where, which key, what was found, what is
//! allowed. All of it at once, and never a secret.

use std::fmt;
use std::path::PathBuf;

use super::origin::Origin;
use super::variables::Garbled;

/// One mistake.
#[derive(Debug)]
pub enum Problem {
    /// A file that was named does not exist or cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The file is no TOML.
    Syntax {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What the parser said.
        message: String,
    },
    /// A secret's file cannot be read.
    SecretFile {
        /// The variable that names it.
        variable: String,
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A variable's value cannot be meant as it is.
    Garbled {
        /// The variable.
        variable: String,
        /// What is wrong with it.
        garbled: Garbled,
    },
    /// No key has this name.
    Unknown {
        /// Where it stands.
        origin: Origin,
        /// The name.
        path: String,
        /// The nearest name that exists.
        nearest: Option<String>,
    },
    /// The value does not fit its key, or does not go with another one.
    Bad {
        /// Where it stands.
        origin: Origin,
        /// The key.
        path: String,
        /// What was found; masked for a secret.
        found: String,
        /// What is allowed, or what to do.
        allowed: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, reason } => {
                write!(f, "{}: cannot be read: {reason}", path.display())
            }
            Self::Syntax { path, line, message } => {
                write!(f, "{}:{line}: not TOML: {message}", path.display())
            }
            Self::SecretFile { variable, path, reason } => {
                write!(f, "environment {variable}: {} cannot be read: {reason}", path.display())
            }
            Self::Garbled { variable, garbled } => write!(f, "environment {variable}: {garbled}"),
            Self::Unknown { origin, path, nearest } => {
                write!(f, "{origin}: {path} is no key")?;
                nearest.iter().try_for_each(|nearest| write!(f, "; did you mean {nearest}?"))
            }
            Self::Bad { origin, path, found, allowed } => {
                write!(f, "{origin}: {path} = {found}: expected {allowed}")
            }
        }
    }
}

/// Everything that is wrong with a configuration.
#[derive(Debug)]
pub struct ConfigError {
    /// In the order of files, variables, flags.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is wrong")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for ConfigError {}
