//! An offer on the wire. Source: the board's design.

use serde::Serialize;

use crate::base::clock::Iso;
use crate::domain::job::markdown::html_of;
use crate::domain::job::posting;
use crate::domain::job::{
    Benefit, Category, CloseReason, Employer, EmploymentType, ExperienceLevel, Job, JobStatus,
    Mode, Place, Question, Salary,
};
use crate::http::precondition;
use crate::http::request::Request;
use crate::http::response::Response;

/// An offer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobShape {
    id: String,
    slug: String,
    organization_id: String,
    organization: Employer,
    reference: Option<String>,
    title: String,
    #[serde(flatten)]
    text: Option<Text>,
    category: Category,
    employment_type: EmploymentType,
    experience_level: Option<ExperienceLevel>,
    min_experience: Option<i64>,
    salary: Option<Salary>,
    location: Location,
    benefits: Vec<Benefit>,
    required_skills: Vec<String>,
    questions: Vec<Question>,
    apply_url: Option<String>,
    status: JobStatus,
    published_at: Option<Iso>,
    expires_at: Option<Iso>,
    closed_at: Option<Iso>,
    close_reason: Option<CloseReason>,
    views: i64,
    applications_count: i64,
    version: i64,
    created_at: Iso,
    updated_at: Iso,
}

/// What lists leave out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Text {
    description: String,
    description_html: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    city: Option<String>,
    state: Option<String>,
    country: Option<String>,
    is_remote: bool,
    is_hybrid: bool,
}

impl From<Place> for Location {
    fn from(place: Place) -> Self {
        let Place { city, state, country, mode } = place;
        let (is_remote, is_hybrid) = (mode == Mode::Remote, mode == Mode::Hybrid);
        Self { city, state, country, is_remote, is_hybrid }
    }
}

impl JobShape {
    /// Shows an offer as lists do, without its description.
    #[must_use]
    pub fn brief(job: Job) -> Self {
        let draft = job.draft;
        Self {
            id: job.id,
            slug: job.slug,
            organization_id: job.employer.id.clone(),
            organization: job.employer,
            reference: draft.reference,
            title: draft.title,
            text: None,
            category: draft.category,
            employment_type: draft.employment_type,
            experience_level: draft.experience_level,
            min_experience: draft.min_experience,
            salary: draft.salary,
            location: draft.place.into(),
            benefits: draft.benefits,
            required_skills: draft.required_skills,
            questions: draft.questions,
            apply_url: draft.apply_url,
            status: job.status,
            published_at: job.published_at.map(Iso),
            expires_at: draft.expires_at.map(Iso),
            closed_at: job.closed_at.map(Iso),
            close_reason: job.close_reason,
            views: job.views,
            applications_count: job.applications_count,
            version: job.version,
            created_at: Iso(job.created_at),
            updated_at: Iso(job.updated_at),
        }
    }

    /// Shows an offer whole.
    #[must_use]
    pub fn whole(mut job: Job) -> Self {
        let description = std::mem::take(&mut job.draft.description);
        let description_html = html_of(&description);
        Self { text: Some(Text { description, description_html }), ..Self::brief(job) }
    }
}

/// Answers whoever reads an offer: with it, or with 304 to whoever has it as it stands.
///
/// What only counts (views, applications) makes no other offer of it; another name of its
/// employer does.
#[must_use]
pub fn read(request: &Request, job: Job) -> Response {
    let employer = &job.employer;
    let logo_url = employer.logo_url.as_deref().unwrap_or_default();
    let named = [employer.slug.as_str(), &employer.name, logo_url].join("\n");
    let version = (job.version, named);
    let response = if precondition::is_known(request, &version) {
        Response::empty(304).no_cache()
    } else {
        Response::json(200, &JobShape::whole(job)).no_cache()
    };
    precondition::tagged_with(response, &version)
}

/// Answers with an offer and the tag of its version.
#[must_use]
pub fn answer(status: u16, job: Job) -> Response {
    let version = job.version;
    let response = Response::json(status, &JobShape::whole(job)).no_cache();
    precondition::tagged(response, version)
}

/// An offer that has just been published.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Published {
    #[serde(flatten)]
    job: JobShape,
    /// Fields without which search engines show no posting; none: they can.
    posting_missing: Vec<&'static str>,
}

/// Answers a publication: with the offer, and what search engines miss in it.
#[must_use]
pub fn published(job: Job) -> Response {
    let (version, posting_missing) = (job.version, posting::missing(&job.draft));
    let shape = Published { job: JobShape::whole(job), posting_missing };
    precondition::tagged(Response::json(200, &shape).no_cache(), version)
}
