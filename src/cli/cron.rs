//! `antesala cron …`

use serde::Serialize;
use serde_json::Value;

use super::arguments::CronCommand;
use super::error::{self, CliError};
use super::open::{self, Settings};
use super::output;
use crate::app::{App, Fault};
use crate::base::clock::Millis;
use crate::domain::task::{Door, RunStatus, TaskPlan, TaskRun};
use crate::store::{StoreError, task_runs};
use crate::tasks::run::{self, Claimed};
use crate::tasks::{self, TASKS, Task, plan, scheduler};

/// One task, as `list --json` writes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TaskLine {
    task: &'static str,
    schedule: String,
    enabled: bool,
    next_run_at: Option<String>,
    last_run: Option<LastRun>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LastRun {
    started_at: String,
    duration_ms: Option<i64>,
    status: &'static str,
    trigger: &'static str,
}

/// One run, as `history --json` writes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunLine {
    id: String,
    task: String,
    trigger: &'static str,
    started_at: String,
    duration_ms: Option<i64>,
    status: &'static str,
    detail: Value,
}

/// Runs one `cron` command.
///
/// # Errors
/// A task that does not exist, runs already or fails; an unreachable database.
pub fn run(settings: &Settings, command: CronCommand) -> Result<(), CliError> {
    open::with_app(settings, async |app: &App| match command {
        CronCommand::List { json } => list(app, json).await,
        CronCommand::Run { task } => run_now(app, &task).await,
        CronCommand::History { task, limit, json } => {
            history(app, task.as_deref(), limit, json).await
        }
    })
}

async fn list(app: &App, as_json: bool) -> Result<(), CliError> {
    let now = app.clock.now();
    let planned = plan::all(app, &TASKS).await.map_err(failed)?;
    let mut lines = Vec::new();
    for task in &TASKS {
        let kept = planned.iter().find(|(known, _)| known.name == task.name);
        let runs: Vec<TaskRun> =
            app.store.list(task_runs::of_task(task.name, 1)).await.map_err(failed)?;
        let last = runs.into_iter().next().map(|run| LastRun {
            started_at: run.started_at.iso(),
            duration_ms: run.duration_ms(),
            status: run.status.name(),
            trigger: run.door.name(),
        });
        lines.push(line(app, task, kept.map(|(_, plan)| plan), (last, now)));
    }
    let row = |line: &TaskLine| {
        let last = line.last_run.as_ref();
        let last = last.map(|last| format!("{} {}", last.started_at, last.status));
        vec![
            line.task.to_owned(),
            line.schedule.clone(),
            output::mark(line.enabled),
            output::or_nothing(line.next_run_at.as_deref()),
            output::or_nothing(last.as_deref()),
        ]
    };
    let columns = ["task", "schedule", "enabled", "next run", "last run"];
    output::list(&lines, as_json, (&columns, row), "no tasks")
}

/// What the database keeps counts while it was computed from the schedule in force.
fn line(
    app: &App,
    task: &'static Task,
    kept: Option<&TaskPlan>,
    (last_run, now): (Option<LastRun>, Millis),
) -> TaskLine {
    let own = plan::planned(app, task, now);
    let in_force = kept.filter(|kept| kept.schedule == own.schedule).unwrap_or(&own);
    TaskLine {
        task: task.name,
        schedule: own.schedule.clone(),
        enabled: own.next_run_at.is_some(),
        next_run_at: in_force.next_run_at.map(Millis::iso),
        last_run,
    }
}

async fn run_now(app: &App, name: &str) -> Result<(), CliError> {
    let task = named(name)?;
    let claim = match run::claim(app, task, Door::Cli, None).await.map_err(failed)? {
        Claimed::Ours(claim) => claim,
        Claimed::Busy | Claimed::Done => {
            return Err(CliError::failed(format!("{name} runs already; nothing was done")));
        }
    };
    let mut ended = None;
    run::complete(app, *claim, |run| ended = Some(run)).await;
    let Some(run) = ended else { return Err(CliError::failed("the run was lost")) };
    let took = run.duration_ms().unwrap_or(0);
    let said = format!("{name}: {} in {took} ms, {}", run.status.name(), run.detail);
    match run.status {
        RunStatus::Ok => output::line(&said),
        RunStatus::Running
        | RunStatus::Failed
        | RunStatus::TimedOut
        | RunStatus::Interrupted
        | RunStatus::Missed => Err(CliError::failed(said)),
    }
}

async fn history(app: &App, task: Option<&str>, limit: i64, as_json: bool) -> Result<(), CliError> {
    // Runs whose process is gone are shown as what they are, server or not.
    scheduler::bury_orphans(app, app.clock.now()).await.map_err(failed)?;
    let read = match task {
        Some(name) => task_runs::of_task(named(name)?.name, limit),
        None => task_runs::page(limit),
    };
    let runs: Vec<TaskRun> = app.store.list(read).await.map_err(failed)?;
    let lines: Vec<RunLine> = runs.into_iter().map(run_line).collect();
    let row = |line: &RunLine| {
        vec![
            line.id.clone(),
            line.task.clone(),
            line.trigger.to_owned(),
            line.started_at.clone(),
            line.duration_ms.map(|ms| ms.to_string()).unwrap_or_default(),
            line.status.to_owned(),
            shown(&line.detail),
        ]
    };
    let columns = ["id", "task", "trigger", "started", "ms", "status", "detail"];
    output::list(&lines, as_json, (&columns, row), "no task has run yet")
}

fn run_line(run: TaskRun) -> RunLine {
    RunLine {
        trigger: run.door.name(),
        started_at: run.started_at.iso(),
        duration_ms: run.duration_ms(),
        status: run.status.name(),
        detail: serde_json::from_str(&run.detail).unwrap_or(Value::Null),
        id: run.id,
        task: run.task,
    }
}

/// Shows a detail's counts in a column.
fn shown(detail: &Value) -> String {
    let pairs = detail.as_object().into_iter().flatten();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    pairs.map(|(name, value)| format!("{name} {}", text(value))).collect::<Vec<_>>().join(", ")
}

fn named(name: &str) -> Result<&'static Task, CliError> {
    tasks::find(name).ok_or_else(|| {
        let names: Vec<_> = TASKS.iter().map(|task| task.name).collect();
        CliError::usage(format!("there is no task {name}; there are {}", names.join(", ")))
    })
}

fn failed(wrong: StoreError) -> CliError {
    CliError::failed(error::chain(&Fault::from(wrong)))
}
