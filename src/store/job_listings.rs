//! The table `job_listing`: published offers as they are searched, and those that were.
//!
//! Every change takes the next number from a counter row in its own batch, so whoever
//! has read up to a number has seen every change before it, in every process. What is
//! listed no more keeps its row, with the number of the change that took it away.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::job::catalog::{Listing, Traits};
use crate::domain::job::words::words_of;
use crate::domain::job::{ExperienceLevel, Job, Salary};

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&NEXT, &NUMBER, &LIST, &UNLIST, &UNLIST_ALL, &SINCE];

static NEXT: Sql = Sql::new(
    "job_listings.next",
    "UPDATE counter SET value = value + 1 WHERE name = 'job_listing'",
);

/// Takes the next number; it stands first in its batch, so that batches wait for each
/// other here and nowhere else. Index: the primary key.
#[must_use]
pub fn next() -> Statement {
    NEXT.bind([]).expecting(1)
}

static NUMBER: Sql =
    Sql::new("job_listings.number", "SELECT value FROM counter WHERE name = 'job_listing'");

/// Reads the number of the newest change. Index: the primary key.
#[must_use]
pub fn number() -> Statement {
    NUMBER.bind([])
}

static LIST: Sql = Sql::new(
    "job_listings.list",
    "INSERT INTO job_listing (number, job_id, is_listed, organization_id, category, state, country,
        mode, employment_type, experience_level, salary_currency, salary_yearly, published_at,
        title_words, skill_words, organization_words, description_words)
    VALUES ((SELECT value FROM counter WHERE name = 'job_listing'), ?1, 1, ?2, ?3, ?4, ?5, ?6, ?7,
        ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
    ON CONFLICT (job_id) DO UPDATE SET number = excluded.number, is_listed = 1,
        organization_id = excluded.organization_id, category = excluded.category,
        state = excluded.state, country = excluded.country, mode = excluded.mode,
        employment_type = excluded.employment_type, experience_level = excluded.experience_level,
        salary_currency = excluded.salary_currency, salary_yearly = excluded.salary_yearly,
        published_at = excluded.published_at, title_words = excluded.title_words,
        skill_words = excluded.skill_words, organization_words = excluded.organization_words,
        description_words = excluded.description_words",
);

/// Lists an offer, or lists it as it is now, at the number that [`next`] took.
/// Index: the primary key.
#[must_use]
pub fn list(job: &Job) -> Statement {
    let draft = &job.draft;
    let salary = draft.salary.as_ref();
    let yearly = salary.and_then(Salary::yearly);
    LIST.bind([
        (&job.id).into(),
        (&job.employer.id).into(),
        draft.category.name().into(),
        draft.place.state.clone().into(),
        draft.place.country.clone().into(),
        draft.place.mode.name().into(),
        draft.employment_type.name().into(),
        draft.experience_level.map(ExperienceLevel::name).into(),
        salary.filter(|_| yearly.is_some()).map(|salary| salary.currency.as_str()).into(),
        yearly.into(),
        job.published_at.unwrap_or(job.updated_at).into(),
        words_of(&draft.title).into(),
        words_of(&draft.required_skills.join(" ")).into(),
        words_of(&job.employer.name).into(),
        words_of(&draft.description).into(),
    ])
    .expecting(1)
}

macro_rules! unlist {
    ($name:literal, $which:literal) => {
        Sql::new(
            $name,
            concat!(
                "UPDATE job_listing SET is_listed = 0, title_words = '', skill_words = '',
        organization_words = '', description_words = '',
        number = (SELECT value FROM counter WHERE name = 'job_listing')
    WHERE ",
                $which,
                " AND is_listed = 1"
            ),
        )
    };
}

static UNLIST: Sql = unlist!("job_listings.unlist", "job_id = ?1");

/// Takes an offer off the list, at the number that [`next`] took. Index: the primary key.
#[must_use]
pub fn unlist(job_id: &str) -> Statement {
    UNLIST.bind([job_id.into()])
}

static UNLIST_ALL: Sql = unlist!("job_listings.unlist_all", "organization_id = ?1");

/// Takes every offer of an organisation off the list, at the number that [`next`] took.
/// Index: `job_listing_organization_id`.
#[must_use]
pub fn unlist_all(organization_id: &str) -> Statement {
    UNLIST_ALL.bind([organization_id.into()])
}

static SINCE: Sql = Sql::new(
    "job_listings.since",
    "SELECT number, job_id, is_listed, organization_id, category, state, country, mode,
        employment_type, experience_level, salary_currency, salary_yearly, published_at,
        title_words, skill_words, organization_words
    FROM job_listing WHERE (number, job_id) > (?1, ?2) ORDER BY number, job_id LIMIT ?3",
);

/// Lists what changed after a change. Index: `job_listing_number`.
#[must_use]
pub fn since(after: (i64, &str), limit: i64) -> Statement {
    SINCE.bind([after.0.into(), after.1.into(), limit.into()])
}

impl FromRow for Listing {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let (number, job_id) = (row.integer()?, row.text()?);
        let is_listed = row.flag()?;
        let traits = Traits {
            organization_id: row.text()?,
            category: row.text()?,
            state: row.text_or_null()?,
            country: row.text_or_null()?,
            mode: row.text()?,
            employment_type: row.text()?,
            experience_level: row.text_or_null()?,
            currency: row.text_or_null()?,
            salary_yearly: row.integer_or_null()?,
            published_at: Millis(row.integer()?),
            words: [row.text()?, row.text()?, row.text()?].join("\n").into_boxed_str(),
        };
        Ok(Self { number, job_id, traits: is_listed.then_some(traits) })
    }
}
