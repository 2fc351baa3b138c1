//! The limits, counted in this process or in the database for all instances.
//!
//! In the database the local windows still come first: they hold what this instance
//! admitted, so whom they refuse the database would refuse too, and a flood costs it
//! nothing. A refusal is remembered until its time for the same reason. When the
//! database is slow or away, the local windows decide alone.

use std::time::Duration;

use quick_cache::sync::Cache;
use tokio::time::timeout;

use super::App;
use crate::base::bounds::{LIMIT_REFUSALS_MAX, LIMIT_STORE_MS_MAX};
use crate::base::clock::Millis;
use crate::base::limiter::{Key, Limit, RetryAfter, RuleId, SLOW_TRY, SLOW_TRY_RULE};
use crate::config::LimitStore;
use crate::store::rate_limits::{self, Moments};
use crate::store::{Statement, StoreError};

/// Failures in a row from anywhere after which strangers wait; a streak that nobody
/// continues for a day is over.
const STREAK: Limit = Limit { max: 100, window_ms: 24 * 60 * 60 * 1000 };

/// The limiter's rule for [`STREAK`].
const STREAK_RULE: RuleId = RuleId(u16::MAX - 2);

/// Until when the database has refused whom.
pub struct Refusals(Cache<(RuleId, Key), Millis>);

impl Default for Refusals {
    fn default() -> Self {
        Self(Cache::new(LIMIT_REFUSALS_MAX))
    }
}

impl App {
    /// Admits one, or says when.
    ///
    /// # Errors
    /// How long to wait.
    ///
    /// # Cost
    /// Nothing to speak of; with `rate_limit.store = "database"` one trip.
    pub async fn admit(
        &self,
        rule: RuleId,
        key: Key,
        limit: Limit,
        now: Millis,
    ) -> Result<(), RetryAfter> {
        if self.counts_locally() {
            return self.limiter.admit(rule, key, limit, now);
        }
        self.limiter.blocked(rule, key, limit, now)?;
        if let Some(until) = self.refusals.0.get(&(rule, key)).filter(|until| *until > now) {
            return Err(RetryAfter::between(now, until));
        }
        let name = key.name(rule, limit);
        match self.jot(rate_limits::admit(&name, limit, now)).await {
            Ok(0) => Err(self.refuse((rule, key), &name, limit, now).await),
            Ok(_admitted) => {
                self.limiter.record(rule, key, limit, now);
                Ok(())
            }
            Err(_away) => self.limiter.admit(rule, key, limit, now),
        }
    }

    /// Tells whether one would be admitted, and counts nothing.
    ///
    /// # Errors
    /// How long to wait.
    pub async fn blocked(
        &self,
        rule: RuleId,
        key: Key,
        limit: Limit,
        now: Millis,
    ) -> Result<(), RetryAfter> {
        self.limiter.blocked(rule, key, limit, now)?;
        if self.counts_locally() {
            return Ok(());
        }
        let until = self.full_until(&key.name(rule, limit), limit, now).await;
        until.map_or(Ok(()), |until| Err(RetryAfter::between(now, until)))
    }

    /// Counts one, whether or not it would be admitted.
    pub async fn record(&self, rule: RuleId, key: Key, limit: Limit, now: Millis) {
        self.limiter.record(rule, key, limit, now);
        if !self.counts_locally() {
            self.note(rate_limits::record(&key.name(rule, limit), limit, now)).await;
        }
    }

    /// Forgets a window.
    pub async fn forget(&self, rule: RuleId, key: Key, limit: Limit) {
        self.limiter.forget(rule, key);
        if !self.counts_locally() {
            self.note(rate_limits::forget(&key.name(rule, limit))).await;
        }
    }

    /// Tells whether an account has seen so many failures in a row that strangers wait.
    pub async fn streak_is_long(&self, account: &str, now: Millis) -> bool {
        if self.streaks.streak(account) >= STREAK.max {
            return true;
        }
        let key = Key::account(None, account);
        !self.counts_locally()
            && self.full_until(&key.name(STREAK_RULE, STREAK), STREAK, now).await.is_some()
    }

    /// Adds a failure to an account's streak.
    pub async fn streak_grows(&self, account: &str, now: Millis) {
        self.streaks.failed(account);
        if !self.counts_locally() {
            let name = Key::account(None, account).name(STREAK_RULE, STREAK);
            self.note(rate_limits::record(&name, STREAK, now)).await;
        }
    }

    /// Ends an account's streak.
    pub async fn streak_ends(&self, account: &str) {
        self.streaks.succeeded(account);
        if !self.counts_locally() {
            let name = Key::account(None, account).name(STREAK_RULE, STREAK);
            self.note(rate_limits::forget(&name)).await;
        }
    }

    /// Admits one stranger's try a minute at an account under attack.
    ///
    /// # Errors
    /// How long to wait.
    pub async fn slow_try(&self, account: &str, now: Millis) -> Result<(), RetryAfter> {
        self.admit(SLOW_TRY_RULE, Key::account(None, account), SLOW_TRY, now).await
    }

    fn counts_locally(&self) -> bool {
        self.config.rate_limit.store == LimitStore::Memory
    }

    /// Says until when the database refuses, and remembers it.
    async fn refuse(
        &self,
        whom: (RuleId, Key),
        name: &str,
        limit: Limit,
        now: Millis,
    ) -> RetryAfter {
        // What cannot be read any more has room again by the next second.
        let until = self.full_until(name, limit, now).await.unwrap_or(now.plus_s(1));
        self.refusals.0.insert(whom, until);
        RetryAfter::between(now, until)
    }

    async fn full_until(&self, name: &str, limit: Limit, now: Millis) -> Option<Millis> {
        let read = self.store.find::<Moments>(rate_limits::read(name));
        let moments = soon(read).await.ok().flatten();
        moments.and_then(|moments| moments.full_until(limit, now))
    }

    async fn jot(&self, statement: Statement) -> Result<u64, StoreError> {
        soon(self.store.jot(statement)).await.map(|affected| affected.rows)
    }

    /// Writes a count down; when the database is away, the local one has to do.
    async fn note(&self, statement: Statement) {
        if let Err(error) = self.jot(statement).await {
            tracing::debug!(%error, "a limit is counted by this instance alone");
        }
    }
}

/// Waits for the database no longer than a limit is worth.
async fn soon<T>(work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let longest = Duration::from_millis(LIMIT_STORE_MS_MAX);
    timeout(longest, work).await.unwrap_or(Err(StoreError::Busy))
}
