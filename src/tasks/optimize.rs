//! Keeping the database quick: statistics for its plans, a log that stays short, and
//! sign-ins that do the work of no format of passwords that nobody has any more.

use serde_json::json;

use super::{Run, Work, WorkDone};
use crate::app::password_formats;

/// The task's name.
pub const NAME: &str = "optimize";

/// Runs the task.
#[must_use]
pub fn run<'a>(run: &'a Run<'a>) -> Work<'a> {
    Box::pin(optimize(run))
}

async fn optimize(run: &Run<'_>) -> WorkDone {
    let formats = password_formats::tidy(run.app).await?;
    Ok(match run.app.store.optimize().await? {
        Some(folded) => json!({
            "passwordFormats": formats,
            "logPages": folded.log_pages,
            "foldedPages": folded.folded_pages,
        }),
        None => json!({"passwordFormats": formats, "leftTo": "the database server"}),
    })
}
