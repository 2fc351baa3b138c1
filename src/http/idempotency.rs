//! Requests that may be sent twice: `Idempotency-Key`, wherever something is made for
//! a person.
//!
//! The answer is written in the batch of its effect, so a crash leaves both or neither;
//! of two that come at once the table's key lets one through, and the other finds its
//! answer. Only what had an effect is kept: a refusal is decided anew. A key belongs to a
//! person and an endpoint. Source: draft-ietf-httpapi-idempotency-key-header-07, whose 422
//! for a key with another request is 409 here: 422 is the contract's alone.

use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::error::ApiError;
use super::request::Request;
use super::response::Response;
use super::router::Entry;
use super::schema::{FieldFault, Violation};
use crate::app::{App, Fault};
use crate::base::bounds::{IDEMPOTENCY_KEY_LENGTH_MAX, IDEMPOTENCY_KEY_TTL_S};
use crate::base::clock::Millis;
use crate::domain::refusal::Refusal;
use crate::store::Statement;
use crate::store::idempotency::{self, KeptAnswer, KeyName};

const HEADER: &str = "idempotency-key";

/// Tells that the answer is an earlier one's.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A request's key, with whose it is and what it was sent with.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    user_id: String,
    endpoint: &'static str,
    key: String,
    request_digest: Vec<u8>,
}

/// Answers a request that may have had its answer.
///
/// # Errors
/// `IdempotencyKeyReused` when the key came with another request; as the handler.
pub async fn answer(
    app: &Arc<App>,
    entry: &Entry,
    mut request: Request,
) -> Result<Response, ApiError> {
    let Some(key) = IdempotencyKey::of(entry.endpoint.id, &request)? else {
        return (entry.endpoint.handler)(app, request).await;
    };
    let now = request.now;
    if let Some(known) = key.answered(app, now).await? {
        return Ok(known);
    }
    request.key = Some(Box::new(key.clone()));
    match (entry.endpoint.handler)(app, request).await {
        Ok(response) => Ok(response),
        // Another request with the key may have been faster, and is why this one failed.
        Err(error) => key.answered(app, now).await?.ok_or(error),
    }
}

impl IdempotencyKey {
    fn of(endpoint: &'static str, request: &Request) -> Result<Option<Self>, ApiError> {
        if !request.head.headers.contains_key(HEADER) {
            return Ok(None);
        }
        // The draft's string is quoted; most clients send it bare.
        let sent = request.header(HEADER).unwrap_or_default().trim();
        let quoted = sent.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let key = quoted.unwrap_or(sent);
        let is_sound = (1..=IDEMPOTENCY_KEY_LENGTH_MAX).contains(&key.len())
            && key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        if !is_sound {
            let field = String::from("Idempotency-Key");
            let violations = vec![Violation { field, fault: FieldFault::Shape }];
            return Err(ApiError::Invalid { place: "header", violations });
        }
        let body = request.json.as_ref().map(ToString::to_string).unwrap_or_default();
        let asked = format!("{} {}\n{body}", request.head.method, request.head.uri.path());
        Ok(Some(Self {
            user_id: request.live()?.user.id.clone(),
            endpoint,
            key: key.to_owned(),
            request_digest: Sha256::digest(asked.as_bytes()).to_vec(),
        }))
    }

    const fn name(&self) -> KeyName<'_> {
        KeyName { user_id: self.user_id.as_str(), endpoint: self.endpoint, key: self.key.as_str() }
    }

    async fn answered(&self, app: &App, now: Millis) -> Result<Option<Response>, ApiError> {
        let found = app.store.find(idempotency::kept(self.name(), now)).await;
        let found: Option<KeptAnswer> =
            found.map_err(|error| ApiError::Fault(Fault::Store(error)))?;
        let Some(kept) = found else { return Ok(None) };
        if kept.request_digest != self.request_digest {
            return Err(Refusal::IdempotencyKeyReused.into());
        }
        let status = u16::try_from(kept.status).unwrap_or(500);
        let response = Response::json_text(status, kept.body).no_store();
        Ok(Some(response.with_header(REPLAYED, HeaderValue::from_static("true"))))
    }
}

/// Returns the writes that keep an answer with its effect; none without a key. They come
/// first in the batch: a second request is to be told its answer, not that it was late.
///
/// `body` is what the answer will show: the read of `answered` sends the very text.
#[must_use]
pub fn keep(request: &Request, status: u16, body: &impl Serialize) -> Vec<Statement> {
    let Some(key) = &request.key else { return Vec::new() };
    let body = serde_json::to_string(body).unwrap_or_default();
    let request_digest = key.request_digest.clone();
    let answer = KeptAnswer { request_digest, status: status.into(), body };
    let expires_at = request.now.plus_s(IDEMPOTENCY_KEY_TTL_S);
    idempotency::keep(key.name(), &answer, (request.now, expires_at)).into()
}
