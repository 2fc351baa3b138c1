//! `/healthz`, `/readyz`, `/metrics`: for machines that look after the server.

use std::time::Duration;

use serde_json::json;

use crate::app::App;
use crate::base::bounds::{MAIL_WORKER_SILENCE_S_MAX, READY_TIMEOUT_S, SCHEDULER_SILENCE_S_MAX};
use crate::base::clock::Millis;
use crate::base::crypto;
use crate::base::metrics::{BackupFigures, CONTENT_TYPE, Snapshot};
use crate::domain::task::{RunStatus, TaskRun};
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::{ApiError, HttpRefusal};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::store::Readiness;
use crate::store::outbox::{self, Depth};
use crate::store::task_runs;
use crate::tasks;

/// The three endpoints.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/healthz" => health {
        id: "healthz", summary: "Tells that the process answers",
        limit: Free, access: Access::Public, answers: [200],
    }),
    endpoint!(GET "/readyz" => ready {
        id: "readyz", summary: "Tells whether the database takes writes and mail goes out",
        limit: Read, access: Access::Public, answers: [200, 429, 503],
    }),
    endpoint!(GET "/metrics" => metrics {
        id: "metrics", summary: "Returns counters in the OpenMetrics format",
        limit: Free, access: Access::Public, answers: [200, 404],
    }),
];

async fn health(_app: &App, _request: Request) -> Result<Response, ApiError> {
    Ok(Response::json(200, &json!({"status": "ok"})))
}

async fn ready(app: &App, request: Request) -> Result<Response, ApiError> {
    let probe = tokio::time::timeout(Duration::from_secs(READY_TIMEOUT_S), app.store.readiness());
    let database = match probe.await {
        Ok(Readiness::Ready) => "ok",
        Ok(Readiness::Busy) => "busy",
        Ok(Readiness::NotWritable) => "not writable",
        Ok(Readiness::OutOfReach) => "out of reach",
        Err(_elapsed) => "too slow",
    };
    let silent_ms = request.now.since_ms(app.mail_worker_seen_at());
    let mail = if silent_ms <= MAIL_WORKER_SILENCE_S_MAX * 1000 { "ok" } else { "not working" };
    let is_ready = database == "ok" && mail == "ok";
    let backup = backup(app, request.now).await;
    let answer = json!({
        "status": if is_ready { "ok" } else { "not ready" },
        "checks": {
            "database": database,
            "mail": mail,
            "cron": cron(app, request.now),
            "backup": last_backup(app).await.map_or("none", RunStatus::name),
        },
        "backup": {"ageS": backup.age_s, "verified": backup.is_verified},
        "outbox": depth(app, request.now).await.map(|depth| json!({
            "waiting": depth.mails,
            "overdueS": overdue_s(depth, request.now),
        })),
    });
    let response = Response::json(if is_ready { 200 } else { 503 }, &answer);
    Ok(if is_ready { response } else { response.retry_after(READY_TIMEOUT_S) })
}

/// Looks at what waits in the outbox; `None` when it cannot be reached.
async fn depth(app: &App, now: Millis) -> Option<Depth> {
    let rows: Vec<Depth> = app.store.list(outbox::depth(now)).await.ok()?;
    rows.first().copied()
}

/// Tells whether the scheduler looks at what is due. A server whose tasks do not run
/// answers all the same, so this alone does not take it out of service.
fn cron(app: &App, now: Millis) -> &'static str {
    let silent_ms = now.since_ms(app.scheduler_seen_at());
    if silent_ms <= SCHEDULER_SILENCE_S_MAX * 1000 { "ok" } else { "not working" }
}

/// Returns how the last backup ended; `None` when there was none.
async fn last_backup(app: &App) -> Option<RunStatus> {
    let last: Option<TaskRun> = app.store.find(task_runs::last(tasks::BACKUP)).await.ok()?;
    last.map(|run| run.status)
}

/// Looks at the newest archive: a backup goes well only when it was restored and compared.
async fn backup(app: &App, now: Millis) -> BackupFigures {
    let newest: Option<TaskRun> =
        app.store.find(task_runs::last_ok(tasks::BACKUP)).await.unwrap_or_default();
    let age_ms = newest.and_then(|run| run.ended_at).map(|ended_at| now.since_ms(ended_at));
    BackupFigures {
        age_s: age_ms.and_then(|age_ms| u64::try_from(age_ms.div_euclid(1000)).ok()),
        is_verified: last_backup(app).await == Some(RunStatus::Ok),
    }
}

/// Seconds since the oldest waiting mail was due; 0 when it is not.
fn overdue_s(depth: Depth, now: Millis) -> i64 {
    now.since_ms(depth.due_at).max(0).div_euclid(1000)
}

/// Counters tell an attacker what works, so strangers are told that nothing is here.
async fn metrics(app: &App, request: Request) -> Result<Response, ApiError> {
    if !may_measure(app, &request) {
        return Err(HttpRefusal::NotFound.into());
    }
    let depth = depth(app, request.now).await;
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let unsigned = |number: i64| u64::try_from(number).unwrap_or(0);
    let cards = app.og.figures();
    let snapshot = Snapshot {
        writer_queue: count(app.store.queued()),
        hash_queue: count(app.hashes.queued()),
        outbox_depth: depth.map_or(0, |depth| unsigned(depth.mails)),
        backup: backup(app, request.now).await,
        outbox_overdue_s: depth.map_or(0, |depth| unsigned(overdue_s(depth, request.now))),
        card_renders: cards.renders,
        card_hits: cards.hits,
        card_queue: cards.queued,
        card_bytes: cards.cache_bytes,
    };
    Ok(Response::text(CONTENT_TYPE, app.metrics.render(snapshot)))
}

fn may_measure(app: &App, request: &Request) -> bool {
    let Some(token) = &app.config.metrics.token else {
        let is_forwarded = ["forwarded", "x-forwarded-for", "x-real-ip", "x-forwarded-host"]
            .iter()
            .any(|name| request.head.headers.contains_key(*name));
        return request.peer.is_loopback() && !is_forwarded;
    };
    let given = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    given.is_some_and(|given| crypto::equal(given.as_bytes(), token.expose().as_bytes()))
}
