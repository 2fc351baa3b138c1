//! Reading: a pool of connections, two threads for scans.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use rusqlite::{Connection, types::ToSqlOutput, types::ValueRef};
use tokio::sync::oneshot;

use super::connection::{self, Purpose, classify};
use crate::base::bounds::{READER_QUEUE_MAX, READER_THREADS};
use crate::store::{FromRow, Row, Statement, StoreError, Value};

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// Binds a statement's values in their order.
pub fn bind(prepared: &mut rusqlite::Statement<'_>, values: &[Value]) -> rusqlite::Result<()> {
    for (index, value) in values.iter().enumerate() {
        prepared.raw_bind_parameter(index + 1, value)?;
    }
    Ok(())
}

/// Finds the first row.
pub fn find<T: FromRow>(
    connection: &Connection,
    read: &Statement,
) -> Result<Option<T>, StoreError> {
    let name = read.sql.name;
    let failed = |error| classify(name, error);
    let mut prepared = connection.prepare_cached(read.sql.text).map_err(failed)?;
    bind(&mut prepared, &read.values).map_err(failed)?;
    let mut rows = prepared.raw_query();
    let row = rows.next().map_err(failed)?;
    row.map(|row| T::from_row(&mut Row::sqlite(row, name))).transpose()
}

/// Lists every row.
pub fn list<T: FromRow>(connection: &Connection, read: &Statement) -> Result<Vec<T>, StoreError> {
    let name = read.sql.name;
    let failed = |error| classify(name, error);
    let mut prepared = connection.prepare_cached(read.sql.text).map_err(failed)?;
    bind(&mut prepared, &read.values).map_err(failed)?;
    let mut rows = prepared.raw_query();
    let mut items = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        items.push(T::from_row(&mut Row::sqlite(row, name))?);
    }
    Ok(items)
}

/// The reading connections: as many as ever read at the same time.
///
/// A thread gets the connection that it had before, whose memory is in its core's cache,
/// and another one where that is lent; a new one is opened when all are. A server that
/// nobody visits has one or two.
pub struct Pool {
    path: PathBuf,
    /// `None` once the pool is closed.
    idle: Mutex<Option<Vec<Idle>>>,
}

/// A connection that nobody reads with.
struct Idle {
    last: ThreadId,
    connection: Connection,
}

impl Pool {
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), idle: Mutex::new(Some(Vec::new())) }
    }

    /// Lends a connection. One that saw an error is dropped, not lent again.
    ///
    /// # Errors
    /// Those of `read`, of opening a connection; `Unavailable` once the pool is closed.
    pub fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let reader = thread::current().id();
        let connection = match self.take(reader)? {
            Some(connection) => connection,
            None => connection::open(&self.path, Purpose::Read)?,
        };
        let answer = read(&connection)?;
        if let Some(idle) = self.idle().as_mut() {
            idle.push(Idle { last: reader, connection });
        }
        Ok(answer)
    }

    fn take(&self, reader: ThreadId) -> Result<Option<Connection>, StoreError> {
        let mut guard = self.idle();
        let Some(idle) = guard.as_mut() else {
            let reason = String::from("the database is closed");
            return Err(StoreError::Unavailable { reason });
        };
        let own = idle.iter().position(|idle| idle.last == reader);
        let taken = own.map(|index| idle.swap_remove(index)).or_else(|| idle.pop());
        Ok(taken.map(|idle| idle.connection))
    }

    /// Closes every connection; one that is lent is closed by whoever gives it back.
    pub fn close(&self) {
        self.idle().take();
    }

    fn idle(&self) -> MutexGuard<'_, Option<Vec<Idle>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Scan = Box<dyn FnOnce() + Send>;

/// The threads for scans and sorts.
pub struct Scanners {
    pool: Arc<Pool>,
    queue: Mutex<Option<SyncSender<Scan>>>,
}

