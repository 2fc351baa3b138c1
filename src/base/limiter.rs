//! Exact sliding windows, in bounded memory.
//!
//! Never more than `max` admissions of a key within any `window_ms`, and a wait
//! that is true: after it, one is admitted. Each window keeps the moments of its
//! last `max` admissions; the least recently used windows go when memory is full.
//! Keys are parsed addresses, IPv6 by /64, never header text.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sha2::{Digest as _, Sha256};

use super::bounds::{LIMITER_BYTES_MAX, THROTTLE_ACCOUNTS_MAX};
use super::clock::Millis;

/// Which rule a window belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RuleId(pub u16);

impl RuleId {
    /// Failed sign-ins of an account from an address.
    pub const SIGN_IN_FAILURES: Self = Self(u16::MAX);

    /// Accounts that the log was told are closed.
    pub const SIGN_IN_CLOSED: Self = Self(u16::MAX - 3);

    /// Failed sign-ins of an account in a browser that it knows, in a quarter of an hour.
    pub const DEVICE_WINDOW: Self = Self(u16::MAX - 4);

    /// And in a day.
    pub const DEVICE_FAILURES: Self = Self(u16::MAX - 5);

    /// Passwords that a session has given.
    pub const SESSION_PASSWORDS: Self = Self(u16::MAX - 6);

    /// Passwords that all sessions of an account have given.
    pub const ACCOUNT_PASSWORDS: Self = Self(u16::MAX - 7);

    /// Accounts that the log was told take no more of them.
    pub const PASSWORDS_CLOSED: Self = Self(u16::MAX - 8);

    /// What somebody brings within an hour, in units of bytes.
    pub const UPLOADED: Self = Self(u16::MAX - 16);

    /// Wrong tokens at `/api/cron` from an address.
    pub const CRON_GUESSES: Self = Self(u16::MAX - 2);
}

/// So many in so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Most admissions of a window.
    pub max: u32,
    /// Length of the window in milliseconds.
    pub window_ms: i64,
}

/// When to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter {
    /// Whole seconds, at least 1.
    pub seconds: u64,
}

/// A client's address as limits see it: IPv4 whole, also inside IPv6; IPv6 by /64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AddressKey(IpAddr);

impl AddressKey {
    /// Cuts an address down to what one client owns.
    #[must_use]
    pub const fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(v4) => IpAddr::V4(v4),
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        })
    }
}

impl fmt::Display for AddressKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(v4) => v4.fmt(f),
            IpAddr::V6(v6) => write!(f, "{v6}/64"),
        }
    }
}

/// Whose window it is: an address, and an account where the rule is about one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    address: Option<AddressKey>,
    account: u64,
}

impl Key {
    /// Names the window of a rule as every instance does, whatever its version; a
    /// limit that changed has windows of its own.
    #[must_use]
    pub fn name(self, rule: RuleId, limit: Limit) -> String {
        let Limit { max, window_ms } = limit;
        let address = self.address.map_or_else(String::new, |address| address.to_string());
        format!("{}/{max}/{window_ms}/{address}/{:016x}", rule.0, self.account)
    }

    /// A client.
    #[must_use]
    pub const fn address(address: Option<AddressKey>) -> Self {
        Self { address, account: 0 }
    }

    /// A client who tries one account, named by its normal form.
    #[must_use]
    pub fn account(address: Option<AddressKey>, account: &str) -> Self {
        let digest: [u8; 32] = Sha256::digest(account.as_bytes()).into();
        let start = digest.first_chunk().copied().unwrap_or_default();
        Self { address, account: u64::from_be_bytes(start) }
    }
}

impl RetryAfter {
    /// Returns the wait from `now` to `until`.
    #[must_use]
    pub fn between(now: Millis, until: Millis) -> Self {
        let wait_ms = u64::try_from(until.since_ms(now)).unwrap_or(1);
        Self { seconds: wait_ms.div_ceil(1000).max(1) }
    }
}

/// The moments of a window's last admissions, oldest first from `next` on.
struct Window {
    moments: Box<[i64]>,
    next: usize,
}

impl Window {
    fn new(limit: Limit) -> Self {
        let slots = usize::try_from(limit.max).unwrap_or(usize::MAX);
        Self { moments: vec![i64::MIN; slots].into(), next: 0 }
    }

    /// Says how long the oldest of the last `max` admissions still counts.
    fn wait(&self, limit: Limit, now: Millis) -> Result<(), RetryAfter> {
        let oldest = self.moments.get(self.next).copied().unwrap_or(i64::MIN);
        let free_at = oldest.saturating_add(limit.window_ms);
        if oldest == i64::MIN || free_at <= now.0 {
            return Ok(());
        }
        Err(RetryAfter::between(now, Millis(free_at)))
    }

    fn record(&mut self, now: Millis) {
        let slots = self.moments.len();
        if let Some(slot) = self.moments.get_mut(self.next) {
            *slot = now.0;
            self.next = (self.next + 1) % slots;
        }
    }
}

type SharedWindow = Arc<Mutex<Window>>;

#[derive(Clone)]
struct Bytes;

impl Weighter<(RuleId, Key), SharedWindow> for Bytes {
    fn weight(&self, _key: &(RuleId, Key), window: &SharedWindow) -> u64 {
        let slots = window.lock().unwrap_or_else(PoisonError::into_inner).moments.len();
        // The slots, and what the entry costs around them.
        u64::try_from(slots).unwrap_or(u64::MAX).saturating_mul(8).saturating_add(160)
    }
}

