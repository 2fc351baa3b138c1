//! One batch inside an open transaction: all of it or none.

use rusqlite::Connection;

use super::connection::classify;
use super::reader::bind;
use crate::store::{Affected, Expect, Statement, StoreError, Value};

/// What became of a batch.
pub type Outcome = Result<Vec<Affected>, StoreError>;

/// What a failed batch left behind in the open transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traces {
    /// Nothing.
    None,
    /// Writes that only a rollback of the whole group undoes.
    Some,
}

/// Runs a batch without a savepoint, which saves a third of a small one's time.
///
/// A failure of its first statement leaves nothing, because a statement is
/// atomic; a later one's leaves what came before.
pub fn run_bare(connection: &Connection, batch: &[Statement]) -> (Outcome, Traces) {
    let mut answers = Vec::with_capacity(batch.len());
    for statement in batch {
        match execute(connection, statement) {
            Ok(affected) => answers.push(affected),
            Err(error) => {
                let is_clean =
                    answers.is_empty() && !matches!(error, StoreError::Unexpected { got: 1.., .. });
                return (Err(error), if is_clean { Traces::None } else { Traces::Some });
            }
        }
    }
    (Ok(answers), Traces::None)
}

/// Runs a batch in a savepoint: a failure undoes it and leaves the transaction
/// open for others.
pub fn run_guarded(connection: &Connection, batch: &[Statement]) -> Outcome {
    control(connection, "SAVEPOINT batch")?;
    let outcome: Outcome = batch.iter().map(|statement| execute(connection, statement)).collect();
    if outcome.is_err() && !connection.is_autocommit() {
        control(connection, "ROLLBACK TO batch")?;
    }
    if !connection.is_autocommit() {
        control(connection, "RELEASE batch")?;
    }
    outcome
}

/// Undoes what a batch did before it panicked.
pub fn undo_after_panic(connection: &Connection) -> StoreError {
    // Without a savepoint both commands fail, and the group is rolled back.
    let _ = control(connection, "ROLLBACK TO batch");
    let _ = control(connection, "RELEASE batch");
    panicked()
}

/// Returns what the caller of a batch that panicked is told.
pub fn panicked() -> StoreError {
    StoreError::Engine { sql: "batch", source: "a statement panicked".into() }
}

/// Runs a command that controls the transaction.
pub fn control(connection: &Connection, command: &'static str) -> Result<(), StoreError> {
    connection
        .prepare_cached(command)
        .and_then(|mut prepared| prepared.raw_execute())
        .map(|_rows| ())
        .map_err(|error| classify(command, error))
}

fn execute(connection: &Connection, statement: &Statement) -> Result<Affected, StoreError> {
    let name = statement.sql.name;
    let failed = |error| classify(name, error);
    let mut prepared = connection.prepare_cached(statement.sql.text).map_err(failed)?;
    bind(&mut prepared, &statement.values).map_err(failed)?;
    let columns = prepared.column_count();
    let mut returned = Vec::new();
    let rows = if columns == 0 {
        u64::try_from(prepared.raw_execute().map_err(failed)?).unwrap_or(u64::MAX)
    } else {
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next().map_err(failed)? {
            returned.push(carried(row, columns).map_err(failed)?);
        }
        u64::try_from(returned.len()).unwrap_or(u64::MAX)
    };
    match statement.expect {
        Expect::Rows(want) if want != rows => {
            Err(StoreError::Unexpected { sql: name, want, got: rows })
        }
        Expect::Rows(_) | Expect::Any => Ok(Affected::new(name, rows, returned)),
    }
}

/// Copies a row out of the engine.
pub fn carried(row: &rusqlite::Row<'_>, columns: usize) -> rusqlite::Result<Vec<Value>> {
    (0..columns)
        .map(|index| {
            Ok(match row.get(index)? {
                rusqlite::types::Value::Integer(number) => Value::Integer(number),
                rusqlite::types::Value::Text(text) => Value::Text(text),
                rusqlite::types::Value::Blob(bytes) => Value::Bytes(bytes),
                // No column of ours is a float; its reader will say so.
                rusqlite::types::Value::Null | rusqlite::types::Value::Real(_) => Value::Null,
            })
        })
        .collect()
}
