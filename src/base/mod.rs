//! Layer 0: what every other layer may use and what knows none of them.
//!
//! Time and randomness enter the program here and nowhere else; every bound of
//! the program is a named constant in [`bounds`].

pub mod assets;
pub mod bounds;
pub mod brand;
pub mod calendar;
pub mod cells;
pub mod clock;
pub mod color;
pub mod crypto;
pub mod csv;
pub mod disk;
pub mod editions;
pub mod encoding;
pub mod entropy;
pub mod excerpt;
pub mod files;
pub mod hash_pool;
pub mod hub;
pub mod in_flight;
pub mod jws;
pub mod jwt;
pub mod keyring;
pub mod limiter;
pub mod locale;
pub mod loopback;
pub mod metrics;
pub mod niceness;
pub mod outbound;
pub mod own;
pub mod password_common;
pub mod password_hash;
pub mod schedule;
pub mod secret;
pub mod shelf;
pub mod trust;
pub mod turns;
pub mod words;
pub mod worker_pool;
