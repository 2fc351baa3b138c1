//! Which hosts are this machine: where plain text hurts nobody.

use std::net::IpAddr;

/// Tells whether a host is this machine's own; takes IPv6 with and without brackets.
///
/// Source: RFC 6761 §6.3 for `localhost` and the names below it.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_name) => {
            let name = host.to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for host in ["localhost", "Mail.LocalHost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["", "localhost.example.com", "127.0.0.1.es", "10.0.0.1", "::", "evillocalhost"]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
