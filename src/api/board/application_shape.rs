//! An application on the wire, as each of its sides sees it.

use serde::Serialize;

use crate::base::clock::Iso;
use crate::domain::application::{Answer, Application, CvCopy};
use crate::domain::side::Side;
use crate::store::application_steps::JobToApply;
use crate::store::applications::{ApplicationView, CandidateInShort};

/// An application.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationShape<'a> {
    id: &'a str,
    job_id: &'a str,
    job: JobShape<'a>,
    candidate_id: &'a str,
    /// For the organisation alone: candidates know who they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate: Option<CandidateShape<'a>>,
    cover_letter: Option<&'a str>,
    salary_min: Option<i64>,
    salary_max: Option<i64>,
    salary_currency: Option<&'a str>,
    availability_date: Option<&'a str>,
    answers: &'a [Answer],
    cv: Option<CvShape<'a>>,
    status: &'static str,
    viewed_at: Option<Iso>,
    archived_at: Option<Iso>,
    created_at: Iso,
    updated_at: Iso,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct JobShape<'a> {
    id: &'a str,
    slug: &'a str,
    title: &'a str,
    organization_id: &'a str,
    status: &'a str,
}

#[derive(Debug, Serialize)]
struct CandidateShape<'a> {
    id: &'a str,
    name: &'a str,
    email: &'a str,
    image: Option<&'a str>,
    profession: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CvShape<'a> {
    file_name: &'a str,
    size_bytes: i64,
}

impl<'a> ApplicationShape<'a> {
    /// Shows an application to whoever read it.
    #[must_use]
    pub fn of(view: &'a ApplicationView) -> Self {
        let ApplicationView { application, job, candidate, standing } = view;
        let job = JobShape {
            id: &application.job_id,
            slug: &job.slug,
            title: &job.title,
            organization_id: &application.organization_id,
            status: &job.status,
        };
        let shown = (standing.side() == Side::Organization)
            .then(|| CandidateShape::of(&application.candidate_id, candidate));
        Self::new(application, job, shown)
    }

    /// Shows an application that is being made to its candidate.
    #[must_use]
    pub fn made(application: &'a Application, job: &'a JobToApply) -> Self {
        let job = JobShape {
            id: &job.id,
            slug: &job.slug,
            title: &job.title,
            organization_id: &job.organization_id,
            status: &job.status,
        };
        Self::new(application, job, None)
    }

    fn new(
        application: &'a Application,
        job: JobShape<'a>,
        candidate: Option<CandidateShape<'a>>,
    ) -> Self {
        Self {
            id: &application.id,
            job_id: &application.job_id,
            job,
            candidate_id: &application.candidate_id,
            candidate,
            cover_letter: application.cover_letter.as_deref(),
            salary_min: application.salary_min,
            salary_max: application.salary_max,
            salary_currency: application.salary_currency.as_deref(),
            availability_date: application.availability_date.as_deref(),
            answers: &application.answers,
            cv: application.cv.as_ref().map(CvShape::from),
            status: application.status.name(),
            viewed_at: application.viewed_at.map(Iso),
            archived_at: application.archived_at.map(Iso),
            created_at: Iso(application.created_at),
            updated_at: Iso(application.updated_at),
        }
    }
}

impl<'a> CandidateShape<'a> {
    fn of(id: &'a str, candidate: &'a CandidateInShort) -> Self {
        Self {
            id,
            name: &candidate.name,
            email: &candidate.email,
            image: candidate.image.as_deref(),
            profession: candidate.profession.as_deref(),
        }
    }
}

impl<'a> From<&'a CvCopy> for CvShape<'a> {
    fn from(cv: &'a CvCopy) -> Self {
        Self { file_name: &cv.file_name, size_bytes: cv.size_bytes }
    }
}
