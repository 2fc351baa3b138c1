//! Whose request it is, when proxies stand in between.
//!
//! Forwarding headers count from configured proxies alone, and are walked from
//! the right past the trusted ones: what stands further left anybody can write.
//! Source: product contract 5.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use http::{HeaderMap, HeaderValue};
use ipnet::IpNet;

use crate::app::App;
use crate::base::bounds::FORWARDED_BYTES_MAX;

/// Entries of `X-Forwarded-For` that are looked at, from the right.
const HOPS_MAX: usize = 16;

/// Says once that forwarding headers come from an address that is not trusted.
#[derive(Debug, Default)]
pub struct ProxyWarning(AtomicBool);

/// Returns the client's address: the peer's, unless a trusted proxy names another.
#[must_use]
pub fn of(app: &App, peer: IpAddr, headers: &HeaderMap, warning: &ProxyWarning) -> IpAddr {
    let peer = peer.to_canonical();
    let trusted = &app.config.server.trusted_proxies;
    if is_trusted(trusted, peer) {
        return forwarded(trusted, headers).unwrap_or(peer);
    }
    let is_forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key("x-real-ip");
    if is_forwarded && !warning.0.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            %peer,
            hint = "add the proxy to server.trusted_proxies, or everybody behind it shares one limit",
            "forwarding header from an untrusted address"
        );
    }
    peer
}

fn forwarded(trusted: &[IpNet], headers: &HeaderMap) -> Option<IpAddr> {
    let ends = headers.get_all("x-forwarded-for").iter().rev().take(HOPS_MAX).map(end);
    let hops = ends.flat_map(|end| end.rsplit(|byte| *byte == b',')).take(HOPS_MAX);
    let mut is_named = false;
    for hop in hops {
        is_named = true;
        match std::str::from_utf8(hop).ok().and_then(|hop| parse(hop.trim())) {
            Some(address) if is_trusted(trusted, address) => {}
            // What cannot be read hides who is behind it.
            found => return found,
        }
    }
    if is_named {
        return None;
    }
    headers.get("x-real-ip").and_then(|value| value.to_str().ok()).and_then(parse)
}

/// Returns the last bytes of a line. Our own proxy writes there; what stands before them
/// anybody has written, and at any length.
fn end(line: &HeaderValue) -> &[u8] {
    let bytes = line.as_bytes();
    bytes.get(bytes.len().saturating_sub(FORWARDED_BYTES_MAX)..).unwrap_or_default()
}

fn is_trusted(trusted: &[IpNet], address: IpAddr) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// Reads an address, with or without brackets and port.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.split(']').next());
    let address: Option<IpAddr> = match bare {
        Some(bare) => bare.parse().ok(),
        None => text.parse().ok().or_else(|| {
            let (host, port) = text.rsplit_once(':')?;
            port.parse::<u16>().ok()?;
            host.parse().ok()
        }),
    };
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks() -> Vec<IpNet> {
        vec!["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()]
    }

    #[test]
    fn chain_is_walked_from_the_right_past_the_trusted() {
        for (line, expected) in [
            ("198.51.100.7", Some("198.51.100.7")),
            ("203.0.113.9, 198.51.100.7", Some("198.51.100.7")),
            ("203.0.113.9, 198.51.100.7, 10.1.1.1", Some("198.51.100.7")),
            ("198.51.100.7:4711", Some("198.51.100.7")),
            ("[2001:db8::1]:4711", Some("2001:db8::1")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("198.51.100.7, nonsense", None),
            ("10.0.0.1, 10.0.0.2", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", HeaderValue::from_static(line));
            headers.insert("x-real-ip", HeaderValue::from_static("192.0.2.99"));
            let found = forwarded(&networks(), &headers).map(|address| address.to_string());
            assert_eq!(found.as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn chain_of_any_length_is_read_from_its_end() {
        let written = "a".repeat(50_000) + &",b".repeat(50_000);
        for (line, expected) in [
            (format!("{written}, 198.51.100.7"), Some("198.51.100.7")),
            (format!("{written}, 198.51.100.7, 10.1.1.1"), Some("198.51.100.7")),
            (format!("{written},"), None),
            ("a".repeat(100_000), None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", HeaderValue::try_from(line).unwrap());
            let found = forwarded(&networks(), &headers).map(|address| address.to_string());
            assert_eq!(found.as_deref(), expected);
        }
    }

    #[test]
    fn real_ip_counts_when_there_is_no_chain() {
        let mut headers = HeaderMap::new();
        headers.insert("x-real-ip", HeaderValue::from_static("192.0.2.99"));
        assert_eq!(forwarded(&networks(), &headers), "192.0.2.99".parse().ok());
    }
}
