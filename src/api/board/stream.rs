//! `GET /api/messages/stream`: messages and reading marks as they come.
//!
//! Server-sent events. Source: WHATWG HTML §9.2.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use http::{HeaderName, HeaderValue};

use crate::app::App;
use crate::base::hub::Listener;
use crate::board::live;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::ApiError;
use crate::http::outgoing::ByteStream;
use crate::http::request::Request;
use crate::http::response::Response;

/// The endpoint.
pub const ENDPOINTS: &[Endpoint] = &[endpoint!(GET "/api/messages/stream" => stream {
    id: "streamMessages", summary: "Streams messages and reading marks as they come, from `Last-Event-ID` on",
    limit: Read, access: Access::Session, answers: [200, 401, 429, 503],
})];

const KIND: &str = "text/event-stream";

/// Tells nginx not to wait for more before it passes an event on.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

async fn stream(app: &Arc<App>, request: Request) -> Result<Response, ApiError> {
    if request.is_head() {
        return Ok(Response::text(KIND, String::new()).no_store());
    }
    let live = request.live()?;
    let listener = Listener {
        user_id: live.user.id.clone(),
        organization_id: live.user.organization_id.clone().unwrap_or_default(),
        session_id: live.session.id.clone(),
        since: request.now,
    };
    let last = request.header("last-event-id").and_then(|id| id.trim().parse().ok());
    let opened = live::open(app, listener, last).await?;
    let rest = match opened.rest {
        Some(subscription) => ByteStream::new(subscription),
        None => ByteStream::new(stream::empty().boxed()),
    };
    let response = Response::stream(KIND, opened.begin, rest).no_store();
    Ok(response.with_header(X_ACCEL_BUFFERING, HeaderValue::from_static("no")))
}
