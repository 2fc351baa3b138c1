//! The one way to run a task, whoever asks.
//!
//! A run is claimed by one batch: the lease under the run's id, the proof that it is
//! still due where the clock asked, and the run's row. So no two instances, doors or
//! parallel requests run a task at the same time, and what a killed process left is
//! taken over once that is known, or its lease has run out. Within a process the lease alone is not
//! enough: one that slept past its end (a suspended machine) would overtake itself. A
//! run ends by its work, its deadline, the program's end, or the loss of its lease; a
//! panic is a failure like any other.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::ping::Ping;
use super::plan::{self, Settled};
use super::{Run, Task, TaskError, WorkDone};
use crate::app::App;
use crate::base::bounds::{TASK_ERROR_LENGTH_MAX, TASK_LEASE_S, TASK_RENEW_S};
use crate::base::clock::Millis;
use crate::base::turns::Turn;
use crate::domain::task::{Door, RunStatus, TaskRun};
use crate::store::leases::{self, Lease};
use crate::store::{Affected, StoreError, task_runs, tasks};

/// A run that is ours.
pub struct Claim {
    /// The run as it was written down.
    pub run: TaskRun,
    task: &'static Task,
    lease: Lease,
    _turn: Turn,
    /// The moment that it was due at; `None`: somebody asked for it out of turn.
    due_at: Option<Millis>,
}

/// What became of asking for a run.
pub enum Claimed {
    /// It is ours; [`complete`] does it.
    Ours(Box<Claim>),
    /// The task runs already.
    Busy,
    /// It was due, and somebody else has done it.
    Done,
}

/// Claims a run of a task, at `due_at` when the clock asks for it.
///
/// # Errors
/// As `Store::apply`; nothing is claimed then.
pub async fn claim(
    app: &App,
    task: &'static Task,
    door: Door,
    due_at: Option<Millis>,
) -> Result<Claimed, StoreError> {
    let Some(turn) = app.running.take(task.name) else { return Ok(Claimed::Busy) };
    app.store.vouch(&app.instance).await?;
    let now = app.clock.now();
    let run = TaskRun {
        id: app.entropy.id(task_runs::ID_PREFIX, now),
        task: task.name.to_owned(),
        door,
        status: RunStatus::Running,
        started_at: now,
        ended_at: None,
        detail: String::from("{}"),
    };
    let name = task_runs::lease_name(task.name);
    let mut batch = vec![
        leases::take(&name, (&run.id, &app.instance), now.plus_s(TASK_LEASE_S), now).expecting(1),
        tasks::plan(&plan::planned(app, task, now)),
        task_runs::supersede(&run),
        task_runs::insert(&run),
    ];
    batch.extend(due_at.map(|at| tasks::still_due(task.name, at)));
    let answers = match app.store.apply(batch).await {
        Ok(answers) => answers,
        Err(StoreError::Unexpected { sql: tasks::STILL_DUE_NAME, .. }) => return Ok(Claimed::Done),
        Err(StoreError::Unexpected { .. }) => return Ok(Claimed::Busy),
        Err(error) => return Err(error),
    };
    let lease = answers.first().map(Affected::first::<Lease>).transpose()?.flatten();
    let lost = StoreError::Decode { sql: "leases.take", column: 0 };
    let lease = lease.ok_or(lost)?;
    Ok(Claimed::Ours(Box::new(Claim { run, task, lease, _turn: turn, due_at })))
}

/// Does a claimed run and writes down what became of it.
///
/// `tell` hears of the end as soon as it is written down; whoever is pinged may be
/// slow, and is waited for after that.
pub async fn complete(app: &App, claim: Claim, tell: impl FnOnce(TaskRun) + Send) {
    let ping = Ping::of(app, claim.task.name);
    let work = async {
        let (status, detail) = supervised(app, &claim).await;
        let ended = ended(app, claim, status, &detail).await;
        tell(ended);
        status
    };
    let (status, ()) = tokio::join!(work, ping.started());
    ping.ended(status).await;
}

