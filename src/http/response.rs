//! An answer before it is sent.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::conditional::is_known;
use super::cookie::Cookie;
use super::kept_file::KeptFile;
use super::outgoing::ByteStream;
use super::request::Request;
use crate::base::in_flight::Share;
use crate::base::shelf::{Asset, Named, hex};

/// An answer: status, headers, bytes.
#[derive(Debug)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; what a stream begins with.
    pub body: Bytes,
    /// What follows the body, as it comes; `None`: the answer is whole.
    pub stream: Option<ByteStream>,
    /// Who holds the body in memory.
    pub holding: Holding,
    /// What the body counts for while it waits; `None`: for nothing. Boxed: few answers
    /// have one.
    pub share: Option<Box<Share>>,
}

/// Who holds the body of an answer in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// The answer itself: it is gone when the answer is.
    Answer,
    /// The program, whoever asks: another answer with it costs nothing.
    Program,
}

/// What may not stand in an address, beside letters beyond ASCII; a per cent sign is an
/// escape already. Source: RFC 3986 §2.
const NO_ADDRESS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Bytes of a session with its person, the answer that is asked for most.
const JSON_BYTES_USUAL: usize = 768;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");
const REVALIDATE: HeaderValue = HeaderValue::from_static("public, max-age=300");
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const CROSS_ORIGIN: HeaderValue = HeaderValue::from_static("cross-origin");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

impl Response {
    fn new(status: u16, kind: Option<HeaderValue>, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::with_capacity(16);
        if let Some(kind) = kind {
            headers.insert(header::CONTENT_TYPE, kind);
        }
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let holding = Holding::Answer;
        Self { status, headers, body: body.into(), stream: None, holding, share: None }
    }

    /// Answers with bytes as they come, after what is there already.
    ///
    /// It is not compressed, has no length and takes as long as it takes; whoever
    /// feeds it ends it.
    #[must_use]
    pub fn stream(kind: &'static str, begin: impl Into<Bytes>, stream: ByteStream) -> Self {
        let answer = Self::new(200, Some(HeaderValue::from_static(kind)), begin);
        Self { stream: Some(stream), ..answer }
    }

    /// Answers with JSON.
    ///
    /// # Panics
    /// When `body` cannot be JSON: a map with keys that are no text. Ours are structs.
    #[must_use]
    #[expect(clippy::expect_used, reason = "answer types are structs of plain fields")]
    pub fn json(status: u16, body: &impl Serialize) -> Self {
        // Most answers fit, so the bytes are written once and never moved.
        let mut bytes = Vec::with_capacity(JSON_BYTES_USUAL);
        serde_json::to_writer(&mut bytes, body).expect("answer types serialize");
        Self::new(status, Some(JSON), bytes)
    }

    /// Answers with JSON that is written already.
    #[must_use]
    pub fn json_text(status: u16, text: String) -> Self {
        Self::new(status, Some(JSON), text)
    }

    /// Answers with a page.
    #[must_use]
    pub fn html(status: u16, page: String) -> Self {
        Self::new(status, Some(HTML), page)
    }

    /// Answers with text of a media type.
    #[must_use]
    pub fn text(kind: &'static str, text: String) -> Self {
        Self::new(200, Some(HeaderValue::from_static(kind)), text)
    }

    /// Answers with bytes of a media type.
    #[must_use]
    pub fn bytes(kind: &'static str, bytes: Bytes) -> Self {
        Self::new(200, Some(HeaderValue::from_static(kind)), bytes)
    }

    /// Answers with text of a media type, or with 304 when whoever asks has it.
    #[must_use]
    pub fn tagged_text(request: &Request, kind: &'static str, text: String) -> Self {
        let digest = hex(&Sha256::digest(&text));
        Self::known_or(request, (Bytes::from(format!("\"{digest}\"")), kind), || text.into())
    }

