//! What is written down along an application: `application_event`, `application_note`,
//! `application_tally`; and what is read before one is made.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::domain::application::{ApplicationEvent, ApplicationNote, ApplicationStatus, CvCopy};
use crate::domain::email::Email;
use crate::domain::job::Question;

/// Every statement of these tables, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &JOB_TO_APPLY,
    &EARLIER,
    &CV_OF,
    &JOB_OF_MEMBER,
    &EVENT_INSERT,
    &EVENTS,
    &NOTE_INSERT,
    &NOTES,
    &TALLY,
    &TALLIES_DUE,
    &NEXT_TALLY,
    &TALLY_PAID,
    &RECRUITERS,
];

/// An offer for which somebody wants to apply.
#[derive(Clone, Debug)]
pub struct JobToApply {
    /// Its id.
    pub id: String,
    /// Its readable name in addresses.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organization_id: String,
    /// Its state.
    pub status: String,
    /// Until when one may apply.
    pub expires_at: Option<Millis>,
    /// What candidates are asked.
    pub questions: Vec<Question>,
}

static JOB_TO_APPLY: Sql = Sql::new(
    "applications.job_to_apply",
    "SELECT id, slug, title, organization_id, status, expires_at, questions FROM job
    WHERE id = ?1 AND status <> 'borrador'",
);

/// Finds an offer that people may know of. Index: the primary key.
#[must_use]
pub fn job_to_apply(id: &str) -> Statement {
    JOB_TO_APPLY.bind([id.into()])
}

static EARLIER: Sql = Sql::new(
    "applications.earlier",
    "SELECT id FROM application WHERE job_id = ?1 AND candidate_id = ?2",
);

/// Finds the application that somebody has made for an offer.
/// Index: `application_job_id_candidate_id`.
#[must_use]
pub fn earlier(job_id: &str, candidate_id: &str) -> Statement {
    EARLIER.bind([job_id.into(), candidate_id.into()])
}

static CV_OF: Sql = Sql::new(
    "applications.cv_of",
    "SELECT cv_digest, cv_name, cv_size_bytes FROM profile
    WHERE user_id = ?1 AND cv_digest IS NOT NULL",
);

/// Finds somebody's CV as it is. Index: the primary key.
#[must_use]
pub fn cv_of(user_id: &str) -> Statement {
    CV_OF.bind([user_id.into()])
}

static JOB_OF_MEMBER: Sql = Sql::new(
    "applications.job_of_member",
    "SELECT j.id FROM job j
    JOIN member m ON m.user_id = ?2 AND m.organization_id = j.organization_id
    WHERE j.id = ?1",
);

/// Finds an offer of the organisation to which somebody belongs. Indexes: the primary key,
/// `member_user_id`.
#[must_use]
pub fn job_of_member(job_id: &str, user_id: &str) -> Statement {
    JOB_OF_MEMBER.bind([job_id.into(), user_id.into()])
}

static EVENT_INSERT: Sql = Sql::new(
    "application_event.insert",
    "INSERT INTO application_event (id, application_id, from_status, to_status, actor_id, note,
        created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
);

/// Writes a step down; the guarded step stands in the same batch.
#[must_use]
pub fn event_insert(application_id: &str, event: &ApplicationEvent) -> Statement {
    EVENT_INSERT
        .bind([
            (&event.id).into(),
            application_id.into(),
            event.from.name().into(),
            event.to.name().into(),
            event.actor_id.as_deref().into(),
            event.note.as_deref().into(),
            event.at.into(),
        ])
        .expecting(1)
}

static EVENTS: Sql = Sql::new(
    "application_event.of",
    r#"SELECT e.id, e.from_status, e.to_status, e.actor_id, u.name, e.note, e.created_at
    FROM application_event e LEFT JOIN "user" u ON u.id = e.actor_id
    WHERE e.application_id = ?1 AND (e.created_at, e.id) > (?2, ?3)
    AND EXISTS (SELECT 1 FROM application a
        LEFT JOIN member m ON m.user_id = ?4 AND m.organization_id = a.organization_id
        WHERE a.id = ?1 AND (a.candidate_id = ?4 OR m.user_id IS NOT NULL))
    ORDER BY e.created_at, e.id LIMIT ?5"#,
);

