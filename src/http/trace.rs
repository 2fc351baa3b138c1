//! The log line of a request.

use std::net::IpAddr;
use std::time::Duration;

use http::HeaderValue;

use super::asked::Asked;
use super::router::Entry;
use crate::base::clock::Millis;

/// What the log line says of a request.
#[derive(Default)]
pub(super) struct Trace<'r> {
    pub(super) id: Option<HeaderValue>,
    pub(super) entry: Option<&'r Entry>,
    pub(super) client: Option<IpAddr>,
    pub(super) now: Option<Millis>,
    /// The person as the bytes in flight know them.
    pub(super) person: Option<u64>,
    pub(super) user: Option<String>,
}

/// Letters of a method that are written: none that is served has more than seven.
const METHOD_LENGTH_MAX: usize = 16;

/// Whoever makes a method up may make up a long one.
fn shown(method: &str) -> &str {
    method.get(..METHOD_LENGTH_MAX).unwrap_or(method)
}

/// Writes the line. Of the path only the row's is written: what was sent may be anything.
pub(super) fn log(asked: &Asked, trace: &Trace<'_>, id: &str, outcome: (u16, Duration)) {
    let (status, elapsed) = outcome;
    tracing::info!(
        method = shown(asked.method.as_str()),
        path = trace.entry.map_or("-", |entry| entry.path.as_str()),
        status,
        duration_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
        client = trace.client.map(tracing::field::display),
        user = trace.user,
        request_id = id,
        "request"
    );
}
