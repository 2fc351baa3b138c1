//! Layer 1: newtypes and rules without I/O.
//!
//! Parse, don't check: what exists as a type here has been validated once, and
//! nothing below validates it again.

pub mod account;
pub mod alert;
pub mod application;
pub mod audit;
pub mod browser;
pub mod card;
pub mod dealing_mail;
pub mod email;
pub mod figures;
pub mod id_token;
pub mod job;
pub mod link;
pub mod mail;
pub mod mail_wish;
pub mod message;
mod names;
pub mod notification;
pub mod organization;
pub mod pdf;
pub mod permission;
pub mod picture;
pub mod profile;
pub mod question;
pub mod refusal;
pub mod search;
pub mod session;
pub mod side;
pub mod slug;
pub mod social;
pub mod task;
pub mod token;
pub mod user;
pub mod waitlist;
pub mod world;
