//! What an answer weighs while its reader has not taken it, and whose weight it is.
//!
//! A short answer is the connection's affair. A longer one counts for its client and its
//! person until the last of it is gone; whoever holds too much hears so and when to come
//! back. What a request has changed cannot be taken back, so only reading is refused.

use std::net::IpAddr;

use http::Method;

use super::error::ApiError;
use super::response::{Holding, Response};
use crate::app::{App, Fault};
use crate::base::bounds::{ANSWER_SHORT_BYTES, FILE_PIECE_BYTES, UNTAKEN_RETRY_S};
use crate::base::in_flight::{Full, Holder};
use crate::base::limiter::AddressKey;

/// Whose answer it is.
#[derive(Clone, Copy, Debug)]
pub struct Whose {
    /// The client's address; `None` when the request was refused before it was known.
    pub client: Option<IpAddr>,
    /// The person, as the bytes in flight know them.
    pub person: Option<u64>,
}

/// Counts an answer for whoever gets it.
///
/// # Errors
/// `Limited` when they hold too much already; a fault when all together do.
pub fn admit(
    app: &App,
    method: &Method,
    whose: Whose,
    response: &mut Response,
) -> Result<(), ApiError> {
    let Some(bytes) = weight(response).filter(|_| *method != Method::HEAD) else {
        return Ok(());
    };
    let address = whose.client.map(|client| Holder::Address(AddressKey::of(client)));
    let holders = [address, whose.person.map(Holder::Person)];
    if *method != Method::GET {
        response.share = Some(Box::new(app.in_flight.hold(bytes, holders)));
        return Ok(());
    }
    match app.in_flight.take(bytes, holders) {
        Ok(share) => {
            response.share = Some(Box::new(share));
            Ok(())
        }
        Err(full) => {
            app.metrics.readers().observe_crowded();
            tracing::info!(
                client = whose.client.map(tracing::field::display),
                bytes,
                ?full,
                "too much untaken"
            );
            Err(match full {
                Full::Share => ApiError::Limited { retry_after_s: UNTAKEN_RETRY_S },
                Full::All => ApiError::Fault(Fault::Untaken),
            })
        }
    }
}

/// Returns the bytes that wait in memory with an answer; `None`: the connection's affair.
fn weight(response: &Response) -> Option<u64> {
    let block = match response.holding {
        Holding::Answer if response.body.len() > ANSWER_SHORT_BYTES => response.body.len(),
        Holding::Answer | Holding::Program => 0,
    };
    let bytes = match &response.stream {
        None if block == 0 => return None,
        // One piece waits for the reader while the next comes from the disk.
        Some(stream) if stream.left().is_some() => block.max(2 * FILE_PIECE_BYTES),
        // What comes on an open stream counts as it comes.
        None | Some(_) => block,
    };
    Some(u64::try_from(bytes).unwrap_or(u64::MAX))
}
