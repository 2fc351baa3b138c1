//! `antesala import …`

use std::path::Path;

use serde_json::{Value, json};

use super::arguments::{BetterAuthArguments, HowArguments, ImportCommand};
use super::error::{self, CliError};
use super::import_report::Told;
use super::import_users;
use super::open::{self, Settings};
use super::{confidential, output};
use crate::account::{Caller, audit};
use crate::app::App;
use crate::domain::audit::Act;
use crate::import::{self, ImportError, Mode, Options, Tally, TwoFactor};
use crate::store::Location;
use crate::store::foreign::Foreign;

/// Runs one command.
///
/// # Errors
/// When the source cannot be read, when the work stopped half-way, or when some row was
/// refused: then the exit code says so although the others are in.
pub fn run(settings: &Settings, command: ImportCommand) -> Result<(), CliError> {
    match command {
        ImportCommand::BetterAuth(arguments) => {
            open::with_app(settings, async |app| better_auth(app, arguments).await)
        }
        ImportCommand::Users(arguments) => {
            let list = import_users::read(&arguments)?;
            open::with_app(settings, async |app| import_users::run(app, list, *arguments).await)
        }
    }
}

async fn better_auth(app: &App, arguments: BetterAuthArguments) -> Result<(), CliError> {
    let BetterAuthArguments { from, from_file, drop_two_factor, how } = arguments;
    let from = confidential::address("--from", from, from_file.as_deref())?;
    let known = ["sqlite:", "postgres://", "postgresql://"];
    if !known.iter().any(|known| from.expose().starts_with(known)) {
        // It is not repeated: there may be a password in it.
        return Err(CliError::usage(
            "--from is neither sqlite:FILE nor postgres://…; out of any other database export \
             a list and use antesala import users",
        ));
    }
    // Unlike database.url, what is typed is relative to where it is typed.
    let location = Location::parse(&from, Path::new(""))
        .map_err(|wrong| CliError::usage(wrong.to_string().replace("database.url", "--from")))?;
    let mut told = Told::new(&how)?;
    let failed = |wrong: ImportError| CliError::failed(error::chain(&wrong));
    let mut source = Foreign::open(&location).await.map_err(|wrong| failed(wrong.into()))?;
    output::line(&format!("importing from {location}"))?;
    if !source.has_sessions() {
        output::notice("the source has no table session: everybody will have to sign in again");
    }
    let two_factor = if drop_two_factor { TwoFactor::Drop } else { TwoFactor::Bar };
    let options = Options { mode: mode(&how), two_factor };
    let remembered = Remembered::begin(app, "better-auth", options.mode).await?;
    let tally = import::better_auth(app, &mut source, options, &mut told).await.map_err(failed)?;
    remembered.end(app, &tally).await?;
    told.conclude(&tally, options.mode)
}

/// An import in the audit log; one that writes nothing is in none.
pub struct Remembered(Option<&'static str>);

impl Remembered {
    /// Writes down that one begins, and from what.
    ///
    /// # Errors
    /// A fault of the store.
    pub async fn begin(app: &App, from: &'static str, mode: Mode) -> Result<Self, CliError> {
        if mode == Mode::DryRun {
            return Ok(Self(None));
        }
        note(app, Act::ImportBegan, &json!({"from": from})).await?;
        Ok(Self(Some(from)))
    }

    /// Writes down how many came.
    ///
    /// # Errors
    /// A fault of the store.
    pub async fn end(self, app: &App, tally: &Tally) -> Result<(), CliError> {
        let Some(from) = self.0 else { return Ok(()) };
        let added = [tally.people, tally.accounts, tally.sessions].map(|count| count.added);
        let [people, accounts, sessions] = added;
        let detail =
            json!({"from": from, "people": people, "accounts": accounts, "sessions": sessions});
        note(app, Act::ImportEnded, &detail).await
    }
}

async fn note(app: &App, act: Act, detail: &Value) -> Result<(), CliError> {
    let operator = Caller::operator(app.config.locale);
    Ok(audit::note(app, act, detail, (&operator, app.clock.now())).await?)
}

/// Returns whether anything is written.
pub const fn mode(how: &HowArguments) -> Mode {
    if how.dry_run { Mode::DryRun } else { Mode::Write }
}
