//! The table `device`: browsers in which somebody has signed in.

use super::{Sql, Statement, Value};
use crate::base::bounds::DEVICES_MAX;
use crate::base::clock::Millis;
use crate::domain::token::TokenHash;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] =
    &[&KNOWN, &REMEMBER, &FORGET, &FORGET_OTHERS, &FORGET_OF_SESSION, &FORGET_OLDEST];

static KNOWN: Sql =
    Sql::new("devices.known", "SELECT last_at FROM device WHERE user_id = ?1 AND device_hash = ?2");

/// Finds when somebody last signed in in a browser. Index: the primary key.
#[must_use]
pub fn known(user_id: &str, device: &TokenHash) -> Statement {
    KNOWN.bind([user_id.into(), device.into()])
}

static REMEMBER: Sql = Sql::new(
    "devices.remember",
    "INSERT INTO device (user_id, device_hash, last_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (user_id, device_hash) DO UPDATE SET last_at = excluded.last_at",
);

/// Notes a sign-in in a browser. Index: the primary key.
#[must_use]
pub fn remember(user_id: &str, device: &TokenHash, now: Millis) -> Statement {
    REMEMBER.bind([user_id.into(), device.into(), now.into()])
}

static FORGET: Sql =
    Sql::new("devices.forget", "DELETE FROM device WHERE user_id = ?1 AND device_hash = ?2");

/// Forgets a browser. Index: the primary key.
#[must_use]
pub fn forget(user_id: &str, device: &TokenHash) -> Statement {
    FORGET.bind([user_id.into(), device.into()])
}

static FORGET_OTHERS: Sql = Sql::new(
    "devices.forget_others",
    "DELETE FROM device WHERE user_id = ?1 AND device_hash <> ?2",
);

/// Forgets every browser but one, or every one. Index: the primary key.
#[must_use]
pub fn forget_others(user_id: &str, kept: Option<&TokenHash>) -> Statement {
    let kept = kept.map_or_else(|| Value::Bytes(Vec::new()), Value::from);
    FORGET_OTHERS.bind([user_id.into(), kept])
}

static FORGET_OF_SESSION: Sql = Sql::new(
    "devices.forget_of_session",
    "DELETE FROM device WHERE user_id IN (
        SELECT user_id FROM session WHERE id = ?1 OR token_hash = ?2)",
);

/// Forgets every browser of whoever has a session, named by its handle or its token.
/// Indexes: the primary key; those of `sessions::delete_any`.
#[must_use]
pub fn forget_of_session(handle: &str, token: &TokenHash) -> Statement {
    FORGET_OF_SESSION.bind([handle.into(), token.into()])
}

static FORGET_OLDEST: Sql = Sql::new(
    "devices.forget_oldest",
    "DELETE FROM device WHERE user_id = ?1 AND device_hash IN (
        SELECT device_hash FROM device WHERE user_id = ?1
        ORDER BY last_at DESC, device_hash LIMIT ?2 OFFSET ?3)",
);

/// Drops what goes beyond the newest `DEVICES_MAX`. Index: the primary key.
#[must_use]
pub fn forget_oldest(user_id: &str) -> Statement {
    FORGET_OLDEST.bind([user_id.into(), DEVICES_MAX.into(), DEVICES_MAX.into()])
}
