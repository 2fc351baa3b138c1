//! Layer 2: SQL and the engine that runs it.
//!
//! A statement is data: text, values, how many rows it must touch. Batches of
//! them are applied all or none and are on the disk when [`Store::apply`]
//! returns. One file a table holds the text; nothing outside this folder knows
//! SQL or the engine.

pub mod accounts;
pub mod devices;
mod error;
pub mod leases;
pub mod lock;
pub mod mail_quota;
pub mod migrate;
pub mod outbox;
mod row;
pub mod sessions;
pub mod sign_in_addresses;
mod sqlite;
mod statement;
pub mod task_runs;
pub mod tasks;
pub mod users;
pub mod verifications;
pub mod waitlist;
pub mod waitlist_mail;

use std::path::Path;

pub use error::StoreError;
pub use row::{Affected, FromRow, Row};
pub use sqlite::{Folded, GroupObserver, Sqlite, backup};
pub use statement::{Expect, Sql, Statement, Value};

/// The database, whichever engine runs it.
pub enum Store {
    /// The embedded engine.
    Sqlite(Sqlite),
}

impl Store {
    /// Opens the embedded database at `path` and starts its threads.
    ///
    /// # Errors
    /// `Engine` when the file cannot be opened or the SQLite linked is too old.
    pub fn open_sqlite(path: &Path, on_group: GroupObserver) -> Result<Self, StoreError> {
        Ok(Self::Sqlite(Sqlite::open(path, on_group)?))
    }

    /// Finds one row, by an index.
    ///
    /// # Errors
    /// `Decode` when the row has another shape; `Engine`, `Unavailable`.
    ///
    /// # Cost
    /// A point read on the calling thread, 10 to 40 µs. Scans belong to [`Store::list`].
    #[expect(clippy::unused_async, reason = "a server engine waits here")]
    pub async fn find<T: FromRow>(&self, read: Statement) -> Result<Option<T>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.find(&read),
        }
    }

    /// Lists rows, on the reader threads.
    ///
    /// # Errors
    /// `Busy` when too many scans wait; as [`Store::find`].
    pub async fn list<T: FromRow>(&self, read: Statement) -> Result<Vec<T>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.list(read).await,
        }
    }

    /// Applies a batch: all of it or none, durable when this returns.
    ///
    /// Answers a statement each, in order.
    ///
    /// # Errors
    /// `Duplicate` on a unique index, `Unexpected` when a statement touched another
    /// number of rows than it must; `Busy`, `Unavailable`, `Engine`. After any of
    /// them nothing of the batch remains.
    pub async fn apply(&self, batch: Vec<Statement>) -> Result<Vec<Affected>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.apply(batch).await,
        }
    }

    /// Checks that a write reaches the disk now, by one that counts the checks.
    ///
    /// # Errors
    /// As [`Store::apply`].
    ///
    /// # Cost
    /// A durable write.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.apply(vec![COUNT_CHECK.bind([]).expecting(1)]).await.map(|_affected| ())
    }

    /// Brings the statistics of the plans up to date and folds the log into the file.
    ///
    /// # Errors
    /// As [`Store::apply`].
    ///
    /// # Cost
    /// Runs between two commits: writers wait for a few milliseconds, longer when a
    /// table has changed beyond recognition.
    pub async fn optimize(&self) -> Result<Folded, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.optimize().await,
        }
    }

    /// Returns how many batches wait for the writer.
    #[must_use]
    pub fn queued(&self) -> usize {
        match self {
            Self::Sqlite(engine) => engine.queued(),
        }
    }

    /// Finishes what is queued, folds the log into the file and stops the threads.
    ///
    /// # Errors
    /// `Unavailable` when the writer is gone already.
    pub async fn close(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(engine) => engine.close().await,
        }
    }
}

static COUNT_CHECK: Sql = Sql::new(
    "counter.count_check",
    "UPDATE counter SET value = value + 1 WHERE name = 'readiness'",
);

/// Lists every statement of the program, for the tests that prepare them all.
#[must_use]
pub fn statements() -> Vec<&'static Sql> {
    [
        &[&COUNT_CHECK],
        accounts::ALL,
        devices::ALL,
        leases::ALL,
        mail_quota::ALL,
        outbox::ALL,
        sessions::ALL,
        sign_in_addresses::ALL,
        task_runs::ALL,
        tasks::ALL,
        users::ALL,
        verifications::ALL,
        waitlist::ALL,
        waitlist_mail::ALL,
    ]
    .concat()
}
