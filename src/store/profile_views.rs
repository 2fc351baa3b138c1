//! Other people's profiles: who may see which is decided by the statements themselves.
//!
//! An administrator and the person see everything. Everybody sees a public profile,
//! members of organisations one that is for organisations. An organisation to which the
//! person has a live application sees it whatever its owner chose, and how to reach the
//! person; nobody else sees that.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::domain::email::Email;
use crate::domain::profile::Profile;

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&SEEN, &AVATAR];

/// Who looks at a profile.
#[derive(Clone, Copy, Debug, Default)]
pub struct Viewer<'a> {
    /// Their id; `None`: a visitor.
    pub id: Option<&'a str>,
    /// Whether they administer.
    pub is_admin: bool,
}

/// A profile as somebody else sees it.
#[derive(Clone, Debug)]
pub struct SeenProfile {
    /// What its owner wrote.
    pub profile: Profile,
    /// The name.
    pub name: String,
    /// The mail address, for eyes that may reach the person.
    pub email: Email,
    /// Address of a picture.
    pub image: Option<String>,
    /// Whether whoever looks may reach the person: telephone and address.
    pub may_reach: bool,
}

// A CROSS JOIN keeps its order on SQLite: a person has few applications, an organisation many.
static SEEN: Sql = Sql::new(
    "profile_views.seen",
    r#"WITH eyes AS (
        SELECT CAST(CASE WHEN u.id = ?2 OR CAST(?3 AS BIGINT) = 1 OR EXISTS (
            SELECT 1 FROM application a CROSS JOIN member m
            WHERE a.candidate_id = u.id AND m.user_id = ?2
            AND m.organization_id = a.organization_id AND a.archived_at IS NULL
            AND a.erased_at IS NULL AND a.status NOT IN ('rechazado', 'retirado')
        ) THEN 1 ELSE 0 END AS BIGINT) AS may_reach,
        CAST(CASE WHEN EXISTS (SELECT 1 FROM member m WHERE m.user_id = ?2)
            THEN 1 ELSE 0 END AS BIGINT) AS is_member
        FROM "user" u WHERE u.id = ?1
    )
    SELECT p.headline, p.bio, u.profession, p.field, p.level, p.orcid, p.location, p.phone,
        p.skills, p.languages, p.links, p.availability, p.visibility, p.cv_digest, p.cv_name,
        p.cv_size_bytes, p.cv_uploaded_at, p.avatar_digest, p.version, p.updated_at,
        u.name, u.email, u.image, e.may_reach
    FROM "user" u JOIN profile p ON p.user_id = u.id CROSS JOIN eyes e
    WHERE u.id = ?1 AND u.is_active = 1 AND u.banned = 0
    AND (e.may_reach = 1 OR p.visibility = 'public'
        OR (p.visibility = 'organizations' AND e.is_member = 1))"#,
);

/// Finds a profile that a viewer may see. Indexes: the primary keys, `member_user_id`,
/// `application_candidate_id`.
#[must_use]
pub fn seen(user_id: &str, viewer: Viewer<'_>) -> Statement {
    SEEN.bind([user_id.into(), viewer.id.into(), viewer.is_admin.into()])
}

static AVATAR: Sql = Sql::new(
    "profile_views.avatar",
    r#"SELECT p.avatar_digest FROM "user" u JOIN profile p ON p.user_id = u.id
    WHERE u.id = ?1 AND u.is_active = 1 AND u.banned = 0 AND p.avatar_digest IS NOT NULL
    AND (u.id = ?2 OR CAST(?3 AS BIGINT) = 1 OR p.visibility = 'public'
        OR u.type = 'organization'
        OR (p.visibility = 'organizations'
            AND EXISTS (SELECT 1 FROM member m WHERE m.user_id = ?2))
        OR EXISTS (SELECT 1 FROM application a CROSS JOIN member m
            WHERE a.candidate_id = u.id AND m.user_id = ?2
            AND m.organization_id = a.organization_id AND a.erased_at IS NULL))"#,
);

/// Finds the picture of somebody, where a viewer may see it. Those who speak for an
/// organisation show theirs to everybody; an organisation goes on seeing whoever applied,
/// also in old conversations. Indexes: as [`seen`].
#[must_use]
pub fn avatar(user_id: &str, viewer: Viewer<'_>) -> Statement {
    AVATAR.bind([user_id.into(), viewer.id.into(), viewer.is_admin.into()])
}

impl FromRow for SeenProfile {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            profile: Profile::from_row(row)?,
            name: row.text()?,
            email: row.email()?,
            image: row.text_or_null()?,
            may_reach: row.flag()?,
        })
    }
}
