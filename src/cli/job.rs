//! `antesala job …`

use serde::Serialize;

use super::arguments::{JobCommand, Reason};
use super::error::CliError;
use super::open::{self, Settings};
use super::output;
use crate::app::{App, Caller};
use crate::base::clock::Millis;
use crate::board::jobs::{self, steps};
use crate::domain::job::{CloseReason, Job, JobStatus};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JobLine {
    id: String,
    slug: String,
    title: String,
    organization: String,
    status: &'static str,
    published_at: Option<String>,
    expires_at: Option<String>,
    close_reason: Option<&'static str>,
    views: i64,
    applications: i64,
}

impl From<Job> for JobLine {
    fn from(job: Job) -> Self {
        Self {
            id: job.id,
            slug: job.slug,
            title: job.draft.title,
            organization: job.employer.name,
            status: job.status.name(),
            published_at: job.published_at.map(Millis::iso),
            expires_at: job.draft.expires_at.map(Millis::iso),
            close_reason: job.close_reason.map(CloseReason::name),
            views: job.views,
            applications: job.applications_count,
        }
    }
}

const COLUMNS: &[&str] =
    &["id", "title", "organization", "state", "published", "until", "views", "applications"];

impl JobLine {
    fn row(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.title.clone(),
            self.organization.clone(),
            self.status.to_owned(),
            self.published_at.clone().unwrap_or_default(),
            self.expires_at.clone().unwrap_or_default(),
            self.views.to_string(),
            self.applications.to_string(),
        ]
    }
}

/// Runs one `job` command.
///
/// # Errors
/// What the rule refuses, in English; an unreachable database.
pub fn run(settings: &Settings, command: JobCommand) -> Result<(), CliError> {
    open::with_app(settings, async |app: &App| match command {
        JobCommand::List { status, limit, json } => list(app, status, limit, json).await,
        JobCommand::Show { job, json } => show(app, &job, json).await,
        JobCommand::Close { job, reason } => close(app, &job, reason).await,
    })
}

async fn list(app: &App, status: Option<String>, limit: i64, json: bool) -> Result<(), CliError> {
    let status = status.map(|name| {
        let known = JobStatus::ALL.join(", ");
        JobStatus::parse(&name)
            .ok_or_else(|| CliError::usage(format!("{name} is no state; one of: {known}")))
    });
    let found = jobs::every(app, (None, status.transpose()?), limit).await?;
    let lines: Vec<JobLine> = found.into_iter().map(JobLine::from).collect();
    if json {
        return output::json(&lines);
    }
    output::table(COLUMNS, lines.iter().map(JobLine::row).collect(), "no offers")
}

async fn show(app: &App, job: &str, json: bool) -> Result<(), CliError> {
    let line = JobLine::from(jobs::for_operator(app, job).await?);
    if json {
        return output::json(&line);
    }
    let rows = COLUMNS.iter().zip(line.row()).map(|(name, value)| vec![(*name).to_owned(), value]);
    output::table(&["field", "value"], rows.collect(), "")
}

async fn close(app: &App, job: &str, reason: Reason) -> Result<(), CliError> {
    let reason = match reason {
        Reason::Filled => CloseReason::Filled,
        Reason::Cancelled => CloseReason::Cancelled,
    };
    let operator = Caller::operator(app.config.locale);
    let by = (&operator, app.clock.now());
    let closed = steps::close_as_operator(app, job, reason, by).await?;
    output::line(&format!("{} is closed", closed.slug))
}
