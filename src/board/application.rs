//! An application once it is there: who reads it, which steps it takes, what is noted.

use super::told;
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::application::{
    ApplicationEvent, ApplicationNote, ApplicationStatus, EVENT_ID_PREFIX, NOTE_ID_PREFIX, STEPS,
    StageCount, Step, allowed,
};
use crate::domain::refusal::Refusal;
use crate::domain::side::{Side, Standing};
use crate::store::application_steps::{self as steps, After};
use crate::store::applications::{self, ApplicationView, ListFilter};
use crate::store::{Statement, StoreError, application_counts};

/// Finds an application that somebody may see.
///
/// # Errors
/// `NotFound`.
pub async fn find(app: &App, id: &str, reader_id: &str) -> Result<ApplicationView, Failure> {
    let found: Option<ApplicationView> =
        app.store.find(applications::visible(id, reader_id)).await?;
    found.ok_or_else(|| Refusal::NotFound.into())
}

/// Finds an application for a reader, and notes when it is the organisation's first look.
///
/// # Errors
/// `NotFound`.
///
/// # Cost
/// One point read; the first time one durable write.
pub async fn read(
    app: &App,
    id: &str,
    reader_id: &str,
    now: Millis,
) -> Result<ApplicationView, Failure> {
    let mut view = find(app, id, reader_id).await?;
    if view.standing.side() == Side::Organization && view.application.viewed_at.is_none() {
        app.store.apply(vec![applications::viewed_set(id, reader_id, now)]).await?;
        // Somebody else may have been first: what the row says now is what counts.
        view = find(app, id, reader_id).await?;
    }
    Ok(view)
}

/// Lists somebody's applications, newest first.
///
/// # Errors
/// A fault of the store.
pub async fn of_candidate(
    app: &App,
    candidate_id: &str,
    filter: &ListFilter,
) -> Result<Vec<ApplicationView>, Failure> {
    Ok(app.store.list(applications::of_candidate(candidate_id, filter)).await?)
}

/// Lists the applications for an offer to a member of its organisation.
///
/// # Errors
/// `NotFound` when the offer is not the organisation's.
pub async fn of_job(
    app: &App,
    job_id: &str,
    member_id: &str,
    filter: &ListFilter,
) -> Result<Vec<ApplicationView>, Failure> {
    owned(app, job_id, member_id).await?;
    Ok(app.store.list(applications::of_job(job_id, member_id, filter)).await?)
}

/// Counts the applications for an offer for a member of its organisation.
///
/// # Errors
/// `NotFound` when the offer is not the organisation's.
///
/// # Cost
/// A read of the offer's own applications.
pub async fn counts(app: &App, job_id: &str, member_id: &str) -> Result<Vec<StageCount>, Failure> {
    owned(app, job_id, member_id).await?;
    Ok(app.store.list(application_counts::of_job(job_id, member_id)).await?)
}

async fn owned(app: &App, job_id: &str, member_id: &str) -> Result<(), Failure> {
    let job: Option<String> = app.store.find(steps::job_of_member(job_id, member_id)).await?;
    job.map(|_id| ()).ok_or_else(|| Refusal::NotFound.into())
}

/// A step that somebody wants to take.
#[derive(Debug)]
pub struct Wanted {
    /// Where it leads.
    pub to: ApplicationStatus,
    /// Whose it is.
    pub by: Side,
    /// What the organisation writes down with it.
    pub note: Option<String>,
}

/// Takes a step. The candidate is told of the organisation's by mail and on the site.
///
/// # Errors
/// `NotFound`; `Forbidden` for whoever only looks on, or stands on the other side;
/// `IllegalStep`, with the states that the actor may lead to.
///
/// # Cost
/// A few point reads and one durable write.
pub async fn take(
    app: &App,
    (id, actor_id): (&str, &str),
    wanted: Wanted,
    now: Millis,
) -> Result<ApplicationView, Failure> {
    let view = find(app, id, actor_id).await?;
    let is_theirs = match view.standing {
        Standing::Candidate => wanted.by == Side::Candidate,
        Standing::Recruiter => wanted.by == Side::Organization,
        Standing::Viewer => false,
    };
    if !is_theirs {
        return Err(Refusal::Forbidden.into());
    }
    let from = view.application.status;
    let step = Step { from, to: wanted.to, by: wanted.by };
    if !STEPS.contains(&step) {
        return Err(illegal(from, wanted.by));
    }
    match app.store.apply(batch(app, &view, (step, actor_id, wanted.note), now).await?).await {
        Ok(_) => {}
        // Somebody was faster: what is legal from there, they can see.
        Err(StoreError::Unexpected {
            sql: applications::STEP_OF_CANDIDATE_NAME | applications::STEP_OF_ORGANIZATION_NAME,
            ..
        }) => {
            let view = find(app, id, actor_id).await?;
            return Err(illegal(view.application.status, wanted.by));
        }
        Err(error) => return Err(error.into()),
    }
    if wanted.by == Side::Organization {
        app.mail_posted().await;
    }
    find(app, id, actor_id).await
}

