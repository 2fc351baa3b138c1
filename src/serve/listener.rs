//! The socket: takes connections while there is room, and ends them in order.
//!
//! Above `server.connections_max` nobody is refused: the next connection waits
//! in the kernel's queue until one ends, because every connection that does
//! nothing is ended by a time-out. An address with its share of them is refused. Knows HTTP's framing, nothing of its meaning.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use ipnet::IpNet;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connection::{self, Sendable, Shared};
use super::look::Patience;
use super::peers::Peers;
use crate::base::bounds::{ACCEPT_PAUSE_MS, LINGER_MS_MAX, REFUSAL_MS_MAX, UNSENT_BYTES_MAX};
use crate::base::in_flight::InFlight;
use crate::base::metrics::{Gauge, Readers};

/// How a listener serves; from `server.*` of the configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Most connections at a time.
    pub connections_max: usize,
    /// Most of them from one address.
    pub connections_of_address_max: usize,
    /// Addresses that may have all of them.
    pub trusted_proxies: Vec<IpNet>,
    /// Most bytes of a request's headers.
    pub header_bytes_max: usize,
    /// Most header lines of a request.
    pub headers_max: usize,
    /// Most bytes of a request's target.
    pub uri_bytes_max: usize,
    /// For the first byte of a connection and the head of each request.
    pub header_read_timeout: Duration,
    /// Before whoever reads an answer must keep pace.
    pub answer_grace: Duration,
    /// Bytes a second that they must take.
    pub answer_bytes_s_min: u64,
    /// Bytes of answers that wait for their readers.
    pub in_flight: Arc<InFlight>,
    /// For what is open when the server stops.
    pub shutdown_grace: Duration,
    /// Counts readers who were cut or refused.
    pub readers: Readers,
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
    let trusted = settings.trusted_proxies.clone();
    let peers = Arc::new(Peers::new(settings.connections_of_address_max, trusted));
    hold_little_back(&listener);
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
        let Some(seat) = peers.seat(peer.ip()) else {
            settings.readers.observe_refused();
            connections.spawn(async move {
                refuse(stream).await;
                drop(permit);
            });
            continue;
        };
        let (shared, answer) = (Arc::clone(&shared), answer.clone());
        let counted = settings.connections.enter();
        connections.spawn(async move {
            let answer = move |request| answer(request, peer);
            connection::serve(stream, shared, seat, answer).await;
            drop((permit, counted));
        });
    }
    drop(listener);
    drain(&shared, &connections, settings.shutdown_grace).await;
}

/// What a connection hears whose address has enough of them. Nothing of it was read, so
/// nobody knows its language, nor what it speaks.
const REFUSAL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\n\
      Connection: close\r\n\r\n";

async fn refuse(mut stream: TcpStream) {
    // A client that does not even take this much hears nothing.
    let _ = timeout(Duration::from_millis(REFUSAL_MS_MAX), stream.write_all(REFUSAL)).await;
}

/// Lets the kernel hold little of what we write and it has not sent, on every connection of
/// a listener: what waits is to wait here, where it is seen.
fn hold_little_back(listener: &TcpListener) {
    #[cfg(target_os = "linux")]
    if let Err(error) = socket2::SockRef::from(listener).set_tcp_notsent_lowat(UNSENT_BYTES_MAX) {
        tracing::warn!(%error, "slow readers are seen late: the kernel holds their answers back");
    }
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
    Shared {
        http1,
        head_bytes_max,
        tasks: connections.clone(),
        in_flight: Arc::clone(&settings.in_flight),
        readers: settings.readers.clone(),
        header_read_timeout: settings.header_read_timeout,
        patience: Patience::new(
            settings.header_read_timeout,
            (settings.answer_grace, settings.answer_bytes_s_min),
        ),
        draining: CancellationToken::new(),
        cut: CancellationToken::new(),
    }
}

/// hyper takes no smaller read buffer. Source: hyper 1.12, `Builder::max_buf_size`.
const HYPER_BUFFER_BYTES_MIN: usize = 8192;
