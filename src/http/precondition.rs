//! Versions of what can be changed: `ETag` with what is read, `If-Match` with the change.
//!
//! A version is a number that each change raises, so the tag needs no digest and the
//! change's guard compares it in its own statement. A read that shows something else too
//! has a digest of that behind the number: `"v3-9f86d081"`; a change looks at the number
//! alone. Source: RFC 9110 §8.8.3, §13.1.1, §13.1.2; RFC 6585 §3 (428).

use http::{HeaderValue, header};
use sha2::{Digest as _, Sha256};

use super::request::Request;
use super::response::Response;
use crate::base::shelf;
use crate::domain::refusal::Refusal;

/// Reads the version that a change was made from.
///
/// # Errors
/// `VersionRequired` without `If-Match`, and for `*`, which would overwrite whatever is
/// there; `VersionOutdated` for what is no tag of ours.
pub fn version(request: &Request) -> Result<i64, Refusal> {
    let tag = request.header("if-match").map(str::trim);
    let tag = tag.filter(|tag| *tag != "*").ok_or(Refusal::VersionRequired)?;
    // What compresses an answer on its way weakens its tag; the version in it is the same.
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    let digits = tag.strip_prefix("\"v").and_then(|rest| rest.strip_suffix('"'));
    let digits = digits.map(|rest| rest.split_once('-').map_or(rest, |(digits, _shown)| digits));
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

/// Bytes of the digest behind a version.
const SHOWN_BYTES: usize = 4;

/// Tells whether whoever asks has the version already, with what else it shows.
#[must_use]
pub fn is_known(request: &Request, version: &(i64, String)) -> bool {
    let tag = tag_with(version);
    let known = request.head.headers.get_all(header::IF_NONE_MATCH).iter();
    let mut known = known.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    known.any(|known| {
        let known = known.trim();
        known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
    })
}

/// Names the version that an answer shows, and what else it shows.
#[must_use]
pub fn tagged_with(response: Response, version: &(i64, String)) -> Response {
    match HeaderValue::try_from(tag_with(version)) {
        Ok(tag) => response.with_header(header::ETAG, tag),
        Err(_) => response,
    }
}

fn tag_with((version, shown): &(i64, String)) -> String {
    let digest = Sha256::digest(shown.as_bytes());
    let digest = digest.get(..SHOWN_BYTES).map(shelf::hex).unwrap_or_default();
    format!("\"v{version}-{digest}\"")
}

/// Names the version that an answer shows.
#[must_use]
pub fn tagged(response: Response, version: i64) -> Response {
    match HeaderValue::try_from(format!("\"v{version}\"")) {
        Ok(tag) => response.with_header(header::ETAG, tag),
        Err(_) => response,
    }
}
