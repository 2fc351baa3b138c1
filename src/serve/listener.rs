//! The socket: takes connections while there is room, and ends them in order.
//!
//! Above `server.connections_max` nobody is refused: the next connection waits
//! in the kernel's queue until one ends, because every connection that does
//! nothing is ended by a time-out. Knows HTTP's framing, nothing of its meaning.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::TokioTimer;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connection::{self, Sendable, Shared, Tracked};
use super::look::Patience;
use crate::base::bounds::{
    ACCEPT_PAUSE_MS, H2_PING_S, H2_STREAMS_MAX, H2_WINDOW_BYTES, LINGER_MS_MAX,
};
use crate::base::metrics::Gauge;

/// How a listener serves; from `server.*` of the configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Most connections at a time.
    pub connections_max: usize,
    /// Most bytes of a request's headers.
    pub header_bytes_max: usize,
    /// Most header lines of a request.
    pub headers_max: usize,
    /// Most bytes of a request's target.
    pub uri_bytes_max: usize,
    /// For the first byte of a connection and the head of each request.
    pub header_read_timeout: Duration,
    /// For what is open when the server stops.
    pub shutdown_grace: Duration,
    /// Counts the open connections.
    pub connections: Gauge,
}

/// Serves until `stop` resolves, then drains and returns.
///
/// Draining closes the socket and idle connections at once, lets open requests
/// finish within `shutdown_grace`, and cuts what is left.
pub async fn serve<F, R, B>(
    listener: TcpListener,
    settings: Settings,
    answer: F,
    stop: impl Future<Output = ()>,
) where
    F: Fn(Request<Incoming>, SocketAddr) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Response<B>> + Send + 'static,
    B: Sendable,
{
    let connections = TaskTracker::new();
    let shared = Arc::new(shared(&settings, &connections));
    let permits = Arc::new(Semaphore::new(settings.connections_max));
    let mut stop = pin!(stop);
    loop {
        let accepted = async {
            let permit = Arc::clone(&permits).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            biased;
            () = stop.as_mut() => break,
            accepted = accepted => accepted,
        };
        let Some((stream, peer)) = usable(accepted).await else {
            continue;
        };
        let (shared, answer) = (Arc::clone(&shared), answer.clone());
        let counted = settings.connections.enter();
        connections.spawn(async move {
            let answer = move |request| answer(request, peer);
            connection::serve(stream, shared, answer).await;
            drop((permit, counted));
        });
    }
    drop(listener);
    drain(&shared, &connections, settings.shutdown_grace).await;
}

/// Sorts out what `accept` gave; pauses when the process is out of descriptors.
async fn usable(accepted: io::Result<(TcpStream, SocketAddr)>) -> Option<(TcpStream, SocketAddr)> {
    match accepted {
        Ok((stream, peer)) => {
            // Only latency is lost where the socket refuses.
            let _ = stream.set_nodelay(true);
            Some((stream, peer))
        }
        Err(error) if is_of_the_client(&error) => None,
        Err(error) => {
            tracing::warn!(%error, "cannot accept connections; raise the limit of open files");
            // Accepting again at once would spin until a descriptor is free.
            let pause = Duration::from_millis(ACCEPT_PAUSE_MS);
            let _ = timeout(pause, std::future::pending::<()>()).await;
            None
        }
    }
}

/// A client that left between its arrival and `accept` is no fault of ours.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    [ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted].contains(&error.kind())
}

async fn drain(shared: &Shared, connections: &TaskTracker, grace: Duration) {
    connections.close();
    shared.draining.cancel();
    if timeout(grace, connections.wait()).await.is_err() {
        let open = connections.len();
        tracing::warn!(open, "cutting connections that did not finish in time");
        shared.cut.cancel();
        let _ = timeout(Duration::from_millis(LINGER_MS_MAX), connections.wait()).await;
    }
}

fn shared(settings: &Settings, connections: &TaskTracker) -> Shared {
    // The target has its own bound and its own refusal; hyper's bound holds both, so
    // that a target a little too long is a 414 with our headers and not a bare 431.
    let head_bytes_max = settings.header_bytes_max.saturating_add(settings.uri_bytes_max);
    let mut http1 = http1::Builder::new();
    http1
        .max_headers(settings.headers_max)
        .max_header_size(head_bytes_max)
        .max_buf_size(head_bytes_max.max(HYPER_BUFFER_BYTES_MIN))
        .header_read_timeout(None);
    let mut http2 = http2::Builder::new(Tracked(connections.clone()));
    http2
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(H2_PING_S))
        .keep_alive_timeout(Duration::from_secs(H2_PING_S))
        .max_concurrent_streams(H2_STREAMS_MAX)
        .max_header_list_size(u32::try_from(head_bytes_max).unwrap_or(u32::MAX))
        .initial_stream_window_size(H2_WINDOW_BYTES)
        .initial_connection_window_size(4 * H2_WINDOW_BYTES);
    Shared {
        http1,
        http2,
        header_read_timeout: settings.header_read_timeout,
        patience: Patience::new(settings.header_read_timeout),
        draining: CancellationToken::new(),
        cut: CancellationToken::new(),
    }
}

/// hyper takes no smaller read buffer. Source: hyper 1.12, `Builder::max_buf_size`.
const HYPER_BUFFER_BYTES_MIN: usize = 8192;
