//! PostgreSQL's wire: point reads on shared lanes, scans and batches on a pool.
//!
//! What passes is tried again within a bound: a serialization failure or a
//! deadlock after a short random pause, a connection that was lost before its
//! commit went out on another one. A commit whose answer was lost is never
//! repeated. Every wait has a deadline, and a server that comes back is used
//! again without a restart of ours.

pub mod address;
pub(super) mod batch;
pub mod dialect;
mod lane;
pub(super) mod link;
mod tls;
pub(super) mod trouble;
mod value;

use std::future::pending;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::ClientWrapper;
use futures_util::TryStreamExt as _;
use tokio::time::timeout;

use super::{Affected, FromRow, GroupObserver, Row, Statement, StoreError};
use crate::base::bounds::{
    RETRIES_MAX, RETRY_PAUSE_MS_MAX, RETRY_PAUSE_MS_MIN, SERVER_SILENCE_MS_MAX,
};
use crate::base::entropy::Entropy;
use address::Address;
use lane::Lanes;
use link::Links;
use trouble::{Remedy, Trouble};

/// A database on a server.
pub struct Postgres {
    links: Links,
    lanes: Lanes,
    jots: Lanes,
    entropy: Entropy,
    on_group: GroupObserver,
    /// What a log line calls the server.
    name: String,
    is_ailing: AtomicBool,
}

impl Postgres {
    /// Prepares the pool; the first statement connects.
    ///
    /// # Errors
    /// `Engine` when TLS cannot be set up.
    pub fn open(
        address: &Address,
        entropy: Entropy,
        on_group: GroupObserver,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            links: Links::new(address)?,
            lanes: Lanes::for_reads(address.connections_max),
            jots: Lanes::for_jots(),
            entropy,
            on_group,
            name: address.to_string(),
            is_ailing: AtomicBool::new(false),
        })
    }

    pub(super) async fn find<T: FromRow>(&self, read: &Statement) -> Result<Option<T>, StoreError> {
        let mut retries = 0;
        loop {
            match self.try_find(read).await {
                Ok(found) => return Ok(self.well(found)),
                Err(trouble) => self.help(trouble, &mut retries).await?,
            }
        }
    }

    pub(super) async fn list<T: FromRow>(&self, read: &Statement) -> Result<Vec<T>, StoreError> {
        let mut retries = 0;
        loop {
            match self.try_list(read).await {
                Ok(items) => return Ok(self.well(items)),
                Err(trouble) => self.help(trouble, &mut retries).await?,
            }
        }
    }

    pub(super) async fn apply(&self, batch: &[Statement]) -> Result<Vec<Affected>, StoreError> {
        let mut retries = 0;
        loop {
            match self.try_apply(batch).await {
                Ok(answers) => {
                    (self.on_group)(1);
                    return Ok(self.well(answers));
                }
                Err(trouble) => self.help(trouble, &mut retries).await?,
            }
        }
    }

    pub(super) async fn jot(&self, statement: &Statement) -> Result<Affected, StoreError> {
        let mut retries = 0;
        loop {
            match self.try_jot(statement).await {
                Ok(affected) => return Ok(self.well(affected)),
                Err(trouble) => self.help(trouble, &mut retries).await?,
            }
        }
    }

    async fn try_jot(&self, statement: &Statement) -> Result<Affected, Trouble> {
        let ride = self.jots.ride(&self.links).await?;
        let outcome = in_time(batch::run_alone(ride.connection()?, statement)).await;
        if outcome.as_ref().is_err_and(|trouble| trouble.is_lost) {
            ride.abandon();
        }
        outcome
    }

    async fn try_find<T: FromRow>(&self, read: &Statement) -> Result<Option<T>, Trouble> {
        let ride = self.lanes.ride(&self.links).await?;
        let outcome = in_time(first(ride.connection()?, read)).await;
        if outcome.as_ref().is_err_and(|trouble| trouble.is_lost) {
            ride.abandon();
        }
        outcome
    }

    async fn try_list<T: FromRow>(&self, read: &Statement) -> Result<Vec<T>, Trouble> {
        let held = self.links.take().await?;
        let outcome = in_time(all(held.connection()?, read)).await;
        held.settle(&outcome);
        outcome
    }

    async fn try_apply(&self, batch: &[Statement]) -> Result<Vec<Affected>, Trouble> {
        let held = self.links.take().await?;
        let outcome = in_time(batch::run(held.connection()?, batch)).await;
        held.settle(&outcome);
        outcome
    }

    pub(super) fn queued(&self) -> usize {
        self.links.waiting()
    }

    /// Tells whether the last that was tried found no server.
    pub(super) fn is_ailing(&self) -> bool {
        self.is_ailing.load(Ordering::Relaxed)
    }

    pub(super) fn close(&self) {
        self.lanes.close();
        self.jots.close();
        self.links.close();
    }

    /// Does what helps against a failure, after which the same may be tried again.
    ///
    /// # Errors
    /// The failure, when nothing helps or the bound is reached.
    async fn help(&self, trouble: Trouble, retries: &mut u32) -> Result<(), StoreError> {
        if trouble.remedy == Remedy::None || *retries == RETRIES_MAX {
            self.note_health(Some(&trouble));
            return Err(trouble.error);
        }
        if trouble.remedy == Remedy::Pause {
            self.pause(*retries).await;
        }
        *retries += 1;
        Ok(())
    }

    /// Hands an answer on, which also says that the server is well.
    fn well<T>(&self, answer: T) -> T {
        self.note_health(None);
        answer
    }

    /// Waits a random time, longer after each failure, so that two that were in each
    /// other's way do not meet again.
    async fn pause(&self, retries: u32) {
        let longest_ms = (RETRY_PAUSE_MS_MIN << retries).min(RETRY_PAUSE_MS_MAX);
        let random = u64::from(u16::from_be_bytes(self.entropy.bytes()));
        let wait = Duration::from_micros(longest_ms * 1000 * random / u64::from(u16::MAX));
        let _ = timeout(wait, pending::<()>()).await;
    }

    /// Says once that the server is out of reach, and once that it is back.
    fn note_health(&self, trouble: Option<&Trouble>) {
        let is_ailing = match trouble.map(|trouble| &trouble.error) {
            Some(StoreError::Unavailable { .. }) => true,
            // These say nothing about the server.
            Some(
                StoreError::Busy
                | StoreError::Duplicate { .. }
                | StoreError::Unexpected { .. }
                | StoreError::Decode { .. }
                | StoreError::Engine { .. },
            ) => return,
            None => false,
        };
        if self.is_ailing.load(Ordering::Relaxed) == is_ailing
            || self.is_ailing.swap(is_ailing, Ordering::Relaxed) == is_ailing
        {
            return;
        }
        match trouble {
            Some(trouble) => tracing::warn!(
                server = self.name,
                error = %trouble.error,
                hint = "bring the server back; no restart of antesala is needed",
                "database server is out of reach"
            ),
            None => tracing::info!(server = self.name, "database server is back"),
        }
    }
}

