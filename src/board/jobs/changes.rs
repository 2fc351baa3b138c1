//! Writing an offer, changing what is written, copying it, throwing it away.

use super::{listing, own};
use crate::app::{App, Failure};
use crate::base::bounds::{JOB_DAYS_MAX, OPEN_JOBS_MAX};
use crate::base::clock::Millis;
use crate::board::{access, raced};
use crate::domain::job::{Employer, JOB_ID_PREFIX, Job, JobDraft, JobStatus, Verb};
use crate::domain::organization::Organization;
use crate::domain::refusal::Refusal;
use crate::domain::slug;
use crate::domain::user::User;
use crate::store::jobs::{self, Guard};
use crate::store::{Statement, StoreError, idempotency, organizations};

/// What an offer is called in addresses when its title has no letters.
const SLUG_OTHERWISE: &str = "oferta";

/// Writes a new offer, as a draft of the person's organisation, and what `kept` says of it.
///
/// # Errors
/// `OrganizationAccountRequired`, `Forbidden`, `TooMany`.
///
/// # Cost
/// Three point reads, one durable write; another where the title's words are taken.
pub async fn create(
    app: &App,
    user: &User,
    (draft, now): (JobDraft, Millis),
    kept: impl Fn(&Job) -> Vec<Statement>,
) -> Result<Job, Failure> {
    let organization_id = access::recruiting(app, user).await?;
    let found: Option<Organization> =
        app.store.find(organizations::by_id(&organization_id)).await?;
    let organization = found.ok_or(Refusal::OrganizationAccountRequired)?;
    let open: Option<i64> = app.store.find(jobs::open_count(&organization_id)).await?;
    if open.unwrap_or(0) >= OPEN_JOBS_MAX {
        return Err(Refusal::TooMany.into());
    }
    let employer = Employer {
        id: organization.id,
        slug: organization.slug,
        name: organization.draft.name,
        logo_url: organization.draft.logo_url,
    };
    let mut job = drafted(app, employer, draft, now);
    loop {
        let mut batch = kept(&job);
        batch.push(jobs::insert(&job));
        match app.store.apply(batch).await {
            Ok(_) => break,
            Err(StoreError::Duplicate { sql }) if sql != idempotency::INSERT_NAME => {
                let words = slug::of(&job.draft.title, SLUG_OTHERWISE);
                job.slug = slug::suffixed(&words, &app.entropy.text(16));
            }
            Err(error) => return Err(error.into()),
        }
    }
    tracing::info!(job = job.id, user = user.id, "offer written");
    Ok(job)
}

/// Returns a new offer, as a draft that nobody has written yet.
pub(in crate::board) fn drafted(
    app: &App,
    employer: Employer,
    draft: JobDraft,
    now: Millis,
) -> Job {
    Job {
        id: app.entropy.id(JOB_ID_PREFIX, now),
        slug: slug::of(&draft.title, SLUG_OTHERWISE),
        employer,
        draft,
        status: JobStatus::Borrador,
        published_at: None,
        closed_at: None,
        close_reason: None,
        views: 0,
        applications_count: 0,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Changes what is written of an offer, as it was at `version`. `job` was found by [`own`]
/// and has the change laid over it; `ends_at` is its end as it was before.
///
/// # Errors
/// `IllegalStep` when it is over; `ExpiryInvalid`; `VersionOutdated`.
///
/// # Cost
/// One durable write.
pub async fn update(
    app: &App,
    user: &User,
    (job, version): (Job, i64),
    ends_at: Option<Millis>,
    now: Millis,
) -> Result<Job, Failure> {
    if let Err(allowed) = job.status.after(Verb::Edit) {
        return Err(Failure::IllegalStep { allowed });
    }
    let is_shown = matches!(job.status, JobStatus::Publicada | JobStatus::Pausada);
    if is_shown && job.draft.expires_at != ends_at {
        lasting(job.draft.expires_at, now)?;
    }
    let job = Job { version: version + 1, updated_at: now, ..job };
    let guard = Guard { id: &job.id, version, user_id: &user.id };
    let mut batch = listing(job.status, &job);
    batch.push(jobs::draft_set(guard, &job.draft, now));
    app.store.apply(batch).await.map_err(raced(Refusal::VersionOutdated))?;
    Ok(job)
}

/// Returns an end that an offer may be shown until.
///
/// # Errors
/// `ExpiryInvalid`: none, past, or too far away.
pub(super) fn lasting(ends_at: Option<Millis>, now: Millis) -> Result<Millis, Refusal> {
    let last = now.plus_s(JOB_DAYS_MAX * 86_400);
    ends_at.filter(|at| *at > now && *at <= last).ok_or(Refusal::ExpiryInvalid)
}

/// Throws a draft away.
///
/// # Errors
/// `NotFound`, `Forbidden`; `IllegalStep` when it is no draft; `VersionOutdated` when
/// somebody changes it at this moment.
///
/// # Cost
/// One read, one durable write.
pub async fn delete(app: &App, user: &User, id: &str) -> Result<(), Failure> {
    let job = own(app, user, id).await?;
    if let Err(allowed) = job.status.after(Verb::Delete) {
        return Err(Failure::IllegalStep { allowed });
    }
    let guard = Guard { id, version: job.version, user_id: &user.id };
    let write = jobs::delete(guard);
    app.store.apply(vec![write]).await.map_err(raced(Refusal::VersionOutdated))?;
    Ok(())
}

/// Writes an offer again as a new draft, whatever became of the first.
///
/// # Errors
/// Those of [`own`] and [`create`].
///
/// # Cost
/// One read, and as [`create`].
pub async fn duplicate(
    app: &App,
    user: &User,
    (id, now): (&str, Millis),
    kept: impl Fn(&Job) -> Vec<Statement>,
) -> Result<Job, Failure> {
    let job = own(app, user, id).await?;
    let draft = JobDraft { expires_at: None, ..job.draft };
    create(app, user, (draft, now), kept).await
}
