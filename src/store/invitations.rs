//! The table `invitation`: who may become a member, known by the hash of a mailed token.
//!
//! An invitation counts only while whoever sent it owns the organisation: it is held
//! against that when it is shown and, under `organizations::lock`, when it is used.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::organization::{Invitation, MemberRole};
use crate::domain::token::TokenHash;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] =
    &[&REPLACE, &BY_TOKEN, &OPEN, &OPEN_COUNT, &INVITER, &SPEND, &REVOKE, &FORGET];

static REPLACE: Sql = Sql::new(
    REPLACE_NAME,
    "INSERT INTO invitation (id, organization_id, email, role, status, token_hash, inviter_id,
        created_at, expires_at)
    SELECT ?1, o.id, ?3, ?4, 'pending', ?5, ?6, ?7, ?8 FROM organization o
    WHERE o.id = ?2
        AND EXISTS (SELECT 1 FROM member me
            WHERE me.user_id = ?6 AND me.organization_id = o.id AND me.role = 'owner')
        AND (SELECT count(*) FROM invitation i WHERE i.organization_id = ?2
            AND i.email <> ?3 AND i.expires_at > ?7) < ?9
        AND (SELECT count(*) FROM invitation i WHERE i.organization_id = ?2
            AND i.email <> ?3 AND i.expires_at > ?7)
            + (SELECT count(*) FROM member m WHERE m.organization_id = ?2) < ?10
    ON CONFLICT (organization_id, email) DO UPDATE SET id = excluded.id, role = excluded.role,
        token_hash = excluded.token_hash, inviter_id = excluded.inviter_id,
        created_at = excluded.created_at, expires_at = excluded.expires_at",
);

/// Name of the statement that misses an owner's say, or the place for one more.
pub const REPLACE_NAME: &str = "invitations.replace";

/// Most open invitations, and most members with them.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// Invitations that are open at once.
    pub open: i64,
    /// Members and open invitations together.
    pub taken: i64,
}

/// Invites an address, if whoever asks owns the organisation and there is place; an earlier
/// invitation of it is worth nothing from then on. Stands after `organizations::lock`.
/// Indexes: `invitation_organization_id`, `member_organization_id`, `member_user_id`.
#[must_use]
pub fn replace(
    invitation: &Invitation,
    token: &TokenHash,
    inviter_id: &str,
    (places, now): (Places, Millis),
) -> Statement {
    REPLACE
        .bind([
            (&invitation.id).into(),
            (&invitation.organization_id).into(),
            (&invitation.email).into(),
            invitation.role.name().into(),
            token.into(),
            inviter_id.into(),
            now.into(),
            invitation.expires_at.into(),
            places.open.into(),
            places.taken.into(),
        ])
        .expecting(1)
}

/// Tells of the invitation `i` whether whoever sent it may still do so at ?2.
macro_rules! counting {
    ($name:literal, $rest:literal) => {
        Sql::new(
            $name,
            concat!(
                r#"SELECT i.id, i.organization_id, i.email, i.role, i.expires_at FROM invitation i
    JOIN member m ON m.user_id = i.inviter_id AND m.organization_id = i.organization_id
    JOIN "user" u ON u.id = m.user_id
    WHERE m.role = 'owner' AND u.is_active = 1 AND (u.banned = 0 OR u.ban_expires_at <= ?2)
        AND i.status = 'pending' AND i.expires_at > ?2 AND "#,
                $rest
            ),
        )
    };
}

static BY_TOKEN: Sql = counting!("invitations.by_token", "i.token_hash = ?1");

/// Finds the invitation of a token, if it counts. Indexes: `invitation_token_hash`,
/// `member_user_id`, the primary key.
#[must_use]
pub fn by_token(token: &TokenHash, now: Millis) -> Statement {
    BY_TOKEN.bind([token.into(), now.into()])
}

static OPEN: Sql =
    counting!("invitations.open", "i.organization_id = ?1 ORDER BY i.email LIMIT ?3");

/// Lists the invitations of an organisation that count. Indexes:
/// `invitation_organization_id`, `member_user_id`, the primary key.
#[must_use]
pub fn open(organization_id: &str, now: Millis, limit: i64) -> Statement {
    OPEN.bind([organization_id.into(), now.into(), limit.into()])
}

static SPEND: Sql = Sql::new(
    "invitations.spend",
    r#"DELETE FROM invitation WHERE id = ?1 AND expires_at > ?3
        AND EXISTS (SELECT 1 FROM "user" me WHERE me.id = ?2 AND me.email = invitation.email)
        AND EXISTS (SELECT 1 FROM member m JOIN "user" u ON u.id = m.user_id
            WHERE m.user_id = invitation.inviter_id
                AND m.organization_id = invitation.organization_id AND m.role = 'owner'
                AND u.is_active = 1 AND (u.banned = 0 OR u.ban_expires_at <= ?3))"#,
);

/// Spends an invitation to a person's address, if whoever sent it may still do so. Stands
/// after `organizations::lock`. Indexes: the primary keys, `member_user_id`.
#[must_use]
pub fn spend(id: &str, user_id: &str, now: Millis) -> Statement {
    SPEND.bind([id.into(), user_id.into(), now.into()]).expecting(1)
}

static OPEN_COUNT: Sql = Sql::new(
    "invitations.open_count",
    "SELECT count(*) FROM invitation WHERE organization_id = ?1 AND expires_at > ?2",
);

/// Counts the open invitations of an organisation. Index: `invitation_organization_id`.
#[must_use]
pub fn open_count(organization_id: &str, now: Millis) -> Statement {
    OPEN_COUNT.bind([organization_id.into(), now.into()])
}

static INVITER: Sql = Sql::new(
    "invitations.inviter",
    r#"SELECT u.name FROM invitation i JOIN "user" u ON u.id = i.inviter_id WHERE i.id = ?1"#,
);

/// Finds what whoever sent an invitation is called. Indexes: the primary keys.
#[must_use]
pub fn inviter(id: &str) -> Statement {
    INVITER.bind([id.into()])
}

static REVOKE: Sql = Sql::new(
    "invitations.revoke",
    "DELETE FROM invitation WHERE id = ?1 AND organization_id = ?2 AND EXISTS (
        SELECT 1 FROM member me
        WHERE me.user_id = ?3 AND me.organization_id = ?2 AND me.role = 'owner')",
);

/// Takes an invitation back, if whoever asks owns the organisation.
/// Indexes: the primary key, `member_user_id`.
#[must_use]
pub fn revoke(id: &str, organization_id: &str, owner_id: &str) -> Statement {
    REVOKE.bind([id.into(), organization_id.into(), owner_id.into()]).expecting(1)
}

static FORGET: Sql = Sql::new(
    "invitations.forget",
    "DELETE FROM invitation WHERE id IN (
        SELECT id FROM invitation WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)",
);

/// Forgets invitations that have run out. Index: `invitation_expires_at`.
#[must_use]
pub fn forget(now: Millis, limit: i64) -> Statement {
    FORGET.bind([now.into(), limit.into()])
}

impl FromRow for Invitation {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            organization_id: row.text()?,
            email: row.email()?,
            role: row.parsed(MemberRole::parse)?,
            expires_at: row.millis()?,
        })
    }
}
