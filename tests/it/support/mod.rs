//! What the tests stand on: a real server on port 0 and people who talk to it.

pub mod board;
pub mod bucket;
pub mod client;
pub mod cluster;
pub mod database;
pub mod events;
pub mod frames;
pub mod https;
pub mod multipart;
pub mod opened;
pub mod openid;
pub mod pair;
pub mod pending;
pub mod process;
pub mod race;
pub mod raw;
pub mod resend;
pub mod server;
pub mod smtp;
pub mod source;
pub mod tls;

pub use client::{Client, Reply};
pub use database::Database;
pub use opened::Opened;
pub use server::Server;
