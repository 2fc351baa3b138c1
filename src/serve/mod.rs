//! Layer 8: the socket and the signals, and the one way from a request to an answer.
//!
//! `listener` accepts and drains, `connection` speaks HTTP on one socket, `look`
//! and `activity` hold its time-outs, `shutdown` turns signals into a token.

mod activity;
mod connection;
mod listener;
mod look;
pub mod shutdown;

pub use listener::{Settings, serve};
