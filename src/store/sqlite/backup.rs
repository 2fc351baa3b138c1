//! Copies of a database file, and whether one is sound.
//!
//! A copy is SQLite's own online backup inside one read transaction: it is the
//! state of one moment however long it takes, writers go on, and nothing makes it
//! begin anew. The copy is one file without a log, so it can be moved.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::batch::control;
use super::connection::{self, Purpose, classify};
use crate::base::bounds::BACKUP_STEP_PAGES;
use crate::store::StoreError;

/// What a database holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Number of the newest migration that was applied.
    pub schema: i64,
    /// Rows of each table.
    pub rows: BTreeMap<String, i64>,
}

/// Whether a copy goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onward {
    /// It does.
    Go,
    /// It is given up.
    Stop,
}

/// Copies the database at `source`, as it is now, to a new file that only its owner reads.
///
/// `look` is told pages done and pages in all, and decides whether to go on. Returns
/// whether the copy is whole.
///
/// # Errors
/// `Unavailable`, `Engine`; `target` is then no copy.
///
/// # Cost
/// Reads and writes every page, on the calling thread. The log cannot begin anew until
/// it is done.
pub fn copy(
    source: &Path,
    target: &Path,
    look: &mut dyn FnMut(u64, u64) -> Onward,
) -> Result<Onward, StoreError> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(target);
    drop(file.map_err(|error| StoreError::Unavailable { reason: error.to_string() })?);
    let from = connection::open(source, Purpose::Read)?;
    // The transaction pins one state; BEGIN alone reads nothing, and so pins nothing.
    control(&from, "BEGIN")?;
    number(&from, "SELECT count(*) FROM sqlite_schema").map_err(failed)?;
    let mut into = Connection::open(target).map_err(failed)?;
    if steps(&from, &mut into, look)? == Onward::Stop {
        return Ok(Onward::Stop);
    }
    overwrite_salt(&into)?;
    // The pages say "log"; without one there is nothing to lose beside the file.
    into.pragma_update(None, "journal_mode", "DELETE").map_err(failed)?;
    into.close().map_err(|(_connection, error)| failed(error))?;
    let synced = File::open(target).and_then(|file| file.sync_all());
    synced.map_err(|error| StoreError::Unavailable { reason: error.to_string() })?;
    Ok(Onward::Go)
}

/// Takes the day's salt out of a copy: visitors of the day must not be found out by who
/// keeps one. Written over at the same length, so that nothing of it is left in the file.
fn overwrite_salt(copy: &Connection) -> Result<(), StoreError> {
    let known = "SELECT count(*) FROM sqlite_schema WHERE name = 'visit_salt'";
    if number(copy, known).map_err(failed)? == 0 {
        return Ok(());
    }
    control(copy, "UPDATE visit_salt SET salt = zeroblob(length(salt))")
}

fn steps(
    from: &Connection,
    into: &mut Connection,
    look: &mut dyn FnMut(u64, u64) -> Onward,
) -> Result<Onward, StoreError> {
    let backup = Backup::new(from, into).map_err(failed)?;
    loop {
        let step = backup.step(BACKUP_STEP_PAGES).map_err(failed)?;
        let progress = backup.progress();
        let pages = u64::try_from(progress.pagecount).unwrap_or(0);
        let left = u64::try_from(progress.remaining).unwrap_or(0);
        if look(pages.saturating_sub(left), pages) == Onward::Stop {
            return Ok(Onward::Stop);
        }
        if step == StepResult::Done {
            return Ok(Onward::Go);
        }
        if step != StepResult::More {
            // The state is pinned and the target is ours: nobody else can hold either.
            let reason = String::from("another process holds the copy");
            return Err(StoreError::Unavailable { reason });
        }
    }
}

/// Reads what a database file holds.
///
/// # Errors
/// `Engine` when it is no database of ours.
///
/// # Cost
/// Counts every table.
pub fn facts(path: &Path) -> Result<Facts, StoreError> {
    let connection = connection::open(path, Purpose::Read)?;
    let read = || -> rusqlite::Result<Facts> {
        let mut tables = connection.prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'
            ORDER BY name",
        )?;
        let names: Vec<String> =
            tables.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let count = |name: &String| {
            let quoted = name.replace('"', "\"\"");
            let rows = number(&connection, &format!("SELECT count(*) FROM \"{quoted}\""))?;
            Ok((name.clone(), rows))
        };
        let rows = names.iter().map(count).collect::<rusqlite::Result<_>>()?;
        let schema = number(&connection, "SELECT COALESCE(max(number), 0) FROM migration")?;
        Ok(Facts { schema, rows })
    };
    read().map_err(failed)
}

/// Returns the version of SQLite that is linked.
#[must_use]
pub fn version() -> &'static str {
    rusqlite::version()
}

/// Looks through a whole database file; returns what is wrong with it, `None` when nothing.
///
/// # Errors
/// `Engine` when it is no database at all.
///
/// # Cost
/// Reads every page and every index entry.
pub fn defect(path: &Path) -> Result<Option<String>, StoreError> {
    let connection = connection::open(path, Purpose::Read)?;
    let read = || -> rusqlite::Result<Option<String>> {
        let verdict: String =
            connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if verdict != "ok" {
            return Ok(Some(verdict));
        }
        let mut orphans = connection.prepare("PRAGMA foreign_key_check")?;
        let mut rows = orphans.query([])?;
        let table: Option<String> = rows.next()?.map(|row| row.get(0)).transpose()?;
        Ok(table.map(|table| format!("a row of {table} refers to none")))
    };
    read().map_err(failed)
}

fn number(connection: &Connection, sql: &str) -> rusqlite::Result<i64> {
    connection.query_row(sql, [], |row| row.get(0))
}

fn failed(error: rusqlite::Error) -> StoreError {
    classify("backup", error)
}
