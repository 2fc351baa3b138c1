//! The table `job`: one offer at a time, and every change of one.
//!
//! Whoever changes an offer is compared in the statement itself, and so is the version
//! that the change was made from.

use super::{FromRow, Row, Sql, Statement, StoreError, Value};
use crate::base::clock::Millis;
use crate::domain::job::{
    Category, CloseReason, EmploymentType, ExperienceLevel, Job, JobDraft, JobStatus, Mode, Place,
    Salary, SalaryPeriod,
};
use crate::domain::organization::MemberRole;

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &INSERT,
    &BY_ID,
    &BY_SLUG,
    &OWN,
    &IS_PUBLIC,
    &IS_OVER,
    &OPEN_COUNT,
    &DRAFT_SET,
    &STEP,
    &STEP_BY_OPERATOR,
    &DELETE,
];

static INSERT: Sql = Sql::new(
    INSERT_NAME,
    "INSERT INTO job (id, slug, organization_id, reference, title, description, category,
        employment_type, experience_level, min_experience, salary_min, salary_max,
        salary_currency, salary_period, is_salary_negotiable, salary_yearly, city, state, country,
        mode, benefits, required_skills, questions, apply_url, expires_at, status, created_at,
        updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
        ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?27)",
);

/// Name of the statement whose `Duplicate` says that a slug is taken.
pub const INSERT_NAME: &str = "jobs.insert";

/// Adds an offer as a draft of its organisation. A second one with its slug is `Duplicate`.
#[must_use]
pub fn insert(job: &Job) -> Statement {
    let own: [Value; 3] = [(&job.id).into(), (&job.slug).into(), (&job.employer.id).into()];
    let rest: [Value; 2] = [job.status.name().into(), job.created_at.into()];
    let values = own.into_iter().chain(draft_values(&job.draft)).chain(rest).collect();
    INSERT.bind_all(values).expecting(1)
}

/// The columns of what an organisation writes, from `reference` to `expires_at`.
fn draft_values(draft: &JobDraft) -> [Value; 22] {
    let salary = draft.salary.as_ref();
    let place = &draft.place;
    [
        draft.reference.clone().into(),
        (&draft.title).into(),
        (&draft.description).into(),
        draft.category.name().into(),
        draft.employment_type.name().into(),
        draft.experience_level.map(ExperienceLevel::name).into(),
        draft.min_experience.into(),
        salary.and_then(|salary| salary.min).into(),
        salary.and_then(|salary| salary.max).into(),
        salary.map(|salary| salary.currency.as_str()).into(),
        salary.map(|salary| salary.period.name()).into(),
        salary.is_some_and(|salary| salary.is_negotiable).into(),
        salary.and_then(Salary::yearly).into(),
        place.city.clone().into(),
        place.state.clone().into(),
        place.country.clone().into(),
        place.mode.name().into(),
        json(&draft.benefits),
        json(&draft.required_skills),
        json(&draft.questions),
        draft.apply_url.clone().into(),
        draft.expires_at.into(),
    ]
}

fn json(list: &impl serde::Serialize) -> Value {
    serde_json::to_string(list).unwrap_or_else(|_map| String::from("[]")).into()
}

/// The columns that [`Job`] is read from, in its order; the description is asked for apart.
macro_rules! columns {
    ($description:literal) => {
        concat!(
            "SELECT j.id, j.slug, o.id, o.slug, o.name, o.logo, j.reference, j.title, ",
            $description,
            ", j.category, j.employment_type, j.experience_level, j.min_experience, j.salary_min,
        j.salary_max, j.salary_currency, j.salary_period, j.is_salary_negotiable, j.city, j.state,
        j.country, j.mode, j.benefits, j.required_skills, j.questions, j.apply_url, j.expires_at,
        j.status, j.published_at, j.closed_at, j.close_reason, j.views, j.applications_count,
        j.version, j.created_at, j.updated_at"
        )
    };
}

pub(super) use columns;

macro_rules! seen {
    ($name:literal, $by:literal) => {
        Sql::new(
            $name,
            concat!(
                columns!("j.description"),
                " FROM job j JOIN organization o ON o.id = j.organization_id
    WHERE ",
                $by,
                " AND (j.status = 'publicada' OR CAST(?3 AS BIGINT) = 1 OR EXISTS (
        SELECT 1 FROM member m WHERE m.user_id = ?2 AND m.organization_id = j.organization_id))"
            ),
        )
    };
}

static BY_ID: Sql = seen!("jobs.by_id", "j.id = ?1");
static BY_SLUG: Sql = seen!("jobs.by_slug", "j.slug = ?1");

