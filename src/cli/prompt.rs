//! Asking the operator: only on a terminal, never in a script.

use std::io::{self, IsTerminal as _, Read as _};

use crate::base::secret::Secret;

use super::error::CliError;

/// Longest password line that standard input may carry, in bytes.
const PASSWORD_BYTES_MAX: u64 = 64 * 1024;

/// Asks before something is lost. Without a terminal `--yes` must have said it.
///
/// # Errors
/// When the answer is no, or nobody can be asked.
pub fn confirm(question: &str, yes: bool) -> Result<(), CliError> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        let refusal = format!("{question} nobody can be asked here; repeat with --yes");
        return Err(CliError::usage(refusal));
    }
    match inquire::Confirm::new(question).with_default(false).prompt() {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(CliError::failed("nothing was done")),
    }
}

/// Reads a new password: from standard input when asked so, else from the terminal.
///
/// # Errors
/// When there is neither.
pub fn new_password(from_stdin: bool) -> Result<Secret<String>, CliError> {
    if from_stdin {
        return line_of_stdin().map(Secret::new);
    }
    if !io::stdin().is_terminal() {
        return Err(CliError::usage("nobody can be asked here; repeat with --password-stdin"));
    }
    inquire::Password::new("New password:")
        .prompt()
        .map(Secret::new)
        .map_err(|error| CliError::failed(format!("no password was given: {error}")))
}

fn line_of_stdin() -> Result<String, CliError> {
    let mut text = String::new();
    io::stdin()
        .take(PASSWORD_BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(|error| CliError::failed(format!("cannot read standard input: {error}")))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
