//! Who listens in this process, and how what happens reaches them.
//!
//! Each listener has a queue with a bound: one who does not take what comes is let go
//! (the queue's end ends the stream) and loses nothing, for whoever comes back says up to
//! where they have listened. One feeder serves all; it runs while somebody listens. The
//! hub knows neither what is told nor where it comes from.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::{Notify, mpsc};

use super::bounds::{STREAM_QUEUE_MAX, STREAMS_PER_PERSON_MAX};
use super::clock::Millis;

/// Who listens.
#[derive(Clone, Debug)]
pub struct Listener {
    /// The person.
    pub user_id: String,
    /// The organisation for which they listen, too; empty for none.
    pub organization_id: String,
    /// The session by which they do.
    pub session_id: String,
    /// When they began.
    pub since: Millis,
}

/// Why nobody may listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HubError {
    /// The person listens often enough.
    Full,
    /// The program ends.
    Closed,
}

/// Whether the feeder of the hub runs already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feeder {
    /// It does.
    Runs,
    /// It does not: whoever was told starts it.
    Wanted,
}

/// The listeners of this process.
#[derive(Debug, Default)]
pub struct Hub {
    inner: Mutex<Inner>,
    /// Rings when there may be something to tell.
    pub wake: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    open: BTreeMap<u64, Open>,
    next_number: u64,
    /// Place of the last event that was told, while the feeder runs.
    told: i64,
    is_fed: bool,
    is_closed: bool,
}

#[derive(Debug)]
struct Open {
    listener: Listener,
    queue: mpsc::Sender<Bytes>,
}

/// What a listener gets; they are gone when it is dropped.
#[derive(Debug)]
pub struct Subscription {
    hub: Arc<Hub>,
    number: u64,
    queue: mpsc::Receiver<Bytes>,
}

/// A listener's beginning.
#[derive(Debug)]
pub struct Begun {
    /// What will come.
    pub subscription: Subscription,
    /// Everything after this place will come.
    pub from: i64,
    /// Whether the feeder is to be started.
    pub feeder: Feeder,
}

impl Hub {
    /// Adds a listener; `newest` is the newest place, where a feeder that starts begins.
    ///
    /// # Errors
    /// [`HubError`].
    pub fn listen(self: &Arc<Self>, listener: Listener, newest: i64) -> Result<Begun, HubError> {
        let mut inner = self.inner();
        if inner.is_closed {
            return Err(HubError::Closed);
        }
        let own = inner.open.values().filter(|open| open.listener.user_id == listener.user_id);
        if own.count() >= STREAMS_PER_PERSON_MAX {
            return Err(HubError::Full);
        }
        let feeder = if inner.is_fed { Feeder::Runs } else { Feeder::Wanted };
        if feeder == Feeder::Wanted {
            inner.is_fed = true;
            inner.told = newest;
        }
        let number = inner.next_number;
        inner.next_number += 1;
        let (sender, queue) = mpsc::channel(STREAM_QUEUE_MAX);
        inner.open.insert(number, Open { listener, queue: sender });
        let from = inner.told;
        drop(inner);
        let subscription = Subscription { hub: Arc::clone(self), number, queue };
        Ok(Begun { subscription, from, feeder })
    }

    /// Returns the place up to which everything was told; `None`: nobody listens any more,
    /// and the feeder that asks ends with that.
    #[must_use]
    pub fn told(&self) -> Option<i64> {
        let mut inner = self.inner();
        if inner.open.is_empty() || inner.is_closed {
            inner.is_fed = false;
            return None;
        }
        Some(inner.told)
    }

    /// Tells some bytes to whoever listens as `user_id` or for `organization_id`.
    pub fn tell(&self, user_id: &str, organization_id: &str, bytes: &Bytes) {
        self.offer(bytes, |listener| {
            listener.user_id == user_id
                || (!organization_id.is_empty() && listener.organization_id == organization_id)
        });
    }

    /// Tells some bytes to everybody.
    pub fn tell_all(&self, bytes: &Bytes) {
        self.offer(bytes, |_listener| true);
    }

