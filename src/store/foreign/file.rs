//! A SQLite file of somebody else's.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row, params_from_iter};

use super::Rows;
use crate::base::bounds::BUSY_TIMEOUT_MS;
use crate::store::sqlite::connection::classify;
use crate::store::{StoreError, Value};

pub struct Side(Connection);

impl Side {
    /// Opens the file to read; nothing about it is changed, its journal mode included.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let open = || -> rusqlite::Result<Connection> {
            let access = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(path, access)?;
            connection.busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS))?;
            Ok(connection)
        };
        Ok(Self(open().map_err(failed)?))
    }

    pub fn read(&self, sql: &str, parameter: Option<&str>) -> Result<Rows, StoreError> {
        let read = || -> rusqlite::Result<Rows> {
            let mut read = self.0.prepare_cached(sql)?;
            let columns = read.column_count();
            let rows = read.query_map(params_from_iter(parameter), |row| carried(row, columns))?;
            rows.collect()
        };
        read().map_err(failed)
    }
}

/// Copies a row out; what is neither text nor a number is taken as absent.
fn carried(row: &Row<'_>, columns: usize) -> rusqlite::Result<Vec<Value>> {
    (0..columns).map(|index| Ok(value(row.get_ref(index)?))).collect()
}

fn value(found: ValueRef<'_>) -> Value {
    match found {
        ValueRef::Integer(number) => Value::Integer(number),
        // Some adapters store milliseconds as a float; written out, it is read as a number.
        ValueRef::Real(number) => Value::Text(format!("{number:.0}")),
        ValueRef::Text(bytes) => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
    }
}

fn failed(error: rusqlite::Error) -> StoreError {
    classify("import", error)
}
