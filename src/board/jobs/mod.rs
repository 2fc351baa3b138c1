//! Offers: written and changed by an organisation, found and looked at by everybody.

pub mod calendar;
pub mod changes;
pub mod saved;
pub mod search;
pub mod steps;
pub mod views;

use crate::app::{App, Failure};
use crate::base::bounds::LIST_ROWS_MAX;
use crate::base::clock::Millis;
use crate::board::access;
use crate::domain::job::{JOB_ID_PREFIX, Job, JobStatus};
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::store::job_list::Address;
use crate::store::jobs::{self, OwnJob, Viewer};
use crate::store::{Statement, StoreError, job_list, job_listings};

/// Finds an offer by its slug or id, as far as `user` may see it.
///
/// # Errors
/// `NotFound`.
///
/// # Cost
/// One point read.
pub async fn find(app: &App, slug_or_id: &str, user: Option<&User>) -> Result<Job, Failure> {
    let viewer = Viewer {
        user_id: user.map_or("", |user| user.id.as_str()),
        is_admin: user.is_some_and(User::is_admin),
    };
    find_by(app, slug_or_id, viewer).await
}

/// Tells whether an offer is over that everybody once saw.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One point read.
pub async fn is_over(app: &App, slug: &str) -> Result<bool, Failure> {
    let count: Option<i64> = app.store.find(jobs::is_over(slug)).await?;
    Ok(count.unwrap_or(0) > 0)
}

/// Finds an offer by its slug or id, whatever became of it.
///
/// # Errors
/// `NotFound`.
pub async fn for_operator(app: &App, slug_or_id: &str) -> Result<Job, Failure> {
    find_by(app, slug_or_id, Viewer { user_id: "", is_admin: true }).await
}

async fn find_by(app: &App, slug_or_id: &str, viewer: Viewer<'_>) -> Result<Job, Failure> {
    let read = if slug_or_id.starts_with(JOB_ID_PREFIX) {
        jobs::by_id(slug_or_id, viewer)
    } else {
        jobs::by_slug(slug_or_id, viewer)
    };
    Ok(app.store.find(read).await?.ok_or(Refusal::NotFound)?)
}

/// Finds an offer that somebody wants to change.
///
/// # Errors
/// `Forbidden` for viewers, and for strangers when everybody sees the offer; `NotFound`.
///
/// # Cost
/// One or two point reads.
pub async fn own(app: &App, user: &User, id: &str) -> Result<Job, Failure> {
    let found: Option<OwnJob> = app.store.find(jobs::own(id, &user.id)).await?;
    match found {
        Some(own) if own.role.may_recruit() => Ok(own.job),
        Some(_viewer) => Err(Refusal::Forbidden.into()),
        None => {
            let public: Option<i64> = app.store.find(jobs::is_public(id)).await?;
            let is_seen = public.unwrap_or(0) > 0;
            Err(if is_seen { Refusal::Forbidden } else { Refusal::NotFound }.into())
        }
    }
}

/// Lists the offers of somebody's organisation, the newest first, after one of them.
///
/// # Errors
/// `OrganizationAccountRequired` for whoever belongs nowhere.
///
/// # Cost
/// A point read, one read of an index.
pub async fn mine(
    app: &App,
    user: &User,
    (after, status): (Option<(i64, &str)>, Option<JobStatus>),
    rows: i64,
) -> Result<Vec<Job>, Failure> {
    let membership = access::membership(app, user).await?;
    let id = membership.ok_or(Refusal::OrganizationAccountRequired)?.organization_id;
    let after = after.map_or((Millis(i64::MAX), ""), |(key, id)| (Millis(key), id));
    Ok(app.store.list(job_list::of_organization(&id, after, status, rows)).await?)
}

/// Lists everybody's offers for the operator, the newest first, after one of them.
///
/// # Errors
/// A fault of the store.
pub async fn every(
    app: &App,
    (after, status): (Option<&Job>, Option<JobStatus>),
    rows: i64,
) -> Result<Vec<Job>, Failure> {
    let after = after.map_or((Millis(i64::MAX), ""), |last| (last.created_at, last.id.as_str()));
    let rows = rows.clamp(1, LIST_ROWS_MAX);
    Ok(app.store.list(job_list::every(after, status, rows)).await?)
}

/// Lists the newest published offers, descriptions and all.
///
/// # Errors
/// A fault of the store.
pub async fn newest(app: &App, rows: i64) -> Result<Vec<Job>, Failure> {
    Ok(app.store.list(job_list::newest(rows.clamp(1, LIST_ROWS_MAX))).await?)
}

/// Lists slugs of published offers with their last change, the newest first.
///
/// # Errors
/// A fault of the store.
pub async fn addresses(
    app: &App,
    rows: i64,
    offset: i64,
) -> Result<Vec<(String, Millis)>, Failure> {
    let found: Vec<Address> = app.store.list(job_list::addresses(rows, offset)).await?;
    Ok(found.into_iter().map(|address| (address.slug, address.updated_at)).collect())
}

/// Returns the writes that list an offer or take it off the list, as its state has it;
/// none when it neither was listed nor is. They stand before the offer's own write.
pub(super) fn listing(before: JobStatus, after: &Job) -> Vec<Statement> {
    match (before, after.status) {
        (_, JobStatus::Publicada) => vec![job_listings::next(), job_listings::list(after)],
        (JobStatus::Publicada, _) => vec![job_listings::next(), job_listings::unlist(&after.id)],
        _ => Vec::new(),
    }
}

/// Lists the published offers of an organisation anew, under its present name.
///
/// # Errors
/// A fault of the store; what was listed before it stays.
///
/// # Cost
/// A durable write an offer.
pub async fn relist(app: &App, organization_id: &str) -> Result<(), Failure> {
    let mut after = (Millis(i64::MAX), String::new());
    loop {
        let read = job_list::listed(organization_id, (after.0, &after.1), RELISTED_AT_ONCE);
        let page: Vec<Job> = app.store.list(read).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = (last.created_at, last.id.clone());
        for job in page {
            relist_one(app, job).await?;
        }
    }
}

/// Offers that [`relist`] holds in memory at once.
const RELISTED_AT_ONCE: i64 = 50;

/// Lists an offer anew, as it is by then; not at all when it is out of sight meanwhile.
async fn relist_one(app: &App, mut job: Job) -> Result<(), Failure> {
    loop {
        let batch =
            vec![job_listings::next(), job_listings::list(&job), jobs::still(&job.id, job.version)];
        match app.store.apply(batch).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Unexpected { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let viewer = Viewer { user_id: "", is_admin: false };
        match app.store.find(jobs::by_id(&job.id, viewer)).await? {
            Some(newer) => job = newer,
            None => return Ok(()),
        }
    }
}
