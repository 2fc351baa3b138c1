//! The one thread that writes.
//!
//! It takes a batch, then whatever else is queued, commits once, and only then
//! answers: the commit of one group is what fills the next. Nothing is
//! acknowledged before it is on the disk, and a batch that fails hurts no other:
//! batches run bare until one fails half-way; then the group is rolled back and
//! run again in savepoints, and so are the next ones, because failures come in
//! bursts.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::GroupObserver;
use super::anchor::Anchor;
use super::backup::forget_samples;
use super::batch::{self, Outcome, Traces};
use super::connection::{self, Purpose, classify};
use crate::base::bounds::{
    ANCHOR_AFTER_MS, BUSY_TIMEOUT_MS, WRITER_GROUP_MAX, WRITER_GROUP_MS_MAX, WRITER_QUEUE_MAX,
};
use crate::base::clock::Clock;
use crate::store::{Statement, StoreError};

/// What the thread is asked.
enum Job {
    /// Apply this.
    Batch(Vec<Statement>, oneshot::Sender<Outcome>),
    /// Bring the plans' statistics up to date, fold the log into the file.
    Optimize(oneshot::Sender<Result<Folded, StoreError>>),
    /// Much comes at once: rather take memory and disk than write a page twice.
    Widen,
    /// Finish, fold the log into the file, end.
    Close(oneshot::Sender<()>),
}

/// What was moved from the log into the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// Pages that stood in the log.
    pub log_pages: i64,
    /// Pages of them that are in the file now; readers keep the rest.
    pub folded_pages: i64,
}

/// The way to the thread.
pub struct Writer {
    queue: SyncSender<Job>,
    queued: Arc<AtomicUsize>,
}

impl Writer {
    /// Opens the connection and starts the thread.
    pub fn start(path: &Path, on_group: GroupObserver) -> Result<Self, StoreError> {
        let connection = connection::open(path, Purpose::Write)?;
        let (queue, jobs) = sync_channel(WRITER_QUEUE_MAX);
        let queued = Arc::new(AtomicUsize::new(0));
        let thread = Thread {
            path: path.to_owned(),
            connection: Some(connection),
            anchor: Anchor::default(),
            jobs,
            queued: Arc::clone(&queued),
            on_group,
            is_ailing: false,
            guarded_groups: 0,
        };
        thread::Builder::new()
            .name(String::from("writer"))
            .spawn(move || thread.run())
            .map_err(|error| StoreError::Engine { sql: "open", source: Box::new(error) })?;
        Ok(Self { queue, queued })
    }

    /// Applies a batch.
    pub async fn apply(&self, batch: Vec<Statement>) -> Outcome {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Batch(batch, answer))?;
        answered.await.map_err(|_gone| closed())?
    }

    /// Prepares for much at once; see [`connection::widen`].
    ///
    /// # Errors
    /// `Busy` when the queue is full.
    pub fn widen(&self) -> Result<(), StoreError> {
        self.send(Job::Widen)
    }

    /// Does what keeps the database quick, between two groups.
    pub async fn optimize(&self) -> Result<Folded, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Optimize(answer))?;
        answered.await.map_err(|_gone| closed())?
    }

    /// Finishes what is queued and ends the thread.
    pub async fn close(&self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Close(answer))?;
        answered.await.map_err(|_gone| closed())
    }

    /// Returns how many jobs wait.
    pub fn queued(&self) -> usize {
        self.queued.load(Ordering::Relaxed)
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        self.queued.fetch_add(1, Ordering::Relaxed);
        self.queue.try_send(job).map_err(|refused| {
            self.queued.fetch_sub(1, Ordering::Relaxed);
            match refused {
                TrySendError::Full(_) => StoreError::Busy,
                TrySendError::Disconnected(_) => closed(),
            }
        })
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable { reason: String::from("the database is closed") }
}

/// A batch that waits for its commit; kept whole, because it may run again.
struct Waiting {
    batch: Vec<Statement>,
    answer: oneshot::Sender<Outcome>,
    outcome: Outcome,
}

/// Groups that run in savepoints after one had to run twice.
const GUARDED_GROUPS: u32 = 64;

