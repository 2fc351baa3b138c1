//! The streams of one HTTP/2 connection whose answers wait for the client.
//!
//! An answer is listed when it first has to wait; most never are. At each look those that
//! lost pace are ended, each alone, so that one slow reader behind a proxy costs nobody
//! else their connection. What h2 holds of short answers whose tasks are over cannot be
//! ended alone: it is counted by age, and too old means that the connection ends.

use std::pin::pin;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use hyper::rt::Executor;
use tokio_util::task::TaskTracker;

use super::handed::Handed;
use super::look::Verdict;
use super::pace::{Pace, Rate, Step};
use crate::base::bounds::CALM_LOOKS;

/// Ages that are told apart; of the oldest nothing may be left when a new one begins.
const AGES: usize = 3;

/// The streams of a connection.
#[derive(Debug, Default)]
pub struct Streams {
    listed: Mutex<Vec<Listed>>,
    /// Bytes of short answers by the age in which they were handed out.
    left: [AtomicU64; AGES],
    age: AtomicUsize,
    /// Looks of the present age.
    looks: AtomicU32,
    /// Looks since the socket was full.
    free: AtomicU32,
    /// The account of the request that hyper has just taken: its task comes next.
    next: Mutex<Option<Arc<Handed>>>,
}

#[derive(Debug)]
struct Listed {
    handed: Arc<Handed>,
    pace: Pace,
    /// Looks since it was ended.
    ended: u32,
}

/// What a look at the streams has brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Answers that were ended.
    pub ended: u64,
    /// What is to become of the connection.
    pub verdict: Verdict,
}

impl Streams {
    /// Opens an account for a request; the next task that starts is its.
    pub fn begin(self: &Arc<Self>) -> Arc<Handed> {
        let handed = Handed::new(self);
        *lock(&self.next) = Some(Arc::clone(&handed));
        handed
    }

    /// Watches over an answer that has to wait.
    pub(super) fn list(&self, handed: Arc<Handed>) {
        lock(&self.listed).push(Listed { handed, pace: Pace::default(), ended: 0 });
    }

    /// Counts a short answer that was handed out; returns its bucket.
    pub(super) fn leave(&self, bytes: u64) -> usize {
        let bucket = self.age.load(Ordering::Relaxed) % AGES;
        if let Some(left) = self.left.get(bucket) {
            left.fetch_add(bytes, Ordering::Relaxed);
        }
        bucket
    }

    /// Takes off what of a short answer has gone.
    pub(super) fn gone(&self, bucket: usize, bytes: usize) {
        if let Some(left) = self.left.get(bucket) {
            left.fetch_sub(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }

    /// Returns the bytes of short answers that wait.
    pub fn left(&self) -> u64 {
        self.left.iter().map(|left| left.load(Ordering::Relaxed)).sum()
    }

    /// Looks at every answer that waits. While the connection itself takes nothing its
    /// answers share what one must take, and none of them grows older; a socket that was
    /// full a moment ago is full again in the next.
    pub fn look(&self, rate: Rate, narrow: Narrow) -> Looked {
        let narrow = self.lately(narrow);
        let mut looked = Looked { ended: 0, verdict: Verdict::GoOn };
        let mut listed = lock(&self.listed);
        listed.retain(|one| Arc::strong_count(&one.handed) > 1);
        let waiting = listed.iter().filter(|one| one.handed.waiting() > 0).count();
        let sharers = match narrow {
            Narrow::Connection => u64::try_from(waiting).unwrap_or(u64::MAX),
            Narrow::Stream => 1,
        };
        for one in listed.iter_mut() {
            if one.handed.waiting() == 0 {
                one.pace.rests();
            } else if one.pace.waits(one.handed.taken(), rate, sharers) == Step::Lost {
                looked.ended += u64::from(one.handed.end());
                one.ended += 1;
                if one.ended > rate.grace {
                    // Its task is over, and h2 still holds its bytes.
                    looked.verdict = Verdict::Cut;
                }
            }
        }
        drop(listed);
        if narrow == Narrow::Stream && self.ages(rate.grace) == Verdict::Cut {
            looked.verdict = Verdict::Cut;
        }
        looked
    }

    /// Ends every answer that waits; returns how many.
    pub fn end_waiting(&self) -> u64 {
        let listed = lock(&self.listed);
        let waiting = listed.iter().filter(|one| one.handed.waiting() > 0);
        waiting.map(|one| u64::from(one.handed.end())).sum()
    }

    fn lately(&self, narrow: Narrow) -> Narrow {
        let free = match narrow {
            Narrow::Connection => 0,
            Narrow::Stream => self.free.load(Ordering::Relaxed).saturating_add(1),
        };
        self.free.store(free, Ordering::Relaxed);
        if free < CALM_LOOKS { Narrow::Connection } else { Narrow::Stream }
    }

    /// Counts a look; when an age is full, nothing may be left of the one before the last.
    fn ages(&self, looks: u32) -> Verdict {
        if self.looks.fetch_add(1, Ordering::Relaxed) < looks {
            return Verdict::GoOn;
        }
        self.looks.store(0, Ordering::Relaxed);
        let next = (self.age.load(Ordering::Relaxed) + 1) % AGES;
        let is_clear = self.left.get(next).is_none_or(|left| left.load(Ordering::Relaxed) == 0);
        self.age.store(next, Ordering::Relaxed);
        if is_clear { Verdict::GoOn } else { Verdict::Cut }
    }
}

/// What holds the answers of a connection back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Narrow {
    /// The socket takes no more.
    Connection,
    /// The socket takes what there is: only a stream's own window can.
    Stream,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Spawns hyper's HTTP/2 streams where the listener can join them, and ends those whose
/// account says so.
#[derive(Clone, Debug)]
pub struct Tracked {
    /// Owns the tasks.
    pub tasks: TaskTracker,
    /// The connection's streams.
    pub streams: Arc<Streams>,
}

impl<F> Executor<F> for Tracked
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    fn execute(&self, stream: F) {
        // hyper calls the service and starts its task in one breath.
        let Some(handed) = lock(&self.streams.next).take() else {
            self.tasks.spawn(stream);
            return;
        };
        self.tasks.spawn(async move {
            let mut stream = pin!(stream);
            std::future::poll_fn(|context| match stream.as_mut().poll(context) {
                Poll::Ready(_) => Poll::Ready(()),
                Poll::Pending => handed.poll_end(context),
            })
            .await;
        });
    }
}
