//! Connections to the server: a bounded pool, and who holds one.
//!
//! A connection in the middle of something is never given back: whoever drops a
//! [`Held`] without saying that it is clean closes it, and the server undoes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use deadpool_postgres::{
    ClientWrapper, Hook, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime,
};

use super::address::Address;
use super::tls;
use super::trouble::{Trouble, told};
use crate::base::bounds::{
    POOL_WAIT_MS_MAX, POOL_WAITERS_MAX, SERVER_CONNECT_S_MAX, SERVER_LOCK_MS_MAX,
    SERVER_STATEMENT_MS_MAX,
};
use crate::store::StoreError;

/// The pool, and how many wait for it.
pub struct Links {
    pool: Pool,
    waiting: AtomicUsize,
}

/// A connection in somebody's hands.
pub struct Held(Option<Object>);

impl Links {
    /// Prepares the pool; nothing is connected yet.
    ///
    /// # Errors
    /// `Engine` when TLS cannot be set up.
    pub fn new(address: &Address) -> Result<Self, StoreError> {
        let how = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let connector = tls::connector(&address.tls)?;
        let manager = Manager::from_config(address.config.clone(), connector, how);
        let pool = Pool::builder(manager)
            .max_size(address.connections_max)
            .wait_timeout(Some(Duration::from_millis(POOL_WAIT_MS_MAX)))
            .create_timeout(Some(Duration::from_secs(SERVER_CONNECT_S_MAX)))
            .runtime(Runtime::Tokio1)
            .post_create(Hook::async_fn(|connection, _metrics| Box::pin(settle(connection))))
            .build()
            .map_err(|error| StoreError::Engine { sql: "connect", source: Box::new(error) })?;
        Ok(Self { pool, waiting: AtomicUsize::new(0) })
    }

    /// Lends a connection.
    ///
    /// # Errors
    /// `Busy` when none comes free in time, `Unavailable` when the server is out of reach.
    pub async fn take(&self) -> Result<Held, Trouble> {
        let place = Place::among(&self.waiting);
        if place.number > POOL_WAITERS_MAX {
            return Err(StoreError::Busy.into());
        }
        let object = self.pool.get().await.map_err(|error| Trouble::of_pool(&error))?;
        Ok(Held(Some(object)))
    }

    /// Returns how many wait for a connection.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Lends nothing from now on.
    pub fn close(&self) {
        self.pool.close();
    }
}

impl Held {
    /// Returns the connection.
    ///
    /// # Errors
    /// Never: it is gone only from what was given back, which nobody holds.
    pub fn connection(&self) -> Result<&ClientWrapper, Trouble> {
        self.0.as_deref().ok_or_else(Trouble::silence)
    }

    /// Tells whether the connection still leads somewhere, as far as is known.
    pub fn is_open(&self) -> bool {
        self.0.as_ref().is_some_and(|object| !object.is_closed())
    }

    /// Gives the connection back: nothing is open on it.
    pub fn give_back(mut self) {
        drop(self.0.take());
    }

    /// Gives the connection back unless what happened on it left it useless.
    pub fn settle<T>(self, outcome: &Result<T, Trouble>) {
        match outcome {
            Err(trouble) if trouble.is_lost => drop(self),
            Ok(_) | Err(_) => self.give_back(),
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(object) = self.0.take() {
            drop(Object::take(object));
        }
    }
}

/// A place in the queue, left however the wait ends.
struct Place<'a> {
    waiting: &'a AtomicUsize,
    number: usize,
}

impl<'a> Place<'a> {
    fn among(waiting: &'a AtomicUsize) -> Self {
        Self { waiting, number: waiting.fetch_add(1, Ordering::Relaxed) }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Sets a new connection up. An engine that does not know a setting keeps its own;
/// our own deadlines hold all the same.
async fn settle(connection: &ClientWrapper) -> Result<(), deadpool_postgres::HookError> {
    let settings = [
        format!("SET statement_timeout = {SERVER_STATEMENT_MS_MAX}"),
        format!("SET lock_timeout = {SERVER_LOCK_MS_MAX}"),
        format!("SET idle_in_transaction_session_timeout = {SERVER_STATEMENT_MS_MAX}"),
        // Guards and unique indexes carry correctness; waiting beats failing on a hot row.
        String::from("SET default_transaction_isolation = 'read committed'"),
        // One plan a statement, whatever its values are.
        String::from("SET plan_cache_mode = force_generic_plan"),
        // An answered commit is on the disk, unless the server promises more than that.
        String::from(
            "SELECT set_config('synchronous_commit', 'on', false) \
             WHERE current_setting('synchronous_commit') = 'off'",
        ),
    ];
    for setting in &settings {
        if let Err(error) = connection.batch_execute(setting).await {
            if error.code().is_none() {
                return Err(deadpool_postgres::HookError::Backend(error));
            }
            tracing::debug!(setting, reason = told(&error), "the server keeps its own setting");
        }
    }
    Ok(())
}
