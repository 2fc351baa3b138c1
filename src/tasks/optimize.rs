//! Keeping the database quick: statistics for its plans, and a log that stays short.

use serde_json::json;

use super::{Run, Work, WorkDone};

/// The task's name.
pub const NAME: &str = "optimize";

/// Runs the task.
#[must_use]
pub fn run<'a>(run: &'a Run<'a>) -> Work<'a> {
    Box::pin(optimize(run))
}

async fn optimize(run: &Run<'_>) -> WorkDone {
    Ok(match run.app.store.optimize().await? {
        Some(folded) => {
            json!({"logPages": folded.log_pages, "foldedPages": folded.folded_pages})
        }
        None => json!({"leftTo": "the database server"}),
    })
}
