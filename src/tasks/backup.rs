//! The site's backup, on a thread of its own.
//!
//! The thread reads and packs for minutes, so it runs below everybody's priority, and
//! it is told to stop when its run is over, however that came.

use std::thread;

use serde_json::json;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::{Run, TaskError, Work, WorkDone};
use crate::app::Ports;
use crate::backup::{self, Routine, Watch};
use crate::base::bounds::BACKUP_NICENESS;
use crate::base::niceness::yield_to_others;

/// The task's name.
pub const NAME: &str = "backup";

/// Runs the task.
#[must_use]
pub fn run<'a>(run: &'a Run<'a>) -> Work<'a> {
    Box::pin(back_up(run))
}

async fn back_up(run: &Run<'_>) -> WorkDone {
    let done = in_thread(run).await?;
    let created = done.created;
    let file = created.path.file_name().unwrap_or_default().to_string_lossy();
    Ok(json!({
        "file": file,
        "bytes": created.bytes,
        "rows": created.manifest.rows_total(),
        "verified": true,
        "encrypted": created.is_encrypted,
        "removed": done.removed,
        "bucket": done.object,
    }))
}

async fn in_thread(run: &Run<'_>) -> Result<Routine, TaskError> {
    let app = run.app;
    let (config, outbound) = (app.config.clone(), app.outbound.clone());
    let ports = Ports { clock: app.clock.clone(), entropy: app.entropy.clone() };
    let watch = Stoppable(run.stop.clone());
    // Shutdown waits for the thread as it waits for the tasks.
    let joined = app.tasks.token();
    let (answer, answered) = oneshot::channel();
    thread::Builder::new()
        .name(String::from("backup"))
        .spawn(move || {
            yield_to_others(BACKUP_NICENESS);
            let outcome = backup::routine(&config, &ports, &outbound, &watch);
            // Nobody waits any more: the run is over.
            let _ = answer.send(outcome);
            drop(joined);
        })
        .map_err(TaskError::Thread)?;
    let outcome =
        answered.await.map_err(|_gone| TaskError::Broken("the backup thread panicked"))?;
    Ok(outcome?)
}

/// Stops with its run.
struct Stoppable(CancellationToken);

impl Watch for Stoppable {
    fn is_stopped(&self) -> bool {
        self.0.is_cancelled()
    }
}
