//! How the store fails, in terms that a rule can decide on.

use std::error::Error;

/// A failed read or write. After a failed write nothing of its batch remains.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique index has the value already.
    #[error("{sql}: the value is there already")]
    Duplicate {
        /// Name of the statement.
        sql: &'static str,
    },
    /// A statement touched another number of rows than it must.
    #[error("{sql}: touched {got} rows instead of {want}")]
    Unexpected {
        /// Name of the statement.
        sql: &'static str,
        /// What was demanded.
        want: u64,
        /// What happened.
        got: u64,
    },
    /// A column holds something else than its reader expects.
    #[error("{sql}: column {column} does not hold what is read from it")]
    Decode {
        /// Name of the statement.
        sql: &'static str,
        /// Position, from 0.
        column: usize,
    },
    /// Too much waits; try again shortly.
    #[error("too much waits for the database")]
    Busy,
    /// The disk is full, read-only or locked by somebody else; it may pass.
    #[error("the database cannot be written: {reason}")]
    Unavailable {
        /// What stands in the way.
        reason: String,
    },
    /// The engine refused: a defect of ours or a damaged file.
    #[error("{sql}: the engine refused")]
    Engine {
        /// Name of the statement, or what was attempted.
        sql: &'static str,
        /// What the engine said.
        source: Box<dyn Error + Send + Sync>,
    },
}
