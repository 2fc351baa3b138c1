//! How many connections each address has: nobody takes all of them.
//!
//! IPv6 counts by /64. Trusted proxies bring everybody's connections and have no limit.
//! Refusing costs a line of answer and a count; the log says it now and then.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ipnet::IpNet;

use crate::base::bounds::READERS_LOG_S;
use crate::base::clock::{Clock, Stopwatch};
use crate::base::limiter::AddressKey;

/// The addresses that are connected.
#[derive(Debug)]
pub struct Peers {
    seats_max: usize,
    trusted: Vec<IpNet>,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    seats: HashMap<AddressKey, usize>,
    /// Refused since the last line of the log.
    refused: u64,
    logged: Option<Stopwatch>,
}

/// A connection's place among those of its address.
#[derive(Debug)]
pub struct Seat {
    peers: Arc<Peers>,
    /// Whose it is; `None`: a trusted proxy's.
    pub address: Option<AddressKey>,
}

impl Peers {
    /// Gives each address `seats_max` places, and the trusted as many as they like.
    #[must_use]
    pub fn new(seats_max: usize, trusted: Vec<IpNet>) -> Self {
        Self { seats_max, trusted, inner: Mutex::default() }
    }

    /// Takes a place; `None`: the address has enough of them.
    pub fn seat(self: &Arc<Self>, address: IpAddr) -> Option<Seat> {
        let address = address.to_canonical();
        if self.trusted.iter().any(|network| network.contains(&address)) {
            return Some(Seat { peers: Arc::clone(self), address: None });
        }
        let key = AddressKey::of(address);
        let mut inner = self.inner();
        let taken = inner.seats.entry(key).or_default();
        if *taken >= self.seats_max {
            inner.refuse(key);
            return None;
        }
        *taken += 1;
        drop(inner);
        Some(Seat { peers: Arc::clone(self), address: Some(key) })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn refuse(&mut self, address: AddressKey) {
        self.refused += 1;
        let pause = Duration::from_secs(READERS_LOG_S);
        if self.logged.is_none_or(|logged| logged.elapsed() >= pause) {
            tracing::warn!(
                %address,
                refused = self.refused,
                hint = "server.connections_of_address_max; a proxy belongs into server.trusted_proxies",
                "too many connections from one address"
            );
            self.refused = 0;
            self.logged = Some(Clock::System.stopwatch());
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Some(address) = self.address else { return };
        let mut inner = self.peers.inner();
        if let Some(taken) = inner.seats.get_mut(&address) {
            *taken -= 1;
            if *taken == 0 {
                inner.seats.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_places_and_ipv6_has_them_by_64() {
        let peers = Arc::new(Peers::new(2, vec!["10.0.0.0/8".parse().unwrap()]));
        let seat = |address: &str| peers.seat(address.parse().unwrap());
        let own = [seat("192.0.2.1"), seat("::ffff:192.0.2.1")];
        assert!(own.iter().all(Option::is_some));
        assert!(seat("192.0.2.1").is_none());
        let other = [seat("192.0.2.2"), seat("2001:db8::1"), seat("2001:db8::2")];
        assert!(other.iter().all(Option::is_some));
        assert!(seat("2001:db8::3").is_none());
        let proxy: Vec<_> = (0..9).map(|_| seat("10.1.1.1")).collect();
        assert!(proxy.iter().all(Option::is_some));
        drop((own, other, proxy));
        assert!(seat("192.0.2.1").is_some());
        assert!(peers.inner().seats.is_empty());
    }
}