    /// Answers with nothing.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self::new(status, None, Bytes::new())
    }

    /// Sends the browser elsewhere.
    #[must_use]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::empty(status).with_location(location)
    }

    /// Answers with a file for browsers, or with 304 when the browser has it.
    ///
    /// Under the address of its bytes it may be kept for ever.
    #[must_use]
    pub fn asset(request: &Request, (asset, named): (&Asset, Named)) -> Self {
        let etag = Bytes::from(format!("\"{}\"", asset.digest));
        let life = match named {
            Named::Exactly => FOR_EVER,
            Named::Loosely => REVALIDATE,
        };
        Self::known_or(request, (etag, asset.media_type), || asset.bytes.clone())
            .with_header(header::CACHE_CONTROL, life)
            .held_by_the_program()
    }

    /// Says that the body is in memory anyway, so that its readers do not count for it.
    #[must_use]
    pub const fn held_by_the_program(mut self) -> Self {
        self.holding = Holding::Program;
        self
    }

    /// Answers with a card, which never changes and which every site may show; 304 when
    /// whoever asks has it.
    #[must_use]
    pub fn card(request: &Request, etag: &Bytes, jpeg: &Bytes) -> Self {
        Self::known_or(request, (etag.clone(), "image/jpeg"), || jpeg.clone())
            .with_header(header::CACHE_CONTROL, FOR_EVER)
            .with_header(CROSS_ORIGIN_RESOURCE_POLICY, CROSS_ORIGIN)
    }

    /// Answers with a file to be saved, never to be shown: what people bring does not run
    /// here. Source: RFC 6266 §4.3, RFC 8187 §3.2.
    #[must_use]
    pub fn download(kind: &'static str, name: &str, file: KeptFile) -> Self {
        let is_plain =
            |letter: &char| letter.is_ascii_graphic() && !matches!(letter, '"' | '\\' | '%');
        let plain: String =
            name.chars().map(|letter| if is_plain(&letter) { letter } else { '_' }).collect();
        let escaped = utf8_percent_encode(name, NON_ALPHANUMERIC);
        let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{escaped}");
        let response = Self::new(200, Some(HeaderValue::from_static(kind)), file.begin).no_store();
        let response = Self { stream: file.rest, ..response };
        match HeaderValue::try_from(disposition) {
            Ok(disposition) => response.with_header(header::CONTENT_DISPOSITION, disposition),
            Err(_) => response,
        }
    }

    /// Answers with a picture of a person, which caches ask about each time and a front end's
    /// pages show, wherever they are; `None`: whoever asks has it, which is 304. Another site's
    /// page that shows it gets what its visitor may see, by the cookies that browsers send along.
    #[must_use]
    pub fn portrait(digest: &str, jpeg: Option<KeptFile>) -> Self {
        let response = match jpeg {
            None => Self::empty(304),
            Some(jpeg) => {
                let kind = Some(HeaderValue::from_static("image/jpeg"));
                Self { stream: jpeg.rest, ..Self::new(200, kind, jpeg.begin) }
            }
        };
        let response = response.with_etag(Bytes::from(format!("\"{digest}\"")));
        response.with_header(CROSS_ORIGIN_RESOURCE_POLICY, CROSS_ORIGIN)
    }

    fn with_etag(self, etag: Bytes) -> Self {
        match HeaderValue::from_maybe_shared(etag) {
            Ok(etag) => self.with_header(header::ETAG, etag),
            Err(_) => self,
        }
    }

    fn known_or(
        request: &Request,
        (etag, kind): (Bytes, &'static str),
        bytes: impl FnOnce() -> Bytes,
    ) -> Self {
        let response = if is_known(&request.head.headers, &etag, None) {
            Self::empty(304)
        } else {
            Self::new(200, Some(HeaderValue::from_static(kind)), bytes())
        };
        response.with_etag(etag)
    }

    /// Sets a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sets a cookie, beside others.
    #[must_use]
    pub fn with_cookie(mut self, cookie: Cookie) -> Self {
        self.headers.append(header::SET_COOKIE, cookie.into_header());
        self
    }

    /// Names another place; a location that no header can carry is left out.
    ///
    /// What may not stand in an address is escaped, which is what a browser reads it as;
    /// the rest is sent to the letter.
    #[must_use]
    pub fn with_location(mut self, location: &str) -> Self {
        let escaped = utf8_percent_encode(location, NO_ADDRESS).to_string();
        if let Ok(value) = HeaderValue::from_str(&escaped) {
            self.headers.insert(header::LOCATION, value);
        }
        self
    }

    /// Forbids every cache to keep the answer.
    #[must_use]
    pub fn no_store(self) -> Self {
        self.with_header(header::CACHE_CONTROL, NO_STORE)
    }

    /// Keeps the page's address, which holds a token, from wherever its links lead.
    ///
    /// Not from the site itself: without a referrer a form's `Origin` would be `null`, and
    /// over plain http nothing else would tell that the form is ours.
    #[must_use]
    pub fn own_referrer(self) -> Self {
        self.with_header(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"))
    }

    /// Lets every cache keep the answer for five minutes.
    #[must_use]
    pub fn revalidated(self) -> Self {
        self.with_header(header::CACHE_CONTROL, REVALIDATE)
    }

    /// Lets caches keep the answer and makes them ask each time.
    #[must_use]
    pub fn no_cache(self) -> Self {
        self.with_header(header::CACHE_CONTROL, NO_CACHE)
    }

    /// Says after how many seconds a retry makes sense.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.with_header(header::RETRY_AFTER, seconds.into())
    }

    /// Ends the connection after the answer: the rest of the request is not read.
    #[must_use]
    pub fn closing(self) -> Self {
        self.with_header(header::CONNECTION, HeaderValue::from_static("close"))
    }
}
