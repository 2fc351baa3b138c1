//! The table `conversation`: lists of them, what each side has read, mails that are owed.
//!
//! As everywhere, the person who reads or writes is compared in the statement itself.

use super::{FromRow, Row, Sql, Statement, StoreError, Value};
use crate::base::clock::Millis;
use crate::domain::message::{Conversation, LastMessage};
use crate::domain::side::{Side, Standing};

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &VISIBLE,
    &OF_APPLICATION,
    &INSERT,
    &SAID_BY_CANDIDATE,
    &SAID_BY_ORGANIZATION,
    &READ_BY_CANDIDATE,
    &READ_BY_ORGANIZATION,
    &LIST_OF_CANDIDATE,
    &LIST_OF_ORGANIZATION,
    &UNREAD_OF_CANDIDATE,
    &UNREAD_OF_MEMBER,
];

/// A conversation as whoever acts in it needs it.
#[derive(Clone, Debug)]
pub struct ConversationView {
    /// `cnv_…`.
    pub id: String,
    /// About which application.
    pub application_id: String,
    /// Place of the last message that the reader's side has read.
    pub read_to: i64,
    /// Messages that the reader's side has not read.
    pub unread: i64,
    /// Place of the last message that the other side has read.
    pub other_read_to: i64,
    /// When the application was erased.
    pub erased_at: Option<Millis>,
    /// What the reader is to it.
    pub standing: Standing,
}

/// The prefix of a statement that reads a [`ConversationView`].
macro_rules! view {
    ($condition:literal) => {
        concat!(
            "SELECT c.id, c.application_id,
        CASE WHEN c.candidate_id = ?2 THEN c.candidate_read_to ELSE c.organization_read_to END,
        CASE WHEN c.candidate_id = ?2 THEN c.candidate_unread ELSE c.organization_unread END,
        CASE WHEN c.candidate_id = ?2 THEN c.organization_read_to ELSE c.candidate_read_to END,
        a.erased_at, CASE WHEN c.candidate_id = ?2 THEN 'candidate' ELSE m.role END
    FROM conversation c JOIN application a ON a.id = c.application_id
    LEFT JOIN member m ON m.user_id = ?2 AND m.organization_id = c.organization_id
    WHERE ",
            $condition,
            " AND (c.candidate_id = ?2 OR m.user_id IS NOT NULL)"
        )
    };
}

static VISIBLE: Sql = Sql::new("conversations.visible", view!("c.id = ?1"));

/// Finds a conversation that somebody may see. Indexes: primary keys, `member_user_id`.
#[must_use]
pub fn visible(id: &str, user_id: &str) -> Statement {
    VISIBLE.bind([id.into(), user_id.into()])
}

static OF_APPLICATION: Sql =
    Sql::new("conversations.of_application", view!("c.application_id = ?1"));

/// Finds the conversation of an application. Index: `conversation_application_id`.
#[must_use]
pub fn of_application(application_id: &str, user_id: &str) -> Statement {
    OF_APPLICATION.bind([application_id.into(), user_id.into()])
}

/// Name of the statement that is `Duplicate` when the application has a conversation.
pub const INSERT_NAME: &str = "conversations.insert";

static INSERT: Sql = Sql::new(
    INSERT_NAME,
    "INSERT INTO conversation (id, application_id, job_id, organization_id, candidate_id,
        last_sequence, created_at, updated_at)
    SELECT ?1, a.id, a.job_id, a.organization_id, a.candidate_id, 0, ?3, ?3
    FROM application a WHERE a.id = ?2",
);

/// Opens the conversation of an application. Indexes: the primary key,
/// `conversation_application_id`.
#[must_use]
pub fn insert(id: &str, application_id: &str, now: Millis) -> Statement {
    INSERT.bind([id.into(), application_id.into(), now.into()]).expecting(1)
}

