//! Applying for an offer.
//!
//! Whether somebody has applied before is decided by the table's unique index, in the
//! batch that also counts the application at its offer and only if that takes any: of
//! fifty applications at once one is written. The CV is named as it was read; a batch
//! that finds another one is written anew.

use crate::app::{App, Failure};
use crate::base::bounds::RECEIVED_MAIL_PAUSE_S;
use crate::base::clock::Millis;
use crate::domain::application::{
    APPLICATION_ID_PREFIX, Answer, Application, ApplicationStatus, CvCopy,
};
use crate::domain::refusal::Refusal;
use crate::domain::user::{User, UserKind};
use crate::store::application_steps::{self as steps, JobToApply};
use crate::store::{Statement, StoreError, applications, files};

/// The state of an offer that takes applications.
const OPEN: &str = "publicada";

/// What a candidate sends.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Why, in their words.
    pub cover_letter: Option<String>,
    /// What they would like to earn, at least.
    pub salary_min: Option<i64>,
    /// And at most.
    pub salary_max: Option<i64>,
    /// ISO 4217.
    pub salary_currency: Option<String>,
    /// From when they could begin, `YYYY-MM-DD`.
    pub availability_date: Option<String>,
    /// What they answer to the offer's questions, each checked.
    pub answers: Vec<Answer>,
}

/// What became of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It is on the disk.
    Done,
    /// The candidate's CV was another one; nothing was written.
    CvChanged,
}

/// Finds the offer for somebody who wants to apply.
///
/// # Errors
/// `Forbidden` for whoever is no professional, `EmailNotVerified`, `NotFound`, `JobNotOpen`.
pub async fn job(
    app: &App,
    candidate: &User,
    job_id: &str,
    now: Millis,
) -> Result<JobToApply, Failure> {
    if candidate.kind != UserKind::Professional {
        return Err(Refusal::Forbidden.into());
    }
    if !candidate.email_verified {
        return Err(Refusal::EmailNotVerified.into());
    }
    let found: Option<JobToApply> = app.store.find(steps::job_to_apply(job_id)).await?;
    let job = found.ok_or(Refusal::NotFound)?;
    if job.status != OPEN || job.expires_at.is_some_and(|end| end <= now) {
        return Err(Refusal::JobNotOpen.into());
    }
    Ok(job)
}

/// Finds the application that somebody has made for an offer: its id.
///
/// # Errors
/// A fault of the store.
pub async fn earlier(app: &App, candidate: &User, job_id: &str) -> Result<Option<String>, Failure> {
    Ok(app.store.find(steps::earlier(job_id, &candidate.id)).await?)
}

/// Makes an application with the candidate's CV as it is.
///
/// # Errors
/// A fault of the store.
pub async fn application(
    app: &App,
    candidate: &User,
    (job, draft): (&JobToApply, &Draft),
    now: Millis,
) -> Result<Application, Failure> {
    let cv: Option<CvCopy> = app.store.find(steps::cv_of(&candidate.id)).await?;
    let draft = draft.clone();
    Ok(Application {
        id: app.entropy.id(APPLICATION_ID_PREFIX, now),
        job_id: job.id.clone(),
        organization_id: job.organization_id.clone(),
        candidate_id: candidate.id.clone(),
        cover_letter: draft.cover_letter,
        salary_min: draft.salary_min,
        salary_max: draft.salary_max,
        salary_currency: draft.salary_currency,
        availability_date: draft.availability_date,
        answers: draft.answers,
        cv,
        status: ApplicationStatus::Pending,
        viewed_at: None,
        archived_at: None,
        erased_at: None,
        created_at: now,
        updated_at: now,
    })
}

/// Writes an application with the answer that is kept for it.
///
/// # Errors
/// `JobNotOpen`, `AlreadyApplied`; a fault of the store, `Duplicate` of the kept answer's
/// key among them.
///
/// # Cost
/// One durable write.
pub async fn write(
    app: &App,
    application: &Application,
    kept: Vec<Statement>,
) -> Result<Written, Failure> {
    let now = application.created_at;
    let (job_id, organization_id) = (&application.job_id, &application.organization_id);
    let mut batch = vec![applications::count_in(job_id, now)];
    batch.extend(kept);
    // Its row stays locked until the application names it: whoever lets go of it waits.
    batch.extend(application.cv.as_ref().map(|cv| files::touch(&cv.digest, now)));
    batch.push(applications::insert(application));
    batch.push(steps::tally(job_id, organization_id, now, RECEIVED_MAIL_PAUSE_S * 1000));
    match app.store.apply(batch).await {
        Ok(_) => {
            app.mail_posted().await;
            Ok(Written::Done)
        }
        Err(StoreError::Unexpected { sql: applications::COUNT_IN_NAME, .. }) => {
            Err(Refusal::JobNotOpen.into())
        }
        Err(StoreError::Duplicate { sql: applications::INSERT_NAME }) => {
            Err(Refusal::AlreadyApplied.into())
        }
        Err(StoreError::Unexpected { sql: applications::INSERT_NAME, .. }) => {
            Ok(Written::CvChanged)
        }
        Err(error) => Err(error.into()),
    }
}
