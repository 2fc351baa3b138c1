//! The tables that both engines have, read from the migrations themselves: a table of
//! tomorrow is copied without a word here.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::store::migrate;
use crate::store::sqlite::connection::classify;
use crate::store::{StoreError, Value};

/// What instances say to each other, and what the migrations say of themselves.
const LEFT_BEHIND: [&str; 4] = ["instance", "lease", "migration", "rate_limit"];

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Positions of the primary key among the columns.
    key: Vec<usize>,
    parents: BTreeSet<String>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// BIGINT.
    Integer,
    /// TEXT.
    Text,
    /// BYTEA.
    Bytes,
}

impl Table {
    /// Returns the name as SQL takes it.
    pub fn quoted(&self) -> String {
        quoted(&self.name)
    }

    /// Returns the columns as SQL takes them.
    pub fn column_list(&self) -> String {
        list(self.columns.iter())
    }

    /// Returns the columns of the key as SQL takes them.
    pub fn key_list(&self) -> String {
        list(self.key.iter().filter_map(|index| self.columns.get(*index)))
    }

    /// Returns how many columns the key has.
    pub const fn key_length(&self) -> usize {
        self.key.len()
    }

    /// Returns the key of a row.
    pub fn key_of(&self, row: &[Value]) -> Vec<Value> {
        self.key.iter().filter_map(|index| row.get(*index)).cloned().collect()
    }
}

fn list<'a>(columns: impl Iterator<Item = &'a Column>) -> String {
    columns.map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ")
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// Lists the tables, parents before their children.
///
/// # Errors
/// `Engine`, when a migration contradicts itself.
pub fn tables() -> Result<Vec<Table>, StoreError> {
    let found = read().map_err(|error| classify("schema", error))?;
    let mut waiting: Vec<Table> =
        found.into_iter().filter(|table| !LEFT_BEHIND.contains(&table.name.as_str())).collect();
    let mut ordered: Vec<Table> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let is_ready = |table: &Table| {
            let parents = table.parents.iter().filter(|parent| **parent != table.name);
            parents.into_iter().all(|parent| ordered.iter().any(|done| done.name == *parent))
        };
        let (ready, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_ready);
        if ready.is_empty() {
            let source = "tables refer to each other in a circle".into();
            return Err(StoreError::Engine { sql: "schema", source });
        }
        ordered.extend(ready);
        waiting = rest;
    }
    Ok(ordered)
}

fn read() -> rusqlite::Result<Vec<Table>> {
    let model = Connection::open_in_memory()?;
    for text in migrate::common_texts() {
        model.execute_batch(&text)?;
    }
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let names: Vec<String> = strings(&model, names, "")?;
    names.into_iter().map(|name| table(&model, name)).collect()
}

fn table(model: &Connection, name: String) -> rusqlite::Result<Table> {
    let parents = strings(model, r#"SELECT "table" FROM pragma_foreign_key_list(?1)"#, &name)?;
    let sql = "SELECT name, type, pk FROM pragma_table_info(?1) ORDER BY cid";
    let mut read = model.prepare(sql)?;
    let rows = read.query_map([&name], |row| {
        let kind = match row.get::<_, String>(1)?.as_str() {
            "BIGINT" => Kind::Integer,
            "BYTEA" => Kind::Bytes,
            _ => Kind::Text,
        };
        Ok((Column { name: row.get(0)?, kind }, row.get::<_, i64>(2)?))
    })?;
    let rows: Vec<(Column, i64)> = rows.collect::<rusqlite::Result<_>>()?;
    // SQLite numbers the columns of a key from 1, in the key's own order.
    let mut key: Vec<(i64, usize)> = rows
        .iter()
        .enumerate()
        .filter(|(_, (_, place))| *place > 0)
        .map(|(index, (_, place))| (*place, index))
        .collect();
    key.sort_unstable();
    Ok(Table {
        name,
        columns: rows.into_iter().map(|(column, _)| column).collect(),
        key: key.into_iter().map(|(_, index)| index).collect(),
        parents: parents.into_iter().collect(),
    })
}

fn strings(model: &Connection, sql: &str, parameter: &str) -> rusqlite::Result<Vec<String>> {
    let mut read = model.prepare(sql)?;
    if read.parameter_count() == 0 {
        return read.query_map([], |row| row.get(0))?.collect();
    }
    read.query_map([parameter], |row| row.get(0))?.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_come_first_and_every_table_has_a_key() {
        let tables = tables().unwrap();
        let place = |name: &str| tables.iter().position(|table| table.name == name).unwrap();
        assert!(place("user") < place("session") && place("user") < place("outbox"));
        assert!(tables.iter().all(|table| table.key_length() > 0));
        assert!(tables.iter().all(|table| !LEFT_BEHIND.contains(&table.name.as_str())));
        let known = tables.iter().find(|table| table.name == "sign_in_address").unwrap();
        assert_eq!(known.key_list(), r#""user_id", "address""#);
    }
}
