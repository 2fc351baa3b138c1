//! Reading: a pool for point reads, two threads for scans.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rusqlite::{Connection, types::ToSqlOutput, types::ValueRef};
use thread_local::ThreadLocal;
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

/// Connections for point reads, one a thread: what a connection allocates stays
/// in its thread's memory, and no lock stands between two readers.
pub struct Pool {
    path: PathBuf,
    /// The lock is each thread's own; only closing ever takes another's.
    own: ThreadLocal<Mutex<Option<Connection>>>,
}

impl Pool {
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), own: ThreadLocal::new() }
    }

    /// Lends the thread's connection. One that saw an error is dropped, not lent again.
    pub fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut own = self.own.get_or_default().lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match own.take() {
            Some(connection) => connection,
            None => connection::open(&self.path, Purpose::Read)?,
        };
        let answer = read(&connection);
        if answer.is_ok() {
            *own = Some(connection);
        }
        answer
    }

    /// Closes every thread's connection.
    pub fn clear(&self) {
        for own in &self.own {
            own.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }
}

type Scan = Box<dyn FnOnce(&mut Option<Connection>) + Send>;

/// The threads for scans and sorts.
pub struct Scanners {
    path: PathBuf,
    queue: Mutex<Option<SyncSender<Scan>>>,
}

impl Scanners {
    pub fn start(path: &Path) -> Result<Self, StoreError> {
        let (queue, scans) = sync_channel(READER_QUEUE_MAX);
        let scans = Arc::new(Mutex::new(scans));
        for number in 0..READER_THREADS {
            let scans = Arc::clone(&scans);
            thread::Builder::new()
                .name(format!("scan-{number}"))
                .spawn(move || work(&scans))
                .map_err(|error| StoreError::Engine { sql: "open", source: Box::new(error) })?;
        }
        Ok(Self { path: path.to_owned(), queue: Mutex::new(Some(queue)) })
    }

    /// Runs a scan on one of the threads.
    pub async fn run<T, F>(&self, scan: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let path = self.path.clone();
        let scan: Scan = Box::new(move |slot| {
            // A caller that went away pays for nothing.
            if !answer.is_closed() {
                let _ = answer.send(scan_with(slot, &path, scan));
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

/// Scans with the thread's connection, opened at its first scan.
fn scan_with<T>(
    slot: &mut Option<Connection>,
    path: &Path,
    scan: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let connection = match slot.take() {
        Some(connection) => connection,
        None => connection::open(path, Purpose::Read)?,
    };
    let answer = scan(&connection);
    if answer.is_ok() {
        *slot = Some(connection);
    }
    answer
}

fn work(scans: &Mutex<Receiver<Scan>>) {
    let mut connection = None;
    loop {
        let next = scans.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(scan) = next else { return };
        scan(&mut connection);
    }
}
