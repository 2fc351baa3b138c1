//! What an answer on an HTTP/2 stream has handed out, and what of it was taken.
//!
//! h2 asks an answer for bytes before there is room for them, and keeps what it got until
//! the client makes room, perhaps for ever. The bytes tell by themselves when they are
//! written or thrown away. A long answer hands out a piece at a time and ends after its
//! last was taken, so that its task is there to be ended until then; dropping the task
//! resets the stream and frees what h2 held for it.

use std::io::IoSlice;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use futures_util::task::AtomicWaker;

use super::streams::Streams;

/// No bucket of [`Streams`].
const NOWHERE: usize = usize::MAX;

/// The account of one answer.
#[derive(Debug)]
pub struct Handed {
    streams: Arc<Streams>,
    given: AtomicU64,
    taken: AtomicU64,
    /// The bucket of a short answer whose task may be over before it is taken.
    bucket: AtomicUsize,
    is_listed: AtomicBool,
    is_over: AtomicBool,
    task: AtomicWaker,
}

impl Handed {
    /// Opens an account among the streams of a connection.
    pub fn new(streams: &Arc<Streams>) -> Arc<Self> {
        Arc::new(Self {
            streams: Arc::clone(streams),
            given: AtomicU64::new(0),
            taken: AtomicU64::new(0),
            bucket: AtomicUsize::new(NOWHERE),
            is_listed: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            task: AtomicWaker::new(),
        })
    }

    /// Returns the bytes that were handed out and not taken.
    pub fn waiting(&self) -> u64 {
        self.given.load(Ordering::Acquire).saturating_sub(self.taken())
    }

    /// Returns the bytes that were taken.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Acquire)
    }

    /// Waits until everything that was handed out is taken.
    pub fn poll_taken(&self, context: &Context<'_>) -> Poll<()> {
        if self.waiting() == 0 {
            return Poll::Ready(());
        }
        self.task.register(context.waker());
        // The last of it may have gone in between, and have woken nobody.
        if self.waiting() == 0 { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Waits for the end that [`Handed::end`] makes, once something was handed out.
    pub fn poll_end(self: &Arc<Self>, context: &Context<'_>) -> Poll<()> {
        if self.given.load(Ordering::Acquire) == 0 {
            return Poll::Pending;
        }
        self.task.register(context.waker());
        if !self.is_listed.swap(true, Ordering::AcqRel) {
            self.streams.list(Arc::clone(self));
        }
        if self.is_over.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Ends the answer where it stands; tells whether it was not ended before.
    pub fn end(&self) -> bool {
        let was_over = self.is_over.swap(true, Ordering::AcqRel);
        self.task.wake();
        !was_over
    }

    /// Hands out bytes of an answer that goes on until they are taken.
    pub fn piece(self: &Arc<Self>, bytes: Bytes) -> Sent {
        self.count(&bytes);
        Sent { bytes, handed: Some(Arc::clone(self)) }
    }

    /// Hands out a whole short answer.
    pub fn whole(self: &Arc<Self>, bytes: Bytes) -> Sent {
        let length = self.count(&bytes);
        self.bucket.store(self.streams.leave(length), Ordering::Relaxed);
        Sent { bytes, handed: Some(Arc::clone(self)) }
    }

    fn count(&self, bytes: &Bytes) -> u64 {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.given.fetch_add(length, Ordering::AcqRel);
        length
    }

    fn take(&self, bytes: usize) {
        let length = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.taken.fetch_add(length, Ordering::AcqRel);
    }
}

/// Bytes on their way to the socket.
#[derive(Debug)]
pub struct Sent {
    bytes: Bytes,
    /// Who wants to know that they are gone; `None`: nobody.
    handed: Option<Arc<Handed>>,
}

impl Sent {
    /// Hands out bytes whose connection alone watches over them.
    pub const fn unwatched(bytes: Bytes) -> Self {
        Self { bytes, handed: None }
    }
}

impl Buf for Sent {
    fn remaining(&self) -> usize {
        self.bytes.len()
    }

    fn chunk(&self) -> &[u8] {
        &self.bytes
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
        if let Some(handed) = &self.handed {
            handed.take(count);
            if let bucket @ ..NOWHERE = handed.bucket.load(Ordering::Relaxed) {
                handed.streams.gone(bucket, count);
            }
        }
    }

    fn chunks_vectored<'a>(&'a self, into: &mut [IoSlice<'a>]) -> usize {
        self.bytes.chunks_vectored(into)
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        // What is thrown away waits no longer either.
        let rest = self.bytes.len();
        if rest > 0 {
            self.advance(rest);
        }
        if let Some(handed) = &self.handed {
            handed.task.wake();
        }
    }
}