async fn batch(
    app: &App,
    view: &ApplicationView,
    (step, actor_id, note): (Step, &str, Option<String>),
    now: Millis,
) -> Result<Vec<Statement>, Failure> {
    let event = ApplicationEvent {
        id: app.entropy.id(EVENT_ID_PREFIX, now),
        from: step.from,
        to: step.to,
        actor_id: Some(actor_id.to_owned()),
        actor_name: None,
        note,
        at: now,
    };
    let id = &view.application.id;
    let mut batch =
        vec![applications::step(id, actor_id, step, now), steps::event_insert(id, &event)];
    if step.by == Side::Organization {
        batch.extend(told::of_status(app, view, (step.to, actor_id), now).await?);
    }
    Ok(batch)
}

fn illegal(from: ApplicationStatus, by: Side) -> Failure {
    let allowed = allowed(from, by).into_iter().map(ApplicationStatus::name).collect();
    Failure::IllegalStep { allowed }
}

/// Lists the steps that an application took, oldest first; a candidate sees no notes.
///
/// # Errors
/// `NotFound`.
pub async fn events(
    app: &App,
    id: &str,
    reader_id: &str,
    page: After<'_>,
) -> Result<Vec<ApplicationEvent>, Failure> {
    let view = find(app, id, reader_id).await?;
    let events: Vec<ApplicationEvent> = app.store.list(steps::events(id, reader_id, page)).await?;
    Ok(match view.standing.side() {
        Side::Organization => events,
        Side::Candidate => {
            events.into_iter().map(|event| ApplicationEvent { note: None, ..event }).collect()
        }
    })
}

/// Makes a note on an application, to be written by [`add_note`].
///
/// # Errors
/// `NotFound` for whoever is no member of the organisation; `Forbidden` for a viewer;
/// `ApplicationErased` where a note would outlast what it is about.
pub async fn note(
    app: &App,
    id: &str,
    author_id: &str,
    (content, now): (String, Millis),
) -> Result<ApplicationNote, Failure> {
    let view = find(app, id, author_id).await?;
    match view.standing {
        Standing::Recruiter if view.application.erased_at.is_some() => {
            Err(Refusal::ApplicationErased.into())
        }
        Standing::Recruiter => Ok(ApplicationNote {
            id: app.entropy.id(NOTE_ID_PREFIX, now),
            author_id: Some(author_id.to_owned()),
            author_name: None,
            content,
            created_at: now,
        }),
        Standing::Viewer => Err(Refusal::Forbidden.into()),
        // That there are notes is the organisation's affair.
        Standing::Candidate => Err(Refusal::NotFound.into()),
    }
}

/// Writes a note down with the answer that is kept for it.
///
/// # Errors
/// A fault of the store, the kept answer's `Duplicate` among them.
pub async fn add_note(
    app: &App,
    id: &str,
    (author_id, note): (&str, &ApplicationNote),
    mut kept: Vec<Statement>,
) -> Result<(), Failure> {
    kept.push(steps::note_insert(id, author_id, note));
    app.store.apply(kept).await?;
    Ok(())
}

/// Lists the notes on an application to a member of its organisation, oldest first.
///
/// # Errors
/// `NotFound` for everybody else.
pub async fn notes(
    app: &App,
    id: &str,
    member_id: &str,
    page: After<'_>,
) -> Result<Vec<ApplicationNote>, Failure> {
    match find(app, id, member_id).await?.standing.side() {
        Side::Organization => Ok(app.store.list(steps::notes(id, member_id, page)).await?),
        Side::Candidate => Err(Refusal::NotFound.into()),
    }
}
