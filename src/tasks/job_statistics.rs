//! A row an offer and day: views, visitors, applications.
//!
//! Written from what it counts, so it can be written again: each run goes over the last
//! days, and rows that stand there already are not touched.

use serde_json::json;

use super::{Run, TaskError, Work, WorkDone};
use crate::base::bounds::{STATISTIC_DAYS, TASK_ROWS_MAX};
use crate::base::calendar;
use crate::store::board_figures::{self, Day, JobDay};

/// The task's name.
pub const NAME: &str = "job_statistics";

/// Runs the task.
#[must_use]
pub fn run<'a>(run: &'a Run<'a>) -> Work<'a> {
    Box::pin(count(run))
}

async fn count(run: &Run<'_>) -> WorkDone {
    let mut rows = 0;
    for age in (0..STATISTIC_DAYS).rev() {
        let day = day(run, age).ok_or(TaskError::Broken("a day that no calendar has"))?;
        rows += write(run, &day).await?;
    }
    Ok(json!({"days": STATISTIC_DAYS, "changed": rows}))
}

/// Returns the day some days ago, in the site's zone.
fn day(run: &Run<'_>, age: i64) -> Option<Day> {
    let zone = &run.app.config.cron.timezone;
    let day = calendar::days_later(calendar::day_of(run.now, zone), -age)?;
    Some(Day {
        name: day.to_string(),
        begins: calendar::begins(day, zone)?,
        ends: calendar::begins(calendar::days_later(day, 1)?, zone)?,
    })
}

async fn write(run: &Run<'_>, day: &Day) -> Result<u64, TaskError> {
    let (mut after, mut changed) = (String::new(), 0);
    loop {
        let read = board_figures::of_day(day, &after, TASK_ROWS_MAX);
        let counted: Vec<JobDay> = run.app.store.list(read).await?;
        let Some(last) = counted.last() else { return Ok(changed) };
        after.clone_from(&last.job_id);
        let batch = counted.iter().map(|of| board_figures::write(&day.name, of)).collect();
        let answers = run.apply(batch).await?;
        changed += answers.iter().map(|affected| affected.rows).sum::<u64>();
    }
}
