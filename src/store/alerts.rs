//! The table `alert`: searches that are repeated for people.
//!
//! Every statement for an owner compares the owner. A run moves `last_sent_at`
//! in the batch that posts the mail: a run that is repeated finds it moved.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::alert::{Alert, Frequency};
use crate::domain::email::Email;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&OF, &BY_ID, &ADD, &SET, &DELETE, &STOP, &DUE, &LOOKED];

/// Name of the statement that finds another run faster.
pub const LOOKED_NAME: &str = "alerts.looked";

static OF: Sql = Sql::new(
    "alerts.of",
    "SELECT id, user_id, name, query, frequency, is_active, begun_at, told_to, told_ids,
        last_sent_at, version, created_at
    FROM alert WHERE user_id = ?1 ORDER BY created_at, id LIMIT ?2",
);

/// Lists somebody's alerts, the oldest first. Index: `alert_user_id`.
#[must_use]
pub fn of(user_id: &str, limit: i64) -> Statement {
    OF.bind([user_id.into(), limit.into()])
}

static BY_ID: Sql = Sql::new(
    "alerts.by_id",
    "SELECT id, user_id, name, query, frequency, is_active, begun_at, told_to, told_ids,
        last_sent_at, version, created_at
    FROM alert WHERE id = ?1 AND user_id = ?2",
);

/// Finds one of somebody's alerts. Index: the primary key.
#[must_use]
pub fn by_id(id: &str, user_id: &str) -> Statement {
    BY_ID.bind([id.into(), user_id.into()])
}

static ADD: Sql = Sql::new(
    "alerts.add",
    "INSERT INTO alert (id, user_id, name, query, frequency, is_active, begun_at, told_to,
        told_ids, version, created_at, updated_at)
    SELECT CAST(?1 AS TEXT), CAST(?2 AS TEXT), CAST(?3 AS TEXT), CAST(?4 AS TEXT),
        CAST(?5 AS TEXT), CAST(?6 AS BIGINT), CAST(?7 AS BIGINT), CAST(?7 AS BIGINT), '[]', 1,
        CAST(?7 AS BIGINT), CAST(?7 AS BIGINT)
    WHERE (SELECT count(*) FROM alert WHERE user_id = ?2) < CAST(?8 AS BIGINT)",
);

/// Adds an alert; expects that its owner has fewer than `max`. Index: `alert_user_id`.
#[must_use]
pub fn add(alert: &Alert, max: i64) -> Statement {
    let values = [
        (&alert.id).into(),
        (&alert.user_id).into(),
        (&alert.name).into(),
        (&alert.query).into(),
        alert.frequency.name().into(),
        alert.is_active.into(),
        alert.created_at.into(),
        max.into(),
    ];
    ADD.bind(values).expecting(1)
}

static SET: Sql = Sql::new(
    "alerts.set",
    "UPDATE alert SET name = ?3, query = ?4, frequency = ?5, is_active = ?6, begun_at = ?7,
        version = version + 1, updated_at = ?8
    WHERE id = ?1 AND user_id = ?2 AND version = ?9",
);

/// Changes an alert, if it is as it was read. Index: the primary key.
#[must_use]
pub fn set(alert: &Alert, now: Millis) -> Statement {
    let values = [
        (&alert.id).into(),
        (&alert.user_id).into(),
        (&alert.name).into(),
        (&alert.query).into(),
        alert.frequency.name().into(),
        alert.is_active.into(),
        alert.begun_at.into(),
        now.into(),
        alert.version.into(),
    ];
    SET.bind(values).expecting(1)
}

static DELETE: Sql = Sql::new("alerts.delete", "DELETE FROM alert WHERE id = ?1 AND user_id = ?2");

/// Removes an alert; expects that it is there. Index: the primary key.
#[must_use]
pub fn delete(id: &str, user_id: &str) -> Statement {
    DELETE.bind([id.into(), user_id.into()]).expecting(1)
}

static STOP: Sql = Sql::new(
    "alerts.stop",
    "UPDATE alert SET is_active = 0, version = version + 1, updated_at = ?2
    WHERE id = ?1 AND is_active = 1",
);

/// Turns an alert off, whoever's it is: a signed link says so. Index: the primary key.
#[must_use]
pub fn stop(id: &str, now: Millis) -> Statement {
    STOP.bind([id.into(), now.into()])
}

static DUE: Sql = Sql::new(
    "alerts.due",
    r#"SELECT a.id, a.user_id, a.name, a.query, a.frequency, a.is_active, a.begun_at,
        a.told_to, a.told_ids, a.last_sent_at, a.version, a.created_at, u.name, u.email, u.locale
    FROM alert a JOIN "user" u ON u.id = a.user_id
    WHERE a.is_active = 1 AND a.frequency = ?1 AND a.id > ?2
    AND (a.last_sent_at IS NULL OR a.last_sent_at < ?3)
    AND u.is_active = 1 AND u.banned = 0 AND u.email_verified = 1
    ORDER BY a.id LIMIT ?4"#,
);

/// An alert with whoever is told.
#[derive(Debug)]
pub struct DueAlert {
    /// The alert.
    pub alert: Alert,
    /// For the greeting.
    pub name: String,
    /// To whom.
    pub email: Email,
    /// The tag of their language, if it is known.
    pub locale: Option<String>,
}

/// Lists alerts after `after` that have told nothing since `since`: of people who may sign
/// in and have proven their address. Index: `alert_due`.
#[must_use]
pub fn due(frequency: Frequency, after: &str, since: Millis, limit: i64) -> Statement {
    DUE.bind([frequency.name().into(), after.into(), since.into(), limit.into()])
}

static LOOKED: Sql = Sql::new(
    LOOKED_NAME,
    "UPDATE alert SET last_sent_at = ?2, told_to = ?2, told_ids = ?3
    WHERE id = ?1 AND is_active = 1 AND version = ?4
    AND (last_sent_at IS NULL OR last_sent_at < ?5)",
);

/// A look that found something.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// Which alert looked.
    pub alert: &'a Alert,
    /// When.
    pub at: Millis,
    /// Which offers the next look must not tell again.
    pub told_ids: &'a [String],
    /// When the day or the week began in which it tells once.
    pub since: Millis,
}

/// Notes a look; expects that nobody has told since, and that the alert is as it was
/// read. Index: the primary key.
///
/// # Errors
/// `Decode` for ids that are no JSON, a defect.
pub fn looked(look: Look<'_>) -> Result<Statement, StoreError> {
    let told_ids = serde_json::to_string(look.told_ids)
        .map_err(|_shape| StoreError::Decode { sql: LOOKED_NAME, column: 2 })?;
    let values = [
        (&look.alert.id).into(),
        look.at.into(),
        told_ids.into(),
        look.alert.version.into(),
        look.since.into(),
    ];
    Ok(LOOKED.bind(values).expecting(1))
}

impl FromRow for Alert {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            user_id: row.text()?,
            name: row.text()?,
            query: row.text()?,
            frequency: row.parsed(Frequency::parse)?,
            is_active: row.flag()?,
            begun_at: row.millis()?,
            told_to: row.millis()?,
            told_ids: row.parsed(|text| serde_json::from_str(text).ok())?,
            last_sent_at: row.millis_or_null()?,
            version: row.integer()?,
            created_at: row.millis()?,
        })
    }
}

impl FromRow for DueAlert {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            alert: Alert::from_row(row)?,
            name: row.text()?,
            email: row.email()?,
            locale: row.text_or_null()?,
        })
    }
}
