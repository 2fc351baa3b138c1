//! Layer 1: newtypes and rules without I/O.
//!
//! Parse, don't check: what exists as a type here has been validated once, and
//! nothing below validates it again.

pub mod account;
pub mod audit;
pub mod browser;
pub mod card;
pub mod email;
pub mod id_token;
pub mod job;
pub mod link;
pub mod mail;
mod names;
pub mod organization;
pub mod permission;
pub mod refusal;
pub mod search;
pub mod session;
pub mod slug;
pub mod social;
pub mod task;
pub mod token;
pub mod user;
pub mod waitlist;
pub mod world;