/// Who looks at an offer.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// Their id; empty for a stranger.
    pub user_id: &'a str,
    /// Whether they administer, and see everything.
    pub is_admin: bool,
}

/// Finds an offer by its id, if it is public or the viewer's organisation's.
/// Indexes: the primary keys, `member_user_id`.
#[must_use]
pub fn by_id(id: &str, viewer: Viewer<'_>) -> Statement {
    BY_ID.bind([id.into(), viewer.user_id.into(), viewer.is_admin.into()])
}

/// As [`by_id`], by its slug. Index: `job_slug`.
#[must_use]
pub fn by_slug(slug: &str, viewer: Viewer<'_>) -> Statement {
    BY_SLUG.bind([slug.into(), viewer.user_id.into(), viewer.is_admin.into()])
}

static OWN: Sql = Sql::new(
    "jobs.own",
    concat!(
        columns!("j.description"),
        ", m.role FROM member m JOIN job j ON j.organization_id = m.organization_id
        JOIN organization o ON o.id = j.organization_id
    WHERE m.user_id = ?2 AND j.id = ?1"
    ),
);

/// Finds an offer of a member's organisation, and what the member may do.
/// Indexes: `member_user_id`, the primary keys.
#[must_use]
pub fn own(id: &str, user_id: &str) -> Statement {
    OWN.bind([id.into(), user_id.into()])
}

/// An offer, and as what whoever asks belongs to its organisation.
#[derive(Clone, Debug)]
pub struct OwnJob {
    /// The offer.
    pub job: Job,
    /// The role.
    pub role: MemberRole,
}

static IS_PUBLIC: Sql =
    Sql::new("jobs.is_public", "SELECT count(*) FROM job WHERE id = ?1 AND status = 'publicada'");

/// Counts one when everybody sees an offer. Index: the primary key.
#[must_use]
pub fn is_public(id: &str) -> Statement {
    IS_PUBLIC.bind([id.into()])
}

static IS_OVER: Sql = Sql::new(
    "jobs.is_over",
    "SELECT count(*) FROM job WHERE slug = ?1 AND published_at IS NOT NULL
        AND status IN ('cerrada', 'caducada', 'archivada')",
);

/// Counts one when everybody once saw an offer that is over. Index: `job_slug`.
#[must_use]
pub fn is_over(slug: &str) -> Statement {
    IS_OVER.bind([slug.into()])
}

static OPEN_COUNT: Sql = Sql::new(
    "jobs.open_count",
    "SELECT count(*) FROM job WHERE organization_id = ?1
        AND status IN ('borrador', 'publicada', 'pausada')",
);

/// Counts the offers of an organisation that are not over. Index: `job_organization_id`.
#[must_use]
pub fn open_count(organization_id: &str) -> Statement {
    OPEN_COUNT.bind([organization_id.into()])
}

/// What a guarded change of an offer compares: id, version, and who asks.
macro_rules! guard {
    () => {
        "id = ?1 AND version = ?2 AND EXISTS (SELECT 1 FROM member m
        WHERE m.user_id = ?3 AND m.organization_id = job.organization_id
            AND m.role IN ('owner', 'recruiter', 'admin'))"
    };
}

/// Which version of an offer is changed, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Guard<'a> {
    /// The offer.
    pub id: &'a str,
    /// The version that the change was made from.
    pub version: i64,
    /// Who changes it.
    pub user_id: &'a str,
}

impl Guard<'_> {
    fn values(&self) -> [Value; 3] {
        [self.id.into(), self.version.into(), self.user_id.into()]
    }
}

static DRAFT_SET: Sql = Sql::new(
    "jobs.draft_set",
    concat!(
        "UPDATE job SET reference = ?4, title = ?5, description = ?6, category = ?7,
        employment_type = ?8, experience_level = ?9, min_experience = ?10, salary_min = ?11,
        salary_max = ?12, salary_currency = ?13, salary_period = ?14, is_salary_negotiable = ?15,
        salary_yearly = ?16, city = ?17, state = ?18, country = ?19, mode = ?20, benefits = ?21,
        required_skills = ?22, questions = ?23, apply_url = ?24, expires_at = ?25,
        updated_at = ?26, version = version + 1
    WHERE ",
        guard!()
    ),
);

/// Writes what an organisation says of an offer. Indexes: the primary key, `member_user_id`.
#[must_use]
pub fn draft_set(guard: Guard<'_>, draft: &JobDraft, now: Millis) -> Statement {
    let values = guard.values().into_iter().chain(draft_values(draft)).chain([now.into()]);
    DRAFT_SET.bind_all(values.collect()).expecting(1)
}

