//! Lanes for point reads: connections that many requests share at once.
//!
//! Requests of one lane go out together and come back in their order, so that
//! under load one system call carries many of them. A read holds nothing open, so
//! whoever goes away in the middle leaves the lane as it was. Scans and writes
//! take a connection of their own: nobody waits behind them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deadpool_postgres::ClientWrapper;

use super::link::{Held, Links};
use super::trouble::Trouble;
use crate::base::bounds::READ_LANES;

/// The lanes of a pool, opened as they are needed.
pub struct Lanes(Vec<Lane>);

#[derive(Default)]
struct Lane {
    riders: AtomicUsize,
    connection: Mutex<Option<Arc<Held>>>,
}

/// A request on a lane.
pub struct Ride<'a> {
    seat: Seat<'a>,
    connection: Arc<Held>,
}

/// A place on a lane, given back however the ride ends.
struct Seat<'a>(&'a Lane);

impl Lanes {
    /// Makes lanes, at most half as many as there may be connections.
    pub fn new(connections_max: usize) -> Self {
        let count = READ_LANES.min(connections_max / 2).max(1);
        Self((0..count).map(|_number| Lane::default()).collect())
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
    fn slot(&self) -> MutexGuard<'_, Option<Arc<Held>>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the lane's connection, opened anew when it is gone. Of several that
    /// open at once the first wins; the others' go back to the pool.
    async fn connection(&self, links: &Links) -> Result<Arc<Held>, Trouble> {
        if let Some(connection) = self.open() {
            return Ok(connection);
        }
        let fresh = links.take().await?;
        let mut slot = self.slot();
        if let Some(earlier) = slot.as_ref().filter(|held| held.is_open()) {
            let earlier = Arc::clone(earlier);
            drop(slot);
            fresh.give_back();
            return Ok(earlier);
        }
        Ok(Arc::clone(slot.insert(Arc::new(fresh))))
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

    /// Takes the connection off the lane: it is of no more use.
    pub fn abandon(self) {
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
