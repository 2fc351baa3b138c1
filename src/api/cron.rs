//! `/api/cron`: the door for whoever calls on a clock of their own.
//!
//! Runs live on without the request that asked for them: a caller who goes away or
//! waits too long changes nothing. Source: product contract 4.

use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::app::App;
use crate::base::bounds::{CRON_REQUEST_S, CRON_WAIT_S};
use crate::base::clock::Millis;
use crate::domain::refusal::Refusal;
use crate::domain::task::{Door, RunStatus, TaskRun};
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint, QueryField};
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::{FieldFault, Violation};
use crate::store::task_runs;
use crate::tasks::run::{self, Claim, Claimed};
use crate::tasks::{self, TASKS, Task, plan};

const TASK: &[QueryField] =
    &[QueryField::optional("task", "Name of the task; without one, whatever is due")];

/// The three endpoints.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(POST "/api/cron" => run_tasks {
        id: "runTasks", summary: "Runs a task, or whatever is due",
        limit: Free, access: Access::Cron, query: TASK, body_optional: RunTasks,
        time_s: CRON_REQUEST_S, answers: [200, 202, 400, 401, 403, 413, 415, 429, 503],
    }),
    endpoint!(GET "/api/cron" => run_tasks {
        id: "runTasksByGet", summary: "Runs a task, or whatever is due",
        limit: Free, access: Access::Cron, query: TASK,
        time_s: CRON_REQUEST_S, answers: [200, 202, 400, 401, 429, 503],
    }),
    endpoint!(GET "/api/cron/runs/{id}" => run_by_id {
        id: "taskRun", summary: "Tells what became of a run",
        limit: Free, access: Access::Cron, answers: [200, 401, 404, 429],
    }),
];

/// What to run.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct RunTasks {
    /// Name of the task; without one, whatever is due.
    #[serde(default)]
    #[schemars(schema_with = "task_names")]
    task: Option<String>,
}

/// The table of tasks is the one list of their names.
fn task_names(_generator: &mut SchemaGenerator) -> Schema {
    let names: Vec<&str> = TASKS.iter().map(|task| task.name).collect();
    schemars::json_schema!({"type": "string", "enum": names})
}

/// One run in an answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ran<'a> {
    id: Option<&'a str>,
    task: &'a str,
    trigger: &'a str,
    status: &'a str,
    started_at: String,
    duration_ms: i64,
    detail: Value,
}

/// A run that was started for this request.
struct Started {
    run: TaskRun,
    ended: oneshot::Receiver<TaskRun>,
}

/// What became of asking for a task.
enum Asked {
    Started(Started),
    Skipped(&'static Task),
}

/// Runs the task that is named, or whatever is due, and waits for a while.
///
/// # Errors
/// `Invalid` for a task that does not exist; a fault of the store.
pub async fn run_tasks(app: &Arc<App>, request: Request) -> Result<Response, ApiError> {
    if request.is_head() {
        return Ok(Response::json(200, &json!({"success": true, "ran": []})).no_store());
    }
    let wanted = match named(&request)? {
        Some(task) => vec![(task, None)],
        None => plan::due(app, &TASKS, request.now)
            .await
            .map_err(fault)?
            .into_iter()
            .map(|(task, at)| (task, Some(at)))
            .collect(),
    };
    let mut asked = Vec::new();
    for (task, due_at) in wanted {
        match run::claim(app, task, Door::Http, due_at).await.map_err(fault)? {
            Claimed::Ours(claim) => asked.push(Asked::Started(started(app, *claim))),
            Claimed::Busy => asked.push(Asked::Skipped(task)),
            Claimed::Done => {}
        }
    }
    let until = request.now.plus_s(CRON_WAIT_S);
    for one in &mut asked {
        if let Asked::Started(started) = one {
            tokio::select! {
                ended = &mut started.ended => started.run = ended.unwrap_or(started.run.clone()),
                () = app.clock.sleep_until(until) => {}
            }
        }
    }
    Ok(answer(&asked, app.clock.now()))
}

/// Tells what became of a run.
///
/// # Errors
/// `RunNotFound`.
pub async fn run_by_id(app: &App, request: Request) -> Result<Response, ApiError> {
    let found: Option<TaskRun> =
        app.store.find(task_runs::by_id(request.param("id"))).await.map_err(fault)?;
    let run = found.ok_or(Refusal::RunNotFound)?;
    Ok(Response::json(200, &ran(&run, app.clock.now())).no_store())
}

fn fault(error: crate::store::StoreError) -> ApiError {
    ApiError::Fault(error.into())
}

/// Reads the task's name from the body, or from the query.
fn named(request: &Request) -> Result<Option<&'static Task>, ApiError> {
    let body: RunTasks = request.body_or_default()?;
    let Some(name) = body.task.as_deref().or(request.query("task")) else { return Ok(None) };
    let names = || TASKS.iter().map(|task| task.name.to_owned()).collect();
    tasks::find(name).map(Some).ok_or_else(|| ApiError::Invalid {
        place: "query",
        violations: vec![Violation {
            field: String::from("task"),
            fault: FieldFault::Option(names()),
        }],
    })
}

/// Lets a claimed run go on by itself, whatever becomes of the request.
fn started(app: &Arc<App>, claim: Claim) -> Started {
    let (tell, ended) = oneshot::channel();
    let run = claim.run.clone();
    let own = Arc::clone(app);
    app.spawn(async move {
        // Nobody waits any more: the history tells.
        run::complete(&own, claim, |ended| drop(tell.send(ended))).await;
    });
    Started { run, ended }
}

fn answer(asked: &[Asked], now: Millis) -> Response {
    let all: Vec<Ran<'_>> = asked
        .iter()
        .map(|one| match one {
            Asked::Started(started) => ran(&started.run, now),
            Asked::Skipped(task) => Ran {
                id: None,
                task: task.name,
                trigger: Door::Http.name(),
                status: "skipped",
                started_at: now.iso(),
                duration_ms: 0,
                detail: json!({}),
            },
        })
        .collect();
    let runs = || {
        asked.iter().filter_map(|one| match one {
            Asked::Started(started) => Some(&started.run),
            Asked::Skipped(_) => None,
        })
    };
    let success = !runs().any(|run| is_failure(run.status));
    let body = json!({"success": success, "ran": all});
    match runs().find(|run| run.status == RunStatus::Running) {
        Some(run) => {
            let location = format!("/api/cron/runs/{}", run.id);
            Response::json(202, &body).no_store().with_location(&location)
        }
        None => Response::json(200, &body).no_store(),
    }
}

const fn is_failure(status: RunStatus) -> bool {
    match status {
        RunStatus::Ok | RunStatus::Running => false,
        RunStatus::Failed | RunStatus::TimedOut | RunStatus::Interrupted | RunStatus::Missed => {
            true
        }
    }
}

/// Shows a run. Why one failed stands in the history and the log, not on the wire.
fn ran(run: &TaskRun, now: Millis) -> Ran<'_> {
    let detail = if is_failure(run.status) {
        json!({"error": format!("TASK_{}", run.status.name().to_uppercase())})
    } else {
        serde_json::from_str(&run.detail).unwrap_or(Value::Null)
    };
    Ran {
        id: Some(&run.id),
        task: &run.task,
        trigger: run.door.name(),
        status: run.status.name(),
        started_at: run.started_at.iso(),
        duration_ms: run.duration_ms().unwrap_or_else(|| now.since_ms(run.started_at)),
        detail,
    }
}
