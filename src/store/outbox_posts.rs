//! What is written when a mail is put into the table `outbox`: the row, what it is
//! counted against, and whether it stays.

use super::{Sql, Statement, StoreError, mail_notices, mail_quota, mail_share};
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::domain::email::Email;
use crate::domain::mail::{Cap, Lane, MailContent, Suppression};

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&INSERT, &SUPPRESS_OVER_CAP, &SUPPRESS_OVER_NOTICES, &SUPPRESS];

/// A mail to be put into the outbox.
#[derive(Debug)]
pub struct NewMail {
    /// `out_…`; also the idempotency key towards a provider.
    pub id: String,
    /// To whom.
    pub to: Email,
    /// In which language.
    pub locale: Locale,
    /// What it is made of; never a secret.
    pub content: MailContent,
    /// The token that it carries, sealed with the id.
    pub secret: Option<Vec<u8>>,
    /// Whose it is; it goes when they go.
    pub user_id: Option<String>,
    /// What caused it.
    pub causes: Causes,
    /// When it was caused.
    pub created_at: Millis,
}

/// What caused a mail; each has a share of the hour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Causes {
    /// The client's address, as a keyed hash.
    pub client: Option<String>,
    /// The person, as a keyed hash.
    pub person: Option<String>,
    /// The campaign's name.
    pub campaign: Option<String>,
}

/// How many mails of an hour may go: to an address, and of a cause.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// To one address.
    pub address: i64,
    /// Notices of a kind to one address.
    pub notices: i64,
    /// Caused by one client address.
    pub client: i64,
    /// Caused by one person.
    pub person: i64,
    /// Of one campaign.
    pub campaign: i64,
}

static INSERT: Sql = Sql::new(
    "outbox.insert",
    "INSERT INTO outbox (id, kind, lane, recipient, locale, params, secret, user_id, state,
        attempts, next_attempt_at, created_at, client_key, person_key, campaign)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'pending', 0,
        COALESCE((SELECT MAX(s.hour_began_at) FROM mail_share s
            WHERE s.cause IN (?10, ?11, ?12) AND s.hour_began_at > ?13), ?9),
        ?9, ?10, ?11, ?12)",
);

static SUPPRESS_OVER_CAP: Sql = Sql::new(
    "outbox.suppress_over_cap",
    "UPDATE outbox SET state = 'suppressed', last_error = ?4, finished_at = ?5
    WHERE id = ?1
    AND EXISTS (SELECT 1 FROM mail_quota q WHERE q.recipient = ?2 AND q.mails > ?3)",
);

static SUPPRESS_OVER_NOTICES: Sql = Sql::new(
    "outbox.suppress_over_notices",
    "UPDATE outbox SET state = 'suppressed', last_error = ?5, finished_at = ?6
    WHERE id = ?1 AND EXISTS (SELECT 1 FROM mail_notice n
        WHERE n.recipient = ?2 AND n.kind = ?3 AND n.mails > ?4)",
);

/// Puts a mail into the outbox: due at once or when its causes have a share left, and
/// suppressed when its address has had enough. Indexes: the primary keys.
///
/// # Errors
/// `Decode` for a content that is no JSON, which is a defect.
pub fn insert(mail: &NewMail, bounds: Bounds) -> Result<Vec<Statement>, StoreError> {
    let mut batch = counts(mail, bounds);
    batch.push(row(mail)?);
    let (id, to, at) = ((&mail.id).into(), (&mail.to).into(), mail.created_at.into());
    match mail.content.kind().cap() {
        Cap::Address => {
            let why = Suppression::AddressCap.reason().into();
            batch.push(SUPPRESS_OVER_CAP.bind([id, to, bounds.address.into(), why, at]));
        }
        Cap::Notice => {
            let kind = mail.content.kind().name().into();
            let why = Suppression::NoticeCap.reason().into();
            let most = bounds.notices.into();
            batch.push(SUPPRESS_OVER_NOTICES.bind([id, to, kind, most, why, at]));
        }
        Cap::Uncapped => {}
    }
    Ok(batch)
}

static SUPPRESS: Sql = Sql::new(
    "outbox.suppress",
    "UPDATE outbox SET state = 'suppressed', last_error = ?2, finished_at = ?3 WHERE id = ?1",
);

/// Puts a mail into the outbox that will not go, with the reason.
///
/// The same writes as [`insert`]: whoever asked cannot tell by the time it took.
/// Indexes: the primary keys.
///
/// # Errors
/// As [`insert`].
pub fn insert_suppressed(
    mail: &NewMail,
    bounds: Bounds,
    why: Suppression,
) -> Result<Vec<Statement>, StoreError> {
    let mut batch = counts(mail, bounds);
    batch.push(row(mail)?);
    batch.push(SUPPRESS.bind([(&mail.id).into(), why.reason().into(), mail.created_at.into()]));
    Ok(batch)
}

/// Returns the writes that count a mail: to its address, and of its causes.
fn counts(mail: &NewMail, bounds: Bounds) -> Vec<Statement> {
    let (kind, now) = (mail.content.kind(), mail.created_at);
    let mut counts = match kind.cap() {
        Cap::Address => vec![mail_quota::count(&mail.to, now)],
        Cap::Notice => vec![mail_notices::count(&mail.to, kind, now)],
        Cap::Uncapped => Vec::new(),
    };
    if is_shared(mail) {
        let Causes { client, person, campaign } = &mail.causes;
        let shares =
            [(client, bounds.client), (person, bounds.person), (campaign, bounds.campaign)];
        let causes = shares.into_iter().filter_map(|(cause, share)| Some((cause.as_ref()?, share)));
        counts.extend(causes.map(|(cause, share)| mail_share::count(cause, share, now)));
    }
    counts
}

/// Tells whether a mail waits for a share of its causes. A notice does not: whoever it
/// warns of could use up the share first.
fn is_shared(mail: &NewMail) -> bool {
    mail.content.kind().lane() != Lane::Notice
}

fn row(mail: &NewMail) -> Result<Statement, StoreError> {
    let params = serde_json::to_string(&mail.content)
        .map_err(|_shape| StoreError::Decode { sql: INSERT.name, column: 5 })?;
    let kind = mail.content.kind();
    // No hour begins after the last moment.
    let after = if is_shared(mail) { mail.created_at } else { Millis(i64::MAX) };
    let values = [
        (&mail.id).into(),
        kind.name().into(),
        kind.lane().number().into(),
        (&mail.to).into(),
        mail.locale.tag().into(),
        params.into(),
        mail.secret.clone().into(),
        mail.user_id.as_deref().into(),
        mail.created_at.into(),
        mail.causes.client.as_deref().into(),
        mail.causes.person.as_deref().into(),
        mail.causes.campaign.as_deref().into(),
        after.into(),
    ];
    Ok(INSERT.bind(values).expecting(1))
}