    fn offer(&self, bytes: &Bytes, is_meant: impl Fn(&Listener) -> bool) {
        self.inner().open.retain(|_number, open| {
            !is_meant(&open.listener) || open.queue.try_send(bytes.clone()).is_ok()
        });
    }

    /// Notes that everything up to a place was told.
    pub fn advance(&self, told: i64) {
        let mut inner = self.inner();
        inner.told = inner.told.max(told);
    }

    /// Lists who listens.
    #[must_use]
    pub fn listeners(&self) -> Vec<(u64, Listener)> {
        let inner = self.inner();
        inner.open.iter().map(|(number, open)| (*number, open.listener.clone())).collect()
    }

    /// Lets a listener go.
    pub fn let_go(&self, number: u64) {
        self.inner().open.remove(&number);
    }

    /// Lets everybody go and takes nobody more: the program ends.
    pub fn close(&self) {
        let mut inner = self.inner();
        inner.is_closed = true;
        inner.open.clear();
        drop(inner);
        self.wake.notify_one();
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stream for Subscription {
    type Item = Bytes;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        self.queue.poll_recv(context)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.let_go(self.number);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;

    use super::*;

    fn listener(user_id: &str, organization_id: &str) -> Listener {
        Listener {
            user_id: user_id.to_owned(),
            organization_id: organization_id.to_owned(),
            session_id: String::new(),
            since: Millis(0),
        }
    }

    #[tokio::test]
    async fn what_is_told_reaches_those_whom_it_concerns() {
        let hub = Arc::new(Hub::default());
        let mut ana = hub.listen(listener("ana", ""), 7).unwrap();
        let mut bea = hub.listen(listener("bea", "org"), 9).unwrap();
        assert_eq!((ana.from, ana.feeder), (7, Feeder::Wanted));
        assert_eq!((bea.from, bea.feeder), (7, Feeder::Runs), "the feeder began at 7");
        hub.tell("ana", "", &Bytes::from_static(b"one"));
        hub.tell("ana", "org", &Bytes::from_static(b"two"));
        hub.advance(9);
        assert_eq!(hub.told(), Some(9));
        assert_eq!(ana.subscription.next().await.unwrap(), "one");
        assert_eq!(ana.subscription.next().await.unwrap(), "two");
        assert_eq!(bea.subscription.next().await.unwrap(), "two");
        drop((ana, bea));
        assert_eq!(hub.told(), None);
        assert_eq!(hub.listen(listener("ana", ""), 3).unwrap().feeder, Feeder::Wanted);
    }

    #[tokio::test]
    async fn who_does_not_take_what_comes_is_let_go_after_what_is_queued() {
        let hub = Arc::new(Hub::default());
        let mut slow = hub.listen(listener("ana", ""), 0).unwrap().subscription;
        for _ in 0..=STREAM_QUEUE_MAX {
            hub.tell_all(&Bytes::from_static(b"x"));
        }
        assert_eq!(hub.told(), None);
        for _ in 0..STREAM_QUEUE_MAX {
            assert!(slow.next().await.is_some());
        }
        assert_eq!(slow.next().await, None);
    }

    #[tokio::test]
    async fn a_person_listens_a_bounded_number_of_times_and_nobody_after_the_end() {
        let hub = Arc::new(Hub::default());
        let mut own: Vec<_> = (0..STREAMS_PER_PERSON_MAX)
            .map(|_| hub.listen(listener("ana", ""), 0).unwrap().subscription)
            .collect();
        assert_eq!(hub.listen(listener("ana", ""), 0).unwrap_err(), HubError::Full);
        let bea = hub.listen(listener("bea", ""), 0).unwrap();
        own.pop();
        own.push(hub.listen(listener("ana", ""), 0).unwrap().subscription);
        hub.close();
        assert_eq!(own[0].next().await, None);
        drop(bea);
        assert_eq!(hub.listen(listener("cleo", ""), 0).unwrap_err(), HubError::Closed);
    }
}
