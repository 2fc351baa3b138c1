//! A request within its time: a panic or a delay is a fault of it alone.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use super::error::ApiError;
use super::response::Response;
use crate::app::Fault;

/// Runs a request within its time; a panic is a fault of this request alone.
///
/// The work is pinned by the caller: a future that takes another by value holds it
/// twice, and every byte of it is moved with each request.
pub(super) async fn within_time(
    time: Duration,
    mut work: Pin<&mut impl Future<Output = Result<Response, ApiError>>>,
) -> Result<Response, ApiError> {
    let guarded = poll_fn(|context| {
        catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))).unwrap_or_else(|_panic| {
            Poll::Ready(Err(ApiError::Fault(Fault::Broken("a handler panicked"))))
        })
    });
    match tokio::time::timeout(time, guarded).await {
        Ok(outcome) => outcome,
        Err(_elapsed) => Err(ApiError::Fault(Fault::Late)),
    }
}
