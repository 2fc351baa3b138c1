//! `antesala instances`

use serde::Serialize;

use super::error::CliError;
use super::open::{self, Settings};
use super::output;
use crate::app::Fault;
use crate::base::bounds::LIST_ROWS_MAX;
use crate::base::clock::Millis;
use crate::store::StoreError;
use crate::store::instances::{self, Instance};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    id: String,
    host: String,
    address: String,
    version: String,
    started_at: String,
    seen_at: String,
    /// "running", or "silent" when it should have been heard of since.
    state: &'static str,
}

impl Line {
    fn of(instance: Instance, now: Millis) -> Self {
        let is_running = instance.is_running(now);
        Self {
            id: instance.id,
            host: instance.host,
            address: instance.address,
            version: instance.version,
            started_at: instance.started_at.iso(),
            seen_at: instance.seen_at.iso(),
            state: if is_running { "running" } else { "silent" },
        }
    }
}

/// Lists the servers that share the database.
///
/// # Errors
/// When the database cannot be read.
pub fn run(settings: &Settings, as_json: bool) -> Result<(), CliError> {
    open::with_app(settings, async |app| {
        let found = app.store.list::<Instance>(instances::list(LIST_ROWS_MAX)).await;
        let now = app.clock.now();
        let found = found.map_err(|error: StoreError| CliError::from(Fault::from(error)))?;
        let lines: Vec<Line> = found.into_iter().map(|one| Line::of(one, now)).collect();
        let row = |line: &Line| {
            let Line { id, host, address, version, started_at, seen_at, state } = line;
            [id, host, address, version, started_at, seen_at]
                .into_iter()
                .cloned()
                .chain([String::from(*state)])
                .collect()
        };
        let header: &[&str] =
            &["id", "host", "address", "version", "started", "last seen", "state"];
        output::list(&lines, as_json, (header, row), "no instance runs on this database")
    })
}
