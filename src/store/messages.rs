//! The table `message`, and the one order of messages and reading marks.

use super::{FromRow, Row, Sql, Statement, StoreError, Value};
use crate::base::clock::Millis;
use crate::domain::message::{Addressed, LiveEvent, Message, ReadMark};
use crate::domain::side::Side;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &TAKE_PLACE,
    &NEWEST_PLACE,
    &INSERT,
    &PAGE,
    &PLACE_OF,
    &SAID_SINCE,
    &READ_SINCE,
    &SAID_TO_CANDIDATE,
    &SAID_TO_ORGANIZATION,
    &READ_FOR_CANDIDATE,
    &READ_FOR_ORGANIZATION,
    &STILL_READING,
];

static TAKE_PLACE: Sql = Sql::contended(
    "messages.take_place",
    "UPDATE counter SET value = value + 1 WHERE name = 'message'",
);

/// Takes the next place in the order; what is written later in the same batch reads it.
/// The row stays locked to the batch's end: places become visible in their order.
#[must_use]
pub fn take_place() -> Statement {
    TAKE_PLACE.bind([]).expecting(1)
}

static NEWEST_PLACE: Sql =
    Sql::new("messages.newest_place", "SELECT value FROM counter WHERE name = 'message'");

/// Finds the newest place: everything up to it is visible. Index: the primary key.
#[must_use]
pub fn newest_place() -> Statement {
    NEWEST_PLACE.bind([])
}

static INSERT: Sql = Sql::new(
    "messages.insert",
    "INSERT INTO message (id, conversation_id, sequence, side, sender_id, content, created_at)
    VALUES (?1, ?2, (SELECT value FROM counter WHERE name = 'message'), ?3, ?4, ?5, ?6)",
);

/// Adds a message at the place that [`take_place`] took; its own is not read.
#[must_use]
pub fn insert(message: &Message) -> Statement {
    INSERT
        .bind([
            (&message.id).into(),
            (&message.conversation_id).into(),
            message.side.name().into(),
            message.sender_id.as_deref().into(),
            (&message.content).into(),
            message.created_at.into(),
        ])
        .expecting(1)
}

static PAGE: Sql = Sql::new(
    "messages.page",
    r#"SELECT m.id, m.sequence, m.conversation_id, m.side, m.sender_id, u.name, m.content,
        m.created_at
    FROM message m LEFT JOIN "user" u ON u.id = m.sender_id
    WHERE m.conversation_id = ?1 AND m.sequence < ?2
    AND EXISTS (SELECT 1 FROM conversation c
        LEFT JOIN member b ON b.user_id = ?3 AND b.organization_id = c.organization_id
        WHERE c.id = ?1 AND (c.candidate_id = ?3 OR b.user_id IS NOT NULL))
    ORDER BY m.sequence DESC LIMIT ?4"#,
);

/// Lists the messages of a conversation before a place to somebody who may read them,
/// newest first. Index: `message_conversation_id`.
#[must_use]
pub fn page(conversation_id: &str, reader_id: &str, before: i64, limit: i64) -> Statement {
    PAGE.bind([conversation_id.into(), before.into(), reader_id.into(), limit.into()])
}

static PLACE_OF: Sql = Sql::new(
    "messages.place_of",
    "SELECT sequence FROM message WHERE id = ?1 AND conversation_id = ?2",
);

/// Finds the place of a message of a conversation. Index: the primary key.
#[must_use]
pub fn place_of(id: &str, conversation_id: &str) -> Statement {
    PLACE_OF.bind([id.into(), conversation_id.into()])
}

/// Messages with whom they concern, in the order of their places.
macro_rules! said {
    ($name:literal, $condition:literal, $limit:literal) => {
        Sql::new(
            $name,
            concat!(
                r#"SELECT m.id, m.sequence, m.conversation_id, m.side, m.sender_id, u.name, m.content,
        m.created_at, c.candidate_id, c.organization_id
    FROM conversation c JOIN message m ON m.conversation_id = c.id
    LEFT JOIN "user" u ON u.id = m.sender_id
    WHERE "#,
                $condition,
                " AND m.sequence > ?1 AND m.sequence <= ?2 ORDER BY m.sequence LIMIT ",
                $limit
            ),
        )
    };
}

/// Reading marks with whom they concern, of both sides.
macro_rules! marked {
    ($name:literal, $condition:literal, $limit:literal) => {
        Sql::new(
            $name,
            concat!(
                "SELECT c.id, CAST('candidate' AS TEXT) AS side, c.candidate_read_sequence AS place,
        m.id, c.candidate_read_at, c.candidate_id, c.organization_id
    FROM conversation c LEFT JOIN message m ON m.sequence = c.candidate_read_to
    WHERE ",
                $condition,
                "c.candidate_read_sequence > ?1 AND c.candidate_read_sequence <= ?2
        AND c.candidate_read_sequence > 0
    UNION ALL
    SELECT c.id, CAST('organization' AS TEXT), c.organization_read_sequence,
        m.id, c.organization_read_at, c.candidate_id, c.organization_id
    FROM conversation c LEFT JOIN message m ON m.sequence = c.organization_read_to
    WHERE ",
                $condition,
                "c.organization_read_sequence > ?1 AND c.organization_read_sequence <= ?2
        AND c.organization_read_sequence > 0
    ORDER BY place LIMIT ",
                $limit
            ),
        )
    };
}

