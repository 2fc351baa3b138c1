//! Layer 7: the endpoint table and its thin handlers.
//!
//! A handler deserialises, takes the moment and the caller, calls one rule and
//! renders its answer. Nothing here decides.

pub mod admin;
pub mod audit;
pub mod auth;
pub mod board;
pub mod cron;
pub mod health;
pub mod og;
pub mod openapi;
pub mod waitlist;

use crate::http::endpoint::Endpoint;

/// Every table of this layer, in the order of the documentation.
pub const TABLES: &[&[Endpoint]] = &[
    auth::ENDPOINTS,
    auth::admin::ENDPOINTS,
    waitlist::ENDPOINTS,
    admin::ENDPOINTS,
    audit::ENDPOINTS,
    board::apply::ENDPOINTS,
    board::applications::ENDPOINTS,
    board::conversations::ENDPOINTS,
    board::stream::ENDPOINTS,
    board::notifications::ENDPOINTS,
    board::dashboard::ENDPOINTS,
    og::ENDPOINTS,
    cron::ENDPOINTS,
    health::ENDPOINTS,
    openapi::ENDPOINTS,
    board::export::ENDPOINTS,
    board::alerts::ENDPOINTS,
    board::mail_wishes::ENDPOINTS,
    board::profile::ENDPOINTS,
    board::profile_lists::ENDPOINTS,
    board::jobs::ENDPOINTS,
    board::feeds::ENDPOINTS,
    board::organizations::ENDPOINTS,
    board::members::ENDPOINTS,
];
