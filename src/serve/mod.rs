//! Layer 8: the socket and the signals, and the one way from a request to an answer.
//!
//! `run` puts the program behind a socket; `listener` accepts and drains, `connection` speaks HTTP on one socket, `look`
//! and `activity` hold its time-outs, `shutdown` turns signals into a token.

mod activity;
mod connection;
mod listener;
mod look;
mod run;
pub mod shutdown;

pub use listener::{Settings, serve};
pub use run::{Server, StartError, open, tables};
