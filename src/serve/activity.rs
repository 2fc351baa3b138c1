//! What a connection is doing, told by its socket and by its answers.
//!
//! hyper's own header time-out arms a timer for every request and also closes
//! connections that merely wait. Here socket and answers leave marks, a store
//! each, and whoever owns the connection looks at them a few times a second.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The marks of one connection.
///
/// Relaxed everywhere: a look that comes a moment early is corrected by the next.
#[derive(Debug, Default)]
pub struct Activity {
    /// Requests handed to the program since the connection began.
    pub requests: AtomicU32,
    /// Requests whose answer has not wholly left the program.
    pub open: AtomicU32,
    /// Bytes went in or out since the last look.
    pub moved: AtomicBool,
    /// Bytes came in that no request or answer has accounted for: a head begins.
    pub head_begun: AtomicBool,
    /// The client does not take what we write.
    pub blocked: AtomicBool,
    /// Bytes that went out since the connection began.
    pub written: AtomicU64,
    /// The connection is to end at once: what the kernel has not sent is thrown away.
    pub is_cut: AtomicBool,
}

/// A request between its head and the last byte of its answer.
#[derive(Debug)]
pub struct Open(Arc<Activity>);

impl Open {
    /// Marks the begin of a request; dropping the mark is its end.
    pub fn begin(activity: &Arc<Activity>) -> Self {
        activity.requests.fetch_add(1, Relaxed);
        activity.open.fetch_add(1, Relaxed);
        activity.head_begun.store(false, Relaxed);
        Self(Arc::clone(activity))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Relaxed);
        // What came in meanwhile was this request's body. A head that followed in the
        // same packet loses its mark; parking the connection finds its bytes again.
        self.0.head_begun.store(false, Relaxed);
    }
}

/// A client's socket that leaves marks in its [`Activity`].
#[derive(Debug)]
pub struct Wire {
    /// The socket.
    pub stream: TcpStream,
    /// Bytes that were read already and come before the socket's.
    pub prefix: Bytes,
    /// Where the marks go.
    pub activity: Arc<Activity>,
    /// The client has said that it sends no more.
    pub is_ended: bool,
}

impl Wire {
    /// Wraps a fresh socket.
    pub fn new(stream: TcpStream) -> Self {
        let activity = Arc::new(Activity::default());
        Self { stream, prefix: Bytes::new(), activity, is_ended: false }
    }

    fn mark_read(&mut self, bytes: usize) {
        if bytes == 0 {
            self.is_ended = true;
        } else {
            self.activity.moved.store(true, Relaxed);
            self.activity.head_begun.store(true, Relaxed);
        }
    }

    fn mark_write(&self, written: &Poll<io::Result<usize>>) {
        self.activity.blocked.store(written.is_pending(), Relaxed);
        if let Poll::Ready(Ok(bytes)) = written {
            self.activity.moved.store(true, Relaxed);
            // Nobody else adds to it, so it need not be one step.
            let before = self.activity.written.load(Relaxed);
            let bytes = u64::try_from(*bytes).unwrap_or(u64::MAX);
            self.activity.written.store(before.wrapping_add(bytes), Relaxed);
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.activity.is_cut.load(Relaxed) {
            // Otherwise the kernel would go on sending to whoever was cut for not reading.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        if self.prefix.is_empty() {
            std::task::ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        } else {
            let length = self.prefix.len().min(buffer.remaining());
            buffer.put_slice(self.prefix.get(..length).unwrap_or_default());
            self.prefix.advance(length);
        }
        let bytes = buffer.filled().len() - before;
        self.mark_read(bytes);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.mark_write(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.mark_write(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    /// Does nothing: a connection that hyper is done with may be parked and used
    /// again, and one that ends is closed by its owner, with patience.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