/// What a message does to its conversation: `$own` speaks, `$other` has one more to read,
/// and is written to when that takes too long, unless it was lately.
macro_rules! said {
    ($name:literal, $other:literal) => {
        Sql::new(
            $name,
            concat!(
                "UPDATE conversation SET updated_at = ?2,
        last_sequence = (SELECT value FROM counter WHERE name = 'message'),
        ",
                $other,
                "_unread = ",
                $other,
                "_unread + 1,
        ",
                $other,
                "_mail_at = COALESCE(",
                $other,
                "_mail_at,
            CASE WHEN ",
                $other,
                "_mailed_at + ?4 > ?3 THEN ",
                $other,
                "_mailed_at + ?4
            ELSE CAST(?3 AS BIGINT) END)
    WHERE id = ?1"
            ),
        )
    };
}

static SAID_BY_CANDIDATE: Sql = said!("conversations.said_by_candidate", "organization");
static SAID_BY_ORGANIZATION: Sql = said!("conversations.said_by_organization", "candidate");

/// Moments of the mail about a message that nobody reads.
#[derive(Clone, Copy, Debug)]
pub struct MailPlan {
    /// When it goes at the earliest.
    pub mail_at: Millis,
    /// Least time since the last one, in milliseconds.
    pub pause_ms: i64,
}

/// Notes that a side said something. Index: the primary key.
#[must_use]
pub fn said(id: &str, side: Side, now: Millis, plan: MailPlan) -> Statement {
    let sql = match side {
        Side::Candidate => &SAID_BY_CANDIDATE,
        Side::Organization => &SAID_BY_ORGANIZATION,
    };
    sql.bind([id.into(), now.into(), plan.mail_at.into(), plan.pause_ms.into()]).expecting(1)
}

/// What reading does: the mark moves forward alone, what is left is counted, and the mail
/// goes later or not at all.
macro_rules! read {
    ($name:expr, $own:literal, $other:literal) => {
        Sql::new(
            $name,
            concat!(
                "UPDATE conversation SET ",
                $own,
                "_read_to = ?2, ",
                $own,
                "_read_at = ?3,
        ",
                $own,
                "_read_sequence = (SELECT value FROM counter WHERE name = 'message'),
        ",
                $own,
                "_unread = (SELECT count(*) FROM message m
            WHERE m.conversation_id = ?1 AND m.sequence > ?2 AND m.side = '",
                $other,
                "'),
        ",
                $own,
                "_mail_at = CASE WHEN ",
                $own,
                "_mail_at IS NULL
            OR NOT EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = ?1
                AND m.sequence > ?2 AND m.side = '",
                $other,
                "') THEN NULL
            WHEN ",
                $own,
                "_mail_at > ?4 THEN ",
                $own,
                "_mail_at ELSE CAST(?4 AS BIGINT) END
    WHERE id = ?1 AND ",
                $own,
                "_read_to < ?2"
            ),
        )
    };
}

/// Name of the statement that touches no row when the candidate has read further already.
pub const READ_BY_CANDIDATE_NAME: &str = "conversations.read_by_candidate";

/// As [`READ_BY_CANDIDATE_NAME`], of the organisation.
pub const READ_BY_ORGANIZATION_NAME: &str = "conversations.read_by_organization";

static READ_BY_CANDIDATE: Sql = read!(READ_BY_CANDIDATE_NAME, "candidate", "organization");
static READ_BY_ORGANIZATION: Sql = read!(READ_BY_ORGANIZATION_NAME, "organization", "candidate");

/// Notes that a side has read up to a place; expects that it had not.
/// Indexes: the primary key, `message_conversation_id`.
#[must_use]
pub fn read(id: &str, (side, read_to): (Side, i64), now: Millis, mail_at: Millis) -> Statement {
    let sql = match side {
        Side::Candidate => &READ_BY_CANDIDATE,
        Side::Organization => &READ_BY_ORGANIZATION,
    };
    sql.bind([id.into(), read_to.into(), now.into(), mail_at.into()]).expecting(1)
}

/// A page of conversations, the one with the newest message first.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    /// The place of the row before which it begins.
    pub sequence: i64,
    /// That row's id.
    pub id: &'a str,
    /// Most rows.
    pub rows: i64,
}

static LIST_OF_CANDIDATE: Sql = Sql::new(
    "conversations.list_of_candidate",
    "SELECT c.id, c.application_id, c.job_id, j.slug, j.title, o.id, o.name, o.logo,
        c.last_sequence, m.id, m.side, m.content, m.created_at, c.candidate_unread, c.updated_at
    FROM conversation c JOIN job j ON j.id = c.job_id
    JOIN organization o ON o.id = c.organization_id
    LEFT JOIN message m ON m.sequence = c.last_sequence
    WHERE c.candidate_id = ?1 AND (c.last_sequence, c.id) < (?2, ?3)
    ORDER BY c.last_sequence DESC, c.id DESC LIMIT ?4",
);

