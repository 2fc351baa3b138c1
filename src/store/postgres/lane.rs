//! Lanes: connections that many requests share at once, each with one statement.
//!
//! Requests of one lane go out together and come back in their order, so that
//! under load one system call carries many of them. A lone statement holds nothing
//! open, so whoever goes away in the middle leaves the lane as it was. Point reads
//! have a few lanes, what a crash may lose has one; scans and batches take a
//! connection of their own: nobody waits behind them.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deadpool_postgres::ClientWrapper;

use super::link::{Held, Links};
use super::trouble::Trouble;
use crate::base::bounds::READ_LANES;
use crate::store::StoreError;

/// The lanes of a pool, opened as they are needed.
pub struct Lanes(Vec<Lane>);

/// One lane.
struct Lane {
    riders: AtomicUsize,
    connection: Mutex<Option<Arc<Held>>>,
    /// Held by whoever opens the connection; behind it, why the last one could not.
    door: tokio::sync::Mutex<String>,
    failures: AtomicU64,
}

/// A request on a lane.
pub struct Ride<'a> {
    seat: Seat<'a>,
    connection: Arc<Held>,
}

/// A place on a lane, given back however the ride ends.
struct Seat<'a>(&'a Lane);

impl Lanes {
    /// Makes the lanes of point reads, at most a quarter of the connections: one goes to
    /// what a crash may lose, one to the hot rows, the rest to scans and batches.
    pub fn for_reads(connections_max: usize) -> Self {
        let count = READ_LANES.min(connections_max / 4).max(1);
        Self((0..count).map(|_number| Lane::new()).collect())
    }

    /// Makes the lane of what a crash may lose.
    pub fn for_jots() -> Self {
        Self(vec![Lane::new()])
    }

    /// Finds a seat on the lane that carries least; ties go to the first, so that a
    /// quiet server needs one connection.
    ///
    /// # Errors
    /// As [`Links::take`].
    pub async fn ride(&self, links: &Links) -> Result<Ride<'_>, Trouble> {
        let load = |lane: &&Lane| lane.riders.load(Ordering::Relaxed);
        let lane = self.0.iter().min_by_key(load).ok_or_else(Trouble::silence)?;
        lane.riders.fetch_add(1, Ordering::Relaxed);
        let seat = Seat(lane);
        let connection = lane.connection(links).await?;
        Ok(Ride { seat, connection })
    }

    /// Closes every lane.
    pub fn close(&self) {
        for lane in &self.0 {
            lane.slot().take();
        }
    }
}

impl Lane {
    fn new() -> Self {
        Self {
            riders: AtomicUsize::new(0),
            connection: Mutex::new(None),
            door: tokio::sync::Mutex::default(),
            failures: AtomicU64::new(0),
        }
    }

    fn slot(&self) -> MutexGuard<'_, Option<Arc<Held>>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the lane's connection, opened anew when it is gone. One opens it for
    /// all that wait, and when it fails they all fail: nobody waits for a server
    /// longer than one try takes.
    async fn connection(&self, links: &Links) -> Result<Arc<Held>, Trouble> {
        if let Some(connection) = self.open() {
            return Ok(connection);
        }
        let failures = self.failures.load(Ordering::Relaxed);
        let mut door = self.door.lock().await;
        if let Some(connection) = self.open() {
            return Ok(connection);
        }
        if self.failures.load(Ordering::Relaxed) != failures {
            return Err(StoreError::Unavailable { reason: door.clone() }.into());
        }
        match links.take().await {
            Ok(fresh) => Ok(Arc::clone(self.slot().insert(Arc::new(fresh)))),
            Err(trouble) => {
                *door = trouble.error.to_string();
                self.failures.fetch_add(1, Ordering::Relaxed);
                Err(trouble)
            }
        }
    }

    fn open(&self) -> Option<Arc<Held>> {
        self.slot().as_ref().filter(|held| held.is_open()).map(Arc::clone)
    }
}

impl Ride<'_> {
    /// Returns the connection.
    ///
    /// # Errors
    /// Never: a lane gives none back.
    pub fn connection(&self) -> Result<&ClientWrapper, Trouble> {
        self.connection.connection()
    }

    /// Takes the connection off the lane when what happened on it left it useless.
    pub fn settle<T>(self, outcome: &Result<T, Trouble>) {
        if !outcome.as_ref().is_err_and(|trouble| trouble.is_lost) {
            return;
        }
        let mut slot = self.seat.0.slot();
        if slot.as_ref().is_some_and(|held| Arc::ptr_eq(held, &self.connection)) {
            slot.take();
        }
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.0.riders.fetch_sub(1, Ordering::Relaxed);
    }
}
