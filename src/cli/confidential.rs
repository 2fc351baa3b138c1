//! What holds a secret and is given to a command: out of a file, or of standard input.
//!
//! What is typed on a command line can be read by everybody on the machine, in the list of
//! processes and in the shell's history. It is taken all the same, with a warning.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use url::Url;

use super::error::CliError;
use super::output;
use crate::base::secret::Secret;

/// The name of standard input.
const STDIN: &str = "-";

/// Longest secret in a file or on standard input, in bytes.
const BYTES_MAX: u64 = 64 * 1024;

/// Returns a secret that was typed after `flag` or stands in a file; `None` for neither.
///
/// # Errors
/// When the file cannot be read.
pub fn text(
    flag: &str,
    typed: Option<String>,
    file: Option<&Path>,
) -> Result<Option<Secret<String>>, CliError> {
    if let Some(path) = file {
        return read(flag, path).map(Some);
    }
    if typed.is_some() {
        warn(flag);
    }
    Ok(typed.map(Secret::new))
}

/// Returns an address of a database that was typed after `flag` or stands in a file.
///
/// # Errors
/// When there is neither, or the file cannot be read.
pub fn address(
    flag: &str,
    typed: Option<String>,
    file: Option<&Path>,
) -> Result<Secret<String>, CliError> {
    if let Some(path) = file {
        return read(flag, path);
    }
    let typed =
        typed.ok_or_else(|| CliError::usage(format!("{flag} or {flag}-file is missing")))?;
    if has_password(&typed) {
        warn(flag);
    }
    Ok(Secret::new(typed))
}

/// Tells whether an address holds a password; one that cannot be read may.
fn has_password(address: &str) -> bool {
    if address.starts_with("sqlite:") {
        return false;
    }
    Url::parse(address).map_or(true, |url| {
        url.password().is_some() || url.query_pairs().any(|(name, _value)| name == "password")
    })
}

fn warn(flag: &str) {
    output::notice(&format!(
        "warning: whoever is on this machine can read what is typed after {flag}; put it into a \
         file that only you can read and say {flag}-file FILE, or {flag}-file - for standard input"
    ));
}

/// Reads a secret without the blanks round it.
fn read(flag: &str, path: &Path) -> Result<Secret<String>, CliError> {
    let failed = |error: io::Error| {
        CliError::failed(format!("cannot read {flag}-file {}: {error}", path.display()))
    };
    let mut text = String::new();
    if path == Path::new(STDIN) {
        io::stdin().take(BYTES_MAX).read_to_string(&mut text).map_err(failed)?;
    } else {
        let file = fs::File::open(path).map_err(failed)?;
        file.take(BYTES_MAX).read_to_string(&mut text).map_err(failed)?;
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(failed(io::Error::other("it is empty")));
    }
    Ok(Secret::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::{Arg, Command, CommandFactory as _};

    use super::*;
    use crate::cli::arguments::{self, Arguments};

    /// Words in the names of flags after which a secret would stand.
    const SUSPECT: [&str; 6] = ["secret", "password", "token", "key", "url", "identity"];

    /// Flags whose value is none: the setting behind it takes no address with a password.
    const HARMLESS: [&str; 1] = ["public-url"];

    fn is_suspect(argument: &Arg) -> bool {
        let name = argument.get_long().unwrap_or_else(|| argument.get_id().as_str());
        let values: String = argument
            .get_value_names()
            .into_iter()
            .flatten()
            .map(clap::builder::Str::as_str)
            .collect();
        let words = format!("{name} {values}").to_lowercase();
        let is_elsewhere = name.ends_with("-file") || values == "FILE" || HARMLESS.contains(&name);
        argument.get_action().takes_values()
            && !is_elsewhere
            && (SUSPECT.iter().any(|word| words.contains(word)) || words.contains("base64"))
            && name != "firebase-salt-separator"
    }

    /// Lists flags that take a secret and have no companion that takes its file.
    fn bare(command: &Command, found: &mut Vec<String>, seen: &mut usize) {
        for argument in command.get_arguments().filter(|argument| is_suspect(argument)) {
            *seen += 1;
            let companion = argument.get_long().map(|name| format!("{name}-file"));
            let has = |name: &String| {
                command.get_arguments().any(|other| other.get_long() == Some(name.as_str()))
            };
            if !companion.as_ref().is_some_and(has) {
                found.push(format!("{} {}", command.get_name(), argument.get_id()));
            }
        }
        command.get_subcommands().for_each(|below| bare(below, found, seen));
    }

    #[test]
    fn no_flag_takes_a_secret_without_a_companion_for_its_file() {
        let (mut found, mut seen) = (Vec::new(), 0);
        bare(&Arguments::<arguments::Command>::command(), &mut found, &mut seen);
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(seen, 3, "--from, --to and --firebase-signer-key are looked at");
    }

    #[test]
    fn addresses_with_passwords_are_known() {
        for (address, is_secret) in [
            ("sqlite:old.db", false),
            ("postgres://reader@db/old", false),
            ("postgres://reader:clave@db/old", true),
            ("postgres://db/old?user=a&password=clave", true),
            ("postgres:// not an address", true),
        ] {
            assert_eq!(has_password(address), is_secret, "{address}");
        }
    }
}
