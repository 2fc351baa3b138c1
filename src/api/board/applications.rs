//! Applications: lists, one of them, its steps, its notes, its CV.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::application_shape::ApplicationShape;
use crate::app::{App, Failure, Fault};
use crate::base::bounds::{ID_LENGTH_MAX, NOTE_LENGTH_MAX};
use crate::base::clock::Iso;
use crate::base::files::FileDigest;
use crate::board::application::{self, Wanted};
use crate::domain::application::{ApplicationEvent, ApplicationNote, ApplicationStatus};
use crate::domain::pdf;
use crate::domain::refusal::Refusal;
use crate::domain::side::Side;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint, QueryField};
use crate::http::error::ApiError;
use crate::http::idempotency;
use crate::http::kept_file;
use crate::http::page::{self, PageAsked, Place};
use crate::http::precondition;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::FieldFault;
use crate::store::application_steps::After;
use crate::store::applications::{ApplicationView, ListFilter, Order};

/// The endpoints.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/api/applications" => mine {
        id: "listApplications", summary: "Lists one's own applications, newest first",
        limit: Read, access: Access::Session, query: LIST_QUERY, answers: [200, 400, 401, 429, 503],
    }),
    endpoint!(GET "/api/jobs/{id}/applications" => of_job {
        id: "listJobApplications", summary: "Lists the applications for an offer of one's organisation, newest first",
        limit: Read, access: Access::Session, query: LIST_QUERY,
        answers: [200, 400, 401, 404, 429, 503],
    }),
    endpoint!(GET "/api/applications/{id}" => one {
        id: "getApplication", summary: "Shows an application; the organisation's first look is noted",
        limit: Read, access: Access::Session, answers: [200, 401, 404, 429, 503],
    }),
    endpoint!(PATCH "/api/applications/{id}/status" => set_status {
        id: "setApplicationStatus", summary: "Leads an application to another state and tells the candidate",
        limit: Write, access: Access::Session, body: SetStatus,
        answers: [200, 400, 401, 403, 404, 409, 429, 503],
    }),
    endpoint!(POST "/api/applications/{id}/withdraw" => withdraw {
        id: "withdrawApplication", summary: "Takes one's own application back",
        limit: Write, access: Access::Session, answers: [200, 401, 403, 404, 409, 429, 503],
    }),
    endpoint!(GET "/api/applications/{id}/events" => events {
        id: "listApplicationEvents", summary: "Lists the steps of an application, oldest first",
        limit: Read, access: Access::Session, query: PAGE_QUERY,
        answers: [200, 400, 401, 404, 429, 503],
    }),
    endpoint!(POST "/api/applications/{id}/notes" => add_note {
        id: "addApplicationNote", summary: "Adds a note that only the organisation sees",
        limit: Write, access: Access::Session, body: NoteBody,
        answers: [201, 400, 401, 403, 404, 409, 429, 503],
    }),
    endpoint!(GET "/api/applications/{id}/notes" => notes {
        id: "listApplicationNotes", summary: "Lists the organisation's notes, oldest first",
        limit: Read, access: Access::Session, query: PAGE_QUERY,
        answers: [200, 400, 401, 404, 429, 503],
    }),
    endpoint!(GET "/api/applications/{id}/cv" => cv {
        id: "getApplicationCv", summary: "Returns the CV as it was when somebody applied",
        limit: Read, access: Access::Session, impersonation: Refused, answers: [200, 401, 403, 404, 429, 503],
    }),
];

const LIMIT: QueryField = QueryField::optional("limit", "rows of a page, 1 to 100; 20 by default");
const CURSOR: QueryField =
    QueryField::optional("cursor", "where to go on, as the answer before has said");

/// What every list by pages takes.
pub(super) const PAGE_QUERY: &[QueryField] = &[LIMIT, CURSOR];

const LIST_QUERY: &[QueryField] = &[
    QueryField::optional("status", "only those in this state"),
    QueryField::optional("archived", "`true`: only those that were put away; else only the others"),
    LIMIT,
    CURSOR,
];

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SetStatus {
    /// Where to.
    status: StatusName,
    /// What the organisation writes down with it; the candidate does not see it.
    #[schemars(length(max = NOTE_LENGTH_MAX), extend("format" = "multiline", "nullable" = true))]
    note: Option<String>,
}

/// The states, as people say them.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum StatusName {
    Pendiente,
    Entrevista,
    Oferta,
    Contratado,
    Rechazado,
    Retirado,
}

