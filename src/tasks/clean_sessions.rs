//! Forgetting what counts no more: sessions, one-time values, invitations, answers kept for
//! repeated requests, runs, visits and notifications of long ago, and what the audit log need not keep.
//!
//! Each batch is a transaction of its own. Rows of one age lie far apart in the
//! indexes, so what a batch costs is known only once it is done: the next one is as
//! much smaller or larger as keeps other writers' wait short.

use std::time::Duration;

use serde_json::json;

use super::{Run, TaskError, Work, WorkDone, sweep_files};
use crate::base::bounds::{
    NOTIFICATIONS_KEPT_S, TASK_BATCH_MS, TASK_ROWS_MAX, TASK_RUNS_KEPT_S, VISITS_KEPT_S,
};
use crate::board::jobs::views;
use crate::store::{
    Statement, audit, idempotency, invitations, job_views, notifications, sessions, task_runs,
    verifications,
};

/// The task's name.
pub const NAME: &str = "clean_sessions";

/// Rows of the first batch, and the least of any.
const ROWS_MIN: i64 = 32;

/// Runs the task.
#[must_use]
pub fn run<'a>(run: &'a Run<'a>) -> Work<'a> {
    Box::pin(clean(run))
}

async fn clean(run: &Run<'_>) -> WorkDone {
    let kept_since = run.now.plus_s(-TASK_RUNS_KEPT_S);
    let told_since = run.now.plus_s(-NOTIFICATIONS_KEPT_S);
    let visits_since = views::day(run.app, run.now.plus_s(-VISITS_KEPT_S));
    let audit = match run.app.config.audit.retention_s {
        Some(retention_s) => {
            let before = run.now.plus_s(-retention_s);
            all(run, |rows| audit::forget(before, rows)).await?
        }
        None => 0,
    };
    Ok(json!({
        "audit": audit,
        "files": sweep_files::all(run).await?,
        "idempotencyKeys": all(run, |rows| idempotency::forget(run.now, rows)).await?,
        "sessions": all(run, |rows| sessions::forget(run.now, rows)).await?,
        "verifications": all(run, |rows| verifications::forget(run.now, rows)).await?,
        "runs": all(run, |rows| task_runs::forget(kept_since, rows)).await?,
        "invitations": all(run, |rows| invitations::forget(run.now, rows)).await?,
        "notifications": all(run, |rows| notifications::forget(told_since, rows)).await?,
        "visits": all(run, |rows| job_views::forget(&visits_since, rows)).await?,
    }))
}

/// Repeats a batch until it finds less than it might take; returns how many rows went.
async fn all(run: &Run<'_>, batch: impl Fn(i64) -> Statement) -> Result<u64, TaskError> {
    let (mut gone, mut rows_max) = (0, ROWS_MIN);
    loop {
        let watch = run.app.clock.stopwatch();
        let answers = run.apply(vec![batch(rows_max)]).await?;
        let rows = answers.first().map_or(0, |affected| affected.rows);
        gone += rows;
        if rows < u64::try_from(rows_max).unwrap_or(u64::MAX) {
            return Ok(gone);
        }
        rows_max = next_rows_max(rows_max, watch.elapsed());
    }
}

/// Returns how many rows the next batch may take, after one of `rows` that took `elapsed`.
fn next_rows_max(rows: i64, elapsed: Duration) -> i64 {
    let wanted = if elapsed > Duration::from_millis(TASK_BATCH_MS) {
        rows / 2
    } else if elapsed < Duration::from_millis(TASK_BATCH_MS / 2) {
        rows.saturating_mul(2)
    } else {
        rows
    };
    wanted.clamp(ROWS_MIN, TASK_ROWS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_grow_while_they_are_quick_and_shrink_when_they_are_not() {
        let quick = Duration::from_millis(1);
        let mut rows = ROWS_MIN;
        for _ in 0..10 {
            rows = next_rows_max(rows, quick);
        }
        assert_eq!(rows, TASK_ROWS_MAX);
        assert_eq!(next_rows_max(rows, Duration::from_millis(30)), TASK_ROWS_MAX / 2);
        assert_eq!(next_rows_max(rows, Duration::from_millis(TASK_BATCH_MS)), rows);
        assert_eq!(next_rows_max(ROWS_MIN, Duration::from_secs(9)), ROWS_MIN);
    }
}