/// Runs the work until it ends or must end.
async fn supervised(app: &App, claim: &Claim) -> (RunStatus, Value) {
    let settled = Settled::of(claim.task, &app.config);
    let deadline = claim.run.started_at.plus_s(settled.deadline_s);
    let stop = CancellationToken::new();
    // Work on other threads outlives this future by no more than a chunk.
    let _stopping = stop.clone().drop_guard();
    let run = Run { app, now: claim.run.started_at, stop, lease: &claim.lease };
    let mut work = pin!(guarded(claim.task, &run));
    loop {
        let renewal = app.clock.now().plus_s(TASK_RENEW_S);
        tokio::select! {
            biased;
            outcome = &mut work => return outcome,
            () = app.stop.cancelled() => {
                return (RunStatus::Interrupted, json!({"error": "the program ended"}));
            }
            () = app.clock.sleep_until(deadline) => {
                let error = format!("not done after {} seconds", settled.deadline_s);
                return (RunStatus::TimedOut, json!({"error": error}));
            }
            () = app.clock.sleep_until(renewal) => {
                if !is_held(app, &claim.lease).await {
                    return (RunStatus::Interrupted, json!({"error": "somebody else took over"}));
                }
            }
        }
    }
}

/// Runs the work; a panic is a failure of this run alone.
async fn guarded<'a>(task: &Task, run: &'a Run<'a>) -> (RunStatus, Value) {
    let mut work = pin!((task.work)(run));
    let outcome: WorkDone = poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        polled.unwrap_or_else(|_panic| Poll::Ready(Err(TaskError::Broken("the task panicked"))))
    })
    .await;
    match outcome {
        Ok(detail) => (RunStatus::Ok, detail),
        Err(error) => (RunStatus::Failed, json!({"error": chain(&error)})),
    }
}

/// Renews the lease; false when it is somebody else's. A database out of reach takes
/// nothing away: the guard of each batch decides.
async fn is_held(app: &App, lease: &Lease) -> bool {
    let until = app.clock.now().plus_s(TASK_LEASE_S);
    match app.store.apply(vec![leases::renew(lease, until)]).await {
        Ok(answers) => answers.first().is_some_and(|renewed| renewed.rows == 1),
        Err(error) => {
            tracing::warn!(lease = lease.name, %error, "lease was not renewed");
            true
        }
    }
}

/// Writes the end down, plans the next run and gives the lease back, all or nothing.
async fn ended(app: &App, claim: Claim, status: RunStatus, detail: &Value) -> TaskRun {
    let Claim { mut run, task, lease, due_at, _turn } = claim;
    let now = app.clock.now();
    run.status = status;
    run.ended_at = Some(now);
    run.detail = detail.to_string();
    let mut batch = vec![leases::guard(&lease), task_runs::end(&run), leases::release(&lease)];
    // What the program's end interrupted stays due.
    if let Some(at) = due_at.filter(|_at| status != RunStatus::Interrupted) {
        let next = Settled::of(task, &app.config).next_after(now);
        batch.push(tasks::move_on(task.name, at, next));
    }
    match app.store.apply(batch).await {
        Ok(_) => {}
        Err(error @ StoreError::Unexpected { .. }) => {
            tracing::warn!(task = run.task, run = run.id, %error, "somebody else took a run over");
        }
        Err(error) => {
            tracing::error!(task = run.task, run = run.id, %error, "end of a run was not written");
        }
    }
    app.metrics.observe_task(task.name, status.name());
    log(&run);
    run
}

fn log(run: &TaskRun) {
    let TaskRun { id, task, detail, .. } = run;
    let (door, status) = (run.door.name(), run.status.name());
    let duration_ms = run.duration_ms();
    match run.status {
        RunStatus::Ok | RunStatus::Running => {
            tracing::info!(task, run = id, door, status, duration_ms, detail, "task ended");
        }
        RunStatus::Interrupted | RunStatus::Missed => {
            tracing::warn!(task, run = id, door, status, duration_ms, detail, "task ended");
        }
        RunStatus::Failed | RunStatus::TimedOut => {
            tracing::error!(task, run = id, door, status, duration_ms, detail, "task ended");
        }
    }
}

/// Joins an error and its causes, cut to what a history needs.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text.chars().take(TASK_ERROR_LENGTH_MAX).collect()
}
