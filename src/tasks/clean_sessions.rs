//! Forgetting what counts no more: sessions, one-time values, runs of long ago.
//!
//! Each batch is a transaction of its own, small enough that others get their turn
//! between two of them.

use serde_json::json;

use super::{Run, TaskError, Work, WorkDone};
use crate::base::bounds::{TASK_ROWS_MAX, TASK_RUNS_KEPT_S};
use crate::store::{Statement, sessions, task_runs, verifications};

/// The task's name.
pub const NAME: &str = "clean_sessions";

/// Runs the task.
#[must_use]
pub fn run<'a>(run: &'a Run<'a>) -> Work<'a> {
    Box::pin(clean(run))
}

async fn clean(run: &Run<'_>) -> WorkDone {
    let kept_since = run.now.plus_s(-TASK_RUNS_KEPT_S);
    Ok(json!({
        "sessions": all(run, || sessions::forget(run.now, TASK_ROWS_MAX)).await?,
        "verifications": all(run, || verifications::forget(run.now, TASK_ROWS_MAX)).await?,
        "runs": all(run, || task_runs::forget(kept_since, TASK_ROWS_MAX)).await?,
    }))
}

/// Repeats a batch until it finds less than it might take; returns how many rows went.
async fn all(run: &Run<'_>, batch: impl Fn() -> Statement) -> Result<u64, TaskError> {
    let full = u64::try_from(TASK_ROWS_MAX).unwrap_or(u64::MAX);
    let mut gone = 0;
    loop {
        let answers = run.apply(vec![batch()]).await?;
        let rows = answers.first().map_or(0, |affected| affected.rows);
        gone += rows;
        if rows < full {
            return Ok(gone);
        }
    }
}
