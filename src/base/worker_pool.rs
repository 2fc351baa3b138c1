//! A bounded number of threads for work that would hold up whoever answers.
//!
//! Each thread keeps a state of its own between jobs and gives it back when it is
//! idle; the queue before them is bounded, and they run below the priority of the
//! threads that answer. A job that panics ends alone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::bounds::{WORKER_IDLE_S, WORKER_NICENESS};
use super::niceness::yield_to_others;

/// A job was not taken: the queue is full, or the system has no thread to spare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolBusy;

type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

/// The pool; its threads start as jobs come and end with it. `S` is what a thread keeps
/// between jobs.
pub struct WorkerPool<S> {
    name: &'static str,
    threads_max: usize,
    started: Mutex<usize>,
    queue: SyncSender<Job<S>>,
    jobs: Arc<Mutex<Receiver<Job<S>>>>,
    queued: Arc<AtomicUsize>,
}

impl<S: Default + 'static> WorkerPool<S> {
    /// Makes a pool of at most `threads_max` threads called `name-0`, `name-1`, …, before
    /// which at most `queue_max` jobs wait.
    #[must_use]
    pub fn new(name: &'static str, threads_max: usize, queue_max: usize) -> Self {
        let (queue, jobs) = sync_channel(queue_max);
        let jobs = Arc::new(Mutex::new(jobs));
        Self { name, threads_max, started: Mutex::new(0), queue, jobs, queued: Arc::default() }
    }

    /// Queues a job.
    ///
    /// # Errors
    /// [`PoolBusy`].
    pub fn submit(&self, work: impl FnOnce(&mut S) + Send + 'static) -> Result<(), PoolBusy> {
        self.start_another()?;
        let queued = Arc::clone(&self.queued);
        self.queued.fetch_add(1, Ordering::Relaxed);
        let job: Job<S> = Box::new(move |state| {
            queued.fetch_sub(1, Ordering::Relaxed);
            work(state);
        });
        self.queue.try_send(job).map_err(|_full| {
            self.queued.fetch_sub(1, Ordering::Relaxed);
            PoolBusy
        })
    }

    /// Starts a thread while there are less than may be: each of the first jobs brings one.
    fn start_another(&self) -> Result<(), PoolBusy> {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        if *started == self.threads_max {
            return Ok(());
        }
        let jobs = Arc::clone(&self.jobs);
        let name = format!("{}-{started}", self.name);
        match thread::Builder::new().name(name).spawn(move || work(&jobs)) {
            Ok(_runs_on) => *started += 1,
            Err(error) if *started == 0 => {
                tracing::error!(%error, pool = self.name, "no thread could be started");
                return Err(PoolBusy);
            }
            Err(error) => {
                tracing::warn!(%error, pool = self.name, threads = *started, "no more threads");
                // It goes on with those it has; to try for every job would not get more.
                *started = self.threads_max;
            }
        }
        Ok(())
    }

    /// Returns how many jobs wait.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.queued.load(Ordering::Relaxed)
    }
}

fn work<S: Default>(jobs: &Mutex<Receiver<Job<S>>>) {
    yield_to_others(WORKER_NICENESS);
    let mut state = S::default();
    let idle = Duration::from_secs(WORKER_IDLE_S);
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(idle);
        match next {
            // A broken job ends alone; what it half-changed is not used again.
            Ok(job) => {
                if catch_unwind(AssertUnwindSafe(|| job(&mut state))).is_err() {
                    state = S::default();
                }
            }
            Err(RecvTimeoutError::Timeout) => state = S::default(),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn full_queue_refuses_and_a_panic_ends_alone() {
        let pool = WorkerPool::<Vec<u8>>::new("test", 1, 1);
        let (open, gate) = channel::<()>();
        let (told, heard) = channel();
        let begun = told.clone();
        pool.submit(move |state| {
            state.push(1);
            begun.send(0).unwrap();
            gate.recv().unwrap();
            panic!("a broken job");
        })
        .unwrap();
        assert_eq!(heard.recv().unwrap(), 0);
        // The one thread is busy: one waits, the next is refused.
        pool.submit(move |state| told.send(state.len()).unwrap()).unwrap();
        assert_eq!(pool.submit(|_| {}), Err(PoolBusy));
        assert_eq!(pool.queued(), 1);
        open.send(()).unwrap();
        assert_eq!(heard.recv().unwrap(), 0, "what a panic half-changed is thrown away");
    }

    #[test]
    fn threads_come_with_jobs_and_are_never_more_than_may_be() {
        let pool = WorkerPool::<()>::new("test", 2, 4);
        let (told, heard) = channel();
        let gates: Vec<_> = (0..3)
            .map(|_| {
                let (open, gate) = channel::<()>();
                let told = told.clone();
                pool.submit(move |()| {
                    told.send(thread::current().name().map(String::from)).unwrap();
                    gate.recv().unwrap();
                })
                .unwrap();
                open
            })
            .collect();
        let mut names = [heard.recv().unwrap(), heard.recv().unwrap()];
        names.sort();
        assert_eq!(names, [Some("test-0".to_owned()), Some("test-1".to_owned())]);
        // Both are busy: the third job has no thread to wait for but one of them.
        assert_eq!(*pool.started.lock().unwrap(), 2);
        assert_eq!(pool.queued(), 1);
        for open in &gates {
            open.send(()).unwrap();
        }
        assert!(names.contains(&heard.recv().unwrap()));
    }
}
