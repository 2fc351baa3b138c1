//! `/healthz`, `/readyz`, `/metrics`: for machines that look after the server.

use serde_json::json;

use crate::app::{App, maintenance};
use crate::base::bounds::READY_TIMEOUT_S;
use crate::base::crypto;
use crate::base::metrics::{CONTENT_TYPE, Snapshot};
use crate::domain::task::RunStatus;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::{ApiError, HttpRefusal};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::tasks::health;

/// The three endpoints.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/healthz" => alive {
        id: "healthz", summary: "Tells that the process answers",
        limit: Free, access: Access::Public, answers: [200],
    }),
    endpoint!(GET "/readyz" => ready {
        id: "readyz", summary: "Tells whether the database takes writes and mail goes out, and whether the site is closed",
        limit: Read, access: Access::Public, answers: [200, 429, 503],
    }),
    endpoint!(GET "/metrics" => metrics {
        id: "metrics", summary: "Returns counters in the OpenMetrics format",
        limit: Free, access: Access::Public, answers: [200, 404],
    }),
];

async fn alive(_app: &App, _request: Request) -> Result<Response, ApiError> {
    Ok(Response::json(200, &json!({"status": "ok"})))
}

async fn ready(app: &App, request: Request) -> Result<Response, ApiError> {
    let health = health::look(app, request.now).await;
    let is_ready = health.is_ready();
    // Closed is not broken: whoever balances goes on sending people here, to be told.
    let is_closed = maintenance::closed(app, request.now).await.is_some();
    let answer = json!({
        "status": if is_ready { "ok" } else { "not ready" },
        "checks": {
            "database": health.database,
            "mail": health.mail,
            "cron": health.cron,
            "backup": health.last_backup.map_or("none", RunStatus::name),
        },
        "maintenance": is_closed,
        "backup": {"ageS": health.backup.age_s, "verified": health.backup.is_verified},
        "outbox": health.outbox.map(|depth| json!({
            "waiting": depth.mails,
            "overdueS": health::overdue_s(depth, request.now),
        })),
    });
    let response = Response::json(if is_ready { 200 } else { 503 }, &answer);
    Ok(if is_ready { response } else { response.retry_after(READY_TIMEOUT_S) })
}

/// Counters tell an attacker what works, so strangers are told that nothing is here.
async fn metrics(app: &App, request: Request) -> Result<Response, ApiError> {
    if !may_measure(app, &request) {
        return Err(HttpRefusal::NotFound.into());
    }
    let depth = health::depth(app, request.now).await;
    let last_backup = health::last_backup(app).await;
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let unsigned = |number: i64| u64::try_from(number).unwrap_or(0);
    let cards = app.og.figures();
    let snapshot = Snapshot {
        writer_queue: count(app.store.queued()),
        hash_queue: count(app.hashes.queued()),
        hashes: app.hashes.work(),
        outbox_depth: depth.map_or(0, |depth| unsigned(depth.mails)),
        backup: health::backup(app, last_backup, request.now).await,
        outbox_overdue_s: depth.map_or(0, |depth| unsigned(health::overdue_s(depth, request.now))),
        card_renders: cards.renders,
        card_hits: cards.hits,
        card_queue: cards.queued,
        card_bytes: cards.cache_bytes,
        untaken_bytes: app.in_flight.total(),
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
