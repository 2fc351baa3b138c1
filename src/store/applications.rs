//! The table `application`: applications as their two sides see and change them.
//!
//! Every statement names the person who acts: who they are to the application is decided
//! in it, by the candidate's id or by a row of `member`. What is not theirs is not found.

use super::{FromRow, Row, Sql, Statement, StoreError, Value};
use crate::base::clock::Millis;
use crate::domain::application::{Application, ApplicationStatus, CvCopy, Step};
use crate::domain::side::{Side, Standing};

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &COUNT_IN,
    &INSERT,
    &VISIBLE,
    &VIEWED_SET,
    &STEP_OF_CANDIDATE,
    &STEP_OF_ORGANIZATION,
    &OF_CANDIDATE,
    &OF_JOB,
    &OF_JOB_OLDEST,
    &ANSWERED_SET,
];

/// The prefix of a statement that reads [`ApplicationView`]s.
macro_rules! view {
    ($standing:literal, $rest:literal) => {
        concat!(
            "SELECT a.id, a.job_id, a.organization_id, a.candidate_id, a.cover_letter,
        a.salary_min, a.salary_max, a.salary_currency, a.availability_date, a.answers,
        a.cv_digest, a.cv_name, a.cv_size_bytes, a.status, a.viewed_at, a.archived_at,
        a.erased_at, a.created_at, a.updated_at, j.slug, j.title, j.status, u.name, u.email,
        u.image, u.profession, ",
            $standing,
            " AS standing ",
            $rest
        )
    };
}

/// An application with what its readers see beside it.
#[derive(Clone, Debug)]
pub struct ApplicationView {
    /// The application.
    pub application: Application,
    /// Its offer, in short.
    pub job: JobInShort,
    /// Who applied.
    pub candidate: CandidateInShort,
    /// What the reader is to it.
    pub standing: Standing,
}

/// An offer beside an application.
#[derive(Clone, Debug)]
pub struct JobInShort {
    /// Its readable name in addresses.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its state.
    pub status: String,
}

/// A candidate, for the organisation.
#[derive(Clone, Debug)]
pub struct CandidateInShort {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// Address of a picture.
    pub image: Option<String>,
    /// What they do for a living.
    pub profession: Option<String>,
}

/// Name of the statement that fails when the offer takes no applications.
pub const COUNT_IN_NAME: &str = "applications.count_in";

static COUNT_IN: Sql = Sql::contended(
    COUNT_IN_NAME,
    "UPDATE job SET applications_count = applications_count + 1
    WHERE id = ?1 AND status = 'publicada' AND (expires_at IS NULL OR expires_at > ?2)",
);

/// Counts an application at its offer; expects that it takes any. Index: the primary key.
#[must_use]
pub fn count_in(job_id: &str, now: Millis) -> Statement {
    COUNT_IN.bind([job_id.into(), now.into()]).expecting(1)
}

/// Name of the statement that is `Duplicate` for a second application, and touches no row
/// when the candidate's CV is no longer the one that was read.
pub const INSERT_NAME: &str = "applications.insert";

static INSERT: Sql = Sql::new(
    INSERT_NAME,
    r#"INSERT INTO application (id, job_id, organization_id, candidate_id, cover_letter,
        salary_min, salary_max, salary_currency, availability_date, answers, cv_digest, cv_name,
        cv_size_bytes, status, created_at, updated_at)
    SELECT ?1, ?2, ?3, u.id, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15
    FROM "user" u WHERE u.id = ?4
    AND (SELECT p.cv_digest FROM profile p WHERE p.user_id = u.id)
        IS NOT DISTINCT FROM CAST(?11 AS TEXT)"#,
);

/// Adds an application; expects that the CV is still the candidate's, so that no file is
/// named that nobody keeps. Indexes: `application_job_id_candidate_id`, primary keys.
#[must_use]
pub fn insert(application: &Application) -> Statement {
    let Application { cv, .. } = application;
    let answers = serde_json::to_string(&application.answers).unwrap_or_default();
    INSERT
        .bind([
            (&application.id).into(),
            (&application.job_id).into(),
            (&application.organization_id).into(),
            (&application.candidate_id).into(),
            application.cover_letter.as_deref().into(),
            application.salary_min.into(),
            application.salary_max.into(),
            application.salary_currency.as_deref().into(),
            application.availability_date.as_deref().into(),
            answers.into(),
            cv.as_ref().map(|cv| cv.digest.as_str()).into(),
            cv.as_ref().map(|cv| cv.file_name.as_str()).into(),
            cv.as_ref().map(|cv| cv.size_bytes).into(),
            application.status.name().into(),
            application.created_at.into(),
        ])
        .expecting(1)
}