macro_rules! stepped {
    () => {
        "UPDATE job SET status = ?3, expires_at = ?4, published_at = ?5, closed_at = ?6,
        close_reason = ?7, expiry_told_at = NULL, updated_at = ?8, version = version + 1
    WHERE id = ?1 AND version = ?2"
    };
}

static STEP: Sql = Sql::new(
    "jobs.step",
    concat!(
        stepped!(),
        " AND EXISTS (SELECT 1 FROM member m
        WHERE m.user_id = ?9 AND m.organization_id = job.organization_id
            AND m.role IN ('owner', 'recruiter', 'admin'))"
    ),
);

static STEP_BY_OPERATOR: Sql = Sql::new("jobs.step_by_operator", stepped!());

fn stepped(version: i64, after: &Job) -> [Value; 8] {
    [
        (&after.id).into(),
        version.into(),
        after.status.name().into(),
        after.draft.expires_at.into(),
        after.published_at.into(),
        after.closed_at.into(),
        after.close_reason.map(CloseReason::name).into(),
        after.updated_at.into(),
    ]
}

/// Writes what a step made of an offer. Indexes: as [`draft_set`].
#[must_use]
pub fn step(guard: Guard<'_>, after: &Job) -> Statement {
    let values = stepped(guard.version, after).into_iter().chain([guard.user_id.into()]);
    STEP.bind_all(values.collect()).expecting(1)
}

/// Writes what a step of the operator made of an offer. Index: the primary key.
#[must_use]
pub fn step_by_operator(version: i64, after: &Job) -> Statement {
    STEP_BY_OPERATOR.bind(stepped(version, after)).expecting(1)
}

static DELETE: Sql = Sql::new("jobs.delete", concat!("DELETE FROM job WHERE ", guard!()));

/// Deletes an offer. Indexes: as [`draft_set`].
#[must_use]
pub fn delete(guard: Guard<'_>) -> Statement {
    DELETE.bind(guard.values()).expecting(1)
}

static STILL: Sql = Sql::new(
    "jobs.still",
    "UPDATE job SET version = version WHERE id = ?1 AND version = ?2 AND status = 'publicada'",
);

/// Demands that an offer still is published and the version that was read.
/// Index: the primary key.
#[must_use]
pub fn still(id: &str, version: i64) -> Statement {
    STILL.bind([id.into(), version.into()]).expecting(1)
}

impl FromRow for Job {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            slug: row.text()?,
            employer: crate::domain::job::Employer {
                id: row.text()?,
                slug: row.text()?,
                name: row.text()?,
                logo_url: row.text_or_null()?,
            },
            draft: draft(row)?,
            status: row.parsed(JobStatus::parse)?,
            published_at: row.millis_or_null()?,
            closed_at: row.millis_or_null()?,
            close_reason: row.text_or_null()?.as_deref().and_then(CloseReason::parse),
            views: row.integer()?,
            applications_count: row.integer()?,
            version: row.integer()?,
            created_at: row.millis()?,
            updated_at: row.millis()?,
        })
    }
}

fn draft(row: &mut Row<'_>) -> Result<JobDraft, StoreError> {
    Ok(JobDraft {
        reference: row.text_or_null()?,
        title: row.text()?,
        description: row.text()?,
        category: row.parsed(Category::parse)?,
        employment_type: row.parsed(EmploymentType::parse)?,
        experience_level: row.text_or_null()?.as_deref().and_then(ExperienceLevel::parse),
        min_experience: row.integer_or_null()?,
        salary: salary(row)?,
        place: Place {
            city: row.text_or_null()?,
            state: row.text_or_null()?,
            country: row.text_or_null()?,
            mode: row.parsed(Mode::parse)?,
        },
        benefits: row.parsed(|text| serde_json::from_str(text).ok())?,
        required_skills: row.parsed(|text| serde_json::from_str(text).ok())?,
        questions: row.parsed(|text| serde_json::from_str(text).ok())?,
        apply_url: row.text_or_null()?,
        expires_at: row.millis_or_null()?,
    })
}

/// A salary is there when its currency is.
fn salary(row: &mut Row<'_>) -> Result<Option<Salary>, StoreError> {
    let (min, max) = (row.integer_or_null()?, row.integer_or_null()?);
    let currency = row.text_or_null()?;
    let period = row.text_or_null()?.as_deref().and_then(SalaryPeriod::parse);
    let is_negotiable = row.flag()?;
    Ok(currency.zip(period).map(|(currency, period)| Salary {
        min,
        max,
        currency,
        period,
        is_negotiable,
    }))
}

impl FromRow for OwnJob {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { job: Job::from_row(row)?, role: row.parsed(MemberRole::parse)? })
    }
}
