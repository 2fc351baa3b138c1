//! `antesala backup …`
//!
//! Opens no program: an archive can be made beside a running server of an older
//! version without touching its schema.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::arguments::{BackupArguments, BackupCommand};
use super::error::{self, CliError};
use super::open::Settings;
use super::output;
use super::progress::Progress;
use crate::app::Ports;
use crate::backup::{self, Created, Manifest, Shelved, Source};
use crate::base::outbound::Outbound;
use crate::config::{Config, secrets};

/// One archive of `backup list`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    file: String,
    created_at: String,
    bytes: u64,
    encrypted: bool,
}

/// Runs one `backup` command.
///
/// # Errors
/// When there is no archive, or it is not whole.
pub fn run(settings: &Settings, arguments: &BackupArguments) -> Result<(), CliError> {
    let config = settings.load(Vec::new())?;
    match (&arguments.command, &arguments.file) {
        (Some(BackupCommand::List { json }), _) => list(&config, *json),
        (Some(BackupCommand::Verify { file, identity, json }), _) => {
            verify(&config, file, identity.as_deref(), *json)
        }
        (None, file) => create(config, file.as_deref()),
    }
}

fn create(mut config: Config, file: Option<&Path>) -> Result<(), CliError> {
    let ports = Ports::system();
    // A server's database is refused before anything is made in the data directory.
    Source::of(&config, &ports.entropy)?;
    backup::refuse_unfinished(&config.server.data_dir)?;
    secrets::resolve(&mut config, || ports.entropy.text(43))
        .map_err(|wrong| CliError::failed(error::chain(&wrong)))?;
    let progress = Progress::new();
    let (created, object) = if let Some(file) = file {
        let source = Source::of(&config, &ports.entropy)?;
        (backup::create(&source, file, ports.clock.now(), &progress)?, None)
    } else {
        let done = backup::routine(&config, &ports, &Outbound::new(), &progress)?;
        (done.created, done.object)
    };
    drop(progress);
    tell(&config, &created, object.as_deref())
}

fn tell(config: &Config, created: &Created, object: Option<&str>) -> Result<(), CliError> {
    output::line(&format!("archive: {}", created.path.display()))?;
    output::line(&format!(
        "{} bytes, {} rows in {} tables; restored into a scratch folder and compared",
        created.bytes,
        created.manifest.rows_total(),
        created.manifest.rows.len()
    ))?;
    if let Some(object) = object {
        output::line(&format!("copy in the bucket: {object}"))?;
    }
    if !created.is_encrypted {
        output::notice(&format!(
            "the keys are not in it, because it is not encrypted: keep {} elsewhere too, or set \
             backup.recipient",
            config.server.data_dir.join(backup::keys::AUTH).display()
        ));
    }
    Ok(())
}

fn list(config: &Config, as_json: bool) -> Result<(), CliError> {
    let folder = config.server.data_dir.join(&config.backup.dir);
    let shelved = backup::shelved(&folder)?;
    let line = |archive: Shelved| Line {
        file: archive.path.display().to_string(),
        created_at: archive.created_at.iso(),
        bytes: archive.bytes,
        encrypted: archive.is_encrypted,
    };
    let lines: Vec<Line> = shelved.into_iter().map(line).collect();
    let row = |line: &Line| {
        let bytes = line.bytes.to_string();
        vec![line.file.clone(), line.created_at.clone(), bytes, output::mark(line.encrypted)]
    };
    let columns = ["file", "created", "bytes", "encrypted"];
    output::list(&lines, as_json, (&columns, row), "no archives yet; antesala backup makes one")
}

fn verify(
    config: &Config,
    file: &Path,
    identity: Option<&Path>,
    as_json: bool,
) -> Result<(), CliError> {
    let identities = identities(identity)?;
    let progress = Progress::new();
    // Without a server's folder here, the working directory serves as well.
    let data_dir = &config.server.data_dir;
    let place = if data_dir.is_dir() { data_dir } else { Path::new(".") };
    let manifest = backup::verify(file, place, &identities, &progress);
    drop(progress);
    let manifest = manifest?;
    if as_json { output::json(&manifest) } else { describe(file, &manifest) }
}

fn describe(file: &Path, manifest: &Manifest) -> Result<(), CliError> {
    output::line(&format!(
        "{} is whole: made {} by antesala {}, schema {}, {} files, {} rows, {}",
        file.display(),
        manifest.created_at,
        manifest.antesala,
        manifest.schema,
        manifest.files.len(),
        manifest.rows_total(),
        if manifest.keys.included { "with its keys" } else { "without keys" }
    ))
}

/// Reads a file of age identities; none without a file.
///
/// # Errors
/// When the file cannot be read or holds something else.
pub fn identities(file: Option<&Path>) -> Result<Vec<age::x25519::Identity>, CliError> {
    let Some(path) = file else { return Ok(Vec::new()) };
    let text = fs::read_to_string(path)
        .map_err(|error| CliError::failed(format!("cannot read {}: {error}", path.display())))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let keys = lines.filter(|line| !line.starts_with('#'));
    let parsed: Result<Vec<_>, _> = keys.map(str::parse).collect();
    let wrong = || CliError::failed(format!("{} holds no age identity", path.display()));
    parsed
        .map_err(|_why| wrong())
        .and_then(|all| if all.is_empty() { Err(wrong()) } else { Ok(all) })
}
