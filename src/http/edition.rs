//! Answering with a text that was built once: as it is or compressed, or 304.
//!
//! Each form of the text has a strong tag of its own. The time of the change is told from
//! the second on that it names, so no two forms that a client saw carry the same.

use bytes::Bytes;
use http::{HeaderValue, header};

use super::compress::{self, Coding};
use super::conditional::{http_date, is_known};
use super::request::Request;
use super::response::Response;
use crate::base::editions::Edition;

/// Answers with an edition in the form that the client likes best, or says that it has it.
///
/// # Cost
/// Nothing; the first time compressing it, in slices.
pub async fn answer(request: &Request, edition: &Edition) -> Response {
    let (coding, body) = form(request, edition).await;
    let suffix = match coding {
        Some(Coding::Brotli) => "-br",
        Some(Coding::Gzip) => "-gzip",
        None => "",
    };
    let etag = format!("\"{}{suffix}\"", edition.digest);
    let told_at = Some(edition.changed_at).filter(|changed_at| *changed_at <= request.now);
    let is_known = is_known(&request.head.headers, etag.as_bytes(), told_at);
    let mut response = if is_known {
        Response::empty(304)
    } else {
        Response::bytes(edition.kind, body).held_by_the_program()
    };
    let headers = &mut response.headers;
    compress::vary(headers);
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(header::ETAG, etag);
    }
    if let Some(date) = told_at.and_then(http_date) {
        headers.insert(header::LAST_MODIFIED, date);
    }
    if let Some(coding) = coding.filter(|_| !is_known) {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    }
    response
}

/// Returns the bytes that go out, compressed where the client takes that and it is worth it.
async fn form(request: &Request, edition: &Edition) -> (Option<Coding>, Bytes) {
    let plain = || (None, edition.bytes.clone());
    let Some(coding) = compress::worthwhile(&request.head.headers, edition.bytes.len()) else {
        return plain();
    };
    let kept = match coding {
        Coding::Brotli => &edition.brotli,
        Coding::Gzip => &edition.gzip,
    };
    // On the heap: the encoders' state would make every request's future larger.
    let encoded = kept.get_or_try_init(|| Box::pin(compress::squeezed(coding, &edition.bytes)));
    match encoded.await {
        Ok(encoded) => (Some(coding), encoded.clone()),
        Err(_) => plain(),
    }
}
