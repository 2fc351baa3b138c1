//! One HTTP/2 connection: many answers at once, each at its reader's pace.
//!
//! What a client leaves untaken is counted at each look, for its address; whoever holds too
//! much loses the answers that wait, and then the connection.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::time::timeout;

use super::activity::{Activity, Wire};
use super::connection::{Sendable, Shared, looks, marked};
use super::look::{Verdict, Watch};
use super::peers::Seat;
use super::streams::{Narrow, Streams, Tracked};
use crate::base::bounds::{
    H2_CONNECTION_BYTES_FAIR, H2_ERRORS_MAX, H2_PING_S, H2_RESETS_MAX, H2_SEND_BYTES_MAX,
    H2_STREAM_BYTES, H2_STREAMS_MAX, H2_WINDOW_BYTES, LINGER_MS_MAX,
};
use crate::base::in_flight::{Full, Holder, Share};

/// Serves an HTTP/2 connection.
pub async fn serve<F, R, B>(wire: Wire, shared: &Shared, seat: &Seat, answer: F)
where
    F: Fn(Request<Incoming>) -> R + Send + Sync + 'static,
    R: Future<Output = Response<B>> + Send + 'static,
    B: Sendable,
{
    let activity = Arc::clone(&wire.activity);
    let streams = Arc::<Streams>::default();
    let service = service_fn(|request| marked(&activity, &answer, request, Some(streams.begin())));
    let spoken = spoken(shared, &streams);
    let mut connection = pin!(spoken.serve_connection(TokioIo::new(wire), service));
    let mut looks = looks();
    let mut watch = Watch::default();
    let mut load = Load::of(shared, seat);
    loop {
        tokio::select! {
            biased;
            _ = connection.as_mut() => return,
            _ = looks.tick() => {}
        }
        if shared.cut.is_cancelled() {
            return;
        }
        if shared.draining.is_cancelled() {
            connection.as_mut().graceful_shutdown();
        }
        if readers(shared, &activity, &streams) == Verdict::Cut
            || load.weigh(shared, &activity, &streams) == Verdict::Cut
        {
            activity.is_cut.store(true, Relaxed);
            return;
        }
        if watch.look_at_streams(&activity, shared.patience) == Verdict::Cut {
            if activity.blocked.load(Relaxed) {
                shared.readers.observe_slow();
                activity.is_cut.store(true, Relaxed);
                return;
            }
            connection.as_mut().graceful_shutdown();
            let _ = timeout(Duration::from_millis(LINGER_MS_MAX), connection).await;
            return;
        }
    }
}

/// Looks at the answers that wait, and counts those that were too slow.
fn readers(shared: &Shared, activity: &Activity, streams: &Streams) -> Verdict {
    let is_blocked = activity.blocked.load(Relaxed);
    let narrow = if is_blocked { Narrow::Connection } else { Narrow::Stream };
    let looked = streams.look(shared.patience.read, narrow);
    (0..looked.ended).for_each(|_| shared.readers.observe_slow());
    if looked.verdict == Verdict::Cut {
        shared.readers.observe_slow();
    }
    looked.verdict
}

/// What a connection's streams count for at each look.
struct Load(Share);

impl Load {
    fn of(shared: &Shared, seat: &Seat) -> Self {
        Self(shared.in_flight.hold(0, [seat.address.map(Holder::Address), None]))
    }

    fn weigh(&mut self, shared: &Shared, activity: &Activity, streams: &Streams) -> Verdict {
        let open = u64::from(activity.open.load(Relaxed));
        let bytes = open * H2_STREAM_BYTES + streams.left();
        if bytes == self.0.bytes() {
            return Verdict::GoOn;
        }
        match self.0.resize(bytes) {
            Ok(()) => Verdict::GoOn,
            // Others have filled the room: who takes little is not to blame.
            Err(Full::All) if bytes < H2_CONNECTION_BYTES_FAIR => Verdict::GoOn,
            Err(Full::All | Full::Share) => match streams.end_waiting() {
                0 if streams.left() > 0 => {
                    shared.readers.observe_slow();
                    Verdict::Cut
                }
                ended => {
                    (0..ended).for_each(|_| shared.readers.observe_slow());
                    Verdict::GoOn
                }
            },
        }
    }
}

/// Returns how HTTP/2 is spoken on a connection.
///
/// What a client makes us queue is bounded by h2: one answer to a ping and to settings each
/// before the next frame is read.
fn spoken(shared: &Shared, streams: &Arc<Streams>) -> http2::Builder<Tracked> {
    let tracked = Tracked { tasks: shared.tasks.clone(), streams: Arc::clone(streams) };
    let mut http2 = http2::Builder::new(tracked);
    http2
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(H2_PING_S))
        .keep_alive_timeout(Duration::from_secs(H2_PING_S))
        .max_concurrent_streams(H2_STREAMS_MAX)
        .max_pending_accept_reset_streams(H2_RESETS_MAX)
        .max_local_error_reset_streams(H2_ERRORS_MAX)
        .max_send_buf_size(H2_SEND_BYTES_MAX)
        .max_header_list_size(u32::try_from(shared.head_bytes_max).unwrap_or(u32::MAX))
        .initial_stream_window_size(H2_WINDOW_BYTES)
        .initial_connection_window_size(4 * H2_WINDOW_BYTES);
    http2
}
