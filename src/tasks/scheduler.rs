//! The clock's door: looks at what is due and runs it.
//!
//! What is due stands in the database, so a restart forgets nothing and any number of
//! instances look at the same. A run that is late because nothing was running is made
//! up for or skipped, as the task says; either way the history tells.

use std::sync::Arc;

use tokio::sync::Notify;

use super::Task;
use super::plan::{self, Settled};
use super::run::{self, Claimed};
use crate::app::App;
use crate::base::bounds::{SCHEDULER_IDLE_S, TASK_LATE_S_MAX, TASK_ORPHANS_MAX};
use crate::base::clock::Millis;
use crate::domain::task::{Door, RunStatus, TaskRun};
use crate::store::{StoreError, task_runs, tasks};

/// Runs what is due of `table` until `app.stop` is cancelled.
pub async fn run(app: Arc<App>, table: &'static [Task]) {
    let ended = Arc::new(Notify::new());
    let mut is_planned = false;
    while !app.stop.is_cancelled() {
        let now = app.clock.now();
        app.scheduler_seen(now);
        let next = match look(&app, table, &ended, &mut is_planned).await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(%error, "the scheduler cannot reach the database");
                now.plus_s(SCHEDULER_IDLE_S)
            }
        };
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = ended.notified() => {}
            () = app.schedule_bell.notified() => {}
            () = app.clock.sleep_until(next) => {}
        }
    }
}

/// Starts what is due; returns when to look again.
async fn look(
    app: &Arc<App>,
    table: &'static [Task],
    ended: &Arc<Notify>,
    is_planned: &mut bool,
) -> Result<Millis, StoreError> {
    let now = app.clock.now();
    if !*is_planned {
        plan::sync(app, table, now).await?;
        *is_planned = true;
    }
    bury_orphans(app, now).await?;
    for (task, at) in plan::due(app, table, now).await? {
        let settled = Settled::of(task, &app.config);
        let is_missed = now.since_ms(at) > TASK_LATE_S_MAX * 1000;
        if is_missed && !settled.is_made_up_for(now) {
            skip(app, task, at, settled.next_after(now)).await?;
        } else if let Claimed::Ours(claim) = run::claim(app, task, Door::Schedule, Some(at)).await?
        {
            let (own, ended) = (Arc::clone(app), Arc::clone(ended));
            app.spawn(async move {
                run::complete(&own, *claim, |_run| ended.notify_one()).await;
            });
        }
    }
    next_look(app, table, now).await
}

/// Returns the next moment at which something is due, and no later than the idle time.
///
/// What is due and was not started is somebody else's, or waits for a lease.
async fn next_look(app: &App, table: &'static [Task], now: Millis) -> Result<Millis, StoreError> {
    let plans = plan::all(app, table).await?;
    let coming = plans.into_iter().filter_map(|(_task, plan)| plan.next_run_at);
    let soonest = coming.filter(|at| *at > now).min();
    let idle = now.plus_s(SCHEDULER_IDLE_S);
    Ok(soonest.map_or(idle, |at| at.min(idle)))
}

/// Moves a task past a run that is not made up for, and writes that down.
async fn skip(app: &App, task: &Task, at: Millis, next: Option<Millis>) -> Result<(), StoreError> {
    let now = app.clock.now();
    let missed = TaskRun {
        id: app.entropy.id(task_runs::ID_PREFIX, now),
        task: task.name.to_owned(),
        door: Door::Schedule,
        status: RunStatus::Missed,
        started_at: at,
        ended_at: Some(at),
        detail: String::from("{}"),
    };
    let batch = vec![tasks::move_on(task.name, at, next).expecting(1), task_runs::insert(&missed)];
    match app.store.apply(batch).await {
        Ok(_) => {
            tracing::warn!(task = task.name, due_at = at.iso(), "run was missed");
            app.metrics.observe_task(task.name, RunStatus::Missed.name());
            Ok(())
        }
        // Another instance was faster.
        Err(StoreError::Unexpected { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Marks runs whose process is gone as interrupted.
///
/// What runs here is alive, whatever its lease says: this process may have slept.
///
/// # Errors
/// As `Store::list` and `Store::apply`.
pub async fn bury_orphans(app: &App, now: Millis) -> Result<(), StoreError> {
    let orphans: Vec<TaskRun> = app.store.list(task_runs::orphans(now, TASK_ORPHANS_MAX)).await?;
    let gone = orphans.iter().filter(|run| !app.running.is_taken(&run.task));
    let batch: Vec<_> = gone.map(|run| task_runs::bury(&run.id, now)).collect();
    if batch.is_empty() {
        return Ok(());
    }
    app.store.apply(batch).await.map(|_affected| ())
}
