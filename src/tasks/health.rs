//! What the program knows about its own health: for machines and for the console.

use std::time::Duration;

use crate::app::App;
use crate::base::bounds::{MAIL_WORKER_SILENCE_S_MAX, READY_TIMEOUT_S, SCHEDULER_SILENCE_S_MAX};
use crate::base::clock::Millis;
use crate::base::metrics::BackupFigures;
use crate::domain::task::{RunStatus, TaskRun};
use crate::store::outbox::{self, Depth};
use crate::store::{Readiness, task_runs};

/// What is right.
pub const OK: &str = "ok";

/// The answers of every part.
#[derive(Clone, Copy, Debug)]
pub struct Health {
    /// Whether the database takes writes.
    pub database: &'static str,
    /// Whether the mail worker takes its turns.
    pub mail: &'static str,
    /// Whether the scheduler looks at what is due. A server whose tasks do not run
    /// answers all the same, so this alone does not take it out of service.
    pub cron: &'static str,
    /// How the last backup ended; `None` when there was none.
    pub last_backup: Option<RunStatus>,
    /// The newest archive.
    pub backup: BackupFigures,
    /// What waits in the outbox; `None` when it cannot be reached.
    pub outbox: Option<Depth>,
}

impl Health {
    /// Tells whether the server may take requests.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.database == OK && self.mail == OK
    }
}

/// Asks every part.
///
/// # Cost
/// A probe of the database and three reads, within [`READY_TIMEOUT_S`] for the probe.
pub async fn look(app: &App, now: Millis) -> Health {
    let probe = tokio::time::timeout(Duration::from_secs(READY_TIMEOUT_S), app.store.readiness());
    let database = match probe.await {
        Ok(Readiness::Ready) => OK,
        Ok(Readiness::Busy) => "busy",
        Ok(Readiness::NotWritable) => "not writable",
        Ok(Readiness::OutOfReach) => "out of reach",
        Err(_elapsed) => "too slow",
    };
    let works = |seen_at: Millis, silence_s_max: i64| {
        if now.since_ms(seen_at) <= silence_s_max * 1000 { OK } else { "not working" }
    };
    let last_backup = last_backup(app).await;
    Health {
        database,
        mail: works(app.mail_worker_seen_at(), MAIL_WORKER_SILENCE_S_MAX),
        cron: works(app.scheduler_seen_at(), SCHEDULER_SILENCE_S_MAX),
        last_backup,
        backup: backup(app, last_backup, now).await,
        outbox: depth(app, now).await,
    }
}

/// Looks at what waits in the outbox; `None` when it cannot be reached.
pub async fn depth(app: &App, now: Millis) -> Option<Depth> {
    let rows: Vec<Depth> = app.store.list(outbox::depth(now)).await.ok()?;
    rows.first().copied()
}

/// Returns how the last backup ended; `None` when there was none.
pub async fn last_backup(app: &App) -> Option<RunStatus> {
    let last: Option<TaskRun> = app.store.find(task_runs::last(super::BACKUP)).await.ok()?;
    last.map(|run| run.status)
}

/// Looks at the newest archive: a backup goes well only when it was restored and compared.
pub async fn backup(app: &App, last: Option<RunStatus>, now: Millis) -> BackupFigures {
    let newest: Option<TaskRun> =
        app.store.find(task_runs::last_ok(super::BACKUP)).await.unwrap_or_default();
    let age_ms = newest.and_then(|run| run.ended_at).map(|ended_at| now.since_ms(ended_at));
    BackupFigures {
        age_s: age_ms.and_then(|age_ms| u64::try_from(age_ms.div_euclid(1000)).ok()),
        is_verified: last == Some(RunStatus::Ok),
    }
}

/// Seconds since the oldest waiting mail was due; 0 when it is not.
#[must_use]
pub fn overdue_s(depth: Depth, now: Millis) -> i64 {
    now.since_ms(depth.due_at).max(0).div_euclid(1000)
}
