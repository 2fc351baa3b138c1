//! Putting away what is long over, erasing what is older still, and who had which report.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::email::Email;

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &DECIDED,
    &OF_CLOSED_JOBS,
    &OF_LAPSED_JOBS,
    &CLOSED_JOBS,
    &LAPSED_JOBS,
    &TO_ERASE,
    &ERASE_MESSAGES,
    &ERASE_NOTES,
    &ERASE_EVENT_NOTES,
    &QUIET_CONVERSATION,
    &ERASE,
    &OWNERS_UNTOLD,
    &REPORTED,
    &FORGET_REPORTS,
];

static DECIDED: Sql = Sql::new(
    "board_archive.decided",
    "UPDATE application SET archived_at = ?1 WHERE id IN (
        SELECT id FROM application
        WHERE archived_at IS NULL AND ended_at IS NOT NULL AND ended_at <= ?2
        ORDER BY ended_at, id LIMIT ?3)",
);

/// Puts applications away that ended before a moment. Index: `application_to_archive`.
#[must_use]
pub fn decided(now: Millis, before: Millis, rows: i64) -> Statement {
    DECIDED.bind([now.into(), before.into(), rows.into()])
}

/// Applications whose offer ended: they end with it.
macro_rules! of_jobs {
    ($name:literal, $status:literal, $ended:literal) => {
        Sql::new(
            $name,
            concat!(
                "UPDATE application SET archived_at = ?1, ended_at = COALESCE(ended_at,
        (SELECT j.",
                $ended,
                " FROM job j WHERE j.id = application.job_id))
    WHERE id IN (SELECT a.id FROM job j JOIN application a ON a.job_id = j.id
        WHERE j.status = '",
                $status,
                "' AND j.",
                $ended,
                " <= ?2 AND a.archived_at IS NULL
        ORDER BY j.",
                $ended,
                ", j.id, a.created_at, a.id LIMIT ?3)"
            ),
        )
    };
}

static OF_CLOSED_JOBS: Sql = of_jobs!("board_archive.of_closed_jobs", "cerrada", "closed_at");
static OF_LAPSED_JOBS: Sql = of_jobs!("board_archive.of_lapsed_jobs", "caducada", "expires_at");

/// Puts applications away whose offer was closed before a moment. Indexes: `job_closed_at`,
/// `application_job_id`.
#[must_use]
pub fn of_closed_jobs(now: Millis, before: Millis, rows: i64) -> Statement {
    OF_CLOSED_JOBS.bind([now.into(), before.into(), rows.into()])
}

/// Puts applications away whose offer lapsed before a moment. Indexes: `job_lapsed_at`,
/// `application_job_id`.
#[must_use]
pub fn of_lapsed_jobs(now: Millis, before: Millis, rows: i64) -> Statement {
    OF_LAPSED_JOBS.bind([now.into(), before.into(), rows.into()])
}

macro_rules! jobs {
    ($name:literal, $status:literal, $ended:literal) => {
        Sql::new(
            $name,
            concat!(
                "UPDATE job SET status = 'archivada', archived_at = ?1, version = version + 1,
        updated_at = ?1
    WHERE id IN (SELECT id FROM job WHERE status = '",
                $status,
                "' AND ",
                $ended,
                " <= ?2
        ORDER BY ",
                $ended,
                ", id LIMIT ?3) AND status = '",
                $status,
                "'"
            ),
        )
    };
}

static CLOSED_JOBS: Sql = jobs!("board_archive.closed_jobs", "cerrada", "closed_at");
static LAPSED_JOBS: Sql = jobs!("board_archive.lapsed_jobs", "caducada", "expires_at");

/// Puts offers away that were closed before a moment. Index: `job_closed_at`.
#[must_use]
pub fn closed_jobs(now: Millis, before: Millis, rows: i64) -> Statement {
    CLOSED_JOBS.bind([now.into(), before.into(), rows.into()])
}

/// Puts offers away that lapsed before a moment. Index: `job_lapsed_at`.
#[must_use]
pub fn lapsed_jobs(now: Millis, before: Millis, rows: i64) -> Statement {
    LAPSED_JOBS.bind([now.into(), before.into(), rows.into()])
}

static TO_ERASE: Sql = Sql::new(
    "board_archive.to_erase",
    "SELECT id FROM application
    WHERE erased_at IS NULL AND archived_at IS NOT NULL AND ended_at <= ?1
    ORDER BY ended_at, id LIMIT ?2",
);

/// Lists applications whose time is over. Index: `application_to_erase`.
#[must_use]
pub fn to_erase(before: Millis, rows: i64) -> Statement {
    TO_ERASE.bind([before.into(), rows.into()])
}

static ERASE_MESSAGES: Sql = Sql::new(
    "board_archive.erase_messages",
    "DELETE FROM message WHERE conversation_id IN (
        SELECT id FROM conversation WHERE application_id = ?1)",
);

static ERASE_NOTES: Sql =
    Sql::new("board_archive.erase_notes", "DELETE FROM application_note WHERE application_id = ?1");

static ERASE_EVENT_NOTES: Sql = Sql::new(
    "board_archive.erase_event_notes",
    "UPDATE application_event SET note = NULL WHERE application_id = ?1",
);

static QUIET_CONVERSATION: Sql = Sql::new(
    "board_archive.quiet_conversation",
    "UPDATE conversation SET candidate_unread = 0, organization_unread = 0,
        candidate_mail_at = NULL, organization_mail_at = NULL
    WHERE application_id = ?1",
);

static ERASE: Sql = Sql::new(
    "board_archive.erase",
    "UPDATE application SET cover_letter = NULL, salary_min = NULL, salary_max = NULL,
        salary_currency = NULL, availability_date = NULL, answers = '[]', cv_digest = NULL,
        cv_name = NULL, cv_size_bytes = NULL, erased_at = ?2
    WHERE id = ?1 AND erased_at IS NULL",
);

/// Erases what an application said and what was said about it; expects that nobody has.
/// Indexes: the primary key, `conversation_application_id`, `message_conversation_id`,
/// `application_note_application_id`, `application_event_application_id`.
#[must_use]
pub fn erase(id: &str, now: Millis) -> [Statement; 5] {
    [
        ERASE.bind([id.into(), now.into()]).expecting(1),
        ERASE_MESSAGES.bind([id.into()]),
        ERASE_NOTES.bind([id.into()]),
        ERASE_EVENT_NOTES.bind([id.into()]),
        QUIET_CONVERSATION.bind([id.into()]),
    ]
}

/// An organisation that had no report of a week yet, and who gets it.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The organisation.
    pub organization_id: String,
    /// Its name.
    pub organization_name: String,
    /// The person.
    pub user_id: String,
    /// For the greeting.
    pub name: String,
    /// The address.
    pub email: Email,
    /// The tag of their language; `None`: nobody knows.
    pub locale: Option<String>,
}

static OWNERS_UNTOLD: Sql = Sql::new(
    "board_archive.owners_untold",
    r#"SELECT o.id, o.name, u.id, u.name, u.email, u.locale
    FROM organization o JOIN member m ON m.id = (
        SELECT n.id FROM member n JOIN "user" w ON w.id = n.user_id
        WHERE n.organization_id = o.id AND n.role = 'owner' AND w.is_active = 1 AND w.banned = 0
        ORDER BY n.created_at, n.id LIMIT 1)
    JOIN "user" u ON u.id = m.user_id
    WHERE o.id > ?1
    AND NOT EXISTS (SELECT 1 FROM weekly_report r WHERE r.reader = o.id AND r.week = ?2)
    ORDER BY o.id LIMIT ?3"#,
);

/// Lists organisations after an id that had no report of a week, each with the owner who
/// has been there longest. Indexes: primary keys, `member_organization_id`.
#[must_use]
pub fn owners_untold(after: &str, week: &str, rows: i64) -> Statement {
    OWNERS_UNTOLD.bind([after.into(), week.into(), rows.into()])
}

/// Name of the statement that is `Duplicate` for a second report of a week.
pub const REPORTED_NAME: &str = "board_archive.reported";

static REPORTED: Sql =
    Sql::new(REPORTED_NAME, "INSERT INTO weekly_report (reader, week) VALUES (?1, ?2)");

/// Notes that somebody has the report of a week; a second one undoes its batch.
#[must_use]
pub fn reported(reader: &str, week: &str) -> Statement {
    REPORTED.bind([reader.into(), week.into()])
}

static FORGET_REPORTS: Sql = Sql::new(
    "board_archive.forget_reports",
    "DELETE FROM weekly_report WHERE (reader, week) IN (
        SELECT reader, week FROM weekly_report WHERE week < ?1 ORDER BY week, reader LIMIT ?2)",
);

/// Forgets who had reports of weeks before one. Index: `weekly_report_week`.
#[must_use]
pub fn forget_reports(before: &str, rows: i64) -> Statement {
    FORGET_REPORTS.bind([before.into(), rows.into()])
}

impl FromRow for Owner {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: row.text()?,
            organization_name: row.text()?,
            user_id: row.text()?,
            name: row.text()?,
            email: row.email()?,
            locale: row.text_or_null()?,
        })
    }
}