struct Thread {
    path: PathBuf,
    connection: Option<Connection>,
    anchor: Anchor,
    jobs: Receiver<Job>,
    queued: Arc<AtomicUsize>,
    on_group: GroupObserver,
    is_ailing: bool,
    /// How many of the next groups run in savepoints.
    guarded_groups: u32,
}

impl Thread {
    fn run(mut self) {
        let mut next = self.next();
        while let Some(job) = next.take() {
            self.queued.fetch_sub(1, Ordering::Relaxed);
            match job {
                Job::Batch(batch, answer) => next = self.group((batch, answer)),
                Job::Widen => self.widen(),
                Job::Optimize(answer) => {
                    // Nobody waits any more: it is done all the same.
                    let _ = answer.send(self.optimize());
                }
                Job::Close(answer) => {
                    self.close();
                    let _ = answer.send(());
                    return;
                }
            }
            if next.is_none() {
                next = self.next();
            }
        }
        self.close();
    }

    /// Takes the next job; while there is none for a while, readers have the anchor.
    fn next(&mut self) -> Option<Job> {
        // Between the groups of a rush there is a moment without jobs: not worth casting.
        match self.jobs.recv_timeout(Duration::from_millis(ANCHOR_AFTER_MS)) {
            Ok(job) => Some(job),
            Err(RecvTimeoutError::Timeout) => {
                self.anchor.cast(&self.path);
                self.jobs.recv().ok()
            }
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Runs one group; returns a job that was taken and does not belong to it.
    fn group(&mut self, first: (Vec<Statement>, oneshot::Sender<Outcome>)) -> Option<Job> {
        self.anchor.raise();
        let mut waiting: Vec<Waiting> = Vec::new();
        let (begun, left) = match self.connect().and_then(begin) {
            Ok(()) => self.gather(first, &mut waiting),
            Err(error) => {
                let (batch, answer) = first;
                waiting.push(Waiting { batch, answer, outcome: Ok(Vec::new()) });
                (Err(error), None)
            }
        };
        let committed = begun.and_then(|()| self.commit());
        if committed.is_err() {
            // It may have lost its footing: closing undoes, and the next group opens anew.
            self.connection = None;
        }
        self.note_health(committed.as_ref().err());
        if committed.is_ok() {
            (self.on_group)(waiting.len());
        }
        for Waiting { answer, outcome, .. } in waiting {
            let outcome = match &committed {
                Ok(()) => outcome,
                // Whatever a batch achieved by itself, it is not on the disk.
                Err(error) => Err(not_durable(error)),
            };
            // Nobody waits any more: the batch is durable all the same.
            let _ = answer.send(outcome);
        }
        left
    }

    /// Runs the first batch and whatever is queued, up to the bounds of a group.
    fn gather(
        &mut self,
        first: (Vec<Statement>, oneshot::Sender<Outcome>),
        waiting: &mut Vec<Waiting>,
    ) -> (Result<(), StoreError>, Option<Job>) {
        let watch = Clock::System.stopwatch();
        let mut next = Some(first);
        let mut left = None;
        while let Some((batch, answer)) = next.take() {
            if let Err(error) = self.add(batch, answer, waiting) {
                return (Err(error), None);
            }
            let is_full = waiting.len() >= WRITER_GROUP_MAX
                || watch.elapsed() >= Duration::from_millis(WRITER_GROUP_MS_MAX);
            if is_full {
                break;
            }
            match self.jobs.try_recv() {
                Ok(Job::Batch(batch, answer)) => {
                    self.queued.fetch_sub(1, Ordering::Relaxed);
                    next = Some((batch, answer));
                }
                Ok(other @ (Job::Widen | Job::Optimize(_) | Job::Close(_))) => left = Some(other),
                Err(_empty) => {}
            }
        }
        self.guarded_groups = self.guarded_groups.saturating_sub(1);
        (Ok(()), left)
    }

    /// Adds one batch to the group; an error means that the transaction is gone.
    fn add(
        &mut self,
        batch: Vec<Statement>,
        answer: oneshot::Sender<Outcome>,
        waiting: &mut Vec<Waiting>,
    ) -> Result<(), StoreError> {
        let connection = self.connection.as_ref().ok_or_else(closed)?;
        let (outcome, traces) = if self.guarded_groups > 0 {
            (guarded(connection, &batch), Traces::None)
        } else {
            catch_unwind(AssertUnwindSafe(|| batch::run_bare(connection, &batch)))
                .unwrap_or_else(|_panic| (Err(batch::panicked()), Traces::Some))
        };
        waiting.push(Waiting { batch, answer, outcome });
        still_open(connection)?;
        if traces == Traces::None {
            return Ok(());
        }
        self.guarded_groups = GUARDED_GROUPS;
        batch::control(connection, "ROLLBACK")?;
        begin(connection)?;
        for again in waiting {
            again.outcome = guarded(connection, &again.batch);
            still_open(connection)?;
        }
        Ok(())
    }

    fn commit(&self) -> Result<(), StoreError> {
        let connection = self.connection.as_ref().ok_or_else(closed)?;
        batch::control(connection, "COMMIT")
    }

    /// Returns the connection, opened anew after a failure.
    fn connect(&mut self) -> Result<&Connection, StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => connection::open(&self.path, Purpose::Write)?,
        };
        Ok(self.connection.insert(connection))
    }

