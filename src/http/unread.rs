//! What whoever looks at a page has not seen yet: the frame of every page behind the
//! sign-in says it.

use super::notice;
use super::request::Request;
use super::session::SessionState;
use crate::app::{App, Failure};
use crate::board::{conversation, notification};

/// How much somebody has not seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unread {
    /// Messages of others.
    pub messages: i64,
    /// Notifications that nobody took note of.
    pub notices: i64,
}

/// Counts for a request that a page behind the sign-in may answer.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// Nothing for others; else two reads. Of the reader's own conversations, for members of
/// the unread ones alone: 10 µs for a candidate's 104, 4 µs for an organisation of 100,000
/// with 5 unread, of 200,000 in SQLite; and of the reader's unread notifications.
pub async fn count(app: &App, request: &mut Request) -> Result<(), Failure> {
    let is_inside = notice::is_inside(request.head.uri.path());
    if let (true, SessionState::Live(live)) = (is_inside, &request.session) {
        request.unread = Unread {
            messages: conversation::unread_count(app, &live.user).await?,
            notices: notification::unread(app, &live.user.id).await?,
        };
    }
    Ok(())
}
