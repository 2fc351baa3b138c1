//! What providers have said of themselves: addresses and keys, kept for an hour.
//!
//! Keys are fetched again, once, when a token names one that is not among them; not
//! more often than once a minute, because anybody can make such tokens up.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::bounds::{PROVIDER_KEPT_S, PROVIDER_RENEW_S};
use crate::base::clock::Millis;
use crate::base::jws::KeySet;
use crate::domain::social::Endpoints;

/// The memory; it has an entry for each configured provider at most.
#[derive(Default)]
pub struct Providers(Mutex<BTreeMap<String, Said>>);

#[derive(Default)]
struct Said {
    endpoints: Option<(Arc<Endpoints>, Millis)>,
    keys: Option<(Arc<KeySet>, Millis)>,
    renewed_at: Option<Millis>,
}

impl Providers {
    /// Returns a provider's addresses, while they are fresh.
    #[must_use]
    pub fn endpoints(&self, provider: &str, now: Millis) -> Option<Arc<Endpoints>> {
        fresh(self.said().get(provider)?.endpoints.as_ref(), now)
    }

    /// Remembers a provider's addresses.
    pub fn endpoints_are(&self, provider: &str, endpoints: &Arc<Endpoints>, now: Millis) {
        let mut said = self.said();
        let said = said.entry(provider.to_owned()).or_default();
        said.endpoints = Some((Arc::clone(endpoints), now));
    }

    /// Returns a provider's keys, while they are fresh.
    #[must_use]
    pub fn keys(&self, provider: &str, now: Millis) -> Option<Arc<KeySet>> {
        fresh(self.said().get(provider)?.keys.as_ref(), now)
    }

    /// Remembers a provider's keys.
    pub fn keys_are(&self, provider: &str, keys: &Arc<KeySet>, now: Millis) {
        let mut said = self.said();
        said.entry(provider.to_owned()).or_default().keys = Some((Arc::clone(keys), now));
    }

    /// Tells whether a provider's keys may be fetched before their time; whoever hears
    /// yes does it.
    #[must_use]
    pub fn may_renew(&self, provider: &str, now: Millis) -> bool {
        let mut said = self.said();
        let said = said.entry(provider.to_owned()).or_default();
        let may = said.renewed_at.is_none_or(|at| at.plus_s(PROVIDER_RENEW_S) <= now);
        if may {
            said.renewed_at = Some(now);
        }
        may
    }

    fn said(&self) -> MutexGuard<'_, BTreeMap<String, Said>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn fresh<T>(kept: Option<&(Arc<T>, Millis)>, now: Millis) -> Option<Arc<T>> {
    let (value, at) = kept?;
    (at.plus_s(PROVIDER_KEPT_S) > now).then(|| Arc::clone(value))
}
