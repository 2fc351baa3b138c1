//! What an error of the server means for a batch, and what helps against it.
//!
//! Only the server's code and its one-line message are kept: its details repeat
//! the values of the row.

use std::error::Error as _;
use std::io;

use deadpool_postgres::{PoolError, TimeoutType};
use tokio_postgres::error::{DbError, Error, SqlState};

use crate::store::StoreError;

/// A failure, and whether trying again can help.
#[derive(Debug)]
pub struct Trouble {
    /// What the caller is told when nothing helps.
    pub error: StoreError,
    /// What helps.
    pub remedy: Remedy,
    /// Whether the connection is of no more use.
    pub is_lost: bool,
}

/// What helps against a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing.
    None,
    /// The same again after a short pause: others were in the way, and the server
    /// has undone everything.
    Pause,
    /// The same again on a connection that prepares anew; nothing was done.
    Prepare,
    /// The same again on another connection, unless the loss of this one leaves it
    /// open whether the work was done.
    Reconnect,
}

/// What the server thinks of a statement's fate.
enum Fate {
    Duplicate,
    Conflict,
    Stale,
    Lost,
    Passing,
    TooSlow,
    Defect,
}

impl Trouble {
    /// Explains a failed statement.
    pub fn of(sql: &'static str, error: &Error) -> Self {
        let reason = told(error);
        let unavailable = || StoreError::Unavailable { reason: reason.clone() };
        let (error, remedy) = match fate(error) {
            Fate::Duplicate => (StoreError::Duplicate { sql }, Remedy::None),
            Fate::Conflict => (unavailable(), Remedy::Pause),
            Fate::Stale => (unavailable(), Remedy::Prepare),
            Fate::Lost => (unavailable(), Remedy::Reconnect),
            Fate::Passing => (unavailable(), Remedy::None),
            Fate::TooSlow => (StoreError::Busy, Remedy::None),
            Fate::Defect => {
                (StoreError::Engine { sql, source: reason.clone().into() }, Remedy::None)
            }
        };
        let is_lost = remedy != Remedy::Pause && error_ends_connection(&error);
        Self { error, remedy, is_lost }
    }

    /// Explains why there is no connection.
    pub fn of_pool(error: &PoolError) -> Self {
        let unavailable = |reason| StoreError::Unavailable { reason };
        let error = match error {
            PoolError::Timeout(TimeoutType::Wait) => StoreError::Busy,
            PoolError::Timeout(TimeoutType::Create | TimeoutType::Recycle) => {
                unavailable(String::from("the database server does not answer"))
            }
            PoolError::Backend(error) => unavailable(told(error)),
            PoolError::Closed => unavailable(String::from("the database is closed")),
            PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                unavailable(error.to_string())
            }
        };
        error.into()
    }

    /// The server was silent for too long.
    pub fn silence() -> Self {
        let reason = String::from("the database server does not answer");
        Self { error: StoreError::Unavailable { reason }, remedy: Remedy::None, is_lost: true }
    }

    /// A statement touched another number of rows than it must.
    pub fn unexpected(sql: &'static str, want: u64, got: u64) -> Self {
        StoreError::Unexpected { sql, want, got }.into()
    }

    /// Tells whether the batch itself was refused, whoever else is there.
    pub const fn is_refusal(&self) -> bool {
        match self.error {
            StoreError::Duplicate { .. }
            | StoreError::Unexpected { .. }
            | StoreError::Decode { .. }
            | StoreError::Engine { .. } => true,
            StoreError::Busy | StoreError::Unavailable { .. } => false,
        }
    }

    /// What was sent commits by itself: after a loss, trying again could do it twice.
    pub fn once_sent(self) -> Self {
        match self.remedy {
            Remedy::Reconnect => Self { remedy: Remedy::None, ..self },
            Remedy::None | Remedy::Pause | Remedy::Prepare => self,
        }
    }
}

/// A row has another shape than its reader expects, or something else that the
/// connection has no part in.
impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self { error, remedy: Remedy::None, is_lost: false }
    }
}

/// A server that refuses to write may have become a replica: the next connection
/// goes wherever the address leads by then.
const fn error_ends_connection(error: &StoreError) -> bool {
    matches!(error, StoreError::Unavailable { .. })
}

fn fate(error: &Error) -> Fate {
    let Some(code) = error.code() else {
        let is_io = error.source().is_some_and(<dyn std::error::Error>::is::<io::Error>);
        return if error.is_closed() || is_io { Fate::Lost } else { Fate::Defect };
    };
    if *code == SqlState::UNIQUE_VIOLATION {
        return Fate::Duplicate;
    }
    let is_one_of = |codes: &[SqlState]| codes.contains(code);
    if is_one_of(&[SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED]) {
        return Fate::Conflict;
    }
    // A schema change behind a prepared statement, or a pooler that changed servers.
    let routine = error.as_db_error().and_then(DbError::routine);
    if *code == SqlState::INVALID_SQL_STATEMENT_NAME || routine == Some("RevalidateCachedQuery") {
        return Fate::Stale;
    }
    if is_one_of(&[SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN]) {
        return Fate::Lost;
    }
    if is_one_of(&[SqlState::QUERY_CANCELED, SqlState::LOCK_NOT_AVAILABLE]) {
        return Fate::TooSlow;
    }
    // Connections (08), access (28), a read-only transaction (25006), resources (53),
    // an operator at work (57), the server's own disk (58).
    let class = code.code().get(..2).unwrap_or_default();
    if ["08", "28", "53", "57", "58"].contains(&class)
        || *code == SqlState::READ_ONLY_SQL_TRANSACTION
    {
        return Fate::Passing;
    }
    Fate::Defect
}

/// Says in one line what happened, without the values of any row.
pub fn told(error: &Error) -> String {
    if let Some(db) = error.as_db_error() {
        return format!("{} ({})", db.message(), db.code().code());
    }
    let mut sentence = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        sentence = format!("{sentence}: {error}");
        cause = error.source();
    }
    sentence
}
