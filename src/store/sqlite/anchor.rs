//! A read that stands on the newest state whenever nobody writes.
//!
//! The first reader of a process takes the log's read lock with a system call and
//! the last one gives it back with another, and on a quiet server every reader is
//! both: a seventh of a session read. While one reader of the process stands still,
//! the others only count. The writer leaves the place before each group, because
//! the log begins anew only when nobody reads it, and takes it again when no job waits.

use std::path::Path;

use rusqlite::Connection;

use super::batch;
use super::connection::{self, classify};
use crate::store::StoreError;

/// The connection that stands still. Without it reads are slower, not wrong.
#[derive(Default)]
pub struct Anchor(Option<Connection>);

impl Anchor {
    /// Stands on the newest state.
    pub fn cast(&mut self, path: &Path) {
        let cast = self.connect(path).and_then(|connection| {
            batch::control(connection, "BEGIN")?;
            // BEGIN alone reads nothing, and so locks nothing. This reads the first page.
            connection
                .pragma_query(None, "user_version", |_row| Ok(()))
                .map_err(|error| classify("anchor", error))
        });
        self.forget_after(cast);
    }

    /// Leaves the place.
    pub fn raise(&mut self) {
        let raised = match &self.0 {
            Some(connection) if !connection.is_autocommit() => batch::control(connection, "COMMIT"),
            Some(_) | None => Ok(()),
        };
        self.forget_after(raised);
    }

    fn connect(&mut self, path: &Path) -> Result<&Connection, StoreError> {
        let connection = match self.0.take() {
            Some(connection) => connection,
            None => connection::stand(path)?,
        };
        Ok(self.0.insert(connection))
    }

    fn forget_after(&mut self, outcome: Result<(), StoreError>) {
        if let Err(error) = outcome {
            tracing::debug!(error = %error, "reads lock by themselves until the next write");
            self.0 = None;
        }
    }
}