    /// Says once that writing stopped working, and once that it works again.
    fn note_health(&mut self, error: Option<&StoreError>) {
        match error {
            Some(error) if !self.is_ailing => tracing::error!(
                path = %self.path.display(),
                error = %error,
                hint = "free disk space, make the folder writable, or end whoever holds the lock; \
                        no restart is needed",
                "database is not writable"
            ),
            None if self.is_ailing => {
                tracing::info!(path = %self.path.display(), "database is writable again");
            }
            Some(_) | None => {}
        }
        self.is_ailing = error.is_some();
    }

    /// Looks at every table, with SQLite's own limit on how much of each it reads.
    fn optimize(&mut self) -> Result<Folded, StoreError> {
        self.anchor.raise();
        let connection = self.connect()?;
        connection
            .execute_batch("PRAGMA optimize = 0x1fffe")
            .and_then(|()| forget_samples(connection))
            .map_err(|error| classify("optimize", error))?;
        fold(connection)
    }

    /// A connection that cannot be widened works as it is.
    fn widen(&mut self) {
        let widened = self.connect().map(connection::widen);
        if let Ok(Err(error)) | Err(error) = widened {
            tracing::debug!(error = %error, "connection keeps its usual size");
        }
    }

    fn close(&mut self) {
        self.anchor.raise();
        let Some(connection) = &self.connection else { return };
        if let Err(error) = fold(connection) {
            tracing::warn!(error = %error, "log was not folded into the database file");
        }
    }
}

/// Folds the log into the file, and never waits for a reader.
///
/// Another process may read for as long as it runs: what it keeps from being folded
/// now is folded by whoever comes last.
fn fold(connection: &Connection) -> Result<Folded, StoreError> {
    let pages =
        |row: &rusqlite::Row<'_>| Ok(Folded { log_pages: row.get(1)?, folded_pages: row.get(2)? });
    let folded = connection
        .busy_timeout(Duration::ZERO)
        .and_then(|()| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], pages));
    let restored = connection.busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS));
    folded
        .and_then(|folded| restored.map(|()| folded))
        .map_err(|error| classify("checkpoint", error))
}

/// Runs a batch so that its failure, a panic too, leaves nothing.
fn guarded(connection: &Connection, batch: &[Statement]) -> Outcome {
    catch_unwind(AssertUnwindSafe(|| batch::run_guarded(connection, batch)))
        .unwrap_or_else(|_panic| Err(batch::undo_after_panic(connection)))
}

/// Tells whether the engine gave the whole transaction up: a full disk, an I/O error.
fn still_open(connection: &Connection) -> Result<(), StoreError> {
    if connection.is_autocommit() {
        let reason = String::from("the engine rolled the transaction back");
        return Err(StoreError::Unavailable { reason });
    }
    Ok(())
}

fn begin(connection: &Connection) -> Result<(), StoreError> {
    batch::control(connection, "BEGIN IMMEDIATE")
}

/// Repeats for each batch of a group why none of it is on the disk.
fn not_durable(error: &StoreError) -> StoreError {
    StoreError::Unavailable { reason: error.to_string() }
}
