//! PostgreSQL's wire: point reads on shared lanes, scans and batches on a pool, and
//! batches on a hot row folded by one thread.
//!
//! What passes is tried again within a bound: a serialization failure or a
//! deadlock after a short random pause, a connection that was lost before its
//! commit went out on another one. A commit whose answer was lost is never
//! repeated. Every wait has a deadline, and a server that comes back is used
//! again without a restart of ours.

pub mod address;
pub(super) mod batch;
pub mod dialect;
mod folder;
mod lane;
pub(super) mod link;
mod liveness;
mod patience;
mod tls;
pub(super) mod trouble;
mod value;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::ClientWrapper;
use futures_util::TryStreamExt as _;
use tokio::time::timeout;

use super::{Affected, FromRow, GroupObserver, Row, Statement, StoreError};
use crate::base::bounds::SERVER_SILENCE_MS_MAX;
use crate::base::entropy::Entropy;
use address::Address;
use folder::Folder;
use lane::Lanes;
use link::Links;
use liveness::Present;
use patience::Patience;
use trouble::Trouble;

/// A database on a server.
pub struct Postgres {
    links: Links,
    lanes: Lanes,
    jots: Lanes,
    folder: Folder,
    entropy: Entropy,
    on_group: Arc<GroupObserver>,
    /// What a log line calls the server.
    name: String,
    is_ailing: AtomicBool,
    is_vouched: AtomicBool,
}

impl Postgres {
    /// Prepares the pool; the first statement connects.
    ///
    /// # Errors
    /// `Engine` when TLS cannot be set up or the system refuses a thread.
    pub fn open(
        address: &Address,
        entropy: Entropy,
        on_group: GroupObserver,
    ) -> Result<Self, StoreError> {
        let on_group = Arc::new(on_group);
        Ok(Self {
            links: Links::new(&address.but_one())?,
            lanes: Lanes::for_reads(address.connections_max),
            jots: Lanes::for_jots(),
            folder: Folder::start(address, entropy.clone(), Arc::clone(&on_group))?,
            entropy,
            on_group,
            name: address.to_string(),
            is_ailing: AtomicBool::new(false),
            is_vouched: AtomicBool::new(false),
        })
    }

    pub(super) async fn find<T: FromRow>(&self, read: &Statement) -> Result<Option<T>, StoreError> {
        let mut patience = Patience::new(&self.entropy);
        loop {
            match self.try_find(read).await {
                Ok(found) => return self.noted(Ok(found)),
                Err(trouble) => self.helped(patience.help(trouble).await)?,
            }
        }
    }

    pub(super) async fn list<T: FromRow>(&self, read: &Statement) -> Result<Vec<T>, StoreError> {
        let mut patience = Patience::new(&self.entropy);
        loop {
            match self.try_list(read).await {
                Ok(items) => return self.noted(Ok(items)),
                Err(trouble) => self.helped(patience.help(trouble).await)?,
            }
        }
    }

    pub(super) async fn apply(&self, batch: Vec<Statement>) -> Result<Vec<Affected>, StoreError> {
        if batch.first().is_some_and(|first| first.sql.is_contended()) {
            return self.noted(self.folder.apply(batch).await);
        }
        let mut patience = Patience::new(&self.entropy);
        loop {
            match try_apply(&self.links, &batch).await {
                Ok(answers) => {
                    (self.on_group)(1);
                    return self.noted(Ok(answers));
                }
                Err(trouble) => self.helped(patience.help(trouble).await)?,
            }
        }
    }

    pub(super) async fn jot(&self, statement: &Statement) -> Result<Affected, StoreError> {
        let mut patience = Patience::new(&self.entropy);
        loop {
            match self.try_jot(statement).await {
                Ok(affected) => return self.noted(Ok(affected)),
                Err(trouble) => self.helped(patience.help(trouble).await)?,
            }
        }
    }

    async fn try_jot(&self, statement: &Statement) -> Result<Affected, Trouble> {
        let ride = self.jots.ride(&self.links).await?;
        let outcome = in_time(batch::run_alone(ride.connection()?, statement)).await;
        ride.settle(&outcome);
        outcome
    }

