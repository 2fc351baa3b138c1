//! Connections, and why each is set as it is.
//!
//! | setting | reason |
//! |---|---|
//! | `journal_mode=WAL` | readers never wait for the writer |
//! | `synchronous=FULL` | a commit that was answered survives a power cut |
//! | `secure_delete=ON` | what is deleted is written over; FAST would leave freed pages as they were |
//! | `foreign_keys=ON` | a deleted person takes sessions and accounts along |
//! | `busy_timeout` | the command line writes beside a running server |
//! | QPSG | bound values never change a plan; without it a cached statement is prepared anew at each step, four fifths of a session read |
//! | `mmap_size` | pages are read where the kernel has them, without copying; not by the writer, who would ask the log for each page that its cache holds |
//! | `cache_size` | 8 MiB to write with, where a group's pages come from the log; 2 MiB to read with, beside the map above |
//! | `temp_store=MEMORY` | sorts of a page never touch the disk |
//! | `wal_autocheckpoint=4000` | 16 MiB of log between checkpoints: fewer stalls of the writer |
//! | `journal_size_limit` | a log that once grew is cut again |
//! | `trusted_schema=OFF` | a schema can never call functions with effects |

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::functions;
use crate::base::bounds::{BULK_CACHE_KIB, BULK_LOG_PAGES, BUSY_TIMEOUT_MS};
use crate::store::StoreError;

/// The first SQLite without the WAL-reset race that lost commits.
const VERSION_MIN: i32 = 3_051_003;

/// Statements that stay prepared on a connection; more than the program has.
const STATEMENTS_KEPT: usize = 128;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The one that writes.
    Write,
    /// One that can only read.
    Read,
}

/// Checks that the SQLite linked is one that keeps what it commits.
///
/// # Errors
/// `Engine`.
pub fn assert_version() -> Result<(), StoreError> {
    if rusqlite::version_number() >= VERSION_MIN {
        return Ok(());
    }
    let found = rusqlite::version();
    let source = format!("SQLite {found} can lose commits; 3.51.3 or newer is needed").into();
    Err(StoreError::Engine { sql: "open", source })
}

/// Opens a connection with all settings.
///
/// # Errors
/// `Unavailable` for what may pass, `Engine` for what will not.
pub fn open(path: &Path, purpose: Purpose) -> Result<Connection, StoreError> {
    try_open(path, purpose).map_err(|error| classify("open", error))
}

fn try_open(path: &Path, purpose: Purpose) -> rusqlite::Result<Connection> {
    let access = match purpose {
        Purpose::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Purpose::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    functions::install(&connection)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    if purpose == Purpose::Write {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
        connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    }
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "mmap_size", mmap_bytes(purpose))?;
    connection.pragma_update(None, "cache_size", -cache_kib(purpose))?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

/// Opens a connection that only stands in a read transaction. It asks for no table, so it
/// has none of the settings: some of them read the whole schema.
///
/// # Errors
/// As [`open`].
pub fn stand(path: &Path) -> Result<Connection, StoreError> {
    let access = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, access).and_then(|connection| {
        connection.busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS))?;
        Ok(connection)
    });
    opened.map_err(|error| classify("stand", error))
}

/// Gives a writing connection what millions of rows in no order want: pages are written
/// once they are full instead of once a commit.
///
/// # Errors
/// `Engine`.
pub fn widen(connection: &Connection) -> Result<(), StoreError> {
    let set = |name, value: i64| {
        connection.pragma_update(None, name, value).map_err(|error| classify("widen", error))
    };
    set("cache_size", -BULK_CACHE_KIB)?;
    set("wal_autocheckpoint", BULK_LOG_PAGES)
}

/// Returns how much of the file a connection maps.
const fn mmap_bytes(purpose: Purpose) -> i64 {
    match purpose {
        Purpose::Write => 0,
        // The most that the engine maps.
        Purpose::Read => 0x7fff_0000,
    }
}

/// Returns the size of a connection's page cache; it grows only as pages are used.
const fn cache_kib(purpose: Purpose) -> i64 {
    match purpose {
        Purpose::Write => 8 * 1024,
        Purpose::Read => 2 * 1024,
    }
}

/// Extended result codes of a unique index and a primary key.
const DUPLICATE_CODES: [i32; 2] = [1555, 2067];

/// Says what an error of the engine means for whoever asked.
pub fn classify(sql: &'static str, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error() {
        Some(code) if DUPLICATE_CODES.contains(&code.extended_code) => {
            StoreError::Duplicate { sql }
        }
        Some(code) if may_pass(code.code) => StoreError::Unavailable { reason: error.to_string() },
        Some(_) | None => StoreError::Engine { sql, source: Box::new(error) },
    }
}

/// Tells whether a failure belongs to the machine and not to the statement.
const fn may_pass(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::ReadOnly
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::OutOfMemory
            | ErrorCode::FileLockingProtocolFailed
    )
}
