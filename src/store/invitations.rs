//! The table `invitation`: who may become a member, known by the hash of a mailed token.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::organization::{Invitation, MemberRole};
use crate::domain::token::TokenHash;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&REPLACE, &BY_TOKEN, &OPEN, &INVITER, &SPEND, &REVOKE, &FORGET];

static REPLACE: Sql = Sql::new(
    "invitations.replace",
    "INSERT INTO invitation (id, organization_id, email, role, status, token_hash, inviter_id,
        created_at, expires_at)
    VALUES (?1, ?2, ?3, ?4, 'pending', ?5, ?6, ?7, ?8)
    ON CONFLICT (organization_id, email) DO UPDATE SET id = excluded.id, role = excluded.role,
        token_hash = excluded.token_hash, inviter_id = excluded.inviter_id,
        created_at = excluded.created_at, expires_at = excluded.expires_at",
);

/// Invites an address; an earlier invitation of it is worth nothing from then on.
/// Index: `invitation_organization_id`.
#[must_use]
pub fn replace(
    invitation: &Invitation,
    token: &TokenHash,
    inviter_id: &str,
    now: Millis,
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
        ])
        .expecting(1)
}

static BY_TOKEN: Sql = Sql::new(
    "invitations.by_token",
    "SELECT id, organization_id, email, role, expires_at FROM invitation
    WHERE token_hash = ?1 AND status = 'pending'",
);

/// Finds the invitation of a token. Index: `invitation_token_hash`.
#[must_use]
pub fn by_token(token: &TokenHash) -> Statement {
    BY_TOKEN.bind([token.into()])
}

static OPEN: Sql = Sql::new(
    "invitations.open",
    "SELECT id, organization_id, email, role, expires_at FROM invitation
    WHERE organization_id = ?1 AND expires_at > ?2 ORDER BY email LIMIT ?3",
);

/// Lists the open invitations of an organisation. Index: `invitation_organization_id`.
#[must_use]
pub fn open(organization_id: &str, now: Millis, limit: i64) -> Statement {
    OPEN.bind([organization_id.into(), now.into(), limit.into()])
}

static SPEND: Sql = Sql::new("invitations.spend", "DELETE FROM invitation WHERE id = ?1");

/// Spends an invitation, or takes it back. Index: the primary key.
#[must_use]
pub fn spend(id: &str) -> Statement {
    SPEND.bind([id.into()]).expecting(1)
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