static VISIBLE: Sql = Sql::new(
    "applications.visible",
    view!(
        "CASE WHEN a.candidate_id = ?2 THEN 'candidate' ELSE m.role END",
        r#"FROM application a JOIN job j ON j.id = a.job_id JOIN "user" u ON u.id = a.candidate_id
    LEFT JOIN member m ON m.user_id = ?2 AND m.organization_id = a.organization_id
    WHERE a.id = ?1 AND (a.candidate_id = ?2 OR m.user_id IS NOT NULL)"#
    ),
);

/// Finds an application that somebody may see, and as what. Indexes: primary keys,
/// `member_user_id`.
#[must_use]
pub fn visible(id: &str, user_id: &str) -> Statement {
    VISIBLE.bind([id.into(), user_id.into()])
}

static VIEWED_SET: Sql = Sql::new(
    "applications.viewed_set",
    "UPDATE application SET viewed_at = ?3 WHERE id = ?1 AND viewed_at IS NULL
    AND EXISTS (SELECT 1 FROM member m
        WHERE m.user_id = ?2 AND m.organization_id = application.organization_id)",
);

/// Notes that the organisation has read an application, once. Index: the primary key.
#[must_use]
pub fn viewed_set(id: &str, member_id: &str, now: Millis) -> Statement {
    VIEWED_SET.bind([id.into(), member_id.into(), now.into()])
}

/// Name of the statement that fails when the application has moved meanwhile.
pub const STEP_OF_CANDIDATE_NAME: &str = "applications.step_of_candidate";

static STEP_OF_CANDIDATE: Sql = Sql::new(
    STEP_OF_CANDIDATE_NAME,
    "UPDATE application SET status = ?4, ended_at = COALESCE(CAST(?5 AS BIGINT), ended_at),
        updated_at = ?6
    WHERE id = ?1 AND status = ?3 AND candidate_id = ?2",
);

/// As [`STEP_OF_CANDIDATE_NAME`], of the organisation's steps.
pub const STEP_OF_ORGANIZATION_NAME: &str = "applications.step_of_organization";

static STEP_OF_ORGANIZATION: Sql = Sql::new(
    STEP_OF_ORGANIZATION_NAME,
    "UPDATE application SET status = ?4, ended_at = COALESCE(CAST(?5 AS BIGINT), ended_at),
        updated_at = ?6, viewed_at = COALESCE(viewed_at, ?6), answered_at = COALESCE(answered_at, ?6)
    WHERE id = ?1 AND status = ?3
    AND EXISTS (SELECT 1 FROM member m WHERE m.user_id = ?2
        AND m.organization_id = application.organization_id
        AND m.role IN ('owner', 'recruiter', 'admin'))",
);

/// Takes a step; expects that the application stands where the step begins and that it is
/// the actor's to take. Index: the primary key.
#[must_use]
pub fn step(id: &str, actor_id: &str, step: Step, now: Millis) -> Statement {
    let ended_at = step.to.is_decided().then_some(now);
    let sql = match step.by {
        Side::Candidate => &STEP_OF_CANDIDATE,
        Side::Organization => &STEP_OF_ORGANIZATION,
    };
    sql.bind([
        id.into(),
        actor_id.into(),
        step.from.name().into(),
        step.to.name().into(),
        ended_at.into(),
        now.into(),
    ])
    .expecting(1)
}

/// In which order applications are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By when they came, the last first.
    #[default]
    Newest,
    /// By when they came, the first first.
    Oldest,
}

/// Which applications of a list are wanted.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// Those in a status; `None`: in any.
    pub status: Option<ApplicationStatus>,
    /// Those that are put away, or those that are not.
    pub is_archived: bool,
    /// In which order.
    pub order: Order,
    /// Only those that follow this place in the order; `None`: from the first.
    pub after: Option<(i64, String)>,
    /// Most rows.
    pub rows: i64,
}

static OF_CANDIDATE: Sql = Sql::new(
    "applications.of_candidate",
    view!(
        "CAST('candidate' AS TEXT)",
        r#"FROM application a JOIN job j ON j.id = a.job_id JOIN "user" u ON u.id = a.candidate_id
    WHERE a.candidate_id = ?1 AND (a.created_at, a.id) < (?2, ?3)
    AND (CAST(?4 AS TEXT) IS NULL OR a.status = ?4)
    AND CAST(CASE WHEN a.archived_at IS NULL THEN 0 ELSE 1 END AS BIGINT) = ?5
    ORDER BY a.created_at DESC, a.id DESC LIMIT ?6"#
    ),
);

