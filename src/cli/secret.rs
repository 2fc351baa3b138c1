//! `antesala secret …`

use serde::Serialize;

use super::arguments::SecretCommand;
use super::error::{self, CliError};
use super::open::{self, Settings};
use super::output;
use crate::account::{Caller, audit};
use crate::app::rotation::{self as reseal, Mode, Tally};
use crate::app::{App, Fault, Ports};
use crate::backup;
use crate::base::bounds::{LIST_ROWS_MAX, SECRET_LENGTH};
use crate::base::clock::Millis;
use crate::base::secret::Secret;
use crate::config::rotation::{self, Begun, PREVIOUS};
use crate::config::secrets::{self, SecretsError};
use crate::config::{Auth, Config};
use crate::domain::audit::Act;
use crate::domain::session::UNREMEMBERED_TTL_S;
use crate::http::cookie::DEVICE_TTL_S;
use crate::store::instances::{self, Instance};

/// Where the new secret came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Source {
    /// It was drawn into the data directory, or would be.
    Drawn,
    /// An earlier run drew it, and did not end.
    Unfinished,
    /// The configuration sets it.
    Configured,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    dry_run: bool,
    secret: Source,
    previous_secrets: usize,
    tables: Vec<Line>,
    previous_needed_until: Needed,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    table: &'static str,
    resealed: u64,
    current: u64,
    unreadable: u64,
    unreadable_rows: Vec<String>,
}

/// When the last signature of an earlier secret runs out; without one: never.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Needed {
    sessions: String,
    links: String,
    devices: String,
    unsubscribe_links: Option<String>,
    card_links: Option<String>,
}

/// Runs one `secret` command.
///
/// # Errors
/// When there is no secret to follow, somebody still signs with the one before, or the
/// database cannot be read.
pub fn run(settings: &Settings, command: SecretCommand) -> Result<(), CliError> {
    match command {
        SecretCommand::Generate => output::line(&drawn()),
        SecretCommand::Rotate { dry_run, json } => {
            let mode = if dry_run { Mode::DryRun } else { Mode::Write };
            let mut config = settings.load(Vec::new())?;
            let source = succeed(&mut config, mode).map_err(|wrong| error::chain(&wrong));
            let source = source.map_err(CliError::failed)?;
            open::with_config(config, async |app| rotate(app, (source, mode), json).await)
        }
    }
}

fn drawn() -> String {
    Ports::system().entropy.text(SECRET_LENGTH)
}

/// Why a new secret cannot follow.
#[derive(Debug, thiserror::Error)]
enum SuccessionError {
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error(transparent)]
    Restore(#[from] backup::BackupError),
}

/// Draws the new secret where the data directory keeps it; a dry run draws one that
/// nobody keeps.
fn succeed(config: &mut Config, mode: Mode) -> Result<Source, SuccessionError> {
    if config.auth.secret.is_some() {
        return Ok(Source::Configured);
    }
    let folder = config.server.data_dir.clone();
    backup::refuse_unfinished(&folder)?;
    let begun = match mode {
        Mode::Write => rotation::begin(&folder, drawn)?,
        Mode::DryRun => rotation::look(&folder)?,
    };
    secrets::resolve(config, drawn)?;
    if (begun, mode) == (Begun::Now, Mode::DryRun) {
        let replaced = config.auth.secret.replace(Secret::new(drawn()));
        config.auth.previous_secrets.splice(..0, replaced);
    }
    Ok(if begun == Begun::Now { Source::Drawn } else { Source::Unfinished })
}

async fn rotate(app: &App, (source, mode): (Source, Mode), json: bool) -> Result<(), CliError> {
    let folder = &app.config.server.data_dir;
    if mode == Mode::Write {
        if source == Source::Drawn {
            output::notice(&format!(
                "{} holds a new secret, {PREVIOUS} beside it the one before",
                folder.join(rotation::CURRENT).display()
            ));
        }
        refuse_strangers(app).await?;
    }
    let tallies = reseal::reseal(app, mode).await?;
    if mode == Mode::Write {
        remember(app, &tallies).await?;
        if source != Source::Configured {
            rotation::end(folder).map_err(|wrong| CliError::failed(error::chain(&wrong)))?;
        }
    }
    let report = Report {
        dry_run: mode == Mode::DryRun,
        secret: source,
        previous_secrets: app.config.auth.previous_secrets.len(),
        tables: tallies.into_iter().map(Line::of).collect(),
        previous_needed_until: Needed::after(&app.config.auth, app.clock.now()),
    };
    if json { output::json(&report) } else { report.tell() }
}

/// Whoever signs and seals with another secret would go on doing so behind the walk.
async fn refuse_strangers(app: &App) -> Result<(), CliError> {
    let all = app.store.list::<Instance>(instances::list(LIST_ROWS_MAX)).await;
    let all = all.map_err(|error| CliError::from(Fault::from(error)))?;
    let now = app.clock.now();
    let strangers = all.into_iter().filter(|one| one.is_running(now));
    let strangers: Vec<String> = strangers
        .filter(|one| !one.signs_with(app.keys.fingerprint()))
        .map(|one| format!("{} on {} ({})", one.address, one.host, one.id))
        .collect();
    if strangers.is_empty() {
        return Ok(());
    }
    Err(CliError::failed(format!(
        "nothing is sealed anew yet, because a server still signs with another secret: restart \
         it with the new one and run antesala secret rotate again; a server that was killed is \
         forgotten after two minutes: {}",
        strangers.join(", ")
    )))
}

async fn remember(app: &App, tallies: &[Tally]) -> Result<(), CliError> {
    let sum = |of: fn(&Tally) -> u64| tallies.iter().map(of).sum::<u64>();
    let detail = serde_json::json!({
        "resealed": sum(|tally| tally.resealed),
        "unreadable": sum(|tally| tally.unreadable),
    });
    let operator = Caller::operator(app.config.locale);
    Ok(audit::note(app, Act::SecretRotated, &detail, (&operator, app.clock.now())).await?)
}

impl Line {
    fn of(tally: Tally) -> Self {
        let Tally { table, current, resealed, unreadable, unreadable_rows } = tally;
        Self { table, resealed, current, unreadable, unreadable_rows }
    }
}

impl Needed {
    fn after(auth: &Auth, now: Millis) -> Self {
        let until = |seconds: i64| now.plus_s(seconds).iso();
        Self {
            sessions: until(auth.session_ttl_s.max(UNREMEMBERED_TTL_S)),
            links: until(auth.token_ttl_s),
            devices: until(DEVICE_TTL_S),
            unsubscribe_links: None,
            card_links: None,
        }
    }
}

impl Report {
    fn tell(&self) -> Result<(), CliError> {
        if self.dry_run {
            output::line("nothing is written: this is what a rotation would do")?;
        }
        if self.previous_secrets == 0 {
            output::notice(
                "no earlier secret is in force: to rotate one that is configured, make a new one \
                 with antesala secret generate and put the old one into auth.previous_secrets",
            );
        }
        for Line { table, resealed, current, unreadable, unreadable_rows } in &self.tables {
            let named = unreadable_rows.join(", ");
            let named = if named.is_empty() { named } else { format!(": {named}") };
            output::line(&format!(
                "{table}: {resealed} sealed anew, {current} under the current secret already, \
                 {unreadable} unreadable{named}"
            ))?;
        }
        let Needed { sessions, links, devices, .. } = &self.previous_needed_until;
        output::line(&format!(
            "an earlier secret can go when what it signed has run out: links that prove an \
             address {links}, sessions {sessions}; browsers are known by it until {devices}, and \
             links that end a mailing never run out"
        ))
    }
}
