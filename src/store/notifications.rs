//! The table `notification`: what people are told inside the site.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::notification::Notification;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&INSERT, &PAGE, &UNREAD, &READ_ALL, &READ_ONE, &COUNT_UNREAD, &FORGET];

static INSERT: Sql = Sql::new(
    "notifications.insert",
    "INSERT INTO notification (id, user_id, kind, params, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
);

/// Tells somebody something.
#[must_use]
pub fn insert(notification: &Notification) -> Statement {
    let params = serde_json::to_string(&notification.kind).unwrap_or_default();
    INSERT
        .bind([
            (&notification.id).into(),
            (&notification.user_id).into(),
            notification.kind.name().into(),
            params.into(),
            notification.created_at.into(),
        ])
        .expecting(1)
}

/// Which notifications a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All.
    All,
    /// Those of which nobody has taken note.
    Unread,
}

static PAGE: Sql = Sql::new(
    "notifications.page",
    "SELECT id, user_id, params, created_at, read_at FROM notification
    WHERE user_id = ?1 AND (created_at, id) < (?2, ?3)
    ORDER BY created_at DESC, id DESC LIMIT ?4",
);

static UNREAD: Sql = Sql::new(
    "notifications.unread",
    "SELECT id, user_id, params, created_at, read_at FROM notification
    WHERE user_id = ?1 AND read_at IS NULL AND (created_at, id) < (?2, ?3)
    ORDER BY created_at DESC, id DESC LIMIT ?4",
);

/// Lists somebody's notifications before `(at, id)`, newest first.
/// Indexes: `notification_user_id`, `notification_unread`.
#[must_use]
pub fn page(user_id: &str, shown: Shown, before: (i64, &str), limit: i64) -> Statement {
    let sql = match shown {
        Shown::All => &PAGE,
        Shown::Unread => &UNREAD,
    };
    sql.bind([user_id.into(), before.0.into(), before.1.into(), limit.into()])
}

static READ_ALL: Sql = Sql::new(
    "notifications.read_all",
    "UPDATE notification SET read_at = ?2 WHERE user_id = ?1 AND read_at IS NULL
    AND created_at <= ?2",
);

/// Takes note of everything that somebody was told. Index: `notification_unread`.
#[must_use]
pub fn read_all(user_id: &str, now: Millis) -> Statement {
    READ_ALL.bind([user_id.into(), now.into()])
}

static READ_ONE: Sql = Sql::new(
    "notifications.read_one",
    "UPDATE notification SET read_at = ?3 WHERE id = ?1 AND user_id = ?2 AND read_at IS NULL",
);

/// Takes note of one thing, if it is theirs. Index: the primary key.
#[must_use]
pub fn read_one(id: &str, user_id: &str, now: Millis) -> Statement {
    READ_ONE.bind([id.into(), user_id.into(), now.into()])
}

static COUNT_UNREAD: Sql = Sql::new(
    "notifications.count_unread",
    "SELECT count(*) FROM notification WHERE user_id = ?1 AND read_at IS NULL",
);

/// Counts what somebody has not taken note of. Index: `notification_unread`.
#[must_use]
pub fn count_unread(user_id: &str) -> Statement {
    COUNT_UNREAD.bind([user_id.into()])
}

static FORGET: Sql = Sql::new(
    "notifications.forget",
    "DELETE FROM notification WHERE id IN (
        SELECT id FROM notification WHERE created_at <= ?1 ORDER BY created_at, id LIMIT ?2)",
);

/// Forgets what people were told up to a moment. Index: `notification_created_at`.
#[must_use]
pub fn forget(until: Millis, limit: i64) -> Statement {
    FORGET.bind([until.into(), limit.into()])
}

impl FromRow for Notification {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            user_id: row.text()?,
            kind: row.parsed(|text| serde_json::from_str(text).ok())?,
            created_at: row.millis()?,
            read_at: row.millis_or_null()?,
        })
    }
}
