//! Versions of what can be changed: `ETag` with what is read, `If-Match` with the change.
//!
//! A version is a number that each change raises, so the tag needs no digest and the
//! change's guard compares it in its own statement. Source: RFC 9110 §8.8.3, §13.1.1;
//! RFC 6585 §3 (428).

use http::{HeaderValue, header};

use super::request::Request;
use super::response::Response;
use crate::domain::refusal::Refusal;

/// Reads the version that a change was made from.
///
/// # Errors
/// `VersionRequired` without `If-Match`, and for `*`, which would overwrite whatever is
/// there; `VersionOutdated` for what is no tag of ours.
pub fn version(request: &Request) -> Result<i64, Refusal> {
    let tag = request.header("if-match").map(str::trim);
    let tag = tag.filter(|tag| *tag != "*").ok_or(Refusal::VersionRequired)?;
    let digits = tag.strip_prefix("\"v").and_then(|rest| rest.strip_suffix('"'));
    digits.and_then(|digits| digits.parse().ok()).ok_or(Refusal::VersionOutdated)
}

/// Reads the version that a change was made from, where the change says it; `*` and
/// nothing are any version.
///
/// # Errors
/// `VersionOutdated` for what is no tag of ours.
pub fn version_if_given(request: &Request) -> Result<Option<i64>, Refusal> {
    match request.header("if-match").map(str::trim) {
        None | Some("*") => Ok(None),
        Some(_) => version(request).map(Some),
    }
}

/// Names the version that an answer shows.
#[must_use]
pub fn tagged(response: Response, version: i64) -> Response {
    match HeaderValue::try_from(format!("\"v{version}\"")) {
        Ok(tag) => response.with_header(header::ETAG, tag),
        Err(_) => response,
    }
}
