//! The table `member`, and the column of `"user"` that repeats it.
//!
//! Whoever changes who decides in an organisation first takes `organizations::lock`: two
//! owners who leave at the same moment would else each see the other stay.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::domain::organization::{Member, MemberRole, Membership};

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &INSERT,
    &JOIN,
    &BELONG,
    &LEAVE,
    &LEAVE_ALL,
    &OF_USER,
    &PAGE,
    &RECRUITERS,
    &OTHER_OWNERS,
    &ROLE_SET,
    &DELETE,
];

static INSERT: Sql = Sql::new(
    INSERT_NAME,
    "INSERT INTO member (id, organization_id, user_id, role, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5)",
);

/// Name of the statement whose `Duplicate` says that a person belongs somewhere.
pub const INSERT_NAME: &str = "members.insert";

/// Adds a member; somebody who belongs anywhere is `Duplicate`. Stands with [`belong`].
#[must_use]
pub fn insert(id: &str, user_id: &str, membership: &Membership, now: Millis) -> Statement {
    let Membership { organization_id, role } = membership;
    INSERT
        .bind([id.into(), organization_id.into(), user_id.into(), role.name().into(), now.into()])
        .expecting(1)
}

static JOIN: Sql = Sql::new(
    JOIN_NAME,
    "INSERT INTO member (id, organization_id, user_id, role, created_at)
    SELECT ?1, o.id, ?3, ?4, ?5 FROM organization o WHERE o.id = ?2
        AND (SELECT count(*) FROM member WHERE organization_id = ?2) < ?6",
);

/// Name of the statement that misses the place for one more member.
pub const JOIN_NAME: &str = "members.join";

/// Adds a member where there is place; expects that there is. Stands after
/// `organizations::lock`, before [`belong`]. Index: `member_organization_id`.
#[must_use]
pub fn join(
    id: &str,
    user_id: &str,
    membership: &Membership,
    (max, now): (i64, Millis),
) -> Statement {
    let Membership { organization_id, role } = membership;
    JOIN.bind([
        id.into(),
        organization_id.into(),
        user_id.into(),
        role.name().into(),
        now.into(),
        max.into(),
    ])
    .expecting(1)
}

static BELONG: Sql = Sql::new(
    "members.belong",
    r#"UPDATE "user" SET organization_id = ?2, updated_at = ?3 WHERE id = ?1"#,
);

/// Writes beside a person where they belong. Index: the primary key.
#[must_use]
pub fn belong(user_id: &str, organization_id: &str, now: Millis) -> Statement {
    BELONG.bind([user_id.into(), organization_id.into(), now.into()]).expecting(1)
}

static LEAVE: Sql = Sql::new(
    "members.leave",
    r#"UPDATE "user" SET organization_id = NULL, updated_at = ?3
    WHERE id = ?1 AND organization_id = ?2"#,
);

/// Writes beside a person that they belong nowhere. Index: the primary key.
#[must_use]
pub fn leave(user_id: &str, organization_id: &str, now: Millis) -> Statement {
    LEAVE.bind([user_id.into(), organization_id.into(), now.into()])
}

static LEAVE_ALL: Sql = Sql::new(
    "members.leave_all",
    r#"UPDATE "user" SET organization_id = NULL, updated_at = ?2
    WHERE id IN (SELECT user_id FROM member WHERE organization_id = ?1)"#,
);

/// Writes beside every member that they belong nowhere; stands before the organisation
/// goes. Indexes: `member_organization_id`, the primary key.
#[must_use]
pub fn leave_all(organization_id: &str, now: Millis) -> Statement {
    LEAVE_ALL.bind([organization_id.into(), now.into()])
}

static OF_USER: Sql =
    Sql::new("members.of_user", "SELECT organization_id, role FROM member WHERE user_id = ?1");

/// Finds where somebody belongs. Index: `member_user_id`.
#[must_use]
pub fn of_user(user_id: &str) -> Statement {
    OF_USER.bind([user_id.into()])
}

