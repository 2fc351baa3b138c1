//! Putting away what has been over for 90 days, and erasing what has been for a year.
//!
//! Applications end when they are decided or when their offer does. Each batch finds only
//! what the batches before it have left, so a second run finds nothing.

use serde_json::json;

use super::{Run, TaskError, Work, WorkDone};
use crate::base::bounds::{ARCHIVE_AFTER_S, ERASE_AFTER_S, ERASE_ROWS_MAX, TASK_ROWS_MAX};
use crate::base::clock::Millis;
use crate::store::{Statement, StoreError, board_archive};

/// The task's name.
pub const NAME: &str = "archive_applications";

/// Runs the task.
#[must_use]
pub fn run<'a>(run: &'a Run<'a>) -> Work<'a> {
    Box::pin(put_away(run))
}

async fn put_away(run: &Run<'_>) -> WorkDone {
    let before = run.now.plus_s(-ARCHIVE_AFTER_S);
    let mut applications = 0;
    for batch in
        [board_archive::decided, board_archive::of_closed_jobs, board_archive::of_lapsed_jobs]
    {
        applications += all(run, before, batch).await?;
    }
    let mut jobs = 0;
    for batch in [board_archive::closed_jobs, board_archive::lapsed_jobs] {
        jobs += all(run, before, batch).await?;
    }
    Ok(json!({"applications": applications, "jobs": jobs, "erased": erase(run).await?}))
}

type Batch = fn(Millis, Millis, i64) -> Statement;

async fn all(run: &Run<'_>, before: Millis, batch: Batch) -> Result<u64, TaskError> {
    let mut done = 0;
    loop {
        let answers = run.apply(vec![batch(run.now, before, TASK_ROWS_MAX)]).await?;
        let rows = answers.first().map_or(0, |affected| affected.rows);
        done += rows;
        if rows < TASK_ROWS_MAX.unsigned_abs() {
            return Ok(done);
        }
    }
}

async fn erase(run: &Run<'_>) -> Result<usize, TaskError> {
    let before = run.now.plus_s(-ERASE_AFTER_S);
    let mut erased = 0;
    loop {
        let read = board_archive::to_erase(before, ERASE_ROWS_MAX);
        let ids: Vec<String> = run.app.store.list(read).await?;
        if ids.is_empty() {
            return Ok(erased);
        }
        let batch = ids.iter().flat_map(|id| board_archive::erase(id, run.now)).collect();
        match run.apply(batch).await {
            Ok(_) => erased += ids.len(),
            // Somebody deleted one of these people meanwhile: what is left is read again.
            Err(StoreError::Unexpected { sql: "board_archive.erase", .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
