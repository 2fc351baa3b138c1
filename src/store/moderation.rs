//! Offers and organisations as whoever looks after the site lists them: everybody's, in
//! every state, and no more of each than a line shows.

use super::{FromRow, Row, Sql, Statement, StoreError, Value};
use crate::base::clock::Millis;
use crate::domain::job::JobStatus;

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&OFFERS, &OF_ORGANIZATION, &ORGANIZATIONS, &COUNTS];

/// Organisations that one statement of [`counts`] counts for.
pub const IDS: usize = 25;

/// An offer in a line.
#[derive(Debug)]
pub struct OfferLine {
    /// `job_…`.
    pub id: String,
    /// Its readable name in addresses.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// What became of it.
    pub status: JobStatus,
    /// Whose it is.
    pub organization_id: String,
    /// What they are called.
    pub organization: String,
    /// Everybody who applied.
    pub applications: i64,
    /// When it was written.
    pub created_at: Millis,
}

/// An organisation in a line.
#[derive(Debug)]
pub struct OrganizationLine {
    /// `org_…`.
    pub id: String,
    /// Its readable name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The town.
    pub city: Option<String>,
    /// Whether the site vouches for it.
    pub is_verified: bool,
    /// When it was made.
    pub created_at: Millis,
}

/// How many belong to an organisation.
#[derive(Debug)]
pub struct Counts {
    /// Which.
    pub id: String,
    /// People.
    pub members: i64,
    /// Offers that everybody sees.
    pub published: i64,
}

macro_rules! offers {
    ($name:literal, $condition:literal, $limit:literal) => {
        Sql::new(
            $name,
            concat!(
                "SELECT j.id, j.slug, j.title, j.status, o.id, o.name, j.applications_count,
        j.created_at
    FROM job j JOIN organization o ON o.id = j.organization_id
    WHERE ",
                $condition,
                "(j.created_at, j.id) < (?1, ?2)
    ORDER BY j.created_at DESC, j.id DESC LIMIT ",
                $limit
            ),
        )
    };
}

static OFFERS: Sql = offers!("moderation.offers", "", "?3");
static OF_ORGANIZATION: Sql =
    offers!("moderation.offers_of_organization", "j.organization_id = ?3 AND ", "?4");

/// Lists everybody's offers or an organisation's, the newest first, after one of them.
/// Indexes: `job_created_at`, `job_organization_id`.
#[must_use]
pub fn offers(organization_id: Option<&str>, after: (Millis, &str), limit: i64) -> Statement {
    let (at, id) = (after.0.into(), after.1.into());
    match organization_id {
        None => OFFERS.bind([at, id, limit.into()]),
        Some(own) => OF_ORGANIZATION.bind([at, id, own.into(), limit.into()]),
    }
}

static ORGANIZATIONS: Sql = Sql::new(
    "moderation.organizations",
    "SELECT id, slug, name, city, is_verified, created_at FROM organization
    WHERE (created_at, id) < (?1, ?2) ORDER BY created_at DESC, id DESC LIMIT ?3",
);

/// Lists organisations, the newest first, after one. Index: `organization_created_at`.
#[must_use]
pub fn organizations(after: (Millis, &str), limit: i64) -> Statement {
    ORGANIZATIONS.bind([after.0.into(), after.1.into(), limit.into()])
}

static COUNTS: Sql = Sql::new(
    "moderation.counts",
    "SELECT o.id, (SELECT count(*) FROM member m WHERE m.organization_id = o.id),
        (SELECT count(*) FROM job j WHERE j.organization_id = o.id AND j.status = 'publicada')
    FROM organization o
    WHERE o.id IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
        ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)",
);

/// Counts members and published offers of at most [`IDS`] organisations, in no order.
/// Indexes: the primary key, `member_organization_id`, `job_organization_id`.
#[must_use]
pub fn counts<'a>(ids: impl Iterator<Item = &'a String>) -> Statement {
    let given = ids.map(Value::from);
    COUNTS.bind_all(given.chain(std::iter::repeat_n(Value::Null, IDS)).take(IDS).collect())
}

impl FromRow for OfferLine {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            slug: row.text()?,
            title: row.text()?,
            status: row.parsed(JobStatus::parse)?,
            organization_id: row.text()?,
            organization: row.text()?,
            applications: row.integer()?,
            created_at: row.millis()?,
        })
    }
}

impl FromRow for OrganizationLine {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            slug: row.text()?,
            name: row.text()?,
            city: row.text_or_null()?,
            is_verified: row.flag()?,
            created_at: row.millis()?,
        })
    }
}

impl FromRow for Counts {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { id: row.text()?, members: row.integer()?, published: row.integer()? })
    }
}