/// Every window of the program.
pub struct Limiter(Cache<(RuleId, Key), SharedWindow, Bytes>);

impl Default for Limiter {
    fn default() -> Self {
        Self(Cache::with_weighter(1024, LIMITER_BYTES_MAX, Bytes))
    }
}

impl Limiter {
    /// Admits one, or says when.
    ///
    /// # Errors
    /// How long to wait.
    pub fn admit(
        &self,
        rule: RuleId,
        key: Key,
        limit: Limit,
        now: Millis,
    ) -> Result<(), RetryAfter> {
        let window = self.window(rule, key, limit);
        let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
        window.wait(limit, now)?;
        window.record(now);
        Ok(())
    }

    /// Tells whether one would be admitted, and counts nothing.
    ///
    /// # Errors
    /// How long to wait.
    pub fn blocked(
        &self,
        rule: RuleId,
        key: Key,
        limit: Limit,
        now: Millis,
    ) -> Result<(), RetryAfter> {
        self.0.get(&(rule, key)).map_or(Ok(()), |window| {
            window.lock().unwrap_or_else(PoisonError::into_inner).wait(limit, now)
        })
    }

    /// Counts one, whether or not it would be admitted.
    pub fn record(&self, rule: RuleId, key: Key, limit: Limit, now: Millis) {
        let window = self.window(rule, key, limit);
        window.lock().unwrap_or_else(PoisonError::into_inner).record(now);
    }

    /// Forgets a window.
    pub fn forget(&self, rule: RuleId, key: Key) {
        self.0.remove(&(rule, key));
    }

    fn window(&self, rule: RuleId, key: Key, limit: Limit) -> SharedWindow {
        let fresh = || Ok::<_, std::convert::Infallible>(Arc::new(Mutex::new(Window::new(limit))));
        match self.0.get_or_insert_with(&(rule, key), fresh) {
            Ok(window) => window,
            Err(never) => match never {},
        }
    }
}

/// One try of all strangers together at an account under attack each this long.
pub const SLOW_TRY: Limit = Limit { max: 1, window_ms: 60_000 };

/// The limiter's rule for [`SLOW_TRY`].
pub const SLOW_TRY_RULE: RuleId = RuleId(u16::MAX - 1);

/// Failed sign-ins in a row, by account; the least recently tried accounts go first.
pub struct FailureStreaks(Cache<String, u32>);

impl Default for FailureStreaks {
    fn default() -> Self {
        Self(Cache::new(THROTTLE_ACCOUNTS_MAX))
    }
}

impl FailureStreaks {
    /// Returns how many failures in a row an account has seen.
    #[must_use]
    pub fn streak(&self, account: &str) -> u32 {
        self.0.get(account).unwrap_or(0)
    }

    /// Counts a failure. Two at once may count as one: the streak is a hundred long.
    pub fn failed(&self, account: &str) {
        self.0.insert(account.to_owned(), self.streak(account).saturating_add(1));
    }

    /// Ends the streak.
    pub fn succeeded(&self, account: &str) {
        self.0.remove(account);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RULE: RuleId = RuleId(1);

    fn client(text: &str) -> Key {
        Key::address(Some(AddressKey::of(text.parse().unwrap())))
    }

    proptest! {
        #[test]
        fn no_window_ever_admits_more_than_its_max(
            max in 1_u32..6,
            gaps in prop::collection::vec(0_i64..400, 1..120),
        ) {
            let limit = Limit { max, window_ms: 1000 };
            let limiter = Limiter::default();
            let mut now = Millis(1_000_000);
            let mut admitted: Vec<i64> = Vec::new();
            for gap in gaps {
                now = now.plus_ms(gap);
                match limiter.admit(RULE, client("192.0.2.1"), limit, now) {
                    Ok(()) => admitted.push(now.0),
                    Err(wait) => {
                        let later = now.plus_s(i64::try_from(wait.seconds).unwrap());
                        prop_assert!(
                            limiter.blocked(RULE, client("192.0.2.1"), limit, later).is_ok()
                        );
                    }
                }
            }
            for (index, start) in admitted.iter().enumerate() {
                let within = admitted[index..].iter().filter(|at| **at < start + 1000).count();
                prop_assert!(within <= usize::try_from(max).unwrap());
            }
        }
    }

    #[test]
    fn rules_and_clients_have_windows_of_their_own() {
        let limit = Limit { max: 1, window_ms: 1000 };
        let limiter = Limiter::default();
        let now = Millis(5000);
        assert!(limiter.admit(RULE, client("192.0.2.1"), limit, now).is_ok());
        assert!(limiter.admit(RULE, client("192.0.2.2"), limit, now).is_ok());
        assert!(limiter.admit(RuleId(2), client("192.0.2.1"), limit, now).is_ok());
        assert!(limiter.admit(RULE, client("::ffff:192.0.2.1"), limit, now).is_err());
        assert!(limiter.admit(RULE, client("2001:db8::1"), limit, now).is_ok());
        assert!(limiter.admit(RULE, client("2001:db8::2"), limit, now).is_err());
    }

    #[test]
    fn memory_is_bounded_whoever_comes() {
        let limit = Limit { max: 300, window_ms: 1000 };
        let limiter = Limiter::default();
        for n in 0..20_000_u32 {
            let address = IpAddr::V4(std::net::Ipv4Addr::from(n));
            let key = Key::address(Some(AddressKey::of(address)));
            let _ = limiter.admit(RULE, key, limit, Millis(1));
        }
        assert!(limiter.0.weight() <= LIMITER_BYTES_MAX);
        assert!(limiter.0.len() > 1000);
    }
}
