//! What the tests stand on: a real server on port 0 and people who talk to it.

pub mod bucket;
pub mod client;
pub mod process;
pub mod raw;
pub mod resend;
pub mod server;
pub mod smtp;
pub mod source;

pub use client::{Client, Reply};
pub use server::Server;
