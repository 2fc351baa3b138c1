//! The steps of an offer from state to state, as `domain::job::status` allows them.

use serde_json::json;

use super::changes::lasting;
use super::{listing, own};
use crate::app::{App, Caller, Failure, audit};
use crate::base::clock::Millis;
use crate::board::raced;
use crate::domain::audit::Act;
use crate::domain::job::status::Next;
use crate::domain::job::{CloseReason, Job, JobStatus, Verb};
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::store::jobs::{self, Guard};

/// A step that somebody takes with an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Shows it, until a moment or its own end.
    Publish(Option<Millis>),
    /// Takes it out of sight.
    Pause,
    /// Shows it again.
    Resume,
    /// Ends it.
    Close(CloseReason),
    /// Moves its end.
    Renew(Millis),
}

impl Step {
    /// Returns what is done.
    #[must_use]
    pub const fn verb(self) -> Verb {
        match self {
            Self::Publish(_) => Verb::Publish,
            Self::Pause => Verb::Pause,
            Self::Resume => Verb::Resume,
            Self::Close(_) => Verb::Close,
            Self::Renew(_) => Verb::Renew,
        }
    }

    /// Works out what the step makes of an offer.
    ///
    /// # Errors
    /// `IllegalStep`, `ExpiryInvalid`.
    pub fn taken(self, job: &Job, now: Millis) -> Result<Job, Failure> {
        let status = match job.status.after(self.verb()) {
            Ok(Next::State(status)) => status,
            Ok(Next::Gone) => return Err(Refusal::NotFound.into()),
            Err(allowed) => return Err(Failure::IllegalStep { allowed }),
        };
        let mut after = Job { status, updated_at: now, version: job.version + 1, ..job.clone() };
        match self {
            Self::Publish(until) => {
                let ends_at = until.or(job.draft.expires_at);
                after.draft.expires_at = Some(lasting(ends_at, now)?);
                after.published_at = Some(now);
            }
            Self::Pause => {}
            // What has run out while it was out of sight must be renewed.
            Self::Resume => {
                lasting(job.draft.expires_at, now)?;
            }
            Self::Close(reason) => {
                after.closed_at = Some(now);
                after.close_reason = Some(reason);
            }
            Self::Renew(until) => {
                after.draft.expires_at = Some(lasting(Some(until), now)?);
                after.closed_at = None;
            }
        }
        Ok(after)
    }
}

/// Takes a step with an offer of the person's organisation.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `ExpiryInvalid`.
///
/// # Cost
/// One read, one durable write; again where somebody changes the offer at this moment.
pub async fn take(
    app: &App,
    user: &User,
    (id, step): (&str, Step),
    now: Millis,
) -> Result<Job, Failure> {
    loop {
        let job = own(app, user, id).await?;
        let after = step.taken(&job, now)?;
        let guard = Guard { id, version: job.version, user_id: &user.id };
        let mut batch = listing(job.status, &after);
        batch.push(jobs::step(guard, &after));
        match app.store.apply(batch).await.map_err(raced(Refusal::VersionOutdated)) {
            Ok(_) => {
                let (from, to) = (job.status.name(), after.status.name());
                tracing::info!(job = id, user = user.id, from, to, "offer stepped");
                return Ok(after);
            }
            // Its new state decides whether the step still is legal.
            Err(Failure::Refused(Refusal::VersionOutdated)) => {}
            Err(failure) => return Err(failure),
        }
    }
}

/// Ends an offer by the operator's word.
///
/// # Errors
/// `NotFound`, `IllegalStep`; `VersionOutdated` when somebody changes it at this moment.
pub async fn close_as_operator(
    app: &App,
    slug_or_id: &str,
    reason: CloseReason,
    by: (&Caller, Millis),
) -> Result<Job, Failure> {
    let job = super::for_operator(app, slug_or_id).await?;
    let after = Step::Close(reason).taken(&job, by.1)?;
    let mut batch = listing(job.status, &after);
    batch.push(jobs::step_by_operator(job.version, &after));
    let told = json!({"organization": job.employer.id, "reason": reason.name()});
    batch.push(audit::of_with(app, Act::OfferClosed, (&job.id, &told), by));
    app.store.apply(batch).await.map_err(raced(Refusal::VersionOutdated))?;
    tracing::info!(job = job.id, "offer closed by the operator");
    Ok(after)
}

/// Tells whether an offer in a state is seen by everybody.
#[must_use]
pub const fn is_seen(status: JobStatus) -> bool {
    matches!(status, JobStatus::Publicada)
}
