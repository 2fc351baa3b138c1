//! SQLite: one writer thread, point reads where they are asked, two threads for
//! scans.
//!
//! A hop to another thread costs more than a point read, so those run inline on
//! a connection borrowed from a pool; a scan would hold up the async threads, so
//! it does not.

mod anchor;
pub mod backup;
pub(super) mod batch;
pub mod connection;
pub mod functions;
mod liveness;
mod reader;
mod writer;

use std::path::Path;
use std::sync::Arc;

use super::{Affected, FromRow, Statement, StoreError};
use liveness::Liveness;
use reader::{Pool, Scanners};
pub use writer::Folded;
use writer::Writer;

/// Called after each commit with the number of batches that it made durable.
pub type GroupObserver = Box<dyn Fn(usize) + Send + Sync>;

/// An open SQLite database.
pub struct Sqlite {
    writer: Writer,
    pool: Arc<Pool>,
    scanners: Scanners,
    liveness: Liveness,
}

impl Sqlite {
    /// Opens the file, makes it where it is missing, and starts the threads.
    ///
    /// # Errors
    /// `Engine`.
    pub fn open(path: &Path, on_group: GroupObserver) -> Result<Self, StoreError> {
        connection::assert_version()?;
        // The writer's connection comes first: it makes the file and its log.
        let writer = Writer::start(path, on_group)?;
        let pool = Arc::new(Pool::new(path));
        let scanners = Scanners::start(Arc::clone(&pool))?;
        Ok(Self { writer, scanners, pool, liveness: Liveness::beside(path) })
    }

    pub(super) fn find<T: FromRow>(&self, read: &Statement) -> Result<Option<T>, StoreError> {
        self.pool.with(|connection| reader::find(connection, read))
    }

    pub(super) async fn list<T: FromRow>(&self, read: Statement) -> Result<Vec<T>, StoreError> {
        self.scanners.run(move |connection| reader::list(connection, &read)).await
    }

    pub(super) async fn apply(&self, batch: Vec<Statement>) -> Result<Vec<Affected>, StoreError> {
        self.writer.apply(batch).await
    }

    pub(super) fn widen(&self) -> Result<(), StoreError> {
        self.writer.widen()
    }

    pub(super) async fn optimize(&self) -> Result<Folded, StoreError> {
        self.writer.optimize().await
    }

    pub(super) fn queued(&self) -> usize {
        self.writer.queued()
    }

    pub(super) fn vouch(&self, instance: &str) -> Result<(), StoreError> {
        self.liveness.vouch(instance)
    }

    pub(super) fn gone(&self, own: &str, others: Vec<String>) -> Result<Vec<String>, StoreError> {
        self.liveness.vouch(own)?;
        Ok(others.into_iter().filter(|other| self.liveness.is_gone(other)).collect())
    }

    pub(super) async fn close(&self) -> Result<(), StoreError> {
        self.scanners.close();
        self.pool.close();
        let closed = self.writer.close().await;
        self.liveness.end();
        closed
    }
}