macro_rules! people {
    ($name:literal, $rest:literal) => {
        Sql::new(
            $name,
            concat!(
                r#"SELECT u.id, u.name, u.email, u.image, u.locale, m.role, m.created_at
    FROM member m JOIN "user" u ON u.id = m.user_id WHERE "#,
                $rest
            ),
        )
    };
}

static PAGE: Sql = people!(
    "members.page",
    "m.organization_id = ?1 AND (m.created_at, m.user_id) > (?2, ?3)
    ORDER BY m.created_at, m.user_id LIMIT ?4"
);

/// Lists members by when they came, after one of them. Index: `member_organization_id`.
#[must_use]
pub fn page(organization_id: &str, after: (Millis, &str), limit: i64) -> Statement {
    PAGE.bind([organization_id.into(), after.0.into(), after.1.into(), limit.into()])
}

static RECRUITERS: Sql = people!(
    "members.recruiters",
    "m.organization_id = ?1 AND m.role IN ('owner', 'recruiter', 'admin') AND u.is_active = 1
    ORDER BY m.created_at, m.user_id LIMIT ?2"
);

/// Lists whoever looks after an organisation's offers. Index: `member_organization_id`.
#[must_use]
pub fn recruiters(organization_id: &str, limit: i64) -> Statement {
    RECRUITERS.bind([organization_id.into(), limit.into()])
}

static OTHER_OWNERS: Sql = Sql::new(
    "members.other_owners",
    "SELECT count(*) FROM member WHERE organization_id = ?1 AND role = 'owner' AND user_id <> ?2",
);

/// Counts the owners beside a person. Index: `member_organization_id`.
#[must_use]
pub fn other_owners(organization_id: &str, user_id: &str) -> Statement {
    OTHER_OWNERS.bind([organization_id.into(), user_id.into()])
}

static ROLE_SET: Sql = Sql::new(
    "members.role_set",
    "UPDATE member SET role = ?4 WHERE organization_id = ?1 AND user_id = ?3
        AND EXISTS (SELECT 1 FROM member me
            WHERE me.user_id = ?2 AND me.organization_id = ?1 AND me.role = 'owner')
        AND (role <> 'owner' OR CAST(?4 AS TEXT) = 'owner' OR EXISTS (SELECT 1 FROM member other
            WHERE other.organization_id = ?1 AND other.role = 'owner' AND other.user_id <> ?3))",
);

/// Writes a member's role, if whoever asks owns the organisation and an owner is left.
/// Indexes: `member_user_id`, `member_organization_id`.
#[must_use]
pub fn role_set(
    organization_id: &str,
    owner_id: &str,
    user_id: &str,
    role: MemberRole,
) -> Statement {
    ROLE_SET
        .bind([organization_id.into(), owner_id.into(), user_id.into(), role.name().into()])
        .expecting(1)
}

static DELETE: Sql = Sql::new(
    DELETE_NAME,
    "DELETE FROM member WHERE organization_id = ?1 AND user_id = ?3
        AND (CAST(?2 AS TEXT) = ?3 OR EXISTS (SELECT 1 FROM member me
            WHERE me.user_id = ?2 AND me.organization_id = ?1 AND me.role = 'owner'))
        AND (role <> 'owner' OR EXISTS (SELECT 1 FROM member other
            WHERE other.organization_id = ?1 AND other.role = 'owner' AND other.user_id <> ?3))",
);

/// Name of the statement that takes nobody out who is needed.
pub const DELETE_NAME: &str = "members.delete";

/// Takes a member out, if whoever asks owns the organisation or is the member, and an
/// owner is left. Indexes: as [`role_set`].
#[must_use]
pub fn delete(organization_id: &str, by_id: &str, user_id: &str) -> Statement {
    DELETE.bind([organization_id.into(), by_id.into(), user_id.into()]).expecting(1)
}

impl FromRow for Membership {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { organization_id: row.text()?, role: row.parsed(MemberRole::parse)? })
    }
}

impl FromRow for Member {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            user_id: row.text()?,
            name: row.text()?,
            email: row.email()?,
            image: row.text_or_null()?,
            locale: row.text_or_null()?.as_deref().and_then(Locale::parse),
            role: row.parsed(MemberRole::parse)?,
            created_at: row.millis()?,
        })
    }
}
