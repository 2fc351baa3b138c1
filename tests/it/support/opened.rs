//! A store by itself, without a server, on an empty database of its own.

use std::path::Path;

use antesala::base::clock::Millis;
use antesala::base::entropy::Entropy;
use antesala::store::migrate::{self, Copying};
use antesala::store::{Affected, FromRow, Statement, Store, StoreError};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::cluster::Cluster;
use super::database::{Database, is_postgres};

/// An open store, and the runtime in which its connections live.
pub struct Opened {
    pub store: Store,
    pub database: Database,
    runtime: Runtime,
    _folder: TempDir,
}

impl Opened {
    /// Opens an empty database on the engine of this run.
    pub fn new() -> Self {
        if is_postgres() { Self::on_server().expect("PostgreSQL") } else { Self::on_file() }
    }

    /// Opens an empty file.
    pub fn on_file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::File(folder.path().join("antesala.db"));
        Self::on(folder, database)
    }

    /// Opens an empty database on the shared server; `None`: there is none.
    pub fn on_server() -> Option<Self> {
        let database = Database::owned(Cluster::shared()?.fresh_database());
        Some(Self::on(tempfile::tempdir().unwrap(), database))
    }

    fn on(folder: TempDir, database: Database) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let location = database.location();
        runtime.block_on(migrate::up(&location, Copying::Demanded, Millis(0))).unwrap();
        let store = Store::open(&location, Entropy::System, Box::new(|_batches| {})).unwrap();
        Self { store, database, runtime, _folder: folder }
    }

    /// Opens the same database once more, as another instance would.
    pub fn again(&self) -> Store {
        let location = self.database.location();
        Store::open(&location, Entropy::System, Box::new(|_batches| {})).unwrap()
    }

    /// Waits for one answer.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    pub fn apply(&self, batch: Vec<Statement>) -> Result<Vec<Affected>, StoreError> {
        self.wait(self.store.apply(batch))
    }

    pub fn find<T: FromRow>(&self, read: Statement) -> Result<Option<T>, StoreError> {
        self.wait(self.store.find(read))
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        let _ = self.runtime.block_on(self.store.close());
        self.database.drop_for_good();
    }
}

/// Polls every future at once; the order of the outcomes is the order of the jobs.
pub async fn all<F: Future>(jobs: Vec<F>) -> Vec<F::Output> {
    futures_util::future::join_all(jobs).await
}

/// Opens a file that nothing was written to, for looking at plans.
pub fn migrated_file(folder: &Path) -> rusqlite::Connection {
    let database = Database::File(folder.join("antesala.db"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let location = database.location();
    runtime.block_on(migrate::up(&location, Copying::Demanded, Millis(0))).unwrap();
    let connection = rusqlite::Connection::open(folder.join("antesala.db")).unwrap();
    antesala::store::functions::install(&connection).unwrap();
    connection
}
