//! Reading a body: media type, size, time, form, and the check of its schema.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use serde_json::{Map, Value};

use super::endpoint::Media;
use super::error::{ApiError, HttpRefusal};
use super::schema::{FieldFault, Violation};
use crate::base::bounds::{FIELD_NAME_BYTES_MAX, FORM_PAIRS_MAX, JSON_DEPTH_MAX};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const PARTS: &str = "multipart/form-data";

/// What a body came as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// No content type: upstream reads no body then.
    Nothing,
    /// JSON.
    Json,
    /// A form.
    Form,
    /// A form of parts, which are not read.
    Parts,
}

/// How much of a body is read, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// Most bytes.
    pub bytes_max: usize,
    /// Longest time.
    pub timeout: Duration,
}

/// Checks the media type before anything is read.
///
/// # Errors
/// `UnsupportedMediaType`.
pub fn media(headers: &HeaderMap, media: Media) -> Result<Sent, HttpRefusal> {
    let Some(sent) = headers.get(header::CONTENT_TYPE) else { return Ok(Sent::Nothing) };
    let text = sent.to_str().unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim().to_lowercase();
    match (essence.as_str(), media) {
        (JSON, Media::Json | Media::JsonOrForm | Media::OneClick) => Ok(Sent::Json),
        (FORM, Media::Form | Media::JsonOrForm | Media::OneClick) => Ok(Sent::Form),
        (PARTS, Media::OneClick) => Ok(Sent::Parts),
        _ => {
            let allowed = match media {
                Media::Json => JSON,
                Media::JsonOrForm => "application/x-www-form-urlencoded, application/json",
                Media::Form => FORM,
                Media::OneClick => {
                    "application/x-www-form-urlencoded, multipart/form-data, application/json"
                }
            };
            // The header was measured before it came here: it is short enough to be repeated.
            Err(HttpRefusal::UnsupportedMediaType { sent: text.to_owned(), allowed })
        }
    }
}

/// Reads a body as JSON; `None` when none was sent.
///
/// # Errors
/// `BodyTooLarge`, `RequestTimeout`, `InvalidJson`.
pub async fn read(
    body: Incoming,
    sent: Sent,
    limits: BodyLimits,
) -> Result<Option<Value>, ApiError> {
    let bytes = collect(body, limits).await?;
    match sent {
        Sent::Nothing | Sent::Parts => Ok(None),
        Sent::Json if bytes.is_empty() => Ok(None),
        Sent::Json => json(&bytes).map(Some),
        Sent::Form => form(&bytes).map(Some),
    }
}

/// Reads what is left of a body that nobody wanted, so that the connection can carry
/// another request; false when it cannot.
///
/// hyper would close the connection without a word, and the client's next request
/// would meet a closed door. Source: RFC 9112 §9.3, §9.6.
pub async fn drained(unread: Option<Incoming>, limits: BodyLimits) -> bool {
    let Some(body) = unread.filter(|body| !body.is_end_stream()) else { return true };
    let mut rest = pin!(Limited::new(body, limits.bytes_max));
    let drained = tokio::time::timeout(limits.timeout, async {
        while let Some(frame) = rest.frame().await {
            frame?;
        }
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
    });
    matches!(drained.await, Ok(Ok(())))
}

async fn collect(body: Incoming, limits: BodyLimits) -> Result<Bytes, ApiError> {
    let collected = Limited::new(body, limits.bytes_max).collect();
    match tokio::time::timeout(limits.timeout, collected).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let bytes_max = u64::try_from(limits.bytes_max).unwrap_or(u64::MAX);
            Err(HttpRefusal::BodyTooLarge { bytes_max }.into())
        }
        // The client broke off or broke the framing: nobody reads the answer.
        Ok(Err(_broken)) => Err(HttpRefusal::InvalidJson.into()),
        Err(_elapsed) => Err(HttpRefusal::RequestTimeout.into()),
    }
}

fn json(bytes: &[u8]) -> Result<Value, ApiError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|_syntax| HttpRefusal::InvalidJson)?;
    if depth(&value) > JSON_DEPTH_MAX {
        return Err(HttpRefusal::InvalidJson.into());
    }
    Ok(value)
}

/// serde itself stops at 128 levels, so this recursion is bounded.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

fn form(bytes: &[u8]) -> Result<Value, ApiError> {
    let pairs = pairs(bytes, FORM_PAIRS_MAX)
        .map_err(|violation| ApiError::Invalid { place: "body", violations: vec![violation] })?;
    let map: Map<String, Value> =
        pairs.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
    Ok(Value::Object(map))
}

/// Decodes names and values, which are counted and measured first.
///
/// # Errors
/// What is wrong with them.
pub(super) fn pairs(bytes: &[u8], count_max: usize) -> Result<Vec<(String, String)>, Violation> {
    let wrong = |fault| Violation { field: String::new(), fault };
    let sent = || bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    if sent().nth(count_max).is_some() {
        return Err(wrong(FieldFault::TooMany(i64::try_from(count_max).unwrap_or(i64::MAX))));
    }
    let name = |pair: &[u8]| pair.iter().take_while(|byte| **byte != b'=').count();
    if sent().any(|pair| name(pair) > FIELD_NAME_BYTES_MAX) {
        return Err(wrong(FieldFault::Shape));
    }
    let pairs = form_urlencoded::parse(bytes);
    Ok(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
}