/// Lists the steps of an application to somebody who may see it, oldest first.
/// Index: `application_event_application_id`.
#[must_use]
pub fn events(application_id: &str, reader_id: &str, page: After<'_>) -> Statement {
    EVENTS.bind([
        application_id.into(),
        page.at.into(),
        page.id.into(),
        reader_id.into(),
        page.rows.into(),
    ])
}

/// A page of rows in the order of their making.
#[derive(Clone, Copy, Debug)]
pub struct After<'a> {
    /// The moment of the row after which it begins.
    pub at: i64,
    /// That row's id.
    pub id: &'a str,
    /// Most rows.
    pub rows: i64,
}

static NOTE_INSERT: Sql = Sql::new(
    "application_note.insert",
    "INSERT INTO application_note (id, application_id, author_id, content, created_at)
    SELECT ?1, a.id, ?3, ?4, ?5 FROM application a
    JOIN member m ON m.user_id = ?3 AND m.organization_id = a.organization_id
        AND m.role IN ('owner', 'recruiter', 'admin')
    WHERE a.id = ?2 AND a.erased_at IS NULL",
);

/// Adds a note; expects that its author acts for the application's organisation, and that
/// what it said is not erased: nobody would erase the note again.
/// Indexes: the primary key, `member_user_id`.
#[must_use]
pub fn note_insert(application_id: &str, author_id: &str, note: &ApplicationNote) -> Statement {
    NOTE_INSERT
        .bind([
            (&note.id).into(),
            application_id.into(),
            author_id.into(),
            (&note.content).into(),
            note.created_at.into(),
        ])
        .expecting(1)
}

static NOTES: Sql = Sql::new(
    "application_note.of",
    r#"SELECT n.id, n.author_id, u.name, n.content, n.created_at
    FROM application_note n LEFT JOIN "user" u ON u.id = n.author_id
    WHERE n.application_id = ?1 AND (n.created_at, n.id) > (?2, ?3)
    AND EXISTS (SELECT 1 FROM application a
        JOIN member m ON m.user_id = ?4 AND m.organization_id = a.organization_id
        WHERE a.id = ?1)
    ORDER BY n.created_at, n.id LIMIT ?5"#,
);

/// Lists the notes on an application to a member of its organisation, oldest first.
/// Index: `application_note_application_id`.
#[must_use]
pub fn notes(application_id: &str, member_id: &str, page: After<'_>) -> Statement {
    NOTES.bind([
        application_id.into(),
        page.at.into(),
        page.id.into(),
        member_id.into(),
        page.rows.into(),
    ])
}

static TALLY: Sql = Sql::new(
    "application_tally.count",
    "INSERT INTO application_tally (job_id, organization_id, untold, mail_at)
    VALUES (?1, ?2, 1, ?3)
    ON CONFLICT (job_id) DO UPDATE SET untold = application_tally.untold + 1,
        mail_at = COALESCE(application_tally.mail_at,
            CASE WHEN application_tally.mailed_at + ?4 > ?3
                THEN application_tally.mailed_at + ?4 ELSE excluded.mail_at END)",
);

/// Counts an application of which the organisation is to be told: at once, or `pause_ms`
/// after it was last told of this offer. Index: the primary key.
#[must_use]
pub fn tally(job_id: &str, organization_id: &str, now: Millis, pause_ms: i64) -> Statement {
    TALLY.bind([job_id.into(), organization_id.into(), now.into(), pause_ms.into()]).expecting(1)
}

/// Applications for an offer of which its organisation is to be told now.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The offer.
    pub job_id: String,
    /// Whose it is.
    pub organization_id: String,
    /// Its title.
    pub job_title: String,
    /// How many.
    pub untold: i64,
    /// Since when the mail is due; the guard of its payment.
    pub mail_at: Millis,
}

