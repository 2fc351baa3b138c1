//! Layer 5: from a request's head and body to an answer.
//!
//! `dispatch::answer` never fails; inside it `route` asks the cheapest question
//! first. The endpoint table is read by router, documentation and tests alike.

pub mod access;
pub mod asked;
pub mod bodies;
pub mod body;
pub mod check;
pub mod client_address;
pub mod compress;
pub mod conditional;
pub mod cookie;
pub mod cors;
pub mod dispatch;
pub mod edition;
pub mod endpoint;
pub mod error;
pub mod headers;
pub mod idempotency;
mod in_time;
pub mod kept_file;
pub mod limit;
mod maintenance;
mod measure;
pub mod notice;
pub mod openapi;
pub mod origin;
pub mod outgoing;
pub mod page;
pub mod precondition;
pub mod preferences;
pub mod request;
pub mod request_id;
pub mod response;
pub mod router;
pub mod schema;
pub mod session;
mod status;
mod trace;
mod unread;
pub mod upload;
mod weight;
pub mod wire;
pub mod words;
