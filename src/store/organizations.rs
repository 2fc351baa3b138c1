//! The table `organization`.

use super::{FromRow, Row, Sql, Statement, StoreError, Value};
use crate::base::clock::Millis;
use crate::domain::organization::{Organization, OrganizationDraft, OrganizationSize};

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] =
    &[&INSERT, &BY_ID, &BY_SLUG, &SLUG_HOLDER, &PAGE, &LOCK, &DRAFT_SET, &VERIFIED_SET, &DELETE];

static INSERT: Sql = Sql::new(
    INSERT_NAME,
    "INSERT INTO organization (id, slug, name, website, description, sector, size, logo, city,
        state, country, is_verified, version, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
);

/// Name of the statement whose `Duplicate` says that a slug is taken.
pub const INSERT_NAME: &str = "organizations.insert";

/// Adds an organisation. A second one with its slug is `Duplicate`.
#[must_use]
pub fn insert(organization: &Organization) -> Statement {
    let [name, website, description, sector, size, logo, city, state, country] =
        values(&organization.draft);
    INSERT
        .bind([
            (&organization.id).into(),
            (&organization.slug).into(),
            name,
            website,
            description,
            sector,
            size,
            logo,
            city,
            state,
            country,
            organization.is_verified.into(),
            organization.version.into(),
            organization.created_at.into(),
            organization.updated_at.into(),
        ])
        .expecting(1)
}

fn values(draft: &OrganizationDraft) -> [Value; 9] {
    [
        (&draft.name).into(),
        draft.website.clone().into(),
        draft.description.clone().into(),
        draft.sector.clone().into(),
        draft.size.map(OrganizationSize::name).into(),
        draft.logo_url.clone().into(),
        draft.city.clone().into(),
        draft.state.clone().into(),
        draft.country.clone().into(),
    ]
}

macro_rules! rows {
    ($name:literal, $rest:literal) => {
        Sql::new(
            $name,
            concat!(
                "SELECT id, slug, name, website, description, sector, size, logo, city, state,
        country, is_verified, version, created_at, updated_at
    FROM organization WHERE ",
                $rest
            ),
        )
    };
}

static BY_ID: Sql = rows!("organizations.by_id", "id = ?1");

/// Finds an organisation. Index: the primary key.
#[must_use]
pub fn by_id(id: &str) -> Statement {
    BY_ID.bind([id.into()])
}

static BY_SLUG: Sql = rows!("organizations.by_slug", "slug = ?1");

/// Finds an organisation. Index: `organization_slug`.
#[must_use]
pub fn by_slug(slug: &str) -> Statement {
    BY_SLUG.bind([slug.into()])
}

static SLUG_HOLDER: Sql =
    Sql::new("organizations.slug_holder", "SELECT id FROM organization WHERE slug = ?1");

/// Finds the id of the organisation that has a slug. Index: `organization_slug`.
#[must_use]
pub fn slug_holder(slug: &str) -> Statement {
    SLUG_HOLDER.bind([slug.into()])
}

static PAGE: Sql =
    rows!("organizations.page", "(created_at, id) > (?1, ?2) ORDER BY created_at, id LIMIT ?3");

/// Lists organisations in order of their making, after one. Index: `organization_created_at`.
#[must_use]
pub fn page(after: (Millis, &str), limit: i64) -> Statement {
    PAGE.bind([after.0.into(), after.1.into(), limit.into()])
}

static LOCK: Sql = Sql::new(LOCK_NAME, "UPDATE organization SET updated_at = ?2 WHERE id = ?1");

/// Name of the statement that misses an organisation that is gone.
pub const LOCK_NAME: &str = "organizations.lock";

/// Puts whoever decides about an organisation's members into a row: what a statement after
/// this one sees, nobody changes until the batch is done. Index: the primary key.
#[must_use]
pub fn lock(id: &str, now: Millis) -> Statement {
    LOCK.bind([id.into(), now.into()]).expecting(1)
}

static DRAFT_SET: Sql = Sql::new(
    "organizations.draft_set",
    "UPDATE organization SET name = ?5, website = ?6, description = ?7, sector = ?8, size = ?9,
        logo = ?10, city = ?11, state = ?12, country = ?13, version = version + 1, updated_at = ?4
    WHERE id = ?1 AND version = ?2 AND EXISTS (SELECT 1 FROM member m
        WHERE m.user_id = ?3 AND m.organization_id = organization.id AND m.role = 'owner')",
);

/// Writes what an organisation tells of itself, if its version still is that one and the
/// person owns it. Indexes: the primary key, `member_user_id`.
#[must_use]
pub fn draft_set(
    (id, version): (&str, i64),
    owner_id: &str,
    draft: &OrganizationDraft,
    now: Millis,
) -> Statement {
    let [name, website, description, sector, size, logo, city, state, country] = values(draft);
    DRAFT_SET
        .bind([
            id.into(),
            version.into(),
            owner_id.into(),
            now.into(),
            name,
            website,
            description,
            sector,
            size,
            logo,
            city,
            state,
            country,
        ])
        .expecting(1)
}

static VERIFIED_SET: Sql = Sql::new(
    "organizations.verified_set",
    "UPDATE organization SET is_verified = ?2, version = version + 1, updated_at = ?3
    WHERE id = ?1",
);

/// Writes whether the site vouches for an organisation. Index: the primary key.
#[must_use]
pub fn verified_set(id: &str, is_verified: bool, now: Millis) -> Statement {
    VERIFIED_SET.bind([id.into(), is_verified.into(), now.into()]).expecting(1)
}

static DELETE: Sql = Sql::new(
    "organizations.delete",
    "DELETE FROM organization WHERE id = ?1 AND EXISTS (SELECT 1 FROM member m
        WHERE m.user_id = ?2 AND m.organization_id = organization.id AND m.role = 'owner')",
);

/// Deletes an organisation with its members and offers, if the person owns it.
/// Indexes: the primary key, `member_user_id`.
#[must_use]
pub fn delete(id: &str, owner_id: &str) -> Statement {
    DELETE.bind([id.into(), owner_id.into()]).expecting(1)
}

impl FromRow for Organization {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            slug: row.text()?,
            draft: OrganizationDraft {
                name: row.text()?,
                website: row.text_or_null()?,
                description: row.text_or_null()?,
                sector: row.text_or_null()?,
                size: row.text_or_null()?.as_deref().and_then(OrganizationSize::parse),
                logo_url: row.text_or_null()?,
                city: row.text_or_null()?,
                state: row.text_or_null()?,
                country: row.text_or_null()?,
            },
            is_verified: row.flag()?,
            version: row.integer()?,
            created_at: row.millis()?,
            updated_at: row.millis()?,
        })
    }
}
