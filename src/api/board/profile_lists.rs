//! `/api/profile/{experience,education,publications}`: the lists of one's own profile.
//!
//! The lists are short and answered whole; a change of one field leaves the others.

use serde::Serialize;

use super::profile_lists_body::{
    PublicationBody, PublicationPatch, PublicationShape, StationBody, StationPatch, StationShape,
    publication_fields, station_fields,
};
use crate::app::App;
use crate::board::profile::lists;
use crate::domain::profile::{Publication, Section, Station};
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::ApiError;
use crate::http::idempotency;
use crate::http::page::Page;
use crate::http::precondition;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::store::profile_lists::Shelf;

/// The endpoints.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/api/profile/experience" => list::<Experience> {
        id: "listExperience", summary: "Lists where one worked, the newest first",
        limit: Read, access: Access::Session, answers: [200, 401, 429, 503],
    }),
    endpoint!(POST "/api/profile/experience" => add::<Experience> {
        id: "addExperience", summary: "Adds a place where one worked",
        limit: Write, access: Access::Session, body: StationBody,
        answers: [201, 400, 401, 403, 409, 413, 415, 429, 503],
    }),
    endpoint!(GET "/api/profile/experience/{id}" => one::<Experience> {
        id: "getExperience", summary: "Returns a place where one worked",
        limit: Read, access: Access::Session, answers: [200, 401, 404, 429, 503],
    }),
    endpoint!(PATCH "/api/profile/experience/{id}" => change::<Experience> {
        id: "changeExperience", summary: "Changes a place where one worked",
        limit: Write, access: Access::Session, body: StationPatch,
        answers: [200, 400, 401, 403, 404, 412, 413, 415, 429, 503],
    }),
    endpoint!(DELETE "/api/profile/experience/{id}" => remove::<Experience> {
        id: "removeExperience", summary: "Removes a place where one worked",
        limit: Write, access: Access::Session, impersonation: Refused, answers: [204, 401, 403, 404, 429, 503],
    }),
    endpoint!(GET "/api/profile/education" => list::<Education> {
        id: "listEducation", summary: "Lists where one learned, the newest first",
        limit: Read, access: Access::Session, answers: [200, 401, 429, 503],
    }),
    endpoint!(POST "/api/profile/education" => add::<Education> {
        id: "addEducation", summary: "Adds a place where one learned",
        limit: Write, access: Access::Session, body: StationBody,
        answers: [201, 400, 401, 403, 409, 413, 415, 429, 503],
    }),
    endpoint!(GET "/api/profile/education/{id}" => one::<Education> {
        id: "getEducation", summary: "Returns a place where one learned",
        limit: Read, access: Access::Session, answers: [200, 401, 404, 429, 503],
    }),
    endpoint!(PATCH "/api/profile/education/{id}" => change::<Education> {
        id: "changeEducation", summary: "Changes a place where one learned",
        limit: Write, access: Access::Session, body: StationPatch,
        answers: [200, 400, 401, 403, 404, 412, 413, 415, 429, 503],
    }),
    endpoint!(DELETE "/api/profile/education/{id}" => remove::<Education> {
        id: "removeEducation", summary: "Removes a place where one learned",
        limit: Write, access: Access::Session, impersonation: Refused, answers: [204, 401, 403, 404, 429, 503],
    }),
    endpoint!(GET "/api/profile/publications" => publications {
        id: "listPublications", summary: "Lists what one published, the newest first",
        limit: Read, access: Access::Session, answers: [200, 401, 429, 503],
    }),
    endpoint!(POST "/api/profile/publications" => add_publication {
        id: "addPublication", summary: "Adds something that one published",
        limit: Write, access: Access::Session, body: PublicationBody,
        answers: [201, 400, 401, 403, 409, 413, 415, 429, 503],
    }),
    endpoint!(GET "/api/profile/publications/{id}" => publication {
        id: "getPublication", summary: "Returns something that one published",
        limit: Read, access: Access::Session, answers: [200, 401, 404, 429, 503],
    }),
    endpoint!(PATCH "/api/profile/publications/{id}" => change_publication {
        id: "changePublication", summary: "Changes something that one published",
        limit: Write, access: Access::Session, body: PublicationPatch,
        answers: [200, 400, 401, 403, 404, 412, 413, 415, 429, 503],
    }),
    endpoint!(DELETE "/api/profile/publications/{id}" => remove_publication {
        id: "removePublication", summary: "Removes something that one published",
        limit: Write, access: Access::Session, impersonation: Refused, answers: [204, 401, 403, 404, 429, 503],
    }),
];

/// Which list of stations a handler serves.
pub trait InSection {
    /// The list.
    const SECTION: Section;
}

/// Where one worked.
pub enum Experience {}

/// Where one learned.
pub enum Education {}

impl InSection for Experience {
    const SECTION: Section = Section::Experience;
}

impl InSection for Education {
    const SECTION: Section = Section::Education;
}

