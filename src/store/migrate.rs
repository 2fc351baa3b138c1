//! Schema migrations: numbered files, applied once, in order, never edited.
//!
//! All pending ones run in one transaction under the database's write lock, so
//! that two processes that start together migrate once. Before an existing
//! database changes, a copy of it is made. A block between `-- only: ENGINE` and
//! `-- end` is for that engine alone.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, backup::Backup, params};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::StoreError;
use super::sqlite::connection::{self, Purpose, classify};
use crate::base::clock::Millis;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/assets/migrations"]
struct Files;

/// One migration of this binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// From 1, without gaps.
    pub number: i64,
    /// What the file is called, without number and ending.
    pub name: String,
    /// SHA-256 of the file in hexadecimal.
    pub checksum: String,
    /// When it was applied to the database; `None`: not yet.
    pub applied_at: Option<Millis>,
    text: String,
}

/// What was done.
#[derive(Debug, Default)]
pub struct Report {
    /// The migrations that were applied now.
    pub applied: Vec<Migration>,
    /// Where the database was copied to before it changed.
    pub backup: Option<PathBuf>,
}

/// Why a schema cannot be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database was written by a newer binary.
    #[error(
        "the database has schema {found} and this binary knows {known}: it was written by a newer \
         antesala; install that version or newer"
    )]
    Newer {
        /// The database's.
        found: i64,
        /// The binary's.
        known: i64,
    },
    /// A migration was edited after it had been applied.
    #[error("migration {number} was applied with another text; restore the binary that applied it")]
    Changed {
        /// Which one.
        number: i64,
    },
    /// The copy before the change could not be made, so nothing was changed.
    #[error("cannot copy the database to {path} before changing it: {reason}")]
    Backup {
        /// Where to.
        path: String,
        /// Why not.
        reason: String,
    },
    /// The engine refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Lists this binary's migrations and when each was applied to the database.
///
/// # Errors
/// `Newer`, `Changed`, or the engine's.
pub fn status(path: &Path) -> Result<Vec<Migration>, MigrateError> {
    if !path.exists() {
        return Ok(known());
    }
    let connection = connection::open(path, Purpose::Read)?;
    compare(&connection)
}

/// Applies what is pending, after a copy when there is something to lose.
///
/// Copies go to `backups` beside the database.
///
/// # Errors
/// As [`status`]; `Backup`.
pub fn up(path: &Path, now: Millis) -> Result<Report, MigrateError> {
    let connection = connection::open(path, Purpose::Write)?;
    let run = |sql| connection.execute_batch(sql).map_err(|error| classify("migrate", error));
    run("BEGIN IMMEDIATE")?;
    let outcome = apply(&connection, path, now);
    match outcome {
        Ok(report) => {
            run("COMMIT")?;
            Ok(report)
        }
        Err(error) => {
            run("ROLLBACK")?;
            Err(error)
        }
    }
}

fn apply(connection: &Connection, path: &Path, now: Millis) -> Result<Report, MigrateError> {
    let all = compare(connection)?;
    let is_new = all.iter().all(|migration| migration.applied_at.is_none());
    let pending: Vec<_> =
        all.into_iter().filter(|migration| migration.applied_at.is_none()).collect();
    if pending.is_empty() {
        return Ok(Report::default());
    }
    let backup = if is_new { None } else { Some(copy(path, pending.first(), now)?) };
    for migration in &pending {
        let failed = |error| classify("migrate", error);
        connection.execute_batch(&for_engine(&migration.text, "sqlite")).map_err(failed)?;
        connection
            .execute(
                "INSERT INTO migration (number, name, checksum, applied_at)
                VALUES (?1, ?2, ?3, ?4)",
                params![migration.number, migration.name, migration.checksum, now.0],
            )
            .map_err(failed)?;
    }
    Ok(Report { applied: pending, backup })
}

