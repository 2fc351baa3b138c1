//! `POST /dashboard/cuenta/verificar`: the link that proves the address, once more.

use crate::account::verify;
use crate::app::{App, Failure};
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::pages::next;

/// Mails the link.
///
/// # Errors
/// A fault.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let live = request.live()?;
    let to = (&live.user.email, Some(String::from("/verificado")));
    let by = (&request.caller(app), request.now);
    match verify::send(app, to, Some(live), by).await {
        Ok(()) => Ok(next::to("/dashboard?done=address-mailed")),
        Err(Failure::Refused(refusal)) => {
            Ok(next::to(&next::with(next::HOME, "problem", refusal.code())))
        }
        Err(
            other @ (Failure::IllegalStep { .. } | Failure::Limited { .. } | Failure::Fault(_)),
        ) => Err(other.into()),
    }
}