impl Scanners {
    /// Starts the threads; they read with the connections of `pool`.
    ///
    /// # Errors
    /// `Engine`.
    pub fn start(pool: Arc<Pool>) -> Result<Self, StoreError> {
        let (queue, scans) = sync_channel(READER_QUEUE_MAX);
        let scans = Arc::new(Mutex::new(scans));
        for number in 0..READER_THREADS {
            let scans = Arc::clone(&scans);
            thread::Builder::new()
                .name(format!("scan-{number}"))
                .spawn(move || work(&scans))
                .map_err(|error| StoreError::Engine { sql: "open", source: Box::new(error) })?;
        }
        Ok(Self { pool, queue: Mutex::new(Some(queue)) })
    }

    /// Runs a scan on one of the threads.
    pub async fn run<T, F>(&self, scan: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let pool = Arc::clone(&self.pool);
        let scan: Scan = Box::new(move || {
            // A caller that went away pays for nothing.
            if !answer.is_closed() {
                let _ = answer.send(pool.with(scan));
            }
        });
        self.send(scan)?;
        answered.await.map_err(|_gone| StoreError::Busy)?
    }

    fn send(&self, scan: Scan) -> Result<(), StoreError> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        match queue.as_ref().map(|queue| queue.try_send(scan)) {
            Some(Ok(())) => Ok(()),
            Some(Err(TrySendError::Full(_) | TrySendError::Disconnected(_))) | None => {
                Err(StoreError::Busy)
            }
        }
    }

    /// Lets the threads end once their queue is empty.
    pub fn close(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

fn work(scans: &Mutex<Receiver<Scan>>) {
    loop {
        let next = scans.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(scan) = next else { return };
        scan();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool() -> (tempfile::TempDir, Pool) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        connection::open(&path, Purpose::Write).unwrap();
        (folder, Pool::new(&path))
    }

    fn idle(pool: &Pool) -> Option<usize> {
        pool.idle().as_ref().map(Vec::len)
    }

    #[test]
    fn reads_one_after_the_other_share_a_connection_and_reads_at_once_have_one_each() {
        let (_folder, pool) = pool();
        for _ in 0..3 {
            thread::scope(|scope| scope.spawn(|| pool.with(|_| Ok(()))).join().unwrap()).unwrap();
        }
        assert_eq!(idle(&pool), Some(1), "three threads, none at the same time");
        pool.with(|_| pool.with(|_| Ok(()))).unwrap();
        assert_eq!(idle(&pool), Some(2));
    }

    #[test]
    fn thread_gets_the_connection_that_it_had() {
        let (_folder, pool) = pool();
        let mark = |connection: &Connection| {
            connection.execute_batch("CREATE TEMP TABLE mine (a)").unwrap();
            Ok(())
        };
        let (has, had) = std::sync::mpsc::channel();
        let (done, wait) = std::sync::mpsc::channel::<()>();
        thread::scope(|scope| {
            let shared = &pool;
            let other = move || {
                shared.with(|_| {
                    has.send(()).unwrap();
                    wait.recv().unwrap();
                    Ok(())
                })
            };
            let mut reading = None;
            pool.with(|connection| {
                mark(connection)?;
                reading = Some(scope.spawn(other));
                had.recv().unwrap();
                Ok(())
            })
            .unwrap();
            // The other one comes back last, on top of it.
            done.send(()).unwrap();
            reading.unwrap().join().unwrap().unwrap();
        });
        assert_eq!(idle(&pool), Some(2));
        let is_mine =
            |connection: &Connection| Ok(connection.table_exists(Some("temp"), "mine").unwrap());
        assert!(pool.with(is_mine).unwrap());
    }

    #[test]
    fn connection_that_saw_an_error_is_not_lent_again_and_a_closed_pool_keeps_none() {
        let (_folder, pool) = pool();
        assert!(pool.with(|_| Err::<(), _>(StoreError::Busy)).is_err());
        assert_eq!(idle(&pool), Some(0));
        pool.with(|_| {
            pool.close();
            Ok(())
        })
        .unwrap();
        assert_eq!(idle(&pool), None);
        assert!(pool.with(|_| Ok(())).is_err());
    }
}
