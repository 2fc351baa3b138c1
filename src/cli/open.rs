//! Opening the program for one command, beside a running server or without one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Serialize;

use super::error::{self, CliError};
use super::output;
use crate::app::{App, Ports};
use crate::base::clock::Millis;
use crate::config::{Config, Flag, Sources, folder};
use crate::http::router::Router;
use crate::serve::{self, tables};
use crate::store::Location;
use crate::store::migrate::{self, Copying, Migration};

/// Where this process's settings come from.
#[derive(Debug)]
pub struct Settings {
    sources: Sources,
}

impl Settings {
    /// Takes the environment as it is now, and the file that `--config` named.
    #[must_use]
    pub fn from_process(file: Option<PathBuf>) -> Self {
        let mut environment = BTreeMap::new();
        let mut not_utf8 = BTreeSet::new();
        for (name, value) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            match value.into_string() {
                Ok(value) => {
                    environment.insert(name, value);
                }
                Err(_bytes) => {
                    not_utf8.insert(name);
                }
            }
        }
        Self { sources: Sources { file, environment, not_utf8, flags: Vec::new() } }
    }

    /// Reads and checks the configuration; `flags` win over everything.
    ///
    /// # Errors
    /// Exit code 64, with everything that is wrong.
    pub fn load(&self, flags: Vec<Flag>) -> Result<Config, CliError> {
        let sources = Sources { flags, ..self.sources.clone() };
        Config::load(&sources).map_err(|wrong| CliError::configuration(wrong.to_string()))
    }
}

/// Makes the runtime of a command; one thread is enough for it.
///
/// # Errors
/// When the system refuses.
pub fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::failed(format!("cannot start: {error}")))
}

/// Runs `work` on the opened program and closes it.
///
/// # Errors
/// When it cannot be opened; what the work says.
pub fn with_app(
    settings: &Settings,
    work: impl AsyncFnOnce(&App) -> Result<(), CliError>,
) -> Result<(), CliError> {
    with_config(settings.load(Vec::new())?, work)
}

/// As [`with_app`], with settings that were read already.
///
/// # Errors
/// As [`with_app`].
pub fn with_config(
    mut config: Config,
    work: impl AsyncFnOnce(&App) -> Result<(), CliError>,
) -> Result<(), CliError> {
    // A command hashes one password at a time.
    config.auth.hashing_parallelism = 1;
    runtime()?.block_on(async {
        let router = Router::build(&tables(), &config.auth.base_path)
            .map_err(|wrong| CliError::failed(error::chain(&wrong)))?;
        let (app, _migrated) = serve::open(config, Ports::system(), &router)
            .await
            .map_err(|wrong| CliError::failed(error::chain(&wrong)))?;
        let outcome = work(&app).await;
        let closed = app.store.close().await;
        outcome?;
        closed.map_err(|wrong| CliError::failed(error::chain(&wrong)))
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    number: i64,
    name: String,
    checksum: String,
    applied_at: Option<String>,
}

impl Line {
    fn of(migration: Migration) -> Self {
        Self {
            number: migration.number,
            name: migration.name,
            checksum: migration.checksum,
            applied_at: migration.applied_at.map(Millis::iso),
        }
    }
}

/// What `migrate up` was told.
#[derive(Clone, Copy, Debug)]
pub struct Up {
    /// Say what would be done and do nothing.
    pub is_dry_run: bool,
    /// Whether an existing database is copied first.
    pub copying: Copying,
}

/// `migrate up`
///
/// # Errors
/// When the schema cannot be brought up to date.
pub fn migrate(settings: &Settings, up: Up) -> Result<(), CliError> {
    let (config, location) = database(settings)?;
    let failed = |wrong| CliError::failed(error::chain(&wrong));
    if up.is_dry_run {
        let all = runtime()?.block_on(migrate::status(&location)).map_err(failed)?;
        let pending: Vec<_> = all.iter().filter(|one| one.applied_at.is_none()).collect();
        for migration in &pending {
            output::line(&format!("would apply {:04} {}", migration.number, migration.name))?;
        }
        return output::line(&format!("{} to apply; nothing was changed", pending.len()));
    }
    folder::own(&config).map_err(|wrong| CliError::failed(wrong.to_string()))?;
    let now = Ports::system().clock.now();
    let report = runtime()?.block_on(migrate::up(&location, up.copying, now)).map_err(failed)?;
    if let Some(backup) = &report.backup {
        output::line(&format!("backup: {}", backup.display()))?;
    }
    for migration in &report.applied {
        output::line(&format!("applied {:04} {}", migration.number, migration.name))?;
    }
    output::line(&format!("{} applied; the schema is up to date", report.applied.len()))
}

/// `migrate status`
///
/// # Errors
/// When the database cannot be read, or is newer than this binary.
pub fn status(settings: &Settings, as_json: bool) -> Result<(), CliError> {
    let (_config, location) = database(settings)?;
    let all = runtime()?
        .block_on(migrate::status(&location))
        .map_err(|wrong| CliError::failed(error::chain(&wrong)))?;
    let lines: Vec<Line> = all.into_iter().map(Line::of).collect();
    let row = |line: &Line| {
        let applied = line.applied_at.clone().unwrap_or_else(|| String::from("pending"));
        vec![line.number.to_string(), line.name.clone(), applied]
    };
    output::list(&lines, as_json, (&["number", "name", "applied"], row), "no migrations")
}

/// Returns the settings and where the database is.
///
/// # Errors
/// Exit code 64.
pub fn database(settings: &Settings) -> Result<(Config, Location), CliError> {
    let config = settings.load(Vec::new())?;
    let location =
        Location::of(&config).map_err(|wrong| CliError::configuration(wrong.to_string()))?;
    Ok((config, location))
}
