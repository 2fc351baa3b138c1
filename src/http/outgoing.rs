//! What hyper sends: bytes that are there, bytes as they come, or both.
//!
//! Nearly every answer is one short block. A longer one is handed out in pieces, and a
//! stream is pulled: hyper asks for more once what was there is taken, so a slow reader
//! holds back its own answer and nobody else's. A stream's bound is its feeder's.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use http::{Method, header};
use hyper::body::{Body, Frame, SizeHint};

use super::response::Response;
use crate::base::bounds::{ANSWER_PIECE_BYTES, ANSWER_SHORT_BYTES};
use crate::base::in_flight::Share;

/// An answer that ended before its end; whoever reads it sees that something is missing.
#[derive(Debug, thiserror::Error)]
#[error("an answer broke off")]
pub struct BrokenOff;

/// Bytes as they come; its end is the end of the answer.
pub struct ByteStream {
    source: Pin<Box<dyn Stream<Item = Result<Bytes, BrokenOff>> + Send>>,
    /// Bytes that will come; `None`: as many as there are.
    left: Option<u64>,
}

impl ByteStream {
    /// Takes whatever gives bytes.
    pub fn new(source: impl Stream<Item = Bytes> + Send + 'static) -> Self {
        Self { source: Box::pin(source.map(Ok)), left: None }
    }

    /// Takes what gives a known number of bytes, or breaks off.
    pub fn sized(
        bytes: u64,
        source: impl Stream<Item = Result<Bytes, BrokenOff>> + Send + 'static,
    ) -> Self {
        Self { source: Box::pin(source), left: Some(bytes) }
    }

    /// Returns how many bytes will come; `None`: nobody knows.
    #[must_use]
    pub const fn left(&self) -> Option<u64> {
        self.left
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BrokenOff>>> {
        let next = ready!(self.source.as_mut().poll_next(context));
        if let Some(left) = &mut self.left {
            match &next {
                Some(Ok(bytes)) => {
                    *left = left.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
                }
                None if *left > 0 => return Poll::Ready(Some(Err(BrokenOff))),
                Some(Err(_)) | None => {}
            }
        }
        Poll::Ready(next)
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByteStream")
    }
}

/// A body on its way out.
#[derive(Debug)]
pub struct Outgoing {
    /// What is there and was not handed out.
    block: Bytes,
    /// What comes after it.
    stream: Option<ByteStream>,
    /// What it counts for while it waits.
    share: Option<Box<Share>>,
}

impl Outgoing {
    /// Hands an answer to hyper; HEAD gets the headers of the body that it does not get.
    #[must_use]
    pub fn sent(method: &Method, response: Response) -> http::Response<Self> {
        let Response { status, mut headers, body, stream, share, holding: _ } = response;
        let body = if *method == Method::HEAD {
            let begun = u64::try_from(body.len()).unwrap_or(u64::MAX);
            match stream.as_ref().map(ByteStream::left) {
                None => {
                    headers.insert(header::CONTENT_LENGTH, begun.into());
                }
                Some(Some(left)) => {
                    headers.insert(header::CONTENT_LENGTH, (begun + left).into());
                }
                Some(None) => {}
            }
            Self { block: Bytes::new(), stream: None, share: None }
        } else {
            Self { block: body, stream, share }
        };
        let mut sent = http::Response::new(body);
        *sent.status_mut() = status;
        *sent.headers_mut() = headers;
        sent
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        let Self { block, stream, share } = self.get_mut();
        while block.is_empty() {
            let Some(stream) = stream else { return Poll::Ready(None) };
            let is_open = stream.left.is_none();
            if let (true, Some(share)) = (is_open, share.as_mut()) {
                // What was there was taken.
                share.set(0);
            }
            match ready!(stream.poll_next(context)) {
                Some(Ok(next)) => *block = next,
                Some(Err(broken)) => return Poll::Ready(Some(Err(broken))),
                None => return Poll::Ready(None),
            }
            if let (true, Some(share)) =
                (is_open && block.len() > ANSWER_SHORT_BYTES, share.as_mut())
            {
                share.set(u64::try_from(block.len()).unwrap_or(u64::MAX));
            }
        }
        let piece = if block.len() > ANSWER_PIECE_BYTES {
            block.split_to(ANSWER_PIECE_BYTES)
        } else {
            std::mem::take(block)
        };
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.block.is_empty() && self.stream.as_ref().is_none_or(|stream| stream.left == Some(0))
    }

    fn size_hint(&self) -> SizeHint {
        let block = u64::try_from(self.block.len()).unwrap_or(u64::MAX);
        match self.stream.as_ref().map(ByteStream::left) {
            None => SizeHint::with_exact(block),
            Some(Some(left)) => SizeHint::with_exact(block + left),
            Some(None) => SizeHint::default(),
        }
    }
}
