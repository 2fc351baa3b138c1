//! SIGTERM and SIGINT: the first asks for an orderly end, the second for any end.

use std::convert::Infallible;
use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// The signals that end the program, taken over from the system's default.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Takes the signals over; from here on they no longer kill the process.
    ///
    /// # Errors
    /// When the system refuses a handler.
    pub fn install() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Cancels `stop` at the first signal and exits with 1 at the second.
    ///
    /// Never returns: select it against the work that `stop` ends. What was
    /// acknowledged is on disk, so leaving at once loses nothing.
    pub async fn watch(mut self, stop: CancellationToken) -> Infallible {
        let name = self.next().await;
        tracing::info!(signal = name, "stopping; a second signal ends at once");
        stop.cancel();
        let name = self.next().await;
        tracing::warn!(signal = name, "ended by a second signal");
        std::process::exit(1)
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}