/// Gives up on a server that says nothing; a slow statement it ends by itself, earlier.
async fn in_time<T>(work: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    let longest = Duration::from_millis(SERVER_SILENCE_MS_MAX);
    timeout(longest, work).await.unwrap_or_else(|_elapsed| Err(Trouble::silence()))
}

async fn first<T: FromRow>(
    connection: &ClientWrapper,
    read: &Statement,
) -> Result<Option<T>, Trouble> {
    let name = read.sql.name;
    let failed = |error| Trouble::of(name, &error);
    let prepared = batch::prepare(connection, read).await?;
    let rows = connection.query_raw(&prepared, read.values.iter()).await.map_err(failed)?;
    let row = pin!(rows).try_next().await.map_err(failed)?;
    row.map(|row| T::from_row(&mut Row::postgres(&row, name))).transpose().map_err(Trouble::from)
}

async fn all<T: FromRow>(connection: &ClientWrapper, read: &Statement) -> Result<Vec<T>, Trouble> {
    let name = read.sql.name;
    let failed = |error| Trouble::of(name, &error);
    let prepared = batch::prepare(connection, read).await?;
    let rows = connection.query_raw(&prepared, read.values.iter()).await.map_err(failed)?;
    let mut rows = pin!(rows);
    let mut items = Vec::new();
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        items.push(T::from_row(&mut Row::postgres(&row, name)).map_err(Trouble::from)?);
    }
    Ok(items)
}
