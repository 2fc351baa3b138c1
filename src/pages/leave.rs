//! What the links of the job board's mails open: a button, and what it did.
//!
//! GET shows, POST acts. A mail program's one click is the same POST without a page
//! before it. Source: RFC 8058.

use serde_json::json;

use super::waiting::link;
use super::{next, notice};
use crate::app::App;
use crate::board::mail_wishes;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::Heading;

/// Shows the button that ends mails.
///
/// # Errors
/// A link that is not ours is a page with status 410.
pub async fn form(app: &App, request: Request) -> Result<Response, ApiError> {
    let token = request.query("token").unwrap_or_default();
    match mail_wishes::asked(app, token) {
        Ok(_) => link::ask(app, &request, Heading("mail-leave"), token),
        Err(failure) => link::dead(app, &request, Heading("mail-leave-invalid"), failure),
    }
}

/// Ends mails.
///
/// # Errors
/// As [`form`]; to programs `UNSUBSCRIBE_LINK_INVALID`.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    match mail_wishes::leave(app, &link::token(&request)?, request.now).await {
        Ok(()) if request.wants_page() => Ok(next::to(&notice::address("mail-leave-done"))),
        Ok(()) => Ok(Response::json(200, &json!({"success": true}))),
        Err(failure) => link::dead(app, &request, Heading("mail-leave-invalid"), failure),
    }
}