/// Lists stations.
///
/// # Errors
/// A fault of the store.
pub async fn list<S: InSection>(app: &App, request: Request) -> Result<Response, ApiError> {
    let shelf = Shelf { user_id: &request.live()?.user.id, section: S::SECTION };
    let stations = lists::stations(app, shelf).await?;
    Ok(whole(stations.iter().map(StationShape::from).collect()))
}

/// Adds a station.
///
/// # Errors
/// `Invalid`; `LIMIT_REACHED`.
pub async fn add<S: InSection>(app: &App, request: Request) -> Result<Response, ApiError> {
    let fields = station_fields(request.body()?)?;
    let user = &request.live()?.user;
    let kept = |made: &Station| idempotency::keep(&request, 201, &StationShape::from(made));
    let drawn = (S::SECTION, fields, request.now);
    let station = lists::add_station(app, user, drawn, kept).await?;
    Ok(answer(201, &StationShape::from(&station), station.version))
}

/// Returns a station.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn one<S: InSection>(app: &App, request: Request) -> Result<Response, ApiError> {
    let named = (S::SECTION, request.param("id"));
    let station = lists::station(app, &request.live()?.user, named).await?;
    Ok(answer(200, &StationShape::from(&station), station.version))
}

/// Changes a station.
///
/// # Errors
/// `Invalid`; `NOT_FOUND`; `PRECONDITION_FAILED` when somebody was faster.
pub async fn change<S: InSection>(app: &App, request: Request) -> Result<Response, ApiError> {
    let patch: StationPatch = request.body()?;
    let user = &request.live()?.user;
    let known = lists::station(app, user, (S::SECTION, request.param("id"))).await?;
    let fields = known.fields;
    let end_date = if request.has_field("endDate") { patch.end_date } else { fields.end_date };
    let has_description = request.has_field("description");
    let description = if has_description { patch.description } else { fields.description };
    let fields = station_fields(StationBody {
        title: patch.title.unwrap_or(fields.title),
        institution: patch.institution.unwrap_or(fields.institution),
        start_date: patch.start_date.unwrap_or(fields.start_date),
        end_date,
        description,
    })?;
    let version = precondition::version_if_given(&request)?.unwrap_or(known.version);
    let station = Station { id: known.id, fields, version };
    lists::change_station(app, user, (S::SECTION, &station), request.now).await?;
    Ok(answer(200, &StationShape::from(&station), version + 1))
}

/// Removes a station.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn remove<S: InSection>(app: &App, request: Request) -> Result<Response, ApiError> {
    lists::remove_station(app, &request.live()?.user, (S::SECTION, request.param("id"))).await?;
    Ok(Response::empty(204))
}

/// Lists publications.
///
/// # Errors
/// A fault of the store.
pub async fn publications(app: &App, request: Request) -> Result<Response, ApiError> {
    let publications = lists::publications(app, &request.live()?.user.id).await?;
    Ok(whole(publications.iter().map(PublicationShape::from).collect()))
}

/// Adds a publication.
///
/// # Errors
/// `Invalid`; `LIMIT_REACHED`.
pub async fn add_publication(app: &App, request: Request) -> Result<Response, ApiError> {
    let fields = publication_fields(request.body()?)?;
    let kept = |made: &Publication| idempotency::keep(&request, 201, &PublicationShape::from(made));
    let drawn = (fields, request.now);
    let added = lists::add_publication(app, &request.live()?.user, drawn, kept).await?;
    Ok(answer(201, &PublicationShape::from(&added), added.version))
}

/// Returns a publication.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn publication(app: &App, request: Request) -> Result<Response, ApiError> {
    let found = lists::publication(app, &request.live()?.user, request.param("id")).await?;
    Ok(answer(200, &PublicationShape::from(&found), found.version))
}

/// Changes a publication.
///
/// # Errors
/// `Invalid`; `NOT_FOUND`; `PRECONDITION_FAILED` when somebody was faster.
pub async fn change_publication(app: &App, request: Request) -> Result<Response, ApiError> {
    let patch: PublicationPatch = request.body()?;
    let user = &request.live()?.user;
    let known = lists::publication(app, user, request.param("id")).await?;
    let fields = publication_fields(PublicationBody {
        title: patch.title.unwrap_or(known.fields.title),
        venue: if request.has_field("venue") { patch.venue } else { known.fields.venue },
        year: patch.year.unwrap_or(known.fields.year),
        doi: if request.has_field("doi") { patch.doi } else { known.fields.doi },
    })?;
    let version = precondition::version_if_given(&request)?.unwrap_or(known.version);
    let changed = Publication { id: known.id, fields, version };
    lists::change_publication(app, user, &changed, request.now).await?;
    Ok(answer(200, &PublicationShape::from(&changed), version + 1))
}

/// Removes a publication.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn remove_publication(app: &App, request: Request) -> Result<Response, ApiError> {
    lists::remove_publication(app, &request.live()?.user, request.param("id")).await?;
    Ok(Response::empty(204))
}

fn whole<T: Serialize>(items: Vec<T>) -> Response {
    Response::json(200, &Page { items, next_cursor: None }).no_store()
}

fn answer(status: u16, shape: &impl Serialize, version: i64) -> Response {
    precondition::tagged(Response::json(status, shape).no_store(), version)
}
