//! What of a request is still needed when its handler has consumed it.

use http::request::Parts;
use http::{HeaderMap, Method, Uri, header};

use super::preferences::Preferences;
use crate::config::Auth;

/// What of a request outlives its handler.
pub struct Asked {
    /// The method.
    pub method: Method,
    /// The target.
    pub uri: Uri,
    /// The version of the protocol.
    pub version: http::Version,
    /// The headers that the answer depends on.
    pub headers: HeaderMap,
    /// What the visitor chose to read in.
    pub preferences: Preferences,
}

/// Tells whether a browser asks: an answer for people is a page then.
#[must_use]
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

impl Asked {
    /// Copies the headers that the answer depends on, and no other.
    #[must_use]
    pub fn of(auth: &Auth, head: &Parts) -> Self {
        let mut headers = HeaderMap::new();
        for name in [
            header::ORIGIN,
            header::ACCEPT,
            header::EXPECT,
            header::ACCEPT_ENCODING,
            header::ACCEPT_LANGUAGE,
            header::ACCESS_CONTROL_REQUEST_HEADERS,
        ] {
            if let Some(value) = head.headers.get(&name) {
                headers.insert(name, value.clone());
            }
        }
        Self {
            method: head.method.clone(),
            uri: head.uri.clone(),
            version: head.version,
            headers,
            preferences: Preferences::of(auth, &head.headers),
        }
    }
}
