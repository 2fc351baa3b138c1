//! `/api/jobs`: offers, written by organisations and found by everybody.

pub mod listing;
pub mod saved;
pub mod shape;
pub mod steps;

use shape::{JobShape, answer, read};

use super::members::PAGE_QUERY;
use crate::app::App;
use crate::board::jobs::views::{self, Visitor};
use crate::board::jobs::{self, changes};
use crate::domain::job::{Job, JobStatus};
use crate::endpoint;
use crate::http::bodies::job::{JobChange, NewJob};
use crate::http::endpoint::{Access, Endpoint, QueryField};
use crate::http::error::ApiError;
use crate::http::idempotency;
use crate::http::page::{PageAsked, Place, wrong};
use crate::http::precondition;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::FieldFault;
use crate::http::session::SessionState;

/// The endpoints of offers.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/api/jobs" => listing::search {
        id: "searchJobs", summary: "Searches the published offers",
        limit: Read, access: Access::Public, query: listing::SEARCH_QUERY,
        answers: [200, 400, 429, 503],
    }),
    endpoint!(GET "/api/jobs/facets" => listing::facets {
        id: "countJobs", summary: "Counts the published offers by their fields",
        limit: Read, access: Access::Public, query: listing::FACETS_QUERY,
        answers: [200, 400, 429, 503],
    }),
    endpoint!(GET "/api/jobs/mine" => mine {
        id: "listOwnJobs", summary: "Lists the offers of one's organization, in any state",
        limit: Read, access: Access::Session, query: MINE_QUERY,
        answers: [200, 400, 401, 403, 429, 503],
    }),
    endpoint!(GET "/api/jobs/saved" => saved::list {
        id: "listSavedJobs", summary: "Lists the offers that one has saved",
        limit: Read, access: Access::Session, query: PAGE_QUERY,
        answers: [200, 400, 401, 429, 503],
    }),
    endpoint!(POST "/api/jobs" => create {
        id: "createJob", summary: "Writes an offer, as a draft",
        limit: Write, access: Access::Session, body: NewJob,
        answers: [201, 400, 401, 403, 409, 413, 415, 429, 503],
    }),
    endpoint!(GET "/api/jobs/{id}" => get {
        id: "getJob", summary: "Returns an offer by its slug or id, and counts a visit",
        limit: Read, access: Access::Optional, answers: [200, 304, 404, 429, 503],
    }),
    endpoint!(PATCH "/api/jobs/{id}" => update {
        id: "updateJob", summary: "Changes what is written of an offer",
        limit: Write, access: Access::Session, body: JobChange,
        answers: [200, 400, 401, 403, 404, 409, 412, 413, 415, 428, 429, 503],
    }),
    endpoint!(DELETE "/api/jobs/{id}" => delete {
        id: "deleteJob", summary: "Throws a draft away",
        limit: Write, access: Access::Session, impersonation: Refused, answers: [204, 401, 403, 404, 409, 412, 429, 503],
    }),
    endpoint!(POST "/api/jobs/{id}/publish" => steps::publish {
        id: "publishJob", summary: "Shows a draft to everybody",
        limit: Write, access: Access::Session, body_optional: steps::Publish,
        answers: [200, 400, 401, 403, 404, 409, 413, 415, 429, 503],
    }),
    endpoint!(POST "/api/jobs/{id}/pause" => steps::pause {
        id: "pauseJob", summary: "Takes an offer out of sight",
        limit: Write, access: Access::Session, answers: [200, 401, 403, 404, 409, 429, 503],
    }),
    endpoint!(POST "/api/jobs/{id}/resume" => steps::resume {
        id: "resumeJob", summary: "Shows a paused offer again",
        limit: Write, access: Access::Session, answers: [200, 400, 401, 403, 404, 409, 429, 503],
    }),
    endpoint!(POST "/api/jobs/{id}/close" => steps::close {
        id: "closeJob", summary: "Ends an offer",
        limit: Write, access: Access::Session, body: steps::Close,
        answers: [200, 400, 401, 403, 404, 409, 413, 415, 429, 503],
    }),
    endpoint!(POST "/api/jobs/{id}/renew" => steps::renew {
        id: "renewJob", summary: "Moves the end of an offer, or shows it again after its end",
        limit: Write, access: Access::Session, body: steps::Renew,
        answers: [200, 400, 401, 403, 404, 409, 413, 415, 429, 503],
    }),
    endpoint!(POST "/api/jobs/{id}/duplicate" => duplicate {
        id: "duplicateJob", summary: "Writes an offer again as a new draft",
        limit: Write, access: Access::Session, answers: [201, 401, 403, 404, 409, 429, 503],
    }),
    endpoint!(POST "/api/jobs/{id}/save" => saved::save {
        id: "saveJob", summary: "Saves an offer for later",
        limit: Write, access: Access::Session, answers: [204, 401, 404, 409, 429, 503],
    }),
    endpoint!(DELETE "/api/jobs/{id}/save" => saved::forget {
        id: "forgetJob", summary: "Forgets a saved offer",
        limit: Write, access: Access::Session, answers: [204, 401, 429, 503],
    }),
];

