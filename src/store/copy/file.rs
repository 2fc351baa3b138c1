//! A SQLite file as one side of a copy.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, params, params_from_iter};

use super::schema::Table;
use super::sum::Sum;
use super::{MARKS, Mark, Values, mark};
use crate::store::sqlite::batch::carried;
use crate::store::sqlite::connection::{self, Purpose, classify};
use crate::store::{StoreError, Value};

pub struct Side(Connection);

impl Side {
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self(connection::open(path, Purpose::Write)?))
    }

    pub fn count(&self, sql: &str) -> Result<u64, StoreError> {
        let count: i64 = self.0.query_row(sql, [], |row| row.get(0)).map_err(failed)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    pub fn read(
        &self,
        table: &Table,
        after: &[Value],
        limit: i64,
    ) -> Result<Vec<Values>, StoreError> {
        let sql = mark::page(table, after, limit, '?');
        let mut read = self.0.prepare_cached(&sql).map_err(failed)?;
        let columns = read.column_count();
        let rows = read.query_map(params_from_iter(after), |row| carried(row, columns));
        rows.and_then(Iterator::collect).map_err(failed)
    }

    pub fn sum(&self, table: &Table) -> Result<Sum, StoreError> {
        let read = || -> rusqlite::Result<Sum> {
            let mut sum = Sum::default();
            let sql = format!("SELECT {} FROM {}", table.column_list(), table.quoted());
            let mut read = self.0.prepare(&sql)?;
            let columns = read.column_count();
            let mut rows = read.query([])?;
            while let Some(row) = rows.next()? {
                sum.add(&carried(row, columns)?);
            }
            Ok(sum)
        };
        read().map_err(failed)
    }

    pub fn begun(&self) -> Result<Option<String>, StoreError> {
        let table = "SELECT count(*) FROM sqlite_schema WHERE name = 'copy_progress'";
        if self.count(table)? == 0 {
            return Ok(None);
        }
        self.0.query_row(mark::SOURCE, [], |row| row.get(0)).optional().map_err(failed)
    }

    pub fn begin(&mut self, source_name: &str, tables: &[Table]) -> Result<(), StoreError> {
        let mut begin = || -> rusqlite::Result<()> {
            let transaction = self.0.transaction()?;
            for table in tables.iter().rev() {
                transaction.execute(&format!("DELETE FROM {}", table.quoted()), [])?;
            }
            transaction.execute_batch(mark::TABLE)?;
            transaction.execute(&mark::insert('?'), params!["", 0, source_name])?;
            transaction.commit()
        };
        begin().map_err(failed)
    }

    pub fn mark(&self, table: &Table) -> Result<Mark, StoreError> {
        let found: Option<(i64, String)> = self
            .0
            .query_row(&mark::select('?'), [&table.name], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(failed)?;
        Ok(found.map_or_else(Mark::default, |(rows, last)| Mark::read(rows, &last)))
    }

    pub fn write(&mut self, table: &Table, rows: &[Values], mark: &Mark) -> Result<(), StoreError> {
        let mut write = || -> rusqlite::Result<()> {
            let transaction = self.0.transaction()?;
            {
                let mut insert = transaction.prepare_cached(&mark::row(table, '?'))?;
                for row in rows {
                    insert.execute(params_from_iter(row))?;
                }
            }
            let (rows, last) = mark.written();
            transaction.execute(&mark::insert('?'), params![table.name, rows, last])?;
            transaction.commit()
        };
        write().map_err(failed)
    }

    pub fn finish(&self) -> Result<(), StoreError> {
        let drop = format!("DROP TABLE {MARKS}; PRAGMA wal_checkpoint(TRUNCATE)");
        self.0.execute_batch(&drop).map_err(failed)
    }
}

fn failed(error: rusqlite::Error) -> StoreError {
    classify("copy", error)
}
