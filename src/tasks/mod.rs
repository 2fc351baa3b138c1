//! Layer 6: work that nobody waits for.
//!
//! Each task is owned by `App.tasks`, waits on `App.clock` and ends when
//! `App.stop` says so.

pub mod mail_message;
pub mod mail_outbox;
pub mod mail_sample;
