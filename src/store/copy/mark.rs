//! How far a copy came, as its target writes it down, and the texts of a copy.
//!
//! The texts are made of the schema at hand, with `?n` or `$n` for parameters.

use super::Mark;
use super::schema::Table;
use crate::store::Value;

/// The table of marks. The row with the empty name says of what this is a copy.
pub const TABLE: &str = "CREATE TABLE copy_progress (
    name TEXT NOT NULL PRIMARY KEY,
    copied BIGINT NOT NULL,
    last TEXT NOT NULL
)";

/// Reads of what a target is a copy.
pub const SOURCE: &str = "SELECT last FROM copy_progress WHERE name = ''";

/// Reads the mark of a table.
pub fn select(sign: char) -> String {
    format!("SELECT copied, last FROM copy_progress WHERE name = {sign}1")
}

/// Writes a mark.
pub fn insert(sign: char) -> String {
    format!(
        "INSERT INTO copy_progress (name, copied, last) VALUES ({sign}1, {sign}2, {sign}3)
        ON CONFLICT (name) DO UPDATE SET copied = excluded.copied, last = excluded.last"
    )
}

/// Writes a row of a table.
pub fn row(table: &Table, sign: char) -> String {
    let values = parameters(table.columns.len(), sign);
    format!("INSERT INTO {} ({}) VALUES ({values})", table.quoted(), table.column_list())
}

/// Reads rows of a table after a key.
pub fn page(table: &Table, after: &[Value], limit: i64, sign: char) -> String {
    let (columns, name, key) = (table.column_list(), table.quoted(), table.key_list());
    let rest = if after.is_empty() {
        String::new()
    } else {
        format!(" WHERE ({key}) > ({})", parameters(table.key_length(), sign))
    };
    format!("SELECT {columns} FROM {name}{rest} ORDER BY {key} LIMIT {limit}")
}

fn parameters(count: usize, sign: char) -> String {
    (1..=count).map(|number| format!("{sign}{number}")).collect::<Vec<_>>().join(", ")
}

impl Mark {
    /// Reads a mark as it was written.
    pub fn read(rows: i64, last: &str) -> Self {
        let last: Vec<serde_json::Value> = serde_json::from_str(last).unwrap_or_default();
        let last = last.into_iter().map(|value| match value {
            serde_json::Value::String(text) => Value::Text(text),
            serde_json::Value::Array(bytes) => Value::Bytes(bytes.iter().map(byte).collect()),
            serde_json::Value::Number(number) => {
                number.as_i64().map_or(Value::Null, Value::Integer)
            }
            serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Object(_) => {
                Value::Null
            }
        });
        Self { rows: u64::try_from(rows).unwrap_or(0), last: last.collect() }
    }

    /// Returns the mark as it is written: rows, and the last key as JSON.
    pub fn written(&self) -> (i64, String) {
        let last: Vec<serde_json::Value> = self.last.iter().map(json).collect();
        let rows = i64::try_from(self.rows).unwrap_or(i64::MAX);
        (rows, serde_json::Value::from(last).to_string())
    }
}

fn byte(value: &serde_json::Value) -> u8 {
    value.as_u64().and_then(|byte| u8::try_from(byte).ok()).unwrap_or(0)
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Integer(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
        Value::Bytes(bytes) => bytes.as_slice().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::copy::Values;

    #[test]
    fn mark_reads_back_as_it_was_written() {
        let last: Values = vec!["ñ\"".into(), Value::Integer(-7), Value::Bytes(vec![0, 255])];
        let (rows, written) = Mark { rows: 3, last: last.clone() }.written();
        let read = Mark::read(rows, &written);
        assert!(read.rows == 3 && read.last == last);
        assert!(Mark::read(0, "").last.is_empty());
    }
}
