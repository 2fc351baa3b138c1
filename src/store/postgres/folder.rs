//! One thread that folds batches on one hot row into few commits.
//!
//! Every join of the waitlist takes its place from one counter row. Each by itself,
//! they would stand in line for the row until the one before is on the disk, and
//! hold all connections meanwhile. So whatever waits runs in one transaction, as in
//! SQLite's writer: bare until a batch is refused, then again with a savepoint each,
//! so that it hurts no other. Whoever asked may go away: the work is the thread's.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};

use super::address::Address;
use super::batch::{self, Outcomes};
use super::in_time;
use super::link::Links;
use super::patience::Patience;
use super::trouble::Trouble;
use crate::base::bounds::{FOLD_QUEUE_MAX, FOLDED_MAX};
use crate::base::entropy::Entropy;
use crate::store::{Affected, GroupObserver, Statement, StoreError};

type Outcome = Result<Vec<Affected>, StoreError>;

/// A batch, and who waits for it.
struct Waiting {
    batch: Vec<Statement>,
    answer: oneshot::Sender<Outcome>,
}

/// The way to the thread.
pub struct Folder {
    queue: Mutex<Option<mpsc::Sender<Waiting>>>,
    waiting: Arc<AtomicUsize>,
}

impl Folder {
    /// Starts the thread; it connects when there is work.
    ///
    /// # Errors
    /// `Engine` when the system refuses a thread.
    pub fn start(
        address: &Address,
        entropy: Entropy,
        on_group: Arc<GroupObserver>,
    ) -> Result<Self, StoreError> {
        let failed = |error| StoreError::Engine { sql: "fold", source: Box::new(error) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(failed)?;
        let (queue, jobs) = mpsc::channel(FOLD_QUEUE_MAX);
        let waiting = Arc::new(AtomicUsize::new(0));
        let thread = Thread {
            links: Links::new(&address.alone())?,
            entropy,
            on_group,
            jobs,
            waiting: Arc::clone(&waiting),
            guarded_folds: 0,
        };
        thread::Builder::new()
            .name(String::from("fold"))
            .spawn(move || thread.run(&runtime))
            .map_err(failed)?;
        Ok(Self { queue: Mutex::new(Some(queue)), waiting })
    }

    /// Applies a batch with whichever others wait.
    pub async fn apply(&self, batch: Vec<Statement>) -> Outcome {
        let (answer, answered) = oneshot::channel();
        self.send(Waiting { batch, answer })?;
        answered.await.map_err(|_gone| closed())?
    }

    fn send(&self, waiting: Waiting) -> Result<(), StoreError> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queue.as_ref().ok_or_else(closed)?;
        self.waiting.fetch_add(1, Ordering::Relaxed);
        queue.try_send(waiting).map_err(|refused| {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            match refused {
                mpsc::error::TrySendError::Full(_) => StoreError::Busy,
                mpsc::error::TrySendError::Closed(_) => closed(),
            }
        })
    }

    /// Returns how many batches wait.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Lets the thread end once its queue is empty.
    pub fn close(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable { reason: String::from("the database is closed") }
}

/// Folds that run in savepoints after one had to run twice.
const GUARDED_FOLDS: u32 = 16;

struct Thread {
    links: Links,
    entropy: Entropy,
    on_group: Arc<GroupObserver>,
    jobs: mpsc::Receiver<Waiting>,
    waiting: Arc<AtomicUsize>,
    /// How many of the next folds run in savepoints.
    guarded_folds: u32,
}

impl Thread {
    fn run(mut self, runtime: &Runtime) {
        runtime.block_on(async {
            let mut group = Vec::new();
            while self.jobs.recv_many(&mut group, FOLDED_MAX).await > 0 {
                self.waiting.fetch_sub(group.len(), Ordering::Relaxed);
                self.commit(std::mem::take(&mut group)).await;
            }
        });
    }

    /// Runs and commits a group, and answers each of it.
    async fn commit(&mut self, group: Vec<Waiting>) {
        let mut patience = Patience::new(&self.entropy);
        let outcomes = loop {
            let ran = self.try_commit(&group, self.guarded_folds > 0).await;
            match ran {
                Ok(outcomes) => break Ok(outcomes),
                Err(trouble) if trouble.is_refusal() && group.len() == 1 => {
                    break Ok(vec![Err(trouble.error)]);
                }
                // One was refused: again with a savepoint each, and so the next ones,
                // because refusals come in bursts.
                Err(trouble) if trouble.is_refusal() && self.guarded_folds == 0 => {
                    self.guarded_folds = GUARDED_FOLDS;
                }
                Err(trouble) => {
                    if let Err(trouble) = patience.help(trouble).await {
                        break Err(trouble.error);
                    }
                }
            }
        };
        self.guarded_folds = self.guarded_folds.saturating_sub(1);
        let outcomes = outcomes
            .unwrap_or_else(|error| group.iter().map(|_waiting| Err(repeated(&error))).collect());
        let durable = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        if durable > 0 {
            (self.on_group)(durable);
        }
        for (waiting, outcome) in group.into_iter().zip(outcomes) {
            // Nobody waits any more: what is durable is so all the same.
            let _ = waiting.answer.send(outcome);
        }
    }

    async fn try_commit(&self, group: &[Waiting], is_guarded: bool) -> Result<Outcomes, Trouble> {
        let batches: Vec<&[Statement]> =
            group.iter().map(|waiting| waiting.batch.as_slice()).collect();
        let held = self.links.take().await?;
        let connection = held.connection()?;
        let ran = in_time(async {
            if is_guarded {
                return batch::run_guarded(connection, &batches).await;
            }
            let answers = batch::run_bare(connection, &batches).await?;
            Ok(answers.into_iter().map(Ok).collect())
        });
        let outcome = ran.await;
        held.settle(&outcome);
        outcome
    }
}

/// Repeats for each batch of a group why none of it was done.
fn repeated(error: &StoreError) -> StoreError {
    match error {
        StoreError::Busy => StoreError::Busy,
        StoreError::Unavailable { .. }
        | StoreError::Duplicate { .. }
        | StoreError::Unexpected { .. }
        | StoreError::Decode { .. }
        | StoreError::Engine { .. } => StoreError::Unavailable { reason: error.to_string() },
    }
}
