//! Migrations of a file, under SQLite's write lock.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use super::{Applied, Copying, MigrateError, Migration, Pending, Report, TABLE};
use super::{compare, for_engine, known};
use crate::base::clock::Millis;
use crate::base::own;
use crate::store::StoreError;
use crate::store::copy::MARKS;
use crate::store::sqlite::backup::{self, Onward};
use crate::store::sqlite::connection::{self, Purpose, classify};

pub fn status(path: &Path) -> Result<Vec<Migration>, MigrateError> {
    if !path.exists() {
        return Ok(known());
    }
    let connection = connection::open(path, Purpose::Read)?;
    compare(&applied(&connection)?)
}

pub fn up(path: &Path, copying: Copying, now: Millis) -> Result<Report, MigrateError> {
    let connection = connection::open(path, Purpose::Write)?;
    run(&connection, "BEGIN IMMEDIATE")?;
    match apply(&connection, path, copying, now) {
        Ok(report) => {
            run(&connection, "COMMIT")?;
            Ok(report)
        }
        Err(error) => {
            run(&connection, "ROLLBACK")?;
            Err(error)
        }
    }
}

fn run(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.execute_batch(sql).map_err(|error| classify("migrate", error))
}

fn apply(
    connection: &Connection,
    path: &Path,
    copying: Copying,
    now: Millis,
) -> Result<Report, MigrateError> {
    if has_table(connection, MARKS).map_err(|error| classify("migrate", error))? {
        return Err(MigrateError::HalfCopied);
    }
    run(connection, TABLE)?;
    let pending = Pending::of(&applied(connection)?)?;
    if pending.migrations.is_empty() {
        return Ok(Report::default());
    }
    let is_copied = !pending.is_new && copying == Copying::Demanded;
    let backup = is_copied.then(|| copy(path, pending.first_number(), now)).transpose()?;
    for migration in &pending.migrations {
        run(connection, &for_engine(&migration.text, "sqlite"))?;
        connection
            .execute(
                "INSERT INTO migration (number, name, checksum, applied_at)
                VALUES (?1, ?2, ?3, ?4)",
                params![migration.number, migration.name, migration.checksum, now.0],
            )
            .map_err(|error| classify("migrate", error))?;
    }
    Ok(Report { applied: pending.migrations, backup })
}

/// Copies the database as it is, for its owner alone.
///
/// A second connection reads: the one that holds the write lock has changed nothing yet.
fn copy(path: &Path, number: i64, now: Millis) -> Result<PathBuf, MigrateError> {
    let folder = path.parent().unwrap_or(Path::new(".")).join("backups");
    let moment = now.iso().replace(':', "-");
    let target = folder.join(format!("before-migration-{number:04}-{moment}.db"));
    let failed =
        |reason: String| MigrateError::Backup { path: target.display().to_string(), reason };
    own::folder(&folder).map_err(|error| failed(error.to_string()))?;
    backup::copy(path, &target, &mut |_done, _pages| Onward::Go)
        .map_err(|error| failed(error.to_string()))?;
    Ok(target)
}

fn has_table(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?1")?.exists([name])
}

fn applied(connection: &Connection) -> Result<Applied, StoreError> {
    let read = || -> rusqlite::Result<Applied> {
        if !has_table(connection, "migration")? {
            return Ok(Applied::new());
        }
        let mut read = connection.prepare("SELECT number, checksum, applied_at FROM migration")?;
        let rows =
            read.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, Millis(row.get(2)?)))))?;
        rows.collect()
    };
    read().map_err(|error| classify("migrate", error))
}
