//! The table `task`: when each task is due, and up to where its work was done.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::task::TaskPlan;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&LIST, &PLAN, &STILL_DUE, &MOVE, &MARK_DONE];

static LIST: Sql =
    Sql::new("tasks.list", "SELECT name, schedule, next_run_at FROM task ORDER BY name");

/// Lists every task, a handful. Index: the primary key.
#[must_use]
pub fn list() -> Statement {
    LIST.bind([])
}

static PLAN: Sql = Sql::new(
    "tasks.plan",
    "INSERT INTO task (name, schedule, next_run_at, done_until) VALUES (?1, ?2, ?3, 0)
    ON CONFLICT (name) DO UPDATE SET schedule = excluded.schedule,
        next_run_at = excluded.next_run_at
    WHERE task.schedule <> excluded.schedule",
);

/// Plans a task, unless it is planned by the same schedule already. Index: the primary key.
#[must_use]
pub fn plan(plan: &TaskPlan) -> Statement {
    PLAN.bind([(&plan.name).into(), (&plan.schedule).into(), plan.next_run_at.into()])
}

/// Name of the statement that fails when a due run was somebody else's.
pub const STILL_DUE_NAME: &str = "tasks.still_due";

static STILL_DUE: Sql = Sql::new(
    STILL_DUE_NAME,
    "UPDATE task SET next_run_at = next_run_at WHERE name = ?1 AND next_run_at = ?2",
);

/// Undoes the batch it stands in unless the task is still due at that moment.
/// Index: the primary key.
#[must_use]
pub fn still_due(name: &str, at: Millis) -> Statement {
    STILL_DUE.bind([name.into(), at.into()]).expecting(1)
}

static MOVE: Sql =
    Sql::new("tasks.move", "UPDATE task SET next_run_at = ?3 WHERE name = ?1 AND next_run_at = ?2");

/// Moves a due run to its next moment; no row when it was planned anew meanwhile.
/// Index: the primary key.
#[must_use]
pub fn move_on(name: &str, from: Millis, to: Option<Millis>) -> Statement {
    MOVE.bind([name.into(), from.into(), to.into()])
}

/// Name of the statement that fails when a period's work was done already.
pub const MARK_DONE_NAME: &str = "tasks.mark_done";

static MARK_DONE: Sql =
    Sql::new(MARK_DONE_NAME, "UPDATE task SET done_until = ?2 WHERE name = ?1 AND done_until < ?2");

/// Marks work as done up to a moment, and undoes the batch it stands in when it was
/// already. Index: the primary key.
#[must_use]
pub fn mark_done(name: &str, until: Millis) -> Statement {
    MARK_DONE.bind([name.into(), until.into()]).expecting(1)
}

impl FromRow for TaskPlan {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { name: row.text()?, schedule: row.text()?, next_run_at: row.millis_or_null()? })
    }
}
