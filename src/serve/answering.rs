//! An answer's body on its way to hyper.
//!
//! It ends its mark in the connection's activity when hyper lets go of it. On HTTP/2 it
//! also keeps the account of what was taken: a short answer goes at once, a longer one
//! piece by piece, each after the one before.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::activity::Open;
use super::handed::{Handed, Sent};
use crate::base::bounds::ANSWER_SHORT_BYTES;

/// An answer's body.
#[derive(Debug)]
pub struct Answering<B> {
    body: B,
    account: Option<Account>,
    _open: Open,
}

#[derive(Debug)]
struct Account {
    handed: Arc<Handed>,
    length: Length,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// One piece, which takes the end of the answer along.
    Short,
    /// As many pieces as it needs.
    Long,
}

impl<B: Body<Data = Bytes> + Unpin> Answering<B> {
    /// Keeps `open` until the body is dropped; `handed` is its account on HTTP/2.
    pub fn new(body: B, open: Open, handed: Option<Arc<Handed>>) -> Self {
        let most = body.size_hint().upper();
        let is_short = most
            .is_some_and(|most| usize::try_from(most).is_ok_and(|most| most <= ANSWER_SHORT_BYTES));
        let length = if is_short { Length::Short } else { Length::Long };
        let account = handed.map(|handed| Account { handed, length });
        Self { body, account, _open: open }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Answering<B> {
    type Data = Sent;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Sent>, B::Error>>> {
        let Self { body, account, .. } = &mut *self;
        if let Some(Account { handed, length: Length::Long }) = account {
            ready!(handed.poll_taken(context));
        }
        let Some(frame) = ready!(Pin::new(&mut *body).poll_frame(context)) else {
            return Poll::Ready(None);
        };
        let is_last = body.is_end_stream();
        Poll::Ready(Some(frame.map(|frame| {
            frame.map_data(|bytes| match account {
                None => Sent::unwatched(bytes),
                Some(Account { handed, length: Length::Short }) if is_last => handed.whole(bytes),
                Some(Account { handed, .. }) => handed.piece(bytes),
            })
        })))
    }

    fn is_end_stream(&self) -> bool {
        let is_taken = match &self.account {
            Some(Account { handed, length: Length::Long }) => handed.waiting() == 0,
            Some(Account { length: Length::Short, .. }) | None => true,
        };
        is_taken && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
