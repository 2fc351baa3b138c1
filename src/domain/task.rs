//! Tasks as they are remembered: when one is due, and what became of each run.

use crate::base::clock::Millis;

/// Who asked for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The clock.
    Schedule,
    /// `/api/cron`.
    Http,
    /// The command line.
    Cli,
    /// An administrator's page.
    Console,
}

impl Door {
    const ALL: [Self; 4] = [Self::Schedule, Self::Http, Self::Cli, Self::Console];

    /// Returns the wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::Http => "http",
            Self::Cli => "cli",
            Self::Console => "console",
        }
    }

    /// Reads a wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|door| door.name() == name)
    }
}

/// What became of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RunStatus {
    /// It goes on.
    Running,
    /// It did what it should.
    Ok,
    /// It broke, or panicked.
    Failed,
    /// It took longer than its deadline.
    TimedOut,
    /// Its process ended before it did, or somebody else took its lease.
    Interrupted,
    /// Downtime swallowed it, and it was not made up for.
    Missed,
}

impl RunStatus {
    const ALL: [Self; 6] =
        [Self::Running, Self::Ok, Self::Failed, Self::TimedOut, Self::Interrupted, Self::Missed];

    /// Returns the wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::Interrupted => "interrupted",
            Self::Missed => "missed",
        }
    }

    /// Reads a wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// One run of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRun {
    /// `run_…`, in order of time.
    pub id: String,
    /// The task's name.
    pub task: String,
    /// Who asked for it.
    pub door: Door,
    /// What became of it.
    pub status: RunStatus,
    /// When it began; for a missed one, when it should have.
    pub started_at: Millis,
    /// When it ended; `None` while it runs.
    pub ended_at: Option<Millis>,
    /// A JSON object: what it did in numbers, or why it failed.
    pub detail: String,
}

impl TaskRun {
    /// Returns how long it took, in milliseconds; `None` while it runs.
    #[must_use]
    pub fn duration_ms(&self) -> Option<i64> {
        self.ended_at.map(|ended_at| ended_at.since_ms(self.started_at))
    }
}

/// When a task is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskPlan {
    /// The task's name.
    pub name: String,
    /// The schedule that `next_run_at` was computed from, with its zone.
    pub schedule: String,
    /// When it runs next by itself; `None`: not by itself.
    pub next_run_at: Option<Millis>,
}
