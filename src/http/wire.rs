//! What the wire may look like, checked before anything else reads a request.
//!
//! hyper parses; it lets through two or no `Host`, any method, and a request
//! target that names another host than `Host` does. Each of those has been
//! half of a smuggling or cache-poisoning attack, so they are refused here and
//! the connection closes. Pure: the same check serves HTTP/1 and HTTP/2.

use http::header::{ALLOW, CONNECTION, HOST};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Version};

use crate::base::bounds::AUTHORITY_BYTES_MAX;

/// The bounds of a request's head; from `server.*` of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of all header names and values.
    pub header_bytes_max: usize,
    /// Most header lines.
    pub headers_max: usize,
    /// Most bytes of the request target.
    pub uri_bytes_max: usize,
}

/// Why a request's head is refused. The connection closes after the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireRefusal {
    /// No `Host`, two of them, one that is no authority, or one that the target contradicts.
    BadHost,
    /// TRACE or CONNECT: known, and served nowhere here.
    MethodRefused,
    /// A method that nobody has standardised.
    MethodUnknown,
    /// The request target is longer than `server.uri_bytes_max`.
    UriTooLong,
    /// The headers are longer or more than `server.header_bytes_max`, `server.headers_max`.
    HeadersTooLarge,
}

impl WireRefusal {
    /// Returns the status that says it.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::BadHost | Self::MethodUnknown => StatusCode::BAD_REQUEST,
            Self::MethodRefused => StatusCode::METHOD_NOT_ALLOWED,
            Self::UriTooLong => StatusCode::URI_TOO_LONG,
            Self::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        }
    }

    /// Returns the code of the error body.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadHost => "BAD_HOST",
            Self::MethodRefused => "METHOD_NOT_ALLOWED",
            Self::MethodUnknown => "UNKNOWN_METHOD",
            Self::UriTooLong => "URI_TOO_LONG",
            Self::HeadersTooLarge => "HEADERS_TOO_LARGE",
        }
    }

    /// Adds what the refusal says beside its body: `Connection: close` on HTTP/1,
    /// where hyper then closes, and `Allow` with a refused method.
    pub fn mark(self, version: Version, headers: &mut HeaderMap) {
        // HTTP/2 has no Connection header; one stream's fault does not end the others.
        if version < Version::HTTP_2 {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if self == Self::MethodRefused {
            headers.insert(ALLOW, HeaderValue::from_static(METHODS));
        }
    }
}

/// Every method that some endpoint may serve.
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// Checks a request's head against the wire's rules and `limits`.
///
/// # Errors
/// The first [`WireRefusal`] that applies, sizes first.
pub fn check(head: &Parts, limits: &Limits) -> Result<(), WireRefusal> {
    check_sizes(head, limits)?;
    check_method(&head.method)?;
    check_host(head)
}

fn check_sizes(head: &Parts, limits: &Limits) -> Result<(), WireRefusal> {
    let target = head.uri.path_and_query().map_or(0, |path| path.as_str().len());
    let authority = head.uri.authority().map_or(0, |authority| authority.as_str().len());
    if target + authority > limits.uri_bytes_max {
        return Err(WireRefusal::UriTooLong);
    }
    let bytes: usize = head
        .headers
        .iter()
        // ": " and CR LF are sent too.
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    if head.headers.len() > limits.headers_max || bytes > limits.header_bytes_max {
        return Err(WireRefusal::HeadersTooLarge);
    }
    Ok(())
}

fn check_method(method: &Method) -> Result<(), WireRefusal> {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::PATCH
        | Method::DELETE
        | Method::OPTIONS => Ok(()),
        Method::TRACE | Method::CONNECT => Err(WireRefusal::MethodRefused),
        _ => Err(WireRefusal::MethodUnknown),
    }
}

/// Holds `Host` to exactly one authority, and the target to the same one.
///
/// HTTP/1.0 may leave it out; HTTP/2 may say `:authority` instead.
/// Source: RFC 9112 §3.2 and §3.2.2, RFC 9113 §8.3.1.
fn check_host(head: &Parts) -> Result<(), WireRefusal> {
    let mut hosts = head.headers.get_all(HOST).iter();
    let target = head.uri.authority();
    if target.is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(WireRefusal::BadHost);
    }
    let Some(host) = hosts.next() else {
        let optional = head.version <= Version::HTTP_10
            || (head.version >= Version::HTTP_2 && target.is_some());
        return if optional { Ok(()) } else { Err(WireRefusal::BadHost) };
    };
    let longest = host.len().max(target.map_or(0, |target| target.as_str().len()));
    if hosts.next().is_some() || longest > AUTHORITY_BYTES_MAX || !is_authority(host) {
        return Err(WireRefusal::BadHost);
    }
    match target {
        Some(target) if !is_same(target, host, head.uri.scheme_str()) => Err(WireRefusal::BadHost),
        Some(_) | None => Ok(()),
    }
}

/// Tells a host with an optional port from anything else; userinfo is no part of `Host`.
fn is_authority(host: &HeaderValue) -> bool {
    is_plain_authority(host.as_bytes()) || is_any_authority(host)
}

/// Takes a name or an IPv4 address with an optional port, as nearly every request has,
/// in a tenth of the time of [`is_any_authority`], which takes all of them too.
fn is_plain_authority(host: &[u8]) -> bool {
    let mut halves = host.splitn(2, |byte| *byte == b':');
    let name = halves.next().unwrap_or_default();
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    // Four digits are a port for certain.
    let port_is_plain = halves
        .next()
        .is_none_or(|port| (1..=4).contains(&port.len()) && port.iter().all(u8::is_ascii_digit));
    !name.is_empty() && name.iter().all(is_plain) && port_is_plain
}

