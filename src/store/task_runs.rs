//! The table `task_run`: every run of a task, kept for a while.
//!
//! Who runs holds a lease under the run's id. A run that is open without a live lease
//! has lost its process, and is marked as interrupted by whoever notices.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::task::{Door, RunStatus, TaskRun};

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &INSERT, &END, &SUPERSEDE, &ORPHANS, &BURY, &BY_ID, &PAGE, &OF_TASK, &LAST, &LAST_OK, &FORGET,
];

/// Prefix of run ids.
pub const ID_PREFIX: &str = "run_";

/// What stands in the detail of a run whose process is gone.
const LOST: &str = r#"{"error":"the process ended before the task did"}"#;

static INSERT: Sql = Sql::new(
    "task_runs.insert",
    "INSERT INTO task_run (id, task, door, status, started_at, ended_at, detail)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
);

/// Writes a run down.
#[must_use]
pub fn insert(run: &TaskRun) -> Statement {
    INSERT
        .bind([
            (&run.id).into(),
            (&run.task).into(),
            run.door.name().into(),
            run.status.name().into(),
            run.started_at.into(),
            run.ended_at.into(),
            (&run.detail).into(),
        ])
        .expecting(1)
}

static END: Sql = Sql::new(
    "task_runs.end",
    "UPDATE task_run SET status = ?2, ended_at = ?3, detail = ?4 WHERE id = ?1",
);

/// Writes down what became of a run; whoever says so holds its lease, so what another
/// process thought of it while it slept is put right. Index: the primary key.
#[must_use]
pub fn end(run: &TaskRun) -> Statement {
    END.bind([
        (&run.id).into(),
        run.status.name().into(),
        run.ended_at.into(),
        (&run.detail).into(),
    ])
    .expecting(1)
}

static SUPERSEDE: Sql = Sql::new(
    "task_runs.supersede",
    "UPDATE task_run SET status = 'interrupted', ended_at = ?3, detail = ?4
    WHERE task = ?1 AND status = 'running' AND id <> ?2",
);

/// Marks a task's other open runs as interrupted; whoever says so holds the lease.
/// Index: `task_run_running`.
#[must_use]
pub fn supersede(run: &TaskRun) -> Statement {
    SUPERSEDE.bind([(&run.task).into(), (&run.id).into(), run.started_at.into(), LOST.into()])
}

static ORPHANS: Sql = Sql::new(
    "task_runs.orphans",
    "SELECT r.id, r.task, r.door, r.status, r.started_at, r.ended_at, r.detail FROM task_run r
    WHERE r.status = 'running' AND NOT EXISTS (SELECT 1 FROM lease l
        WHERE l.name = 'task:' || r.task AND l.holder = r.id AND l.until >= ?1)
    ORDER BY r.task, r.id LIMIT ?2",
);

/// Lists open runs whose lease is not alive.
/// Indexes: `task_run_running`, the primary key of `lease`.
#[must_use]
pub fn orphans(now: Millis, limit: i64) -> Statement {
    ORPHANS.bind([now.into(), limit.into()])
}

static BURY: Sql = Sql::new(
    "task_runs.bury",
    "UPDATE task_run SET status = 'interrupted', ended_at = ?2, detail = ?3
    WHERE id = ?1 AND status = 'running' AND NOT EXISTS (SELECT 1 FROM lease l
        WHERE l.name = 'task:' || task_run.task AND l.holder = task_run.id AND l.until >= ?2)",
);

/// Marks an open run as interrupted, unless its lease came alive again.
/// Indexes: the primary keys.
#[must_use]
pub fn bury(id: &str, now: Millis) -> Statement {
    BURY.bind([id.into(), now.into(), LOST.into()])
}

/// Returns the name of a task's lease; `orphans` and `bury` spell it too.
#[must_use]
pub fn lease_name(task: &str) -> String {
    format!("task:{task}")
}

static BY_ID: Sql = Sql::new(
    "task_runs.by_id",
    "SELECT id, task, door, status, started_at, ended_at, detail FROM task_run WHERE id = ?1",
);

/// Finds a run. Index: the primary key.
#[must_use]
pub fn by_id(id: &str) -> Statement {
    BY_ID.bind([id.into()])
}

static PAGE: Sql = Sql::new(
    "task_runs.page",
    "SELECT id, task, door, status, started_at, ended_at, detail FROM task_run
    ORDER BY started_at DESC, id DESC LIMIT ?1",
);

/// Lists runs, newest first. Index: `task_run_started_at`.
#[must_use]
pub fn page(limit: i64) -> Statement {
    PAGE.bind([limit.into()])
}

static OF_TASK: Sql = Sql::new(
    "task_runs.of_task",
    "SELECT id, task, door, status, started_at, ended_at, detail FROM task_run
    WHERE task = ?1 ORDER BY started_at DESC, id DESC LIMIT ?2",
);

/// Lists a task's runs, newest first. Index: `task_run_task`.
#[must_use]
pub fn of_task(task: &str, limit: i64) -> Statement {
    OF_TASK.bind([task.into(), limit.into()])
}

static LAST: Sql = Sql::new(
    "task_runs.last",
    "SELECT id, task, door, status, started_at, ended_at, detail FROM task_run
    WHERE task = ?1 AND ended_at IS NOT NULL ORDER BY started_at DESC, id DESC LIMIT 1",
);

/// Finds a task's last run that has ended. Index: `task_run_task`.
#[must_use]
pub fn last(task: &str) -> Statement {
    LAST.bind([task.into()])
}

static LAST_OK: Sql = Sql::new(
    "task_runs.last_ok",
    "SELECT id, task, door, status, started_at, ended_at, detail FROM task_run
    WHERE task = ?1 AND status = 'ok' ORDER BY started_at DESC, id DESC LIMIT 1",
);

/// Finds a task's last run that did what it should. Index: `task_run_task`.
#[must_use]
pub fn last_ok(task: &str) -> Statement {
    LAST_OK.bind([task.into()])
}

static FORGET: Sql = Sql::new(
    "task_runs.forget",
    "DELETE FROM task_run WHERE id IN (SELECT id FROM task_run
        WHERE started_at < ?1 AND ended_at IS NOT NULL ORDER BY started_at, id LIMIT ?2)",
);

/// Forgets runs that began before a moment, oldest first. Index: `task_run_started_at`.
#[must_use]
pub fn forget(before: Millis, limit: i64) -> Statement {
    FORGET.bind([before.into(), limit.into()])
}

impl FromRow for TaskRun {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            task: row.text()?,
            door: row.parsed(Door::parse)?,
            status: row.parsed(RunStatus::parse)?,
            started_at: row.millis()?,
            ended_at: row.millis_or_null()?,
            detail: row.text()?,
        })
    }
}