impl From<StatusName> for ApplicationStatus {
    fn from(name: StatusName) -> Self {
        match name {
            StatusName::Pendiente => Self::Pending,
            StatusName::Entrevista => Self::Interview,
            StatusName::Oferta => Self::Offer,
            StatusName::Contratado => Self::Hired,
            StatusName::Rechazado => Self::Rejected,
            StatusName::Retirado => Self::Withdrawn,
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NoteBody {
    /// What is noted.
    #[schemars(length(min = 1, max = NOTE_LENGTH_MAX), extend("format" = "multiline"))]
    content: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventShape {
    from: &'static str,
    to: &'static str,
    actor_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    at: Iso,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NoteShape {
    id: String,
    author_id: Option<String>,
    content: String,
    created_at: Iso,
}

/// Reads what a list of applications was asked for by.
fn filter(request: &Request) -> Result<(PageAsked, ListFilter), ApiError> {
    let asked = PageAsked::of(request)?;
    let status = match request.query("status") {
        Some(name) => Some(ApplicationStatus::parse(name).ok_or_else(|| {
            let names = ApplicationStatus::ALL.map(|status| status.name().to_owned());
            page::wrong("status", FieldFault::Option(names.to_vec()))
        })?),
        None => None,
    };
    let is_archived = match request.query("archived") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            let names = vec![String::from("true"), String::from("false")];
            return Err(page::wrong("archived", FieldFault::Option(names)));
        }
    };
    let after = asked.after.clone().map(|place| (place.key, place.id));
    let filter =
        ListFilter { status, is_archived, order: Order::Newest, after, rows: asked.rows() };
    Ok((asked, filter))
}

fn listed(asked: &PageAsked, views: Vec<ApplicationView>) -> Response {
    let place = |view: &ApplicationView| Place {
        key: view.application.created_at.0,
        id: view.application.id.clone(),
    };
    let page = asked.page(views, place, |view| view);
    let items = page.items.iter().map(ApplicationShape::of).collect();
    Response::json(200, &page::Page { items, next_cursor: page.next_cursor }).no_store()
}

async fn mine(app: &App, request: Request) -> Result<Response, ApiError> {
    let (asked, filter) = filter(&request)?;
    let views = application::of_candidate(app, &request.live()?.user.id, &filter).await?;
    Ok(listed(&asked, views))
}

async fn of_job(app: &App, request: Request) -> Result<Response, ApiError> {
    let (asked, filter) = filter(&request)?;
    let reader = &request.live()?.user.id;
    let views = application::of_job(app, id(&request)?, reader, &filter).await?;
    Ok(listed(&asked, views))
}

/// Reads the id of the path: what is too long for one names nothing.
pub(super) fn id(request: &Request) -> Result<&str, ApiError> {
    let id = request.param("id");
    let is_id = u32::try_from(id.len()).is_ok_and(|length| length <= ID_LENGTH_MAX);
    is_id.then_some(id).ok_or_else(|| Refusal::NotFound.into())
}

fn shown(view: &ApplicationView) -> Response {
    let response = Response::json(200, &ApplicationShape::of(view)).no_store();
    precondition::tagged(response, view.application.updated_at.0)
}

async fn one(app: &App, request: Request) -> Result<Response, ApiError> {
    let reader = &request.live()?.user.id;
    let view = if request.is_head() {
        application::find(app, id(&request)?, reader).await?
    } else {
        application::read(app, id(&request)?, reader, request.now).await?
    };
    Ok(shown(&view))
}

async fn set_status(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: SetStatus = request.body()?;
    let note = body.note.filter(|note| !note.trim().is_empty());
    let wanted = Wanted { to: body.status.into(), by: Side::Organization, note };
    let actor = &request.live()?.user.id;
    let view = application::take(app, (id(&request)?, actor), wanted, request.now).await?;
    Ok(shown(&view))
}

async fn withdraw(app: &App, request: Request) -> Result<Response, ApiError> {
    let wanted = Wanted { to: ApplicationStatus::Withdrawn, by: Side::Candidate, note: None };
    let actor = &request.live()?.user.id;
    let view = application::take(app, (id(&request)?, actor), wanted, request.now).await?;
    Ok(shown(&view))
}

/// Returns the page after which rows in the order of their making follow.
fn after(asked: &PageAsked) -> After<'_> {
    let (at, id) = asked.after.as_ref().map_or((0, ""), |place| (place.key, place.id.as_str()));
    After { at, id, rows: asked.rows() }
}

async fn events(app: &App, request: Request) -> Result<Response, ApiError> {
    let asked = PageAsked::of(&request)?;
    let reader = &request.live()?.user.id;
    let events = application::events(app, id(&request)?, reader, after(&asked)).await?;
    let place = |event: &ApplicationEvent| Place { key: event.at.0, id: event.id.clone() };
    let page = asked.page(events, place, |event| EventShape {
        from: event.from.name(),
        to: event.to.name(),
        actor_id: event.actor_id,
        note: event.note,
        at: Iso(event.at),
    });
    Ok(Response::json(200, &page).no_store())
}

impl From<ApplicationNote> for NoteShape {
    fn from(note: ApplicationNote) -> Self {
        let ApplicationNote { id, author_id, author_name: _, content, created_at } = note;
        Self { id, author_id, content, created_at: Iso(created_at) }
    }
}

async fn add_note(app: &App, request: Request) -> Result<Response, ApiError> {
    let content = request.body::<NoteBody>()?.content;
    let (id, author) = (id(&request)?, &request.live()?.user.id);
    let note = application::note(app, id, author, (content, request.now)).await?;
    let shape = NoteShape::from(note.clone());
    let kept = idempotency::keep(&request, 201, &shape);
    application::add_note(app, id, (author, &note), kept).await?;
    Ok(Response::json(201, &shape).no_store())
}

async fn notes(app: &App, request: Request) -> Result<Response, ApiError> {
    let asked = PageAsked::of(&request)?;
    let reader = &request.live()?.user.id;
    let notes = application::notes(app, id(&request)?, reader, after(&asked)).await?;
    let place = |note: &ApplicationNote| Place { key: note.created_at.0, id: note.id.clone() };
    Ok(Response::json(200, &asked.page(notes, place, NoteShape::from)).no_store())
}

/// Who may see the application may see its CV; nobody else learns that there is one.
async fn cv(app: &Arc<App>, request: Request) -> Result<Response, ApiError> {
    let view = application::find(app, id(&request)?, &request.live()?.user.id).await?;
    let cv = view.application.cv.ok_or(Refusal::NotFound)?;
    let broken = "an application names a CV by no digest";
    let digest = FileDigest::parse(&cv.digest).ok_or(ApiError::Fault(Fault::Broken(broken)))?;
    let file = kept_file::open(app, &digest).await.map_err(Failure::from)?;
    Ok(Response::download("application/pdf", &pdf::named(&cv.file_name), file))
}