fn is_any_authority(host: &HeaderValue) -> bool {
    let Ok(authority) = Authority::try_from(host.as_bytes()) else {
        return false;
    };
    let port = authority.as_str().strip_prefix(authority.host());
    let port_is_sound = match port.and_then(|rest| rest.strip_prefix(':')) {
        Some(digits) => digits.parse::<u16>().is_ok(),
        None => port == Some(""),
    };
    !authority.host().is_empty() && port_is_sound
}

/// Compares a target's authority with `Host`, without case and with the scheme's port filled in.
fn is_same(target: &Authority, host: &HeaderValue, scheme: Option<&str>) -> bool {
    let Ok(host) = Authority::try_from(host.as_bytes()) else {
        return false;
    };
    let port_default = if scheme == Some("https") { 443 } else { 80 };
    target.host().eq_ignore_ascii_case(host.host())
        && target.port_u16().unwrap_or(port_default) == host.port_u16().unwrap_or(port_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { header_bytes_max: 300, headers_max: 5, uri_bytes_max: 40 };

    fn head(method: &str, uri: &str, hosts: &[&str]) -> Parts {
        let mut request = http::Request::builder().method(method).uri(uri);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn host_is_exactly_one_authority_and_agrees_with_the_target() {
        let refused = Err(WireRefusal::BadHost);
        for (uri, hosts, want) in [
            ("/", &["example.test"][..], Ok(())),
            ("/", &["example.test:3000"], Ok(())),
            ("/", &["[::1]:3000"], Ok(())),
            ("/", &["127.0.0.1"], Ok(())),
            ("/", &[], refused),
            ("/", &[""], refused),
            ("/", &["a.test", "a.test"], refused),
            ("/", &["a.test, b.test"], refused),
            ("/", &["user@a.test"], refused),
            ("/", &["a.test/path"], refused),
            ("/", &["a.test:99999"], refused),
            ("/", &["a.test:"], refused),
            ("/", &[":80"], refused),
            ("http://a.test/", &["a.test"], Ok(())),
            ("http://A.test:80/", &["a.test"], Ok(())),
            ("https://a.test/", &["a.test:443"], Ok(())),
            ("http://a.test/", &["b.test"], refused),
            ("http://a.test:81/", &["a.test"], refused),
            ("http://u@a.test/", &["a.test"], refused),
        ] {
            assert_eq!(check(&head("GET", uri, hosts), &LIMITS), want, "{uri} {hosts:?}");
        }
    }

    #[test]
    fn host_may_be_left_out_by_http_1_0_and_by_an_authority_of_http_2() {
        let mut old = head("GET", "/", &[]);
        old.version = Version::HTTP_10;
        assert_eq!(check(&old, &LIMITS), Ok(()));
        let mut two = head("GET", "https://a.test/", &[]);
        two.version = Version::HTTP_2;
        assert_eq!(check(&two, &LIMITS), Ok(()));
        let mut bare = head("GET", "/", &[]);
        bare.version = Version::HTTP_2;
        assert_eq!(check(&bare, &LIMITS), Err(WireRefusal::BadHost));
    }

    #[test]
    fn what_is_plainly_an_authority_is_one() {
        let names = ["a", "localhost", "A-b.c9", "127.0.0.1", "-", ".", "a..b", "", "a_b", "[::1]"];
        let ports = ["", ":", ":0", ":80", ":9999", ":65535", ":99999", ":8a", ":80:80"];
        let mut plain = 0;
        for host in names.iter().flat_map(|name| ports.map(|port| format!("{name}{port}"))) {
            if is_plain_authority(host.as_bytes()) {
                plain += 1;
                assert!(is_any_authority(&HeaderValue::try_from(&host).unwrap()), "{host}");
            }
        }
        assert_eq!(plain, 7 * 4);
    }

    #[test]
    fn methods_outside_the_served_ones_are_refused() {
        for (method, want) in [
            ("DELETE", Ok(())),
            ("TRACE", Err(WireRefusal::MethodRefused)),
            ("CONNECT", Err(WireRefusal::MethodRefused)),
            ("PROPFIND", Err(WireRefusal::MethodUnknown)),
            ("get", Err(WireRefusal::MethodUnknown)),
        ] {
            let uri = if method == "CONNECT" { "a.test:1" } else { "/" };
            assert_eq!(check(&head(method, uri, &["a.test:1"]), &LIMITS), want, "{method}");
        }
    }

    #[test]
    fn sizes_are_held_at_their_edges() {
        let path = format!("/{}", "a".repeat(39));
        assert_eq!(check(&head("GET", &path, &["a.test"]), &LIMITS), Ok(()));
        let path = format!("/{}", "a".repeat(40));
        let refused = check(&head("GET", &path, &["a.test"]), &LIMITS);
        assert_eq!(refused, Err(WireRefusal::UriTooLong));

        let mut many = head("GET", "/", &["a.test"]);
        for _ in 0..4 {
            many.headers.append("x-a", HeaderValue::from_static("1"));
        }
        assert_eq!(check(&many, &LIMITS), Ok(()));
        many.headers.append("x-a", HeaderValue::from_static("1"));
        assert_eq!(check(&many, &LIMITS), Err(WireRefusal::HeadersTooLarge));

        let mut long = head("GET", "/", &["a.test"]);
        long.headers.append("x-a", HeaderValue::try_from("v".repeat(290)).unwrap());
        assert_eq!(check(&long, &LIMITS), Err(WireRefusal::HeadersTooLarge));
    }
}
