//! Threads that hash passwords, and nothing else.
//!
//! A fixed number of them, each with memory that it keeps, below the priority of
//! the threads that answer: a flood of sign-ins fills their queue and slows
//! nobody else. An unknown account costs a hash too, so time tells nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use super::bounds::{HASH_IDLE_S, HASH_NICENESS, HASH_QUEUE_PER_THREAD_MAX};
use super::niceness::yield_to_others;
use super::password_hash::{self, Cost, Memory, Verdict};
use super::secret::Secret;

/// Why nothing was hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// The queue is full; the pool catches up in seconds.
    #[error("too many passwords wait to be hashed")]
    Busy,
    /// The pool is shut down, or the hash itself broke.
    #[error("the hash pool is closed")]
    Closed,
}

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// The pool; it ends with its owner.
pub struct HashPool {
    queue: SyncSender<Job>,
    queued: Arc<AtomicUsize>,
    cost: Cost,
    /// What an unknown account's password is compared with.
    decoy: Arc<str>,
}

impl HashPool {
    /// Starts `threads` threads that hash at `cost`.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start(threads: usize, cost: Cost) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel(threads.saturating_mul(HASH_QUEUE_PER_THREAD_MAX));
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 0..threads {
            let jobs = Arc::clone(&jobs);
            let name = format!("hash-{number}");
            thread::Builder::new().name(name).spawn(move || work(&jobs))?;
        }
        Ok(Self { queue, queued: Arc::default(), cost, decoy: decoy(cost) })
    }

    /// Hashes a password; returns a PHC string.
    ///
    /// # Errors
    /// `Busy`, `Closed`.
    pub async fn hash(
        &self,
        password: Secret<String>,
        salt: [u8; 16],
    ) -> Result<String, HashError> {
        let cost = self.cost;
        let hashed = self
            .run(move |memory| password_hash::hash(password.expose(), &salt, cost, memory))
            .await?;
        hashed.map_err(|_cost| HashError::Closed)
    }

    /// Compares a password with a stored hash; `None` costs as much and mismatches.
    ///
    /// # Errors
    /// `Busy`, `Closed`.
    pub async fn verify(
        &self,
        password: Secret<String>,
        stored: Option<String>,
    ) -> Result<Verdict, HashError> {
        let (cost, decoy) = (self.cost, Arc::clone(&self.decoy));
        self.run(move |memory| {
            let compared = stored.as_deref().unwrap_or(&decoy);
            let verdict = password_hash::verify(password.expose(), compared, cost, memory);
            if stored.is_some() { verdict } else { Verdict::Mismatch }
        })
        .await
    }

    /// Returns how many passwords wait.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.queued.load(Ordering::Relaxed)
    }

    async fn run<T, F>(&self, work: F) -> Result<T, HashError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Memory) -> T + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let queued = Arc::clone(&self.queued);
        self.queued.fetch_add(1, Ordering::Relaxed);
        let job: Job = Box::new(move |memory| {
            queued.fetch_sub(1, Ordering::Relaxed);
            // A caller that went away pays for nothing.
            if !answer.is_closed() {
                let _ = answer.send(work(memory));
            }
        });
        if let Err(refused) = self.queue.try_send(job) {
            self.queued.fetch_sub(1, Ordering::Relaxed);
            return Err(match refused {
                TrySendError::Full(_) => HashError::Busy,
                TrySendError::Disconnected(_) => HashError::Closed,
            });
        }
        answered.await.map_err(|_gone| HashError::Closed)
    }
}

/// A hash of nothing that anybody knows, at the same cost as a real one.
fn decoy(cost: Cost) -> Arc<str> {
    let Cost { memory_kib, iterations, lanes } = cost;
    let output = "A".repeat(43);
    format!(
        "$argon2id$v=19$m={memory_kib},t={iterations},p={lanes}$AAAAAAAAAAAAAAAAAAAAAA${output}"
    )
    .into()
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    yield_to_others(HASH_NICENESS);
    let mut memory = Memory::default();
    let idle = Duration::from_secs(HASH_IDLE_S);
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(idle);
        match next {
            // A broken hash ends its own request: the sender is dropped with the job.
            Ok(job) => drop(catch_unwind(AssertUnwindSafe(|| job(&mut memory)))),
            Err(RecvTimeoutError::Timeout) => memory.release(),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost { memory_kib: 64, iterations: 1, lanes: 1 };

    #[tokio::test]
    async fn pool_hashes_and_compares() {
        let pool = HashPool::start(2, CHEAP).unwrap();
        let password = || Secret::new(String::from("una frase"));
        let stored = pool.hash(password(), [1; 16]).await.unwrap();
        assert_eq!(pool.verify(password(), Some(stored)).await, Ok(Verdict::Match));
        assert_eq!(pool.verify(password(), None).await, Ok(Verdict::Mismatch));
        assert_eq!(pool.queued(), 0);
    }

    #[test]
    fn decoy_costs_what_a_real_hash_costs() {
        let decoy = decoy(CHEAP);
        let mut memory = Memory::default();
        let verdict = password_hash::verify("x", &decoy, CHEAP, &mut memory);
        assert_eq!(verdict, Verdict::Mismatch);
        let parsed = phc::PasswordHash::new(&decoy).unwrap();
        assert_eq!(parsed.hash.unwrap().len(), 32);
    }
}
