//! Copies of a database file, and whether one is sound.
//!
//! A copy is what `VACUUM INTO` writes: the rows of one moment, however long it takes,
//! while writers go on. Of what was deleted nothing is in it, neither on free pages nor
//! in the gaps of others. The copy is one file without a log, so it can be moved.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;

use super::batch::{control, panicked};
use super::connection::{self, Purpose, classify};
use crate::base::bounds::BACKUP_LOOK_MS;
use crate::base::own;
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
/// Reads every row and writes it anew, on a thread; merges the search's indexes on the
/// calling one. The log cannot begin anew until the rows are read.
pub fn copy(
    source: &Path,
    target: &Path,
    look: &mut dyn FnMut(u64, u64) -> Onward,
) -> Result<Onward, StoreError> {
    let unavailable = |error: io::Error| StoreError::Unavailable { reason: error.to_string() };
    drop(own::options().write(true).create_new(true).open(target).map_err(unavailable)?);
    let from = connection::open(source, Purpose::Read)?;
    if vacuum(from, target, look)? == Onward::Stop {
        return Ok(Onward::Stop);
    }
    let into = Connection::open(target).map_err(failed)?;
    into.pragma_update(None, "secure_delete", true).map_err(failed)?;
    overwrite_salt(&into)?;
    forget_samples(&into).map_err(failed)?;
    merge_searches(&into).map_err(failed)?;
    // The pages say "log"; without one there is nothing to lose beside the file.
    into.pragma_update(None, "journal_mode", "DELETE").map_err(failed)?;
    into.close().map_err(|(_connection, error)| failed(error))?;
    File::open(target).and_then(|file| file.sync_all()).map_err(unavailable)?;
    Ok(Onward::Go)
}

/// Writes every row into the empty file `target`. The statement reads one state.
fn vacuum(
    from: Connection,
    target: &Path,
    look: &mut dyn FnMut(u64, u64) -> Onward,
) -> Result<Onward, StoreError> {
    let pages = positive(number(&from, "PRAGMA page_count").map_err(failed)?);
    let page_bytes = positive(number(&from, "PRAGMA page_size").map_err(failed)?).max(1);
    let name = target.to_str().ok_or_else(|| StoreError::Unavailable {
        reason: format!("{} is no text", target.display()),
    })?;
    let interrupt = from.get_interrupt_handle();
    let mut onward = look(0, pages);
    if onward == Onward::Stop {
        return Ok(onward);
    }
    let outcome = thread::scope(|scope| {
        let (ends, ended) = sync_channel(1);
        scope.spawn(move || {
            // Nobody waits only if this thread's owner panicked.
            let _ = ends.send(from.execute("VACUUM INTO ?1", [name]));
        });
        loop {
            match ended.recv_timeout(Duration::from_millis(BACKUP_LOOK_MS)) {
                Ok(outcome) => return Some(outcome),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) if onward == Onward::Stop => interrupt.interrupt(),
                Err(RecvTimeoutError::Timeout) => {
                    let bytes = fs::metadata(target).map_or(0, |file| file.len());
                    onward = look((bytes / page_bytes).min(pages), pages);
                }
            }
        }
    });
    if onward == Onward::Stop {
        return Ok(onward);
    }
    outcome.ok_or_else(panicked)?.map_err(failed)?;
    Ok(look(pages, pages))
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

/// Forgets the keys that the statistics of the plans hold as samples: they would outlive
/// whom they name. With QPSG no plan looks at one.
///
/// # Errors
/// Those of the engine.
pub fn forget_samples(connection: &Connection) -> rusqlite::Result<()> {
    let known = "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat4'";
    if number(connection, known)? > 0 {
        connection.execute("DELETE FROM sqlite_stat4", [])?;
    }
    Ok(())
}

/// Merges each search's index: until then it holds the pieces of texts that are deleted.
fn merge_searches(copy: &Connection) -> rusqlite::Result<()> {
    let tables = "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'";
    let mut tables = copy.prepare(tables)?;
    let names: Vec<String> =
        tables.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    names.iter().try_for_each(|name| {
        let quoted = name.replace('"', "\"\"");
        let merge = format!("INSERT INTO \"{quoted}\" (\"{quoted}\") VALUES ('optimize')");
        copy.execute(&merge, []).map(|_rows| ())
    })
}

fn positive(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
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