static TALLIES_DUE: Sql = Sql::new(
    "application_tally.due",
    "SELECT t.job_id, t.organization_id, j.title, t.untold, t.mail_at
    FROM application_tally t JOIN job j ON j.id = t.job_id
    WHERE t.mail_at IS NOT NULL AND t.mail_at <= ?1 ORDER BY t.mail_at, t.job_id LIMIT ?2",
);

/// Lists what organisations are to be told. Index: `application_tally_mail_at`.
#[must_use]
pub fn tallies_due(now: Millis, limit: i64) -> Statement {
    TALLIES_DUE.bind([now.into(), limit.into()])
}

static NEXT_TALLY: Sql = Sql::new(
    "application_tally.next",
    "SELECT mail_at FROM application_tally WHERE mail_at IS NOT NULL ORDER BY mail_at LIMIT 1",
);

/// Finds when the next organisation is to be told. Index: `application_tally_mail_at`.
#[must_use]
pub fn next_tally() -> Statement {
    NEXT_TALLY.bind([])
}

static TALLY_PAID: Sql = Sql::new(
    "application_tally.paid",
    "UPDATE application_tally SET untold = untold - ?3, mailed_at = ?4,
        mail_at = CASE WHEN untold > ?3 THEN CAST(?5 AS BIGINT) ELSE NULL END
    WHERE job_id = ?1 AND mail_at = ?2",
);

/// Notes that the organisation is told, and when it is to be told of what came meanwhile;
/// expects that nobody else told it. Index: the primary key.
#[must_use]
pub fn tally_paid(tally: &Tally, now: Millis, again_at: Millis) -> Statement {
    let (job, due) = ((&tally.job_id).into(), tally.mail_at.into());
    TALLY_PAID.bind([job, due, tally.untold.into(), now.into(), again_at.into()]).expecting(1)
}

/// Somebody who is written to.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// The person.
    pub user_id: String,
    /// For the greeting.
    pub name: String,
    /// The address.
    pub email: Email,
    /// Their language; `None`: nobody knows.
    pub locale: Option<Locale>,
}

static RECRUITERS: Sql = Sql::new(
    "applications.recruiters",
    r#"SELECT u.id, u.name, u.email, u.locale FROM member m JOIN "user" u ON u.id = m.user_id
    WHERE m.organization_id = ?1 AND m.role IN ('owner', 'recruiter', 'admin')
    AND u.is_active = 1 AND u.banned = 0
    ORDER BY m.created_at, m.id LIMIT ?2"#,
);

/// Lists who acts for an organisation, the longest there first.
/// Index: `member_organization_id`.
#[must_use]
pub fn recruiters(organization_id: &str, limit: i64) -> Statement {
    RECRUITERS.bind([organization_id.into(), limit.into()])
}

impl FromRow for JobToApply {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            slug: row.text()?,
            title: row.text()?,
            organization_id: row.text()?,
            status: row.text()?,
            expires_at: row.millis_or_null()?,
            questions: row.parsed(|text| serde_json::from_str(text).ok())?,
        })
    }
}

impl FromRow for CvCopy {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            digest: row.text()?,
            file_name: row.text_or_null()?.unwrap_or_default(),
            size_bytes: row.integer_or_null()?.unwrap_or_default(),
        })
    }
}

impl FromRow for ApplicationEvent {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            from: row.parsed(ApplicationStatus::parse)?,
            to: row.parsed(ApplicationStatus::parse)?,
            actor_id: row.text_or_null()?,
            actor_name: row.text_or_null()?,
            note: row.text_or_null()?,
            at: row.millis()?,
        })
    }
}

impl FromRow for ApplicationNote {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            author_id: row.text_or_null()?,
            author_name: row.text_or_null()?,
            content: row.text()?,
            created_at: row.millis()?,
        })
    }
}

impl FromRow for Tally {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            job_id: row.text()?,
            organization_id: row.text()?,
            job_title: row.text()?,
            untold: row.integer()?,
            mail_at: row.millis()?,
        })
    }
}

impl FromRow for Recipient {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            user_id: row.text()?,
            name: row.text()?,
            email: row.email()?,
            locale: row.text_or_null()?.as_deref().and_then(Locale::parse),
        })
    }
}
