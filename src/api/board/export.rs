//! `/api/account/export`: one's own copy of everything that names one.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, header};

use crate::account::export::Export;
use crate::app::App;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::ApiError;
use crate::http::outgoing::ByteStream;
use crate::http::request::Request;
use crate::http::response::Response;

/// The endpoints.
pub const ENDPOINTS: &[Endpoint] = &[endpoint!(GET "/api/account/export" => export {
    id: "exportAccount", summary: "Returns everything that names one, as one JSON object",
    limit: Auth, access: Access::Session, impersonation: Refused, answers: [200, 401, 403, 429, 503],
})];

const ATTACHMENT: HeaderValue = HeaderValue::from_static("attachment; filename=\"mis-datos.json\"");

/// Returns everything that names one, in pieces.
///
/// # Errors
/// A fault of the store before the first piece; after it, the text breaks off.
pub async fn export(app: &Arc<App>, request: Request) -> Result<Response, ApiError> {
    let mut export = Export::of(&request.live()?.user.id, request.now);
    let begin = export.next(app).await?.unwrap_or_default();
    let pieces = stream::unfold((Arc::clone(app), export), |(app, mut export)| async move {
        match export.next(&app).await {
            Ok(piece) => piece.map(|piece| (Bytes::from(piece), (app, export))),
            Err(failure) => {
                tracing::warn!(?failure, "an export broke off");
                None
            }
        }
    });
    let response = Response::stream("application/json", begin, ByteStream::new(pieces));
    Ok(response.with_header(header::CONTENT_DISPOSITION, ATTACHMENT).no_store())
}
