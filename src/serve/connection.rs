//! One client's connection from its first byte to its last.
//!
//! The first bytes tell HTTP/2 from HTTP/1. An HTTP/1 connection that has gone
//! quiet is parked: hyper's buffers are given back and only the socket waits.
//! hyper itself says whether it is idle, so parking never splits a request.
//! (hyper-util's `auto` knows no time-out before the first byte and holds 18 KiB
//! for a connection that waits.)

use std::convert::Infallible;
use std::error::Error;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::activity::{Activity, Open, Wire};
use super::answering::Answering;
use super::handed::Handed;
use super::look::{Patience, Verdict, Watch};
use super::multiplexed;
use super::peers::Seat;
use crate::base::bounds::{
    CONNECTION_IDLE_S_MAX, CONNECTION_LOOK_MS, LINGER_BYTES_MAX, LINGER_MS_MAX,
};
use crate::base::in_flight::InFlight;
use crate::base::metrics::Readers;

/// What every connection of a listener shares.
#[derive(Debug)]
pub struct Shared {
    /// How HTTP/1 is spoken.
    pub http1: http1::Builder,
    /// Most bytes of a head.
    pub head_bytes_max: usize,
    /// Owns the connections and the streams of HTTP/2.
    pub tasks: TaskTracker,
    /// Bytes that wait for their readers.
    pub in_flight: Arc<InFlight>,
    /// Counts readers who were too slow.
    pub readers: Readers,
    /// For the first byte of a connection.
    pub header_read_timeout: Duration,
    /// The time-outs of what follows.
    pub patience: Patience,
    /// Finish what is open, take nothing new.
    pub draining: CancellationToken,
    /// End now.
    pub cut: CancellationToken,
}

/// A body that hyper can send on either protocol.
pub trait Sendable:
    Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + Unpin + 'static
{
}

impl<B> Sendable for B where
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + Unpin + 'static
{
}

/// Serves a connection until either side ends it; `answer` never fails.
pub async fn serve<F, R, B>(stream: TcpStream, shared: Arc<Shared>, seat: Seat, answer: F)
where
    F: Fn(Request<Incoming>) -> R + Send + Sync + 'static,
    R: Future<Output = Response<B>> + Send + 'static,
    B: Sendable,
{
    let mut wire = Wire::new(stream);
    match protocol(&wire.stream, &shared).await {
        Some(Protocol::Http2) => Box::pin(multiplexed::serve(wire, &shared, &seat, answer)).await,
        Some(Protocol::Http1) => loop {
            // Boxed, so that a parked connection does not hold the busy one's state.
            match Box::pin(requests(wire, &shared, &answer)).await {
                Ended::Parked(parked) if has_more(&parked, &shared).await => wire = parked,
                Ended::Parked(_) | Ended::Cut => return,
                Ended::Done(done) => return linger(done, &shared).await,
            }
        },
        None => {}
    }
}

#[derive(Clone, Copy, Debug)]
enum Protocol {
    Http1,
    Http2,
}

/// Every HTTP/2 connection begins with this. Source: RFC 9113 §3.4.
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Shortest beginning of the preface that no method of ours shares.
const PREFACE_TELLING: usize = 3;

/// Tells the protocol by the first bytes, which stay in the socket; `None` when none come.
///
/// One or two bytes of the preface alone are taken as HTTP/1: `P` may be `POST`.
async fn protocol(stream: &TcpStream, shared: &Shared) -> Option<Protocol> {
    let mut first = [0; PREFACE.len()];
    let arrival = async {
        tokio::select! {
            length = stream.peek(&mut first) => length.ok(),
            () = shared.draining.cancelled() => None,
        }
    };
    let length = timeout(shared.header_read_timeout, arrival).await.ok()??;
    let bytes = first.get(..length).filter(|bytes| !bytes.is_empty())?;
    let is_http2 = length >= PREFACE_TELLING && PREFACE.starts_with(bytes);
    Some(if is_http2 { Protocol::Http2 } else { Protocol::Http1 })
}

/// How a turn of HTTP/1 on a socket ends.
enum Ended {
    /// Idle by hyper's own account; the socket may carry another request.
    Parked(Wire),
    /// No request will follow.
    Done(Wire),
    /// A time-out has passed or the listener ends.
    Cut,
}

