//! What an organisation's people see of their own offers: the table of them, what waits
//! for an answer, what ends soon, and how often offers were saved.

use super::access;
use crate::app::{App, Failure};
use crate::base::bounds::{EMPLOYER_DIGEST_ROWS, JOB_ENDING_DAYS};
use crate::base::clock::Millis;
use crate::domain::job::{Employer, Job, JobDraft, JobStatus};
use crate::domain::organization::{MemberRole, Membership, Organization};
use crate::domain::user::User;
use crate::store::employer::{self, Column, OwnRow, Waiting, Way};
use crate::store::figures::Hourly;
use crate::store::job_list::Ending;
use crate::store::organizations;

/// Where somebody stands: their organisation, and what they may do there.
#[derive(Debug)]
pub struct Standing {
    /// The organisation.
    pub organization: Organization,
    /// What the person may do.
    pub role: MemberRole,
}

/// Finds where somebody stands; `None`: they belong nowhere.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// Two point reads at most.
pub async fn standing(app: &App, user: &User) -> Result<Option<Standing>, Failure> {
    let Some(Membership { organization_id, role }) = access::membership(app, user).await? else {
        return Ok(None);
    };
    let found: Option<Organization> =
        app.store.find(organizations::by_id(&organization_id)).await?;
    Ok(found.map(|organization| Standing { organization, role }))
}

/// Finds an offer of somebody's own organisation, and what they may do there.
///
/// # Errors
/// `NotFound` for everybody else, whether they see the offer or not.
///
/// # Cost
/// Two point reads.
pub async fn offer(app: &App, user: &User, id: &str) -> Result<(Job, MemberRole), Failure> {
    let job = super::jobs::find(app, id, Some(user)).await?;
    let role = access::inside(app, user, &job.employer.id).await?;
    Ok((job, role))
}

/// Returns an offer as it would be written now, by an organisation.
#[must_use]
pub fn unwritten(app: &App, organization: Organization, draft: JobDraft, now: Millis) -> Job {
    let employer = Employer {
        id: organization.id,
        slug: organization.slug,
        name: organization.draft.name,
        logo_url: organization.draft.logo_url,
    };
    super::jobs::changes::drafted(app, employer, draft, now)
}

/// Which offers of a table are wanted, and in which order.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Those in a state; `None`: all.
    pub status: Option<JobStatus>,
    /// By what they are ordered.
    pub column: Column,
    /// Which way.
    pub way: Way,
    /// At most so many.
    pub rows: i64,
    /// How many are passed over.
    pub offset: i64,
}

/// Lists offers of an organisation with their numbers.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One read that looks at all of the organisation's offers.
pub async fn table(app: &App, id: &str, wanted: Wanted) -> Result<Vec<OwnRow>, Failure> {
    let Wanted { status, column, way, rows, offset } = wanted;
    Ok(app.store.list(employer::table(id, status, (column, way), (rows, offset))).await?)
}

/// Lists the offers whose applications nobody has answered, the longest first.
///
/// # Errors
/// A fault of the store.
pub async fn waiting(app: &App, id: &str) -> Result<Vec<Waiting>, Failure> {
    Ok(app.store.list(employer::waiting(id, EMPLOYER_DIGEST_ROWS)).await?)
}

/// Lists the offers that end soon, the first first.
///
/// # Errors
/// A fault of the store.
pub async fn ending(app: &App, id: &str, now: Millis) -> Result<Vec<Ending>, Failure> {
    let until = now.plus_s(JOB_ENDING_DAYS * 86_400);
    Ok(app.store.list(employer::ending(id, until, EMPLOYER_DIGEST_ROWS)).await?)
}

/// Counts how often an organisation's offers are saved.
///
/// # Errors
/// A fault of the store.
pub async fn saves(app: &App, id: &str) -> Result<i64, Failure> {
    let counts: Vec<i64> = app.store.list(employer::saves(id)).await?;
    Ok(counts.first().copied().unwrap_or(0))
}

/// Counts who has saved an offer.
///
/// # Errors
/// A fault of the store.
pub async fn saves_of(app: &App, job_id: &str) -> Result<i64, Failure> {
    let count: Option<i64> = app.store.find(employer::saves_of_job(job_id)).await?;
    Ok(count.unwrap_or(0))
}

/// Counts, by the hour since `from`, when an organisation's offers were saved.
///
/// # Errors
/// A fault of the store.
pub async fn saves_by_hour(
    app: &App,
    id: &str,
    (from, before): (Millis, Millis),
) -> Result<Vec<Hourly>, Failure> {
    Ok(app.store.list(employer::saves_by_hour(id, from, before)).await?)
}
