//! Threads that hash passwords, and nothing else.
//!
//! A bounded number of them, each with memory that it keeps, below the priority of
//! the threads that answer: a flood of sign-ins fills their queue and slows
//! nobody else. An unknown account costs a hash too, so time tells nothing.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::oneshot;

use super::bounds::HASH_QUEUE_PER_THREAD_MAX;
use super::password_hash::{self, Cost, KINDS, Memory, Verdict, decoy_of, kind_of};
use super::secret::Secret;
use super::worker_pool::{PoolBusy, WorkerPool};

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

impl From<PoolBusy> for HashError {
    fn from(_busy: PoolBusy) -> Self {
        Self::Busy
    }
}

/// The pool; it ends with its owner.
pub struct HashPool {
    workers: WorkerPool<Memory>,
    cost: Cost,
    /// What an unknown account's password is compared with.
    decoy: Arc<str>,
    /// Hashes made and compared since the start, of each of [`KINDS`].
    work: Arc<[AtomicU64; KINDS.len()]>,
}

impl HashPool {
    /// Makes a pool of at most `threads` threads that hash at `cost`.
    #[must_use]
    pub fn new(threads: usize, cost: Cost) -> Self {
        let queue_max = threads.saturating_mul(HASH_QUEUE_PER_THREAD_MAX);
        Self {
            workers: WorkerPool::new("hash", threads, queue_max),
            cost,
            decoy: decoy(cost),
            work: Arc::default(),
        }
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
        let (cost, work) = (self.cost, Arc::clone(&self.work));
        let hashed = self
            .run(move |memory| {
                count(&work, "$argon2id$");
                password_hash::hash(password.expose(), &salt, cost, memory)
            })
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
        let (cost, decoy, work) = (self.cost, Arc::clone(&self.decoy), Arc::clone(&self.work));
        self.run(move |memory| {
            let compared = stored.as_deref().unwrap_or(&decoy);
            count(&work, compared);
            let verdict = password_hash::verify(password.expose(), compared, cost, memory);
            if stored.is_some() { verdict } else { Verdict::Mismatch }
        })
        .await
    }

    /// As [`HashPool::verify`], at the cost of every one of `decoys` and of a hash of our
    /// own: what is stored takes the place of its decoy, so that neither time nor load
    /// tells whether there is an account, and where its password comes from.
    ///
    /// # Errors
    /// `Busy`, `Closed`.
    pub async fn verify_among(
        &self,
        password: Secret<String>,
        stored: Option<String>,
        mut decoys: BTreeSet<String>,
    ) -> Result<Verdict, HashError> {
        let (cost, work) = (self.cost, Arc::clone(&self.work));
        decoys.insert(self.decoy.to_string());
        let own = stored.as_deref().and_then(decoy_of);
        decoys.extend(own.clone());
        self.run(move |memory| {
            let mut verdict = Verdict::Mismatch;
            for decoy in &decoys {
                let is_own = own.as_ref() == Some(decoy);
                let compared = stored.as_deref().filter(|_| is_own).unwrap_or(decoy);
                count(&work, compared);
                let outcome = password_hash::verify(password.expose(), compared, cost, memory);
                // The decoys' outcomes are worth their work alone, which must be done.
                let outcome = black_box(outcome);
                verdict = if is_own { outcome } else { verdict };
            }
            verdict
        })
        .await
    }

    /// Returns what a hash of our own costs now, as [`decoy_of`] names it.
    #[must_use]
    pub fn own_decoy(&self) -> &str {
        &self.decoy
    }

    /// Returns how many hashes of each of [`KINDS`] were made and compared.
    #[must_use]
    pub fn work(&self) -> [u64; KINDS.len()] {
        self.work.each_ref().map(|count| count.load(Ordering::Relaxed))
    }

    /// Returns how many passwords wait.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.workers.queued()
    }

    async fn run<T, F>(&self, work: F) -> Result<T, HashError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Memory) -> T + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.workers.submit(move |memory| {
            // A caller that went away pays for nothing.
            if !answer.is_closed() {
                let _ = answer.send(work(memory));
            }
        })?;
        answered.await.map_err(|_gone| HashError::Closed)
    }
}

fn count(work: &[AtomicU64; KINDS.len()], compared: &str) {
    if let Some(count) = work.get(kind_of(compared)) {
        count.fetch_add(1, Ordering::Relaxed);
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

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost { memory_kib: 64, iterations: 1, lanes: 1 };

    #[tokio::test]
    async fn pool_hashes_and_compares() {
        let pool = HashPool::new(2, CHEAP);
        let password = || Secret::new(String::from("una frase"));
        let stored = pool.hash(password(), [1; 16]).await.unwrap();
        assert_eq!(pool.verify(password(), Some(stored)).await, Ok(Verdict::Match));
        assert_eq!(pool.verify(password(), None).await, Ok(Verdict::Mismatch));
        assert_eq!(pool.queued(), 0);
    }

    #[tokio::test]
    async fn every_password_costs_the_same_among_the_decoys() {
        let pool = HashPool::new(1, CHEAP);
        let bcrypt = include_str!("../../tests/golden/hash-bcrypt.txt").trim().to_owned();
        let own = pool.hash(Secret::new(String::from("una frase")), [1; 16]).await.unwrap();
        let decoys: BTreeSet<String> = decoy_of(&bcrypt).into_iter().collect();
        for stored in [None, Some(own), Some(bcrypt), Some(String::from("nada"))] {
            let before = pool.work();
            let password = Secret::new(String::from("otra frase"));
            let verdict = pool.verify_among(password, stored, decoys.clone()).await;
            assert_eq!(verdict, Ok(Verdict::Mismatch));
            let done: Vec<u64> =
                pool.work().iter().zip(before).map(|(now, was)| now - was).collect();
            assert_eq!(done, [1, 0, 1, 0, 0, 0, 0]);
        }
    }

    #[test]
    fn decoy_costs_what_a_real_hash_costs() {
        let decoy = decoy(CHEAP);
        let mut memory = Memory::default();
        let verdict = password_hash::verify("x", &decoy, CHEAP, &mut memory);
        assert_eq!(verdict, Verdict::Mismatch);
        let parsed = phc::PasswordHash::new(&decoy).unwrap();
        assert_eq!(parsed.hash.unwrap().len(), 32);
        assert_eq!(decoy_of(&decoy).as_deref(), Some(&*decoy), "as it is written down");
    }
}
