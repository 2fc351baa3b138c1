//! The tests of antesala, one binary: black-box through a real socket first,
//! and the code about itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::as_conversions,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "a test fails by panicking"
)]

mod admin;
mod aliases;
mod auth;
mod backup;
mod board;
mod bounds;
mod copy;
mod cron;
mod dealing;
mod deployment;
mod durability;
mod echoes;
mod empleos;
mod erased;
mod exports;
mod hostile;
mod import;
mod inmobiliaria;
mod instances;
mod layers;
mod leases;
mod limits;
mod liveness;
mod mail_hour;
mod mail_transport;
mod matrix;
mod og;
mod openapi;
mod operation;
mod outbox;
mod pages;
mod panic;
mod postgres;
mod private;
mod process;
mod promises;
mod readers;
mod rotation;
mod settings;
mod social;
mod sql;
mod store;
mod support;
mod tidy;
mod waitlist;
mod waitlist_copy;
mod waitlist_discreet;
mod waitlist_mail;
mod wire;
mod words;