/// Lists a person's applications, newest first whatever the filter's order.
/// Index: `application_candidate_id`.
#[must_use]
pub fn of_candidate(candidate_id: &str, filter: &ListFilter) -> Statement {
    let [after, id, status, archived, rows] = filter.values();
    OF_CANDIDATE.bind([candidate_id.into(), after, id, status, archived, rows])
}

/// The applications for an offer in an order. A CROSS JOIN keeps its order on SQLite: an
/// offer has some applications, its organisation many.
macro_rules! of_job {
    ($name:literal, $after:literal, $direction:literal) => {
        Sql::new(
            $name,
            concat!(
                view!(
                    "m.role",
                    r#"FROM application a CROSS JOIN member m
    JOIN job j ON j.id = a.job_id JOIN "user" u ON u.id = a.candidate_id
    WHERE a.job_id = ?1 AND m.user_id = ?7 AND m.organization_id = a.organization_id
    AND (a.created_at, a.id) "#
                ),
                $after,
                " (?2, ?3)
    AND (CAST(?4 AS TEXT) IS NULL OR a.status = ?4)
    AND CAST(CASE WHEN a.archived_at IS NULL THEN 0 ELSE 1 END AS BIGINT) = ?5
    ORDER BY a.created_at ",
                $direction,
                ", a.id ",
                $direction,
                " LIMIT ?6"
            ),
        )
    };
}

static OF_JOB: Sql = of_job!("applications.of_job", "<", "DESC");
static OF_JOB_OLDEST: Sql = of_job!("applications.of_job_oldest", ">", "ASC");

/// Lists the applications for an offer to a member of its organisation.
/// Indexes: `application_job_id`, `member_user_id`.
#[must_use]
pub fn of_job(job_id: &str, member_id: &str, filter: &ListFilter) -> Statement {
    let sql = match filter.order {
        Order::Newest => &OF_JOB,
        Order::Oldest => &OF_JOB_OLDEST,
    };
    let [after, id, status, archived, rows] = filter.values();
    sql.bind([job_id.into(), after, id, status, archived, rows, member_id.into()])
}

impl ListFilter {
    fn values(&self) -> [Value; 5] {
        let first = match self.order {
            Order::Newest => i64::MAX,
            Order::Oldest => i64::MIN,
        };
        let (at, id) = self.after.clone().unwrap_or((first, String::new()));
        let status = self.status.map(ApplicationStatus::name);
        [at.into(), id.into(), status.into(), self.is_archived.into(), self.rows.into()]
    }
}

static ANSWERED_SET: Sql = Sql::new(
    "applications.answered_set",
    "UPDATE application SET answered_at = ?2 WHERE id = ?1 AND answered_at IS NULL",
);

/// Notes when the organisation first answered, by a word or a step. Index: the primary key.
#[must_use]
pub fn answered_set(id: &str, now: Millis) -> Statement {
    ANSWERED_SET.bind([id.into(), now.into()])
}

impl FromRow for ApplicationView {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            application: application(row)?,
            job: JobInShort { slug: row.text()?, title: row.text()?, status: row.text()? },
            candidate: CandidateInShort {
                name: row.text()?,
                email: row.text()?,
                image: row.text_or_null()?,
                profession: row.text_or_null()?,
            },
            standing: row.parsed(Standing::parse)?,
        })
    }
}

fn application(row: &mut Row<'_>) -> Result<Application, StoreError> {
    Ok(Application {
        id: row.text()?,
        job_id: row.text()?,
        organization_id: row.text()?,
        candidate_id: row.text()?,
        cover_letter: row.text_or_null()?,
        salary_min: row.integer_or_null()?,
        salary_max: row.integer_or_null()?,
        salary_currency: row.text_or_null()?,
        availability_date: row.text_or_null()?,
        answers: row.parsed(|text| serde_json::from_str(text).ok())?,
        cv: cv(row)?,
        status: row.parsed(ApplicationStatus::parse)?,
        viewed_at: row.millis_or_null()?,
        archived_at: row.millis_or_null()?,
        erased_at: row.millis_or_null()?,
        created_at: row.millis()?,
        updated_at: row.millis()?,
    })
}

fn cv(row: &mut Row<'_>) -> Result<Option<CvCopy>, StoreError> {
    let (digest, name, size) = (row.text_or_null()?, row.text_or_null()?, row.integer_or_null()?);
    Ok(digest.map(|digest| CvCopy {
        digest,
        file_name: name.unwrap_or_default(),
        size_bytes: size.unwrap_or_default(),
    }))
}
