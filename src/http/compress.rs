//! gzip and brotli for answers that hold no secret.
//!
//! Compression beside a secret leaks it by its length (BREACH), so an answer is
//! compressed only when it says by `Cache-Control` that it may be stored, sets
//! no cookie and lies outside the accounts' paths; all others go out as they
//! are. Bodies here are bytes in memory; files for browsers are compressed once,
//! by [`kept`], and carry `Content-Encoding` already.

use std::io;

use async_compression::Level;
use async_compression::tokio::write::{BrotliEncoder, GzipEncoder};
use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE,
    ETAG, HeaderMap, HeaderValue, SET_COOKIE, VARY,
};
use http::{HeaderName, StatusCode};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::response::Response;
use crate::base::bounds::{COMPRESS_BYTES_MIN, COMPRESS_CHUNK_BYTES};
use crate::base::shelf::Asset;

/// A content coding that we can produce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// `br`, RFC 7932.
    Brotli,
    /// `gzip`, RFC 1952.
    Gzip,
}

impl Coding {
    /// Returns the name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }
}

/// What decides, beside its headers, whether an answer may be compressed.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The canonical path asked for.
    pub path: &'a str,
    /// `auth.base_path`; nothing below it is compressed.
    pub auth_base_path: &'a str,
    /// The answer's status; only 200 has a body worth it.
    pub status: StatusCode,
    /// Bytes of the body.
    pub length: usize,
}

/// Tells whether an answer may be compressed, whatever the client takes.
#[must_use]
pub fn is_eligible(subject: Subject<'_>, headers: &HeaderMap) -> bool {
    subject.status == StatusCode::OK
        && subject.length >= COMPRESS_BYTES_MIN
        && !is_under(subject.path, subject.auth_base_path)
        && !headers.contains_key(SET_COOKIE)
        && !headers.contains_key(CONTENT_ENCODING)
        && is_storable(headers)
        && headers.get(CONTENT_TYPE).is_some_and(is_compressible)
}

/// Compresses an eligible answer's body if the client takes it, and says so in the headers.
///
/// `Vary: Accept-Encoding` is added either way; a strong `ETag` becomes weak,
/// because the bytes are no longer the ones it names.
/// Source: RFC 9110 §8.8.1, §12.5.3 and §12.5.5.
///
/// # Errors
/// When the encoder fails, which writing to memory does not do; the caller
/// should then send a fault.
///
/// # Cost
/// 8 to 16 µs a KiB, measured on generated JSON of 16 and 100 KB. It yields after
/// each slice of input, but brotli may gather several before it works.
pub async fn encode(asked: &HeaderMap, answered: &mut HeaderMap, body: Bytes) -> io::Result<Bytes> {
    vary(answered);
    let Some(coding) = preferred(asked) else {
        return Ok(body);
    };
    let encoded = squeezed(coding, &body).await?;
    tell(answered, coding);
    Ok(encoded)
}

/// Compresses a body as hard as pays while somebody waits.
///
/// # Errors
/// As [`encode`].
pub async fn squeezed(coding: Coding, body: &[u8]) -> io::Result<Bytes> {
    let encoded = match coding {
        Coding::Brotli => {
            let mut encoder = BrotliEncoder::with_quality(Vec::new(), Level::Precise(4));
            feed(&mut encoder, body).await?;
            encoder.into_inner()
        }
        Coding::Gzip => {
            let mut encoder = GzipEncoder::with_quality(Vec::new(), Level::Precise(6));
            feed(&mut encoder, body).await?;
            encoder.into_inner()
        }
    };
    Ok(Bytes::from(encoded))
}

/// Returns the coding that the client likes best, where a body of so many bytes is worth it.
#[must_use]
pub fn worthwhile(asked: &HeaderMap, bytes: usize) -> Option<Coding> {
    (bytes >= COMPRESS_BYTES_MIN).then(|| preferred(asked)).flatten()
}

/// Compresses the answer of a file as hard as it goes, and keeps the outcome with the file.
pub async fn kept(asked: &HeaderMap, mut response: Response, asset: &Asset) -> Response {
    let plain = response.body.clone();
    let kind = response.headers.get(CONTENT_TYPE).is_some_and(is_compressible);
    if !kind || response.status != StatusCode::OK || plain.len() < COMPRESS_BYTES_MIN {
        return response;
    }
    vary(&mut response.headers);
    let Some(coding) = preferred(asked) else { return response };
    let kept = match coding {
        Coding::Brotli => &asset.brotli,
        Coding::Gzip => &asset.gzip,
    };
    if kept.get().is_none()
        && let Ok(encoded) = hard(coding, &plain).await
    {
        // Whoever was faster has kept the same bytes.
        let _ = kept.set(encoded);
    }
    if let Some(encoded) = kept.get() {
        response.body = encoded.clone();
        tell(&mut response.headers, coding);
    }
    response
}

