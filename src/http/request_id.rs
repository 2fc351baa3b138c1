//! The id under which an answer and its log lines are found.

use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderMap, HeaderValue};

use super::headers::X_REQUEST_ID;
use crate::base::bounds::REQUEST_ID_LENGTH_MAX;
use crate::base::entropy::Entropy;

/// Length of the part that tells two runs of the server apart.
const PREFIX_LENGTH: usize = 10;

/// Names requests: a prefix drawn at start and a count, because a draw from the
/// system for each would cost more than all the rest of the name.
pub struct RequestIds {
    prefix: String,
    next: AtomicU64,
}

impl RequestIds {
    /// Starts counting.
    #[must_use]
    pub fn new(entropy: &Entropy) -> Self {
        Self { prefix: entropy.text(PREFIX_LENGTH), next: AtomicU64::new(1) }
    }

    /// Takes over a caller's id when it is a sane one, to follow a request through
    /// several servers; else makes one.
    #[must_use]
    pub fn of(&self, headers: &HeaderMap) -> HeaderValue {
        let given = headers.get(X_REQUEST_ID).filter(|id| is_sane(id.as_bytes()));
        given.map_or_else(|| self.next(), HeaderValue::clone)
    }

    fn next(&self) -> HeaderValue {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        // Letters, digits and a hyphen: always a header.
        HeaderValue::try_from([&self.prefix, "-", &number.to_string()].concat())
            .unwrap_or(HeaderValue::from_static("-"))
    }
}

fn is_sane(id: &[u8]) -> bool {
    let letters = id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte));
    letters && (1..=REQUEST_ID_LENGTH_MAX).contains(&id.len())
}