/// Serves HTTP/1 requests until the connection is quiet or over.
async fn requests<F, R, B>(wire: Wire, shared: &Shared, answer: &F) -> Ended
where
    F: Fn(Request<Incoming>) -> R + Send + Sync + 'static,
    R: Future<Output = Response<B>> + Send + 'static,
    B: Sendable,
{
    let activity = Arc::clone(&wire.activity);
    let service = service_fn(|request| marked(&activity, answer, request, None));
    let mut connection = shared.http1.serve_connection(TokioIo::new(wire), service);
    let mut looks = looks();
    let mut watch = Watch::default();
    loop {
        tokio::select! {
            biased;
            // What went wrong is the client's affair; hyper has answered what it could.
            _ = &mut connection => return Ended::Done(wire_of(connection)),
            _ = looks.tick() => {}
        }
        let verdict = watch.look(&activity, shared.patience);
        if verdict == Verdict::Cut || shared.cut.is_cancelled() {
            if activity.blocked.load(Relaxed) {
                shared.readers.observe_slow();
                activity.is_cut.store(true, Relaxed);
            }
            return Ended::Cut;
        }
        if verdict == Verdict::GoOn && !shared.draining.is_cancelled() {
            continue;
        }
        // An idle connection is over at its next poll, and at no later one: after that
        // hyper has had something to finish, and the socket cannot be used again.
        Pin::new(&mut connection).graceful_shutdown();
        let next = poll_fn(|context| Poll::Ready(Pin::new(&mut connection).poll(context))).await;
        match next {
            Poll::Ready(Ok(())) if verdict == Verdict::Quiet => {
                return Ended::Parked(wire_of(connection));
            }
            Poll::Ready(_) => return Ended::Done(wire_of(connection)),
            Poll::Pending => {}
        }
    }
}

/// Takes the socket out of an ended connection, with what hyper read too far.
fn wire_of<S, B>(connection: http1::Connection<TokioIo<Wire>, S>) -> Wire
where
    S: hyper::service::HttpService<Incoming, ResBody = B>,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>> + 'static,
{
    let parts = connection.into_parts();
    let mut wire = parts.io.into_inner();
    wire.prefix = parts.read_buf;
    wire
}

/// Waits on a parked connection; false when it should be closed.
async fn has_more(parked: &Wire, shared: &Shared) -> bool {
    if parked.is_ended || shared.draining.is_cancelled() {
        return false;
    }
    if !parked.prefix.is_empty() {
        return true;
    }
    let next = async {
        tokio::select! {
            readable = parked.stream.readable() => readable.is_ok(),
            () = shared.draining.cancelled() => false,
        }
    };
    timeout(Duration::from_secs(CONNECTION_IDLE_S_MAX), next).await.unwrap_or(false)
}

/// Closes with patience: says that nothing follows, then reads what still comes.
///
/// Closing a socket with unread bytes resets the connection, and the reset can
/// overtake the answer that says why. Time and bytes are bounded, and a draining listener
/// has no such patience.
/// Source: RFC 9112 §9.6.
async fn linger(mut wire: Wire, shared: &Shared) {
    if wire.is_ended || wire.stream.shutdown().await.is_err() {
        return;
    }
    let rest = async {
        let mut thrown_away = vec![0; 8 * 1024];
        let mut left = LINGER_BYTES_MAX;
        while left > 0 {
            match wire.stream.read(&mut thrown_away).await {
                Ok(0) | Err(_) => return,
                Ok(bytes) => left = left.saturating_sub(bytes),
            }
        }
    };
    tokio::select! {
        biased;
        // The socket closes however this ends.
        _ = timeout(Duration::from_millis(LINGER_MS_MAX), rest) => {}
        () = shared.draining.cancelled() => {}
    }
}

/// Answers a request and marks its time from here to the end of the answer's body.
pub(super) fn marked<F, R, B>(
    activity: &Arc<Activity>,
    answer: &F,
    request: Request<Incoming>,
    handed: Option<Arc<Handed>>,
) -> impl Future<Output = Result<Response<Answering<B>>, Infallible>> + Send + use<F, R, B>
where
    F: Fn(Request<Incoming>) -> R + Send + Sync + 'static,
    R: Future<Output = Response<B>> + Send + 'static,
    B: Sendable,
{
    let open = Open::begin(activity);
    let answered = answer(request);
    async move { Ok(answered.await.map(|body| Answering::new(body, open, handed))) }
}

pub(super) fn looks() -> Interval {
    let period = Duration::from_millis(CONNECTION_LOOK_MS);
    let mut looks = interval(period);
    // The first look comes after a period, not at once.
    looks.reset();
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    looks
}
