//! What a connection is doing, told by its socket and by its answers.
//!
//! hyper's own header time-out arms a timer for every request and also closes
//! connections that merely wait. Here socket and answers leave marks, a store
//! each, and whoever owns the connection looks at them a few times a second.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use hyper::body::{Body, Frame, SizeHint};
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

/// An answer's body that ends its [`Open`] when hyper lets go of it.
#[derive(Debug)]
pub struct Answering<B> {
    body: B,
    _open: Open,
}

impl<B> Answering<B> {
    /// Keeps `open` until `body` is dropped.
    pub const fn new(body: B, open: Open) -> Self {
        Self { body, _open: open }
    }
}

impl<B: Body + Unpin> Body for Answering<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
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

    fn mark_write<T>(&self, written: &Poll<T>) {
        self.activity.blocked.store(written.is_pending(), Relaxed);
        if written.is_ready() {
            self.activity.moved.store(true, Relaxed);
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
