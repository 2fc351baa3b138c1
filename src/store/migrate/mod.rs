//! Schema migrations: numbered files, applied once, in order, never edited.
//!
//! All pending ones run in one transaction under one lock of the database, so that
//! processes that start together migrate once. Before an existing file changes, a
//! copy of it is made; before an existing database on a server changes, its operator
//! makes one. A block between `-- only: ENGINE` and `-- end` is for that engine alone.

mod postgres;
mod sqlite;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::{Location, StoreError};
use crate::base::clock::Millis;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/assets/migrations"]
struct Files;

/// One migration of this binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// From 1; a gap is a number that no release had, and may still be filled.
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
    /// The database is on a server, of which only its operator can make a copy.
    #[error(
        "migration {number} changes a database that holds data; make a copy with\n  {command}\nand \
         then run: antesala migrate up --no-backup"
    )]
    CopyFirst {
        /// The first migration that is pending.
        number: i64,
        /// What makes a copy.
        command: String,
    },
    /// Somebody began to copy another database into this one.
    #[error(
        "the database holds an unfinished copy; repeat the antesala migrate copy that was \
         interrupted, or drop the database and make it anew"
    )]
    HalfCopied,
    /// The server cannot search inside texts.
    #[error(
        "the database server does not offer the extension pg_trgm, with which people are found: \
         {reason}; install it (on Debian: postgresql-contrib), or have a superuser run CREATE \
         EXTENSION pg_trgm in the database"
    )]
    NoTrigrams {
        /// What the server said.
        reason: String,
    },
    /// The server of the database does not let us in.
    #[error(
        "cannot reach the database server {server}: {reason}; start it, or correct database.url"
    )]
    OutOfReach {
        /// `user@host:port/name`.
        server: String,
        /// What stands in the way.
        reason: String,
    },
    /// The engine refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether an existing database is copied before it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copying {
    /// A file is copied; on a server the migration is refused until the operator
    /// has made a copy.
    Demanded,
    /// The operator has seen to it.
    Waived,
}

/// Lists this binary's migrations and when each was applied to the database.
///
/// # Errors
/// `Newer`, `Changed`, or the engine's.
pub async fn status(location: &Location) -> Result<Vec<Migration>, MigrateError> {
    match location {
        Location::File(path) => sqlite::status(path),
        Location::Server(address) => postgres::status(address).await,
    }
}

/// As [`status`], of a file, without waiting.
///
/// # Errors
/// As [`status`].
pub fn status_of_file(path: &Path) -> Result<Vec<Migration>, MigrateError> {
    sqlite::status(path)
}

/// Applies what is pending, after a copy when there is something to lose.
///
/// Copies of a file go to `backups` beside it.
///
/// # Errors
/// As [`status`]; `Backup`, `CopyFirst`.
pub async fn up(
    location: &Location,
    copying: Copying,
    now: Millis,
) -> Result<Report, MigrateError> {
    match location {
        Location::File(path) => sqlite::up(path, copying, now),
        Location::Server(address) => postgres::up(address, copying, now).await,
    }
}

/// Number, checksum and moment of each migration that a database has.
type Applied = BTreeMap<i64, (String, Millis)>;

/// The table in which a database keeps [`Applied`].
const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (
    number BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at BIGINT NOT NULL
)";

/// Holds what a database has against what this binary knows.
fn compare(applied: &Applied) -> Result<Vec<Migration>, MigrateError> {
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

/// What has to be done to a database.
struct Pending {
    migrations: Vec<Migration>,
    /// Nothing was ever applied, so there is nothing to lose.
    is_new: bool,
}

impl Pending {
    fn of(applied: &Applied) -> Result<Self, MigrateError> {
        let all = compare(applied)?;
        let is_new = applied.is_empty();
        let migrations = all.into_iter().filter(|one| one.applied_at.is_none()).collect();
        Ok(Self { migrations, is_new })
    }

    fn first_number(&self) -> i64 {
        self.migrations.first().map_or(0, |migration| migration.number)
    }
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

/// Returns the texts of all migrations without what is for one engine alone.
pub(super) fn common_texts() -> Vec<String> {
    known().iter().map(|migration| for_engine(&migration.text, "none")).collect()
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
    fn numbers_are_given_once() {
        let numbers: Vec<_> = known().iter().map(|migration| migration.number).collect();
        let mut once = numbers.clone();
        once.dedup();
        assert_eq!(numbers, once);
        assert!(numbers.first().is_some_and(|first| *first == 1));
    }

    #[test]
    fn number_that_was_skipped_is_pending_whatever_came_after_it() {
        let mut all = known();
        let skipped = all.remove(1);
        let applied: Applied =
            all.into_iter().map(|one| (one.number, (one.checksum, Millis(0)))).collect();
        let pending = Pending::of(&applied).unwrap();
        assert_eq!(pending.migrations, [skipped]);
    }

    #[test]
    fn blocks_of_another_engine_are_dropped() {
        let text = "a\n-- only: sqlite\nb\n-- end\n-- only: postgres\nc\n-- end\nd\n";
        assert_eq!(for_engine(text, "sqlite"), "a\nb\nd\n");
        assert_eq!(for_engine(text, "postgres"), "a\nc\nd\n");
    }
}
