//! How a command fails: one sentence, a hint, an exit code.

use std::process::ExitCode;

use crate::app::{Failure, Fault};
use crate::backup::BackupError;
use crate::base::locale::Locale;
use crate::base::words::{Words, error_key};

use super::output;

/// A command's failure.
#[derive(Debug)]
pub struct CliError {
    message: String,
    code: u8,
}

/// Exit code of a failure.
const FAILED: u8 = 1;

/// Exit code of a command that was typed wrong.
const USAGE: u8 = 2;

/// Exit code of a bad configuration. Source: product contract 1 (`EX_USAGE` of sysexits).
const CONFIGURATION: u8 = 64;

impl CliError {
    /// The work failed.
    #[must_use]
    pub fn failed(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: FAILED }
    }

    /// The command was typed wrong.
    #[must_use]
    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: USAGE }
    }

    /// The configuration is wrong.
    #[must_use]
    pub fn configuration(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: CONFIGURATION }
    }

    /// Writes the failure to standard error and returns its exit code.
    #[must_use]
    pub fn report(&self) -> ExitCode {
        output::notice(&format!("antesala: {}", self.message));
        ExitCode::from(self.code)
    }
}

impl From<Failure> for CliError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => {
                let key = error_key(refusal.code());
                Self::failed(Words::embedded().get(Locale::En, &key).into_owned())
            }
            Failure::IllegalStep { allowed } => {
                Self::failed(format!("no step leads there; possible: {}", allowed.join(", ")))
            }
            Failure::Limited { retry_after_s } => {
                Self::failed(format!("too many tries; wait {retry_after_s} seconds"))
            }
            Failure::Fault(fault) => fault.into(),
        }
    }
}

impl From<Fault> for CliError {
    fn from(fault: Fault) -> Self {
        Self::failed(chain(&fault))
    }
}

impl From<BackupError> for CliError {
    fn from(wrong: BackupError) -> Self {
        Self::failed(chain(&wrong))
    }
}

/// Joins an error and its causes into one sentence.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut sentence = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        sentence.push_str(": ");
        sentence.push_str(&error.to_string());
        cause = error.source();
    }
    sentence
}
