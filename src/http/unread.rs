//! How many messages whoever looks at a page has not read: the frame of every page behind
//! the sign-in says it.

use super::request::Request;
use super::session::SessionState;
use crate::app::{App, Failure};
use crate::board::conversation;

/// Where pages have that frame.
const DESK: &str = "/dashboard";

/// Counts for a request that a page behind the sign-in may answer.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// Nothing for others; else one read of the reader's own conversations, for members of the
/// unread ones alone: 10 µs for a candidate's 104, 4 µs for an organisation of 100,000 with
/// 5 unread, of 200,000 in SQLite.
pub async fn count(app: &App, request: &mut Request) -> Result<(), Failure> {
    let path = request.head.uri.path();
    let is_desk =
        path.strip_prefix(DESK).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if let (true, SessionState::Live(live)) = (is_desk, &request.session) {
        request.unread = conversation::unread_count(app, &live.user).await?;
    }
    Ok(())
}
