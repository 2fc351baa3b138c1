//! The bytes between us and a mail server, encrypted or not.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf as _, Bytes};
use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What carries bytes both ways.
pub trait Wire: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug> Wire for T {}

/// A connection that was greeted already: whoever takes it over reads what the server
/// answered, and the greeting that they write goes nowhere.
#[derive(Debug)]
pub struct Greeted {
    wire: Box<dyn Wire>,
    peer: SocketAddr,
    /// What of the answers is still to be read.
    answers: Bytes,
    /// Whether the greeting that goes nowhere was written to its end.
    is_past_greeting: bool,
}

impl Greeted {
    /// Takes a connection whose server said `answers` up to its greeting's end.
    pub fn of(wire: Box<dyn Wire>, peer: SocketAddr, answers: Bytes) -> Self {
        Self { wire, peer, answers, is_past_greeting: false }
    }
}

impl AsyncRead for Greeted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.answers.is_empty() {
            return Pin::new(&mut self.wire).poll_read(context, buffer);
        }
        let length = buffer.remaining().min(self.answers.remaining());
        buffer.put_slice(&self.answers.split_to(length));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Greeted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_past_greeting {
            return Pin::new(&mut self.wire).poll_write(context, bytes);
        }
        let end = bytes.iter().position(|byte| *byte == b'\n');
        self.is_past_greeting = end.is_some();
        Poll::Ready(Ok(end.map_or(bytes.len(), |end| end.saturating_add(1))))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(context)
    }
}

impl AsyncTokioStream for Greeted {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}
