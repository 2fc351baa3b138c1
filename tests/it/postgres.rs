//! What only a database server can do to us: go away, come back, refuse, be slow.

mod contention;
mod outage;
mod refusal;
mod tls;
