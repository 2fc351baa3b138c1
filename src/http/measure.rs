//! The headers of a request, each measured before anybody reads it.
//!
//! What is too long is emptied and not taken out: that something was sent stays visible, so
//! a guard that asks whether there is an origin or a cookie is not led round. An origin
//! becomes one that nobody trusts. Two have no bound here: cookies and forwarding headers
//! are read piece by piece, and their readers stop (`cookie`, `client_address`).

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::base::bounds::{
    FIELD_BYTES_MAX, IDEMPOTENCY_KEY_LENGTH_MAX, MEDIA_TYPE_BYTES_MAX, ORIGIN_BYTES_MAX,
    PREFERENCE_BYTES_MAX, REFERER_BYTES_MAX, TAGS_BYTES_MAX,
};

/// No origin, whoever reads it.
const NOBODYS: HeaderValue = HeaderValue::from_static("too-long");

const NOTHING: HeaderValue = HeaderValue::from_static("");

/// The headers whose bound is not [`FIELD_BYTES_MAX`].
static BOUNDS: [(HeaderName, usize); 12] = [
    (header::ORIGIN, ORIGIN_BYTES_MAX),
    (header::REFERER, REFERER_BYTES_MAX),
    (header::ACCEPT, PREFERENCE_BYTES_MAX),
    (header::ACCEPT_LANGUAGE, PREFERENCE_BYTES_MAX),
    (header::ACCEPT_ENCODING, PREFERENCE_BYTES_MAX),
    (header::ACCESS_CONTROL_REQUEST_HEADERS, PREFERENCE_BYTES_MAX),
    (header::IF_NONE_MATCH, TAGS_BYTES_MAX),
    (header::IF_MATCH, TAGS_BYTES_MAX),
    (header::CONTENT_TYPE, MEDIA_TYPE_BYTES_MAX),
    // Quoted, perhaps, and between blanks.
    (HeaderName::from_static("idempotency-key"), IDEMPOTENCY_KEY_LENGTH_MAX + 64),
    (header::COOKIE, usize::MAX),
    (HeaderName::from_static("x-forwarded-for"), usize::MAX),
];

/// No header is too long that has so few bytes: nearly all are let through by this.
const SHORT_BYTES: usize = 256;

/// Empties every header that is longer than its bound.
///
/// # Cost
/// A comparison of numbers for each header that is not remarkably long.
pub fn bound(headers: &mut HeaderMap) {
    if headers.values().all(|value| value.len() <= SHORT_BYTES) {
        return;
    }
    for (name, value) in headers.iter_mut() {
        if value.len() > SHORT_BYTES && value.len() > bytes_max(name) {
            let is_source = *name == header::ORIGIN || *name == header::REFERER;
            *value = if is_source { NOBODYS } else { NOTHING };
        }
    }
}

fn bytes_max(name: &HeaderName) -> usize {
    let own = BOUNDS.iter().find(|(each, _bytes)| each == name);
    own.map_or(FIELD_BYTES_MAX, |(_name, bytes)| *bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounded(name: &'static str, bytes: usize) -> HeaderValue {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::try_from("a".repeat(bytes)).unwrap());
        bound(&mut headers);
        headers.remove(name).expect("it stays visible")
    }

    #[test]
    fn header_at_its_bound_stays_and_one_beyond_is_emptied() {
        for (name, bytes) in BOUNDS.iter().filter(|(_name, bytes)| *bytes < usize::MAX) {
            let name: &'static str = name.as_str().to_owned().leak();
            assert!(*bytes >= SHORT_BYTES, "{name} would slip through");
            assert_eq!(bounded(name, *bytes).len(), *bytes, "{name}");
            let beyond = bounded(name, bytes + 1);
            let is_source = ["origin", "referer"].contains(&name);
            assert_eq!(beyond, if is_source { NOBODYS } else { NOTHING }, "{name}");
        }
        assert_eq!(bounded("x-new", FIELD_BYTES_MAX).len(), FIELD_BYTES_MAX);
        assert_eq!(bounded("x-new", FIELD_BYTES_MAX + 1), NOTHING);
        assert_eq!(bounded("cookie", 100_000).len(), 100_000);
    }

    #[test]
    fn every_line_of_a_header_is_measured() {
        let mut headers = HeaderMap::new();
        for bytes in [10, 5_000, 20, 6_000] {
            headers.append("accept", HeaderValue::try_from("a".repeat(bytes)).unwrap());
        }
        bound(&mut headers);
        let lengths: Vec<_> = headers.get_all("accept").iter().map(HeaderValue::len).collect();
        assert_eq!(lengths, [10, 0, 20, 0]);
    }
}