    async fn try_find<T: FromRow>(&self, read: &Statement) -> Result<Option<T>, Trouble> {
        let ride = self.lanes.ride(&self.links).await?;
        let outcome = in_time(first(ride.connection()?, read)).await;
        ride.settle(&outcome);
        outcome
    }

    async fn try_list<T: FromRow>(&self, read: &Statement) -> Result<Vec<T>, Trouble> {
        let held = self.links.take().await?;
        let outcome = in_time(all(held.connection()?, read)).await;
        held.settle(&outcome);
        outcome
    }

    pub(super) async fn vouch(&self, instance: &str) -> Result<(), StoreError> {
        if self.is_vouched.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.roll_call(instance).await?;
        self.is_vouched.store(true, Ordering::Relaxed);
        Ok(())
    }

    pub(super) async fn gone(
        &self,
        own: &str,
        others: Vec<String>,
    ) -> Result<Vec<String>, StoreError> {
        Ok(self.roll_call(own).await?.missing(own, others))
    }

    /// Keeps the own lock and lists who holds theirs, on the lane of what a crash may lose:
    /// its connection is there for as long as the program beats.
    async fn roll_call(&self, own: &str) -> Result<Present, StoreError> {
        let mut patience = Patience::new(&self.entropy);
        loop {
            match self.try_roll_call(own).await {
                Ok(present) => return self.noted(Ok(present)),
                Err(trouble) => self.helped(patience.help(trouble).await)?,
            }
        }
    }

    async fn try_roll_call(&self, own: &str) -> Result<Present, Trouble> {
        let ride = self.jots.ride(&self.links).await?;
        let outcome = in_time(liveness::roll_call(ride.connection()?, own)).await;
        ride.settle(&outcome);
        outcome
    }

    pub(super) fn queued(&self) -> usize {
        self.links.waiting() + self.folder.waiting()
    }

    /// Tells whether the last that was tried found no server.
    pub(super) fn is_ailing(&self) -> bool {
        self.is_ailing.load(Ordering::Relaxed)
    }

    pub(super) fn close(&self) {
        self.folder.close();
        self.lanes.close();
        self.jots.close();
        self.links.close();
    }

    /// Hands on why nothing helped.
    fn helped(&self, outcome: Result<(), Trouble>) -> Result<(), StoreError> {
        outcome.or_else(|trouble| self.noted(Err(trouble.error)))
    }

    /// Hands an outcome on; says once that the server is out of reach, and once that
    /// it is back.
    fn noted<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        let is_ailing = match &outcome {
            Ok(_) => false,
            Err(StoreError::Unavailable { .. }) => true,
            // These say nothing about the server.
            Err(
                StoreError::Busy
                | StoreError::Duplicate { .. }
                | StoreError::Unexpected { .. }
                | StoreError::Decode { .. }
                | StoreError::Engine { .. },
            ) => return outcome,
        };
        if self.is_ailing.load(Ordering::Relaxed) == is_ailing
            || self.is_ailing.swap(is_ailing, Ordering::Relaxed) == is_ailing
        {
            return outcome;
        }
        if let Err(error) = &outcome {
            tracing::warn!(
                server = self.name,
                %error,
                hint = "bring the server back; no restart of antesala is needed",
                "database server is out of reach"
            );
        } else {
            tracing::info!(server = self.name, "database server is back");
        }
        outcome
    }
}

/// Runs a batch once, on a connection of its own.
async fn try_apply(links: &Links, batch: &[Statement]) -> Result<Vec<Affected>, Trouble> {
    let held = links.take().await?;
    let outcome = in_time(batch::run(held.connection()?, batch)).await;
    held.settle(&outcome);
    outcome
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
    let rows = if read.sql.is_per_engine() {
        // What a search finds is one or a million: a plan for every needle fits none.
        let typed = read.values.iter().map(|value| (value, value::kind(value)));
        connection.query_typed_raw(read.sql.for_server(), typed).await
    } else {
        let prepared = batch::prepare(connection, read).await?;
        connection.query_raw(&prepared, read.values.iter()).await
    };
    let mut rows = pin!(rows.map_err(failed)?);
    let mut items = Vec::new();
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        items.push(T::from_row(&mut Row::postgres(&row, name)).map_err(Trouble::from)?);
    }
    Ok(items)
}
