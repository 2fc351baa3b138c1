//! What is erased with a person beside what their row takes along.
//!
//! Rows that reference the person go with it or lose its name, as the schema says; these
//! know the person by their address alone. `docs/privacy.md` has the whole list, and a test derives it.

use super::{Sql, Statement};

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&MAILS, &WAITLIST, &INVITATIONS, &QUOTA, &NOTICES, &LINKS];

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

static NOTICES: Sql = Sql::new(
    "erasure.notices",
    r#"DELETE FROM mail_notice WHERE recipient = (SELECT email FROM "user" WHERE id = ?1)"#,
);

static LINKS: Sql = Sql::new("erasure.links", "DELETE FROM verification WHERE subject = ?1");

/// Returns what goes before the person's row does. Indexes: `outbox_recipient`,
/// `waitlist_email`, `invitation_email`, `verification_subject`, the primary keys.
#[must_use]
pub fn before(user_id: &str) -> Vec<Statement> {
    let each = [&MAILS, &WAITLIST, &INVITATIONS, &QUOTA, &NOTICES, &LINKS];
    each.map(|sql| sql.bind([user_id.into()])).into()
}
