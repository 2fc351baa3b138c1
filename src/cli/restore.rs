//! `antesala restore FILE`

use std::fs;
use std::io::{self, IsTerminal as _};

use super::arguments::RestoreArguments;
use super::backup::identities;
use super::error::CliError;
use super::open::Settings;
use super::progress::Progress;
use super::{output, prompt};
use crate::app::Ports;
use crate::backup::{KeyChoice, Restoring};
use crate::base::secret::Secret;

/// Puts an archive in the place of what is there.
///
/// # Errors
/// When a server runs, the archive is not whole, or the keys are missing: nothing was
/// changed then.
pub fn run(settings: &Settings, arguments: &RestoreArguments) -> Result<(), CliError> {
    let config = settings.load(Vec::new())?;
    let identities = identities(arguments.identity.as_deref())?;
    let progress = Progress::new();
    let restoring = Restoring::begin(&config, &arguments.file, &identities, &progress);
    drop(progress);
    let restoring = restoring?;
    output::line(&format!(
        "{} is whole: made {}, {} rows",
        arguments.file.display(),
        restoring.manifest.created_at,
        restoring.manifest.rows_total()
    ))?;
    settle_keys(&restoring, arguments)?;
    let missing = restoring.secrets_missing();
    if missing > 0 && !arguments.sign_everybody_out {
        output::notice(&format!(
            "{missing} earlier secrets of the archive are not here: what they signed or sealed is \
             void unless they come into auth.previous_secrets"
        ));
    }
    if restoring.replaces() {
        let folder = config.server.data_dir.display();
        let question = format!("Put it in the place of what is in {folder}? (that moves aside)");
        prompt::confirm(&question, arguments.yes)?;
    }
    let restored = restoring.finish(Ports::system().clock.now())?;
    if let Some(aside) = restored.aside {
        output::line(&format!("what was there before: {}", aside.display()))?;
    }
    output::line("restored; start the server")
}

/// Sees to it that the data's `auth.secret` is there, or that nobody minds.
fn settle_keys(restoring: &Restoring, arguments: &RestoreArguments) -> Result<(), CliError> {
    if arguments.sign_everybody_out {
        return Ok(());
    }
    match restoring.key_choice() {
        KeyChoice::Brought | KeyChoice::Here => Ok(()),
        KeyChoice::Foreign => Err(CliError::failed(
            "the configuration sets another auth.secret than the archive's data were made with; \
             set the right one, or end every session and link with --sign-everybody-out",
        )),
        KeyChoice::Ask => {
            let secret = asked(arguments)?;
            Ok(restoring.take_key(&secret)?)
        }
    }
}

fn asked(arguments: &RestoreArguments) -> Result<Secret<String>, CliError> {
    if let Some(path) = &arguments.auth_secret_file {
        let text = fs::read_to_string(path)
            .map_err(|error| CliError::failed(format!("cannot read {}: {error}", path.display())));
        return text.map(Secret::new);
    }
    if !io::stdin().is_terminal() {
        return Err(CliError::usage(
            "the archive has no keys and auth.secret is not here; name its file with \
             --auth-secret-file, or end every session and link with --sign-everybody-out",
        ));
    }
    inquire::Password::new("auth.secret of the archive's data:")
        .without_confirmation()
        .prompt()
        .map(Secret::new)
        .map_err(|error| CliError::failed(format!("no secret was given: {error}")))
}
