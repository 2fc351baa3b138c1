//! Ending offers whose end has come, and telling their organisations three days before.
//!
//! An offer's end and the mails about it are guarded writes: a run that is repeated, or one
//! beside it, finds nothing left to do.

use serde_json::json;

use super::{Run, Work, WorkDone};
use crate::base::bounds::TASK_ROWS_MAX;
use crate::board::jobs::{calendar, views};
use crate::store::{StoreError, job_list};

/// The task's name.
pub const NAME: &str = "expire_jobs";

/// Runs the task.
#[must_use]
pub fn run<'a>(run: &'a Run<'a>) -> Work<'a> {
    Box::pin(expire(run))
}

async fn expire(run: &Run<'_>) -> WorkDone {
    // On days without visitors nobody else overwrites yesterday's salt.
    views::salt(run.app, run.now).await?;
    let expired = ends(run).await?;
    let told = warnings(run).await?;
    if told > 0 {
        run.app.mail_posted().await;
    }
    Ok(json!({"expired": expired, "told": told}))
}

/// Ends what has run out; returns how many offers.
async fn ends(run: &Run<'_>) -> Result<u64, super::TaskError> {
    let mut expired = 0;
    loop {
        let due = calendar::due(run.app, run.now, TASK_ROWS_MAX).await?;
        for id in &due {
            match run.apply(calendar::expiry(id, run.now)).await {
                Ok(_) => expired += 1,
                // Renewed or closed at this very moment.
                Err(StoreError::Unexpected { sql: job_list::EXPIRE_NAME, .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if is_last(&due) {
            return Ok(expired);
        }
    }
}

/// Tells of what will run out; returns of how many offers.
async fn warnings(run: &Run<'_>) -> Result<u64, super::TaskError> {
    let mut told = 0;
    loop {
        let ending = calendar::ending(run.app, run.now, TASK_ROWS_MAX).await?;
        for offer in &ending {
            let batch = calendar::warning(run.app, offer, run.now).await?;
            match run.apply(batch).await {
                Ok(_) => told += 1,
                Err(StoreError::Unexpected { sql: job_list::TOLD_NAME, .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if is_last(&ending) {
            return Ok(told);
        }
    }
}

fn is_last<T>(page: &[T]) -> bool {
    i64::try_from(page.len()).is_ok_and(|rows| rows < TASK_ROWS_MAX)
}