/// A stretch of the order: after one place, up to another.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// The last place before it.
    pub after: i64,
    /// Its last place.
    pub up_to: i64,
    /// Most rows.
    pub rows: i64,
}

static SAID_SINCE: Sql = said!("messages.said_since", "m.conversation_id = c.id", "?3");
static READ_SINCE: Sql = marked!("messages.read_since", "", "?3");

/// Lists everybody's messages of a stretch. Indexes: `message_sequence`, the primary key.
#[must_use]
pub fn said_since(stretch: Stretch) -> Statement {
    SAID_SINCE.bind([stretch.after.into(), stretch.up_to.into(), stretch.rows.into()])
}

/// Lists everybody's reading marks of a stretch. Indexes: `conversation_candidate_read`,
/// `conversation_organization_read`.
#[must_use]
pub fn read_since(stretch: Stretch) -> Statement {
    READ_SINCE.bind([stretch.after.into(), stretch.up_to.into(), stretch.rows.into()])
}

static SAID_TO_CANDIDATE: Sql =
    said!("messages.said_to_candidate", "c.candidate_id = ?3 AND c.last_sequence > ?1", "?4");
static SAID_TO_ORGANIZATION: Sql =
    said!("messages.said_to_organization", "c.organization_id = ?3 AND c.last_sequence > ?1", "?4");
static READ_FOR_CANDIDATE: Sql =
    marked!("messages.read_for_candidate", "c.candidate_id = ?3 AND ", "?4");
static READ_FOR_ORGANIZATION: Sql =
    marked!("messages.read_for_organization", "c.organization_id = ?3 AND ", "?4");

/// Lists the messages and marks of a stretch that concern a candidate or an organisation.
/// Indexes: `conversation_candidate_id`, `conversation_organization_id`,
/// `message_conversation_id`.
#[must_use]
pub fn missed(side: Side, whose: &str, stretch: Stretch) -> [Statement; 2] {
    let (said, read) = match side {
        Side::Candidate => (&SAID_TO_CANDIDATE, &READ_FOR_CANDIDATE),
        Side::Organization => (&SAID_TO_ORGANIZATION, &READ_FOR_ORGANIZATION),
    };
    let Stretch { after, up_to, rows } = stretch;
    [said, read].map(|sql| sql.bind([after.into(), up_to.into(), whose.into(), rows.into()]))
}

/// Sessions that one statement of [`still_reading`] looks at.
pub const READERS: usize = 64;

static STILL_READING: Sql = Sql::new(
    "messages.still_reading",
    r#"SELECT s.id, COALESCE(b.organization_id, '') FROM session s
    JOIN "user" u ON u.id = s.user_id LEFT JOIN member b ON b.user_id = u.id
    WHERE s.expires_at > ?1 AND u.is_active = 1 AND (u.banned = 0 OR u.ban_expires_at <= ?1)
    AND s.id IN (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
        ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36,
        ?37, ?38, ?39, ?40, ?41, ?42, ?43, ?44, ?45, ?46, ?47, ?48, ?49, ?50, ?51, ?52, ?53,
        ?54, ?55, ?56, ?57, ?58, ?59, ?60, ?61, ?62, ?63, ?64, ?65)"#,
);

/// Lists which of some sessions may go on reading, at most [`READERS`]: those that live and
/// whose person is not barred. Indexes: primary keys, `member_user_id`.
#[must_use]
pub fn still_reading(sessions: &[&str], now: Millis) -> Statement {
    let given = sessions.iter().map(|&id| id.into());
    let given = given.chain(std::iter::repeat_n(Value::Null, READERS)).take(READERS);
    STILL_READING.bind_all(std::iter::once(now.into()).chain(given).collect())
}

/// A session that may go on reading.
#[derive(Debug)]
pub struct Reading {
    /// The session.
    pub session_id: String,
    /// The organisation to which its person belongs; empty for none.
    pub organization_id: String,
}

impl FromRow for Reading {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { session_id: row.text()?, organization_id: row.text()? })
    }
}

/// A message and whom it concerns.
#[derive(Debug)]
pub struct Said(pub Addressed);

/// A reading mark and whom it concerns.
#[derive(Debug)]
pub struct Marked(pub Addressed);

impl FromRow for Message {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            sequence: row.integer()?,
            conversation_id: row.text()?,
            side: row.parsed(Side::parse)?,
            sender_id: row.text_or_null()?,
            sender_name: row.text_or_null()?,
            content: row.text()?,
            created_at: row.millis()?,
        })
    }
}

impl FromRow for Said {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(Addressed {
            event: LiveEvent::Message(Message::from_row(row)?),
            candidate_id: row.text()?,
            organization_id: row.text()?,
        }))
    }
}

impl FromRow for Marked {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let mark = ReadMark {
            conversation_id: row.text()?,
            side: row.parsed(Side::parse)?,
            sequence: row.integer()?,
            up_to: row.text_or_null()?,
            at: row.millis_or_null()?.unwrap_or_default(),
        };
        Ok(Self(Addressed {
            event: LiveEvent::Read(mark),
            candidate_id: row.text()?,
            organization_id: row.text()?,
        }))
    }
}
