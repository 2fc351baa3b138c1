//! Layer 6: work that nobody waits for.
//!
//! Each task is a row of [`TASKS`] and a file of its own; [`run`] is the one way to
//! run one, whoever asks: the clock ([`scheduler`]), `/api/cron`, the command line.
//! Everything is owned by `App.tasks`, waits on `App.clock` and ends when `App.stop`
//! says so.

mod archive_applications;
mod backup;
mod clean_sessions;
mod expire_jobs;
pub mod health;
mod job_alerts;
mod job_statistics;
pub mod mail_message;
pub mod mail_outbox;
pub mod mail_sample;
mod optimize;
mod ping;
pub mod plan;
pub mod presence;
pub mod recovery;
pub mod run;
pub mod scheduler;
mod sweep_files;
mod waitlist_digest;
mod weekly_reports;

use std::pin::Pin;

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Failure, Fault};
use crate::backup::BackupError;
use crate::base::clock::Millis;
use crate::store::leases::{self, Lease};
use crate::store::{Affected, Statement, StoreError};

/// One task. What a `[cron.NAME]` section says wins over what stands here.
pub struct Task {
    /// Its name, on the wire, in the settings and in the history.
    pub name: &'static str,
    /// When it runs by itself, in the site's zone.
    pub schedule: &'static str,
    /// What it does.
    pub work: for<'a> fn(&'a Run<'a>) -> Work<'a>,
}

/// Every task, in the order of its mention.
pub static TASKS: [Task; 11] = [
    Task { name: clean_sessions::NAME, schedule: "0 * * * *", work: clean_sessions::run },
    Task { name: mail_outbox::NAME, schedule: "*/5 * * * *", work: mail_outbox::run },
    Task { name: backup::NAME, schedule: "20 4 * * *", work: backup::run },
    Task { name: optimize::NAME, schedule: "50 4 * * *", work: optimize::run },
    Task { name: expire_jobs::NAME, schedule: "*/15 * * * *", work: expire_jobs::run },
    Task { name: job_alerts::DAILY, schedule: "30 7 * * *", work: job_alerts::daily },
    Task { name: job_alerts::WEEKLY, schedule: "30 7 * * MON", work: job_alerts::weekly },
    Task { name: waitlist_digest::NAME, schedule: "0 8 * * MON", work: waitlist_digest::run },
    Task { name: job_statistics::NAME, schedule: "10 0 * * *", work: job_statistics::run },
    Task { name: weekly_reports::NAME, schedule: "0 8 * * MON", work: weekly_reports::run },
    Task {
        name: archive_applications::NAME,
        schedule: "0 3 * * *",
        work: archive_applications::run,
    },
];

/// Name of the task whose last run says how old the newest archive is.
pub const BACKUP: &str = backup::NAME;

/// Finds a task by name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Task> {
    TASKS.iter().find(|task| task.name == name)
}

/// What a run ends with: a JSON object of counts, for the history.
pub type WorkDone = Result<Value, TaskError>;

/// A run's work.
pub type Work<'a> = Pin<Box<dyn Future<Output = WorkDone> + Send + 'a>>;

/// What a task knows of its run.
pub struct Run<'a> {
    /// The program.
    pub app: &'a App,
    /// When the run began.
    pub now: Millis,
    /// Cancelled when the run is over, however that came; for work on other threads.
    pub stop: CancellationToken,
    lease: &'a Lease,
}

impl Run<'_> {
    /// Applies a batch, unless somebody else has taken this run's place.
    ///
    /// # Errors
    /// As `Store::apply`; `Unexpected` of the lease's guard when the place is taken.
    pub async fn apply(&self, mut batch: Vec<Statement>) -> Result<Vec<Affected>, StoreError> {
        batch.push(leases::guard(self.lease));
        let mut answers = self.app.store.apply(batch).await?;
        answers.pop();
        Ok(answers)
    }
}

/// Why a run did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// The database, or another part of the program.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// No archive.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The system refuses a thread.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
    /// A broken promise of our own code.
    #[error("{0}")]
    Broken(&'static str),
}

impl From<StoreError> for TaskError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Failure> for TaskError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Fault(fault) => fault.into(),
            Failure::Refused(_) | Failure::IllegalStep { .. } | Failure::Limited { .. } => {
                Self::Broken("a rule refused a task")
            }
        }
    }
}
