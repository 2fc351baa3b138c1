//! Layer 0: what every other layer may use and what knows none of them.
//!
//! Time and randomness enter the program here and nowhere else; every bound of
//! the program is a named constant in [`bounds`].

pub mod assets;
pub mod bounds;
pub mod brand;
pub mod calendar;
pub mod clock;
pub mod color;
pub mod crypto;
pub mod entropy;
pub mod files;
pub mod hash_pool;
pub mod hub;
pub mod jws;
pub mod jwt;
pub mod limiter;
pub mod locale;
pub mod loopback;
pub mod metrics;
pub mod niceness;
pub mod outbound;
pub mod password_common;
pub mod password_hash;
pub mod schedule;
pub mod secret;
pub mod shelf;
pub mod turns;
pub mod words;
pub mod worker_pool;
