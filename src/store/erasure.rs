//! What is erased with a person beside what their row takes along.
//!
//! Rows that reference the person go with it or lose its name, as the schema says; these
//! know the person by their address alone, or name an organisation that nobody is left
//! to speak for. `docs/privacy.md` has the whole list, and a test derives it.

use super::{Sql, Statement};

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&MAILS, &WAITLIST, &INVITATIONS, &QUOTA, &LINKS, &HEIR];

static MAILS: Sql = Sql::new(
    "erasure.mails",
    r#"DELETE FROM outbox WHERE recipient = (SELECT email FROM "user" WHERE id = ?1)"#,
);

static WAITLIST: Sql = Sql::new(
    "erasure.waitlist",
    r#"DELETE FROM waitlist WHERE email = (SELECT email FROM "user" WHERE id = ?1)"#,
);

static INVITATIONS: Sql = Sql::new(
    "erasure.invitations",
    r#"DELETE FROM invitation WHERE email = (SELECT email FROM "user" WHERE id = ?1)"#,
);

static QUOTA: Sql = Sql::new(
    "erasure.quota",
    r#"DELETE FROM mail_quota WHERE recipient = (SELECT email FROM "user" WHERE id = ?1)"#,
);

static LINKS: Sql = Sql::new("erasure.links", "DELETE FROM verification WHERE subject = ?1");

// Whoever has been there longest among those of the highest role that is left.
static HEIR: Sql = Sql::new(
    "erasure.heir",
    "UPDATE member SET role = 'owner' WHERE id = (
        SELECT heir.id FROM member heir
        WHERE heir.organization_id = (SELECT organization_id FROM member WHERE user_id = ?1)
        AND heir.user_id <> ?1
        ORDER BY CASE heir.role WHEN 'recruiter' THEN 0 ELSE 1 END, heir.created_at, heir.id
        LIMIT 1
    ) AND EXISTS (SELECT 1 FROM member own WHERE own.user_id = ?1 AND own.role = 'owner')
    AND NOT EXISTS (
        SELECT 1 FROM member other
        WHERE other.organization_id = (SELECT organization_id FROM member WHERE user_id = ?1)
        AND other.user_id <> ?1 AND other.role = 'owner'
    )",
);

/// Returns what goes before the person's row does. Indexes: `outbox_recipient`,
/// `waitlist_email`, `invitation_email`, `verification_subject`, `member_user_id`, `member_organization_id`,
/// the primary keys.
#[must_use]
pub fn before(user_id: &str) -> Vec<Statement> {
    let each = [&MAILS, &WAITLIST, &INVITATIONS, &QUOTA, &LINKS, &HEIR];
    each.map(|sql| sql.bind([user_id.into()])).into()
}
