//! The catalogue of published offers, shared by whoever searches.
//!
//! It is read and followed under a lock that nobody holds across a wait. The database
//! says what is newer; this process is one reader among others and never the source.

use std::sync::{PoisonError, RwLock};

use crate::domain::job::catalog::{Catalog, Listing};

/// The catalogue, and the lock around it.
#[derive(Debug, Default)]
pub struct Openings(RwLock<Catalog>);

impl Openings {
    /// Looks into the catalogue.
    ///
    /// # Cost
    /// Waits for whoever follows it, some milliseconds at the very first search.
    pub fn read<T>(&self, look: impl FnOnce(&Catalog) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes over what was listed since.
    pub fn follow(&self, listings: Vec<Listing>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).follow(listings);
    }
}
