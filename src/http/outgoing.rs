//! What hyper sends: bytes that are there, or bytes as they come.
//!
//! Nearly every answer is one block; asking it which of the two it is costs a compare. A
//! stream is pulled: hyper asks for more once the socket has taken what was there, so a
//! slow reader holds back its own stream and nobody else's. The bound is the feeder's.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::Stream;
use http::{Method, header};
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};

use super::response::Response;

/// Bytes as they come; its end is the end of the answer.
pub struct ByteStream(Pin<Box<dyn Stream<Item = Bytes> + Send>>);

impl ByteStream {
    /// Takes whatever gives bytes.
    pub fn new(source: impl Stream<Item = Bytes> + Send + 'static) -> Self {
        Self(Box::pin(source))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByteStream")
    }
}

/// A body on its way out.
#[derive(Debug)]
pub enum Outgoing {
    /// All of it.
    Whole(Full<Bytes>),
    /// What there is, and then what comes.
    Streamed {
        /// What it begins with.
        begin: Bytes,
        /// What comes.
        stream: ByteStream,
    },
}

impl Outgoing {
    /// Hands an answer to hyper; HEAD gets the headers of the body that it does not get.
    #[must_use]
    pub fn sent(method: &Method, response: Response) -> http::Response<Self> {
        let Response { status, mut headers, body, stream } = response;
        let is_head = *method == Method::HEAD;
        if is_head && stream.is_none() {
            headers.insert(header::CONTENT_LENGTH, body.len().into());
        }
        let body = match stream {
            _ if is_head => Self::Whole(Full::new(Bytes::new())),
            None => Self::Whole(Full::new(body)),
            Some(stream) => Self::Streamed { begin: body, stream },
        };
        let mut sent = http::Response::new(body);
        *sent.status_mut() = status;
        *sent.headers_mut() = headers;
        sent
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Self::Whole(body) => Pin::new(body).poll_frame(context),
            Self::Streamed { begin, .. } if !begin.is_empty() => {
                Poll::Ready(Some(Ok(Frame::data(std::mem::take(begin)))))
            }
            Self::Streamed { stream, .. } => {
                stream.0.as_mut().poll_next(context).map(|next| Some(Ok(Frame::data(next?))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_end_stream(),
            Self::Streamed { .. } => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Streamed { .. } => SizeHint::default(),
        }
    }
}