async fn hard(coding: Coding, body: &[u8]) -> io::Result<Bytes> {
    let encoded = match coding {
        Coding::Brotli => {
            let mut encoder = BrotliEncoder::with_quality(Vec::new(), Level::Precise(9));
            Box::pin(feed(&mut encoder, body)).await?;
            encoder.into_inner()
        }
        Coding::Gzip => {
            let mut encoder = GzipEncoder::with_quality(Vec::new(), Level::Precise(9));
            Box::pin(feed(&mut encoder, body)).await?;
            encoder.into_inner()
        }
    };
    Ok(Bytes::from(encoded))
}

fn tell(answered: &mut HeaderMap, coding: Coding) {
    answered.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    answered.remove(CONTENT_LENGTH);
    answered.remove(ACCEPT_RANGES);
    weaken_etag(answered);
}

async fn feed<W: AsyncWrite + Unpin>(encoder: &mut W, body: &[u8]) -> io::Result<()> {
    for chunk in body.chunks(COMPRESS_CHUNK_BYTES) {
        encoder.write_all(chunk).await?;
        tokio::task::yield_now().await;
    }
    encoder.shutdown().await
}

fn is_under(path: &str, base: &str) -> bool {
    path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// An answer without `Cache-Control` becomes `no-store` on its way out, so silence means no.
fn is_storable(headers: &HeaderMap) -> bool {
    let stated = headers.get(CACHE_CONTROL).and_then(|value| value.to_str().ok());
    stated.is_some_and(|directives| {
        directives
            .split(',')
            .all(|one| !matches!(one.trim(), "no-store" | "no-transform" | "private"))
    })
}

/// Text compresses; images, fonts and archives already are.
fn is_compressible(kind: &HeaderValue) -> bool {
    let kind = kind.to_str().unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.starts_with("text/")
        || essence.ends_with("+json")
        || essence.ends_with("+xml")
        || matches!(
            essence,
            "application/json"
                | "application/javascript"
                | "application/xml"
                | "application/openmetrics-text"
        )
}

/// Returns the coding the client likes best of ours; `None` sends the body as it is.
///
/// Brotli wins a tie. `identity` wins only where the client ranks it higher by name.
fn preferred(asked: &HeaderMap) -> Option<Coding> {
    let brotli = weight(asked, "br");
    let gzip = weight(asked, "gzip").max(weight(asked, "x-gzip"));
    let identity = named_weight(asked, "identity").unwrap_or(0);
    let (coding, best) =
        if brotli >= gzip { (Coding::Brotli, brotli) } else { (Coding::Gzip, gzip) };
    (best > 0 && best >= identity).then_some(coding)
}

/// Returns what `Accept-Encoding` gives a coding by name or by `*`, in thousandths.
fn weight(asked: &HeaderMap, name: &str) -> u16 {
    named_weight(asked, name).or_else(|| named_weight(asked, "*")).unwrap_or(0)
}

fn named_weight(asked: &HeaderMap, name: &str) -> Option<u16> {
    asked
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .find_map(|item| {
            let (coding, parameter) = item.split_once(';').unwrap_or((item, "q=1"));
            coding.trim().eq_ignore_ascii_case(name).then(|| thousandths(parameter))
        })
}

/// Reads `q=0.5` as 500; what is no weight counts as 0, so that doubt means plain bytes.
fn thousandths(parameter: &str) -> u16 {
    let parameter = parameter.trim();
    let value = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="));
    let Some((whole, rest)) = value.map(|value| value.split_once('.').unwrap_or((value, "")))
    else {
        return 0;
    };
    let decimals = rest.parse::<u16>().unwrap_or(0);
    match (whole, rest.len()) {
        ("1", 0..=3) if decimals == 0 => 1000,
        ("0", 1) => decimals.saturating_mul(100),
        ("0", 2) => decimals.saturating_mul(10),
        ("0", 3) => decimals,
        _ => 0,
    }
}

/// Says that an answer depends on the codings that the client takes.
pub fn vary(headers: &mut HeaderMap) {
    const NAME: HeaderName = ACCEPT_ENCODING;
    let present = headers.get_all(VARY).iter().filter_map(|line| line.to_str().ok());
    let mut names = present.flat_map(|line| line.split(',')).map(str::trim);
    if !names.any(|name| name == "*" || name.eq_ignore_ascii_case(NAME.as_str())) {
        headers.append(VARY, HeaderValue::from_static("Accept-Encoding"));
    }
}

fn weaken_etag(headers: &mut HeaderMap) {
    let Some(tag) = headers.get(ETAG).filter(|tag| tag.as_bytes().starts_with(b"\"")) else {
        return;
    };
    let weak = [b"W/", tag.as_bytes()].concat();
    // A sound value stays sound with two letters before it.
    if let Ok(weak) = HeaderValue::from_bytes(&weak) {
        headers.insert(ETAG, weak);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (n.clone(), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn preferred_follows_weights_and_refusals() {
        for (accept, want) in [
            ("gzip, deflate, br", Some(Coding::Brotli)),
            ("gzip", Some(Coding::Gzip)),
            ("br;q=0.5, gzip;q=0.8", Some(Coding::Gzip)),
            ("br;q=0, gzip", Some(Coding::Gzip)),
            ("*", Some(Coding::Brotli)),
            ("*;q=0", None),
            ("br;q=0, *;q=0.1", Some(Coding::Gzip)),
            ("identity;q=0, gzip;q=0.001", Some(Coding::Gzip)),
            ("identity, gzip;q=0.5", None),
            ("identity;q=0.2, gzip;q=0.5", Some(Coding::Gzip)),
            ("GZIP; q=1.000", Some(Coding::Gzip)),
            ("gzip;q=2", None),
            ("gzip;level=9", None),
            ("deflate, zstd", None),
            ("", None),
        ] {
            assert_eq!(preferred(&map(&[(ACCEPT_ENCODING, accept)])), want, "{accept}");
        }
        assert_eq!(preferred(&HeaderMap::new()), None);
    }

    #[test]
    fn eligible_is_storable_text_without_secrets() {
        let public = [(CACHE_CONTROL, "public, max-age=60"), (CONTENT_TYPE, "application/json")];
        let subject = Subject {
            path: "/api/openapi.json",
            auth_base_path: "/api/auth",
            status: StatusCode::OK,
            length: 1024,
        };
        assert!(is_eligible(subject, &map(&public)));
        assert!(is_eligible(Subject { path: "/api/authors", ..subject }, &map(&public)));
        for refused in [
            Subject { path: "/api/auth/error", ..subject },
            Subject { status: StatusCode::PARTIAL_CONTENT, ..subject },
            Subject { length: 1023, ..subject },
        ] {
            assert!(!is_eligible(refused, &map(&public)), "{refused:?}");
        }
        for extra in [
            (SET_COOKIE, "a=b"),
            (CONTENT_ENCODING, "br"),
            (CACHE_CONTROL, "no-store"),
            (CACHE_CONTROL, "private, max-age=5"),
            (CONTENT_TYPE, "image/jpeg"),
        ] {
            let mut headers = map(&public);
            headers.insert(extra.0.clone(), HeaderValue::from_static(extra.1));
            assert!(!is_eligible(subject, &headers), "{extra:?}");
        }
        assert!(!is_eligible(subject, &map(&[(CONTENT_TYPE, "application/json")])));
    }

    #[tokio::test]
    async fn encode_shrinks_and_tells_caches() {
        let body = Bytes::from("a word and another word; ".repeat(4000));
        for (accept, coding) in [("br", "br"), ("gzip", "gzip")] {
            let mut answered =
                map(&[(ETAG, "\"one\""), (CONTENT_LENGTH, "100000"), (VARY, "Origin")]);
            let asked = map(&[(ACCEPT_ENCODING, accept)]);
            let encoded = encode(&asked, &mut answered, body.clone()).await.unwrap();
            assert!(encoded.len() < body.len() / 20, "{coding}: {}", encoded.len());
            assert_eq!(answered[CONTENT_ENCODING], coding);
            assert_eq!(answered[ETAG], "W/\"one\"");
            assert!(!answered.contains_key(CONTENT_LENGTH));
            let vary: Vec<_> = answered.get_all(VARY).iter().collect();
            assert_eq!(vary, ["Origin", "Accept-Encoding"]);
        }
    }

    #[tokio::test]
    async fn encode_leaves_the_body_alone_when_not_taken() {
        let mut answered = map(&[(ETAG, "\"one\"")]);
        let body = Bytes::from_static(b"plain");
        let same = encode(&HeaderMap::new(), &mut answered, body.clone()).await.unwrap();
        assert_eq!(same, body);
        assert_eq!(answered[VARY], "Accept-Encoding");
        assert_eq!(answered[ETAG], "\"one\"");
    }
}
