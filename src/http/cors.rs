//! Which other origins' pages may read answers.
//!
//! The same origin alone, unless the configuration names others. An approved
//! origin is echoed to the letter, with credentials; `*` never is. Apps' custom
//! schemes send no CORS requests and get nothing. Source: Fetch Standard;
//! OWASP ASVS 5.0 3.4.2.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::response::Response;
use crate::base::bounds::ORIGIN_BYTES_MAX;
use crate::config::{Config, OriginPattern, Site};

/// Most bytes of the header names that a preflight may ask for.
const ASKED_BYTES_MAX: usize = 512;

const EXPOSED: HeaderValue =
    HeaderValue::from_static("retry-after, x-retry-after, x-request-id, etag");
const TRUE: HeaderValue = HeaderValue::from_static("true");
const ORIGIN: HeaderValue = HeaderValue::from_static("Origin");
/// What the API takes somewhere. A preflight allows all of it everywhere: what a path does
/// not take is then an answer that the page can read, and nothing is done by it.
const METHODS: HeaderValue = HeaderValue::from_static("DELETE, GET, HEAD, PATCH, POST, PUT");
/// Two hours, the longest that Chromium keeps.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

/// The origins that may read.
#[derive(Debug)]
pub struct Cors(Vec<OriginPattern>);

impl Cors {
    /// Compiles what the configuration approves.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let frontend = config.server.frontend_url.iter().map(Site::origin);
        let named = config.server.cors_origins.iter().chain(&config.auth.trusted_origins);
        let patterns = named.map(String::as_str).chain(frontend).filter_map(OriginPattern::parse);
        Self(patterns.filter(OriginPattern::is_web).collect())
    }

    /// Returns the request's origin when it may read.
    #[must_use]
    pub fn approved<'h>(&self, asked: &'h HeaderMap) -> Option<&'h HeaderValue> {
        let origin = asked.get(header::ORIGIN)?;
        if origin.len() > ORIGIN_BYTES_MAX {
            return None;
        }
        let text = origin.to_str().ok()?.to_lowercase();
        let (scheme, authority) = text.split_once("://")?;
        let is_web = ["http", "https"].contains(&scheme) && !authority.contains('/');
        let is_approved = is_web && self.0.iter().any(|pattern| pattern.matches(scheme, authority));
        is_approved.then_some(origin)
    }

    /// Adds what lets an approved origin read the answer.
    pub fn mark(&self, asked: &HeaderMap, answered: &mut HeaderMap) {
        if self.0.is_empty() {
            return;
        }
        answered.append(header::VARY, ORIGIN);
        if let Some(origin) = self.approved(asked) {
            answered.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            answered.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
            answered.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }

    /// Answers OPTIONS: what the path allows, and to an approved origin what it may send.
    ///
    /// `allow` is `None` where nothing is: a page that may not even ask would be told that
    /// its network failed, and not that there is no such path.
    #[must_use]
    pub fn preflight(&self, asked: &HeaderMap, allow: Option<&str>) -> Response {
        let mut response = Response::empty(204);
        if let Some(Ok(methods)) = allow.map(HeaderValue::from_str) {
            response = response.with_header(header::ALLOW, methods);
        }
        if self.approved(asked).is_none() {
            return response;
        }
        response = response
            .with_header(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS)
            .with_header(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        match asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS).filter(|names| are_names(names)) {
            Some(names) => {
                response.with_header(header::ACCESS_CONTROL_ALLOW_HEADERS, names.clone())
            }
            None => response,
        }
    }
}

/// Tells whether a request asks what another one may. Source: Fetch Standard, CORS-preflight.
#[must_use]
pub fn is_preflight(asked: &HeaderMap) -> bool {
    asked.contains_key(header::ORIGIN) && asked.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Tells whether a value is a short list of header names, which may be echoed.
fn are_names(value: &HeaderValue) -> bool {
    value.len() <= ASKED_BYTES_MAX
        && value.to_str().is_ok_and(|names| {
            names.split(',').all(|name| HeaderName::try_from(name.trim()).is_ok())
        })
}