/// Copies the database with SQLite's own online backup and forces it to the disk.
///
/// A second connection reads: the one that holds the write lock has changed nothing yet.
fn copy(path: &Path, first: Option<&Migration>, now: Millis) -> Result<PathBuf, MigrateError> {
    let folder = path.parent().unwrap_or(Path::new(".")).join("backups");
    let number = first.map_or(0, |migration| migration.number);
    let moment = now.iso().replace(':', "-");
    let target = folder.join(format!("before-migration-{number:04}-{moment}.db"));
    let failed =
        |reason: String| MigrateError::Backup { path: target.display().to_string(), reason };
    fs::create_dir_all(&folder).map_err(|error| failed(error.to_string()))?;
    let copied = || -> rusqlite::Result<()> {
        let source = Connection::open(path)?;
        let mut copy = Connection::open(&target)?;
        Backup::new(&source, &mut copy)?.step(-1)?;
        Ok(())
    };
    copied().map_err(|error| failed(error.to_string()))?;
    File::open(&target)
        .and_then(|file| file.sync_all())
        .map_err(|error| failed(error.to_string()))?;
    Ok(target)
}

/// Reads what was applied and holds it against what this binary knows.
fn compare(connection: &Connection) -> Result<Vec<Migration>, MigrateError> {
    let applied = applied(connection).map_err(|error| classify("migrate", error))?;
    let mut all = known();
    let newest = all.last().map_or(0, |migration| migration.number);
    if let Some(found) = applied.keys().next_back().copied().filter(|found| *found > newest) {
        return Err(MigrateError::Newer { found, known: newest });
    }
    for migration in &mut all {
        if let Some((checksum, at)) = applied.get(&migration.number) {
            if *checksum != migration.checksum {
                return Err(MigrateError::Changed { number: migration.number });
            }
            migration.applied_at = Some(*at);
        }
    }
    Ok(all)
}

/// Number, checksum and moment of each applied migration.
fn applied(connection: &Connection) -> rusqlite::Result<BTreeMap<i64, (String, Millis)>> {
    if connection.is_readonly(rusqlite::MAIN_DB)? {
        let mut tables =
            connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migration'")?;
        if !tables.exists([])? {
            return Ok(BTreeMap::new());
        }
    } else {
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS migration (
                number BIGINT NOT NULL PRIMARY KEY,
                name TEXT NOT NULL,
                checksum TEXT NOT NULL,
                applied_at BIGINT NOT NULL
            )",
        )?;
    }
    let mut read = connection.prepare("SELECT number, checksum, applied_at FROM migration")?;
    let rows = read.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, Millis(row.get(2)?)))))?;
    rows.collect()
}

/// Lists the migrations of this binary in order.
fn known() -> Vec<Migration> {
    let mut all: Vec<Migration> = Files::iter().filter_map(|file| parse(&file)).collect();
    all.sort_by_key(|migration| migration.number);
    all
}

fn parse(file: &str) -> Option<Migration> {
    let (number, name) = file.strip_suffix(".sql")?.split_once('_')?;
    let text = String::from_utf8(Files::get(file)?.data.into_owned()).ok()?;
    Some(Migration {
        number: number.parse().ok()?,
        name: name.to_owned(),
        checksum: crate::domain::token::TokenHash(Sha256::digest(text.as_bytes()).into()).hex(),
        applied_at: None,
        text,
    })
}

/// Drops the blocks that are for another engine.
fn for_engine(text: &str, engine: &str) -> String {
    let mut is_ours = true;
    let mut kept = String::with_capacity(text.len());
    for line in text.lines() {
        if let Some(only) = line.trim().strip_prefix("-- only: ") {
            is_ours = only == engine;
        } else if line.trim() == "-- end" {
            is_ours = true;
        } else if is_ours {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_gaps() {
        let numbers: Vec<_> = known().iter().map(|migration| migration.number).collect();
        let expected: Vec<_> = (1..=i64::try_from(numbers.len()).unwrap()).collect();
        assert_eq!(numbers, expected);
    }

    #[test]
    fn blocks_of_another_engine_are_dropped() {
        let text = "a\n-- only: sqlite\nb\n-- end\n-- only: postgres\nc\n-- end\nd\n";
        assert_eq!(for_engine(text, "sqlite"), "a\nb\nd\n");
        assert_eq!(for_engine(text, "postgres"), "a\nc\nd\n");
    }
}
