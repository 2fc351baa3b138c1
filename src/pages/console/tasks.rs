//! `/dashboard/admin/tareas`: what runs by itself, how it went, and run it now.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::oneshot;

use crate::app::{App, Fault};
use crate::base::bounds::NAME_LENGTH_MAX;
use crate::base::clock::Millis;
use crate::domain::task::{Door, RunStatus, TaskRun};
use crate::http::error::{ApiError, HttpRefusal, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::next;
use crate::store::{StoreError, task_runs};
use crate::tasks::run::{self as rule, Claimed};
use crate::tasks::{self, TASKS, plan};

const PAGE: &str = "/dashboard/admin/tareas";

/// Runs of the history.
const RUNS: i64 = 30;

/// Longest wait for a run's end, in seconds; the history tells of what takes longer.
const PATIENCE_S: u64 = 5;

/// The field of the button.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct TaskForm {
    /// The task's name.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    task: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/console/tasks.html", config = ".askama.toml")]
struct Plan<'a> {
    words: PageWords<'a>,
    tasks: Vec<Planned>,
    runs: Vec<Ran>,
}

struct Planned {
    name: &'static str,
    schedule: String,
    next_at: Option<Millis>,
}

struct Ran {
    task: String,
    door: String,
    status: String,
    class: &'static str,
    started_at: Millis,
    duration_ms: Option<i64>,
    detail: String,
}

/// Shows schedule and history.
///
/// # Errors
/// A fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let kept = plan::all(app, &TASKS).await.map_err(fault)?;
    let tasks = TASKS
        .iter()
        .map(|task| {
            // What the database keeps counts while it was computed from the schedule in force.
            let own = plan::planned(app, task, request.now);
            let kept = kept.iter().find(|(known, _)| known.name == task.name);
            let in_force = kept.map(|(_, plan)| plan).filter(|plan| plan.schedule == own.schedule);
            Planned {
                name: task.name,
                next_at: in_force.unwrap_or(&own).next_run_at,
                schedule: own.schedule.clone(),
            }
        })
        .collect();
    let runs: Vec<TaskRun> = app.store.list(task_runs::page(RUNS)).await.map_err(fault)?;
    let runs = runs.iter().map(|run| ran(&words, run)).collect();
    let page = Plan { words, tasks, runs };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

/// Runs a task now and waits a little for its end.
///
/// # Errors
/// 404 for a task that does not exist; a fault of the store.
pub async fn run(app: &Arc<App>, request: Request) -> Result<Response, ApiError> {
    let form: TaskForm = request.body_or_default()?;
    let task = tasks::find(form.task.as_deref().unwrap_or_default());
    let task = task.ok_or(ApiError::Http(HttpRefusal::NotFound))?;
    let done = match rule::claim(app, task, Door::Console, None).await.map_err(fault)? {
        Claimed::Busy | Claimed::Done => "task-busy",
        Claimed::Ours(claim) => {
            let (tell, ended) = oneshot::channel();
            let own = Arc::clone(app);
            app.spawn(async move {
                // Nobody waits any more: the history tells.
                rule::complete(&own, *claim, |ended| drop(tell.send(ended))).await;
            });
            match tokio::time::timeout(Duration::from_secs(PATIENCE_S), ended).await {
                Ok(Ok(run)) if run.status == RunStatus::Ok => "task-ran",
                Ok(Ok(_) | Err(_)) => "task-failed",
                Err(_elapsed) => "task-started",
            }
        }
    };
    Ok(next::to(&next::with(PAGE, "done", done)))
}

fn ran(words: &PageWords<'_>, run: &TaskRun) -> Ran {
    let class = match run.status {
        RunStatus::Ok => "good",
        RunStatus::Running => "accent",
        RunStatus::Missed => "warn",
        RunStatus::Failed | RunStatus::TimedOut | RunStatus::Interrupted => "bad",
    };
    Ran {
        task: run.task.clone(),
        door: words.text(&format!("door-{}", run.door.name())),
        status: words.text(&format!("run-{}", run.status.name().replace('_', "-"))),
        class,
        started_at: run.started_at,
        duration_ms: run.duration_ms(),
        detail: shown(&run.detail),
    }
}

/// Shows a detail's counts in a cell.
fn shown(detail: &str) -> String {
    let detail: Value = serde_json::from_str(detail).unwrap_or_default();
    let pairs = detail.as_object().into_iter().flatten();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    pairs.map(|(name, value)| format!("{name} {}", text(value))).collect::<Vec<_>>().join(", ")
}

fn fault(error: StoreError) -> ApiError {
    ApiError::Fault(Fault::from(error))
}