const MINE_QUERY: &[QueryField] = &[
    QueryField::optional("status", "only offers in this state"),
    QueryField::optional("limit", "rows of a page, 1 to 100; 20 by default"),
    QueryField::optional("cursor", "where to go on, as the answer before has said"),
];

/// Returns where an offer stands in the order of its making.
fn place(job: &Job) -> Place {
    Place { key: job.created_at.0, id: job.id.clone() }
}

/// Returns after which row a page begins.
pub(super) fn after(asked: &PageAsked) -> Option<(i64, &str)> {
    asked.after.as_ref().map(|place| (place.key, place.id.as_str()))
}

/// Lists the offers of one's organisation.
///
/// # Errors
/// Those of [`jobs::mine`].
pub async fn mine(app: &App, request: Request) -> Result<Response, ApiError> {
    let asked = PageAsked::of(&request)?;
    let options = || JobStatus::ALL.iter().map(|&name| name.to_owned()).collect();
    let status = request.query("status").map(|name| {
        JobStatus::parse(name).ok_or_else(|| wrong("status", FieldFault::Option(options())))
    });
    let user = &request.live()?.user;
    let rows = jobs::mine(app, user, (after(&asked), status.transpose()?), asked.rows()).await?;
    Ok(Response::json(200, &asked.page(rows, place, JobShape::brief)).no_store())
}

/// Writes an offer.
///
/// # Errors
/// Those of [`changes::create`].
pub async fn create(app: &App, request: Request) -> Result<Response, ApiError> {
    let draft = request.body::<NewJob>()?.read(&app.entropy)?;
    let kept = |job: &Job| idempotency::keep(&request, 201, &JobShape::whole(job.clone()));
    let job = changes::create(app, &request.live()?.user, (draft, request.now), kept).await?;
    let location = format!("/api/jobs/{}", job.slug);
    Ok(answer(201, job).with_location(&location))
}

/// Returns an offer, or 304 to whoever has it as it stands, and counts the visit either way.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn get(app: &App, request: Request) -> Result<Response, ApiError> {
    let user = match &request.session {
        SessionState::Live(live) => Some(&live.user),
        SessionState::Absent | SessionState::Dead => None,
    };
    let job = jobs::find(app, request.param("id"), user).await?;
    if request.is_head() {
        return Ok(read(&request, job));
    }
    let caller = request.caller(app);
    let visitor = Visitor { address: request.client, user_agent: &caller.user_agent, user };
    Ok(read(&request, views::count(app, job, visitor, request.now).await?))
}

/// Changes an offer.
///
/// # Errors
/// Those of [`jobs::own`] and [`changes::update`]; `PRECONDITION_REQUIRED`.
pub async fn update(app: &App, request: Request) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    let mut job = jobs::own(app, user, request.param("id")).await?;
    let version = precondition::version(&request)?;
    let ends_at = job.draft.expires_at;
    request.body::<JobChange>()?.lay_over(&request, &app.entropy, &mut job.draft)?;
    let job = changes::update(app, user, (job, version), ends_at, request.now).await?;
    Ok(answer(200, job))
}

/// Throws a draft away.
///
/// # Errors
/// Those of [`changes::delete`].
pub async fn delete(app: &App, request: Request) -> Result<Response, ApiError> {
    changes::delete(app, &request.live()?.user, request.param("id")).await?;
    Ok(Response::empty(204))
}

/// Writes an offer again.
///
/// # Errors
/// Those of [`changes::duplicate`].
pub async fn duplicate(app: &App, request: Request) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    let kept = |job: &Job| idempotency::keep(&request, 201, &JobShape::whole(job.clone()));
    let job = changes::duplicate(app, user, (request.param("id"), request.now), kept).await?;
    let location = format!("/api/jobs/{}", job.slug);
    Ok(answer(201, job).with_location(&location))
}
