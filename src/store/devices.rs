//! The table `device`: browsers in which somebody has signed in.

use super::{Sql, Statement};
use crate::base::bounds::DEVICES_MAX;
use crate::base::clock::Millis;
use crate::domain::token::TokenHash;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&KNOWN, &REMEMBER, &FORGET_OLDEST];

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
