//! antesala: the front desk of a web launch in one file.
//!
//! One crate in layers; a module names only modules in lower rows, and modules
//! of one row are blind to each other (`tests/it/layers.rs` reads the source and
//! holds this):
//!
//! ```text
//! 9  cli                        one file a command
//! 8  serve                      listener, shutdown
//! 7  api        pages           ENDPOINTS: thin handlers; HTML pages
//! 6  tasks                      background work, one file a task
//! 5  http                       request, response, router, dispatch, limits, OpenAPI
//! 4  account  waitlist  board   the rules, without HTTP and without SQL
//!    backup   import            archives; people from somewhere else
//! 3  app                        App: every collaborator, built once
//! 2  store      mail    og      SQL and the engine; transports and templates; cards
//! 1  config     domain          settings; newtypes and rules without I/O
//! 0  base                       clock, entropy, crypto, hash pool, limiter, words, bounds
//! ```
//!
//! What is absent holds it together: no global state, no clock but `App.clock`,
//! no SQL outside `store`, no status code below `http`, no `unsafe`.

pub mod account;
pub mod api;
pub mod app;
pub mod backup;
pub mod base;
pub mod board;
pub mod cli;
pub mod config;
pub mod domain;
pub mod http;
pub mod import;
pub mod mail;
pub mod og;
pub mod pages;
pub mod serve;
pub mod store;
pub mod tasks;
pub mod waitlist;