/// Lists a candidate's conversations. Index: `conversation_candidate_id`.
#[must_use]
pub fn list_of_candidate(candidate_id: &str, page: Before<'_>) -> Statement {
    LIST_OF_CANDIDATE.bind(page.of(candidate_id))
}

static LIST_OF_ORGANIZATION: Sql = Sql::new(
    "conversations.list_of_organization",
    r#"SELECT c.id, c.application_id, c.job_id, j.slug, j.title, u.id, u.name, u.image,
        c.last_sequence, m.id, m.side, m.content, m.created_at, c.organization_unread, c.updated_at
    FROM member b JOIN conversation c ON c.organization_id = b.organization_id
    JOIN job j ON j.id = c.job_id JOIN "user" u ON u.id = c.candidate_id
    LEFT JOIN message m ON m.sequence = c.last_sequence
    WHERE b.user_id = ?1 AND (c.last_sequence, c.id) < (?2, ?3)
    ORDER BY c.last_sequence DESC, c.id DESC LIMIT ?4"#,
);

/// Lists the conversations of a member's organisation. Indexes: `member_user_id`,
/// `conversation_organization_id`.
#[must_use]
pub fn list_of_organization(member_id: &str, page: Before<'_>) -> Statement {
    LIST_OF_ORGANIZATION.bind(page.of(member_id))
}

impl Before<'_> {
    fn of(&self, reader_id: &str) -> [Value; 4] {
        [reader_id.into(), self.sequence.into(), self.id.into(), self.rows.into()]
    }
}

static UNREAD_OF_CANDIDATE: Sql = Sql::new(
    "conversations.unread_of_candidate",
    "SELECT CAST(COALESCE(SUM(candidate_unread), 0) AS BIGINT) FROM conversation
    WHERE candidate_id = ?1",
);

/// Counts what a candidate has not read. Index: `conversation_candidate_id`.
#[must_use]
pub fn unread_of_candidate(candidate_id: &str) -> Statement {
    UNREAD_OF_CANDIDATE.bind([candidate_id.into()])
}

static UNREAD_OF_MEMBER: Sql = Sql::new(
    "conversations.unread_of_member",
    "SELECT CAST(COALESCE(SUM(c.organization_unread), 0) AS BIGINT)
    FROM member b JOIN conversation c ON c.organization_id = b.organization_id
    WHERE b.user_id = ?1 AND c.organization_unread > 0",
);

/// Counts what a member's organisation has not read. Indexes: `member_user_id`,
/// `conversation_organization_unread`.
#[must_use]
pub fn unread_of_member(member_id: &str) -> Statement {
    UNREAD_OF_MEMBER.bind([member_id.into()])
}

impl FromRow for ConversationView {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            application_id: row.text()?,
            read_to: row.integer()?,
            unread: row.integer()?,
            other_read_to: row.integer()?,
            erased_at: row.millis_or_null()?,
            standing: row.parsed(Standing::parse)?,
        })
    }
}

impl FromRow for Conversation {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            application_id: row.text()?,
            job_id: row.text()?,
            job_slug: row.text()?,
            job_title: row.text()?,
            counterpart_id: row.text()?,
            counterpart_name: row.text()?,
            counterpart_image: row.text_or_null()?,
            last_sequence: row.integer()?,
            last_message: last_message(row)?,
            unread_count: row.integer()?,
            updated_at: row.millis()?,
        })
    }
}

fn last_message(row: &mut Row<'_>) -> Result<Option<LastMessage>, StoreError> {
    let (id, side) = (row.text_or_null()?, row.text_or_null()?);
    let (content, at) = (row.text_or_null()?, row.millis_or_null()?);
    let side = side.as_deref().and_then(Side::parse);
    Ok(match (id, side, content, at) {
        (Some(id), Some(side), Some(content), Some(created_at)) => {
            Some(LastMessage { id, side, content, created_at })
        }
        _ => None,
    })
}
