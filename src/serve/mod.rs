//! Layer 8: the socket and the signals, and the one way from a request to an answer.
//!
//! `run` puts the program behind a socket; `listener` accepts and drains, `peers` counts who
//! is connected, `connection` and `multiplexed` speak HTTP on one socket, `look` and `activity`
//! hold its time-outs, `pace`, `answering`, `handed` and `streams` its readers to their pace,
//! `shutdown` turns signals into a token.

mod activity;
mod answering;
mod connection;
mod handed;
mod listener;
mod look;
mod multiplexed;
mod pace;
mod peers;
mod run;
pub mod shutdown;
mod streams;

pub use listener::{Settings, serve};
pub use run::{Server, StartError, open, tables};
