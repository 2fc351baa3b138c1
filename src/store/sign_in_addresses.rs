//! The table `sign_in_address`: from where somebody has signed in before.

use super::{Sql, Statement};
use crate::base::bounds::KNOWN_ADDRESSES_MAX;
use crate::base::clock::Millis;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&KNOWN, &REMEMBER, &FORGET_OTHERS, &FORGET_OLDEST];

static KNOWN: Sql = Sql::new(
    "sign_in_addresses.known",
    "SELECT last_at FROM sign_in_address WHERE user_id = ?1 AND address = ?2",
);

/// Finds when somebody last signed in from an address. Index: the primary key.
#[must_use]
pub fn known(user_id: &str, address: &str) -> Statement {
    KNOWN.bind([user_id.into(), address.into()])
}

static REMEMBER: Sql = Sql::new(
    "sign_in_addresses.remember",
    "INSERT INTO sign_in_address (user_id, address, last_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (user_id, address) DO UPDATE SET last_at = excluded.last_at",
);

/// Notes a successful sign-in. Index: the primary key.
#[must_use]
pub fn remember(user_id: &str, address: &str, now: Millis) -> Statement {
    REMEMBER.bind([user_id.into(), address.into(), now.into()])
}

static FORGET_OTHERS: Sql = Sql::new(
    "sign_in_addresses.forget_others",
    "DELETE FROM sign_in_address WHERE user_id = ?1 AND address <> ?2",
);

/// Forgets every address but one; none has the empty name. Index: the primary key.
#[must_use]
pub fn forget_others(user_id: &str, kept: &str) -> Statement {
    FORGET_OTHERS.bind([user_id.into(), kept.into()])
}

static FORGET_OLDEST: Sql = Sql::new(
    "sign_in_addresses.forget_oldest",
    "DELETE FROM sign_in_address WHERE user_id = ?1 AND address IN (
        SELECT address FROM sign_in_address WHERE user_id = ?1
        ORDER BY last_at DESC, address LIMIT ?2 OFFSET ?3)",
);

/// Drops what goes beyond the newest `KNOWN_ADDRESSES_MAX`. Index: the primary key.
#[must_use]
pub fn forget_oldest(user_id: &str) -> Statement {
    FORGET_OLDEST.bind([user_id.into(), KNOWN_ADDRESSES_MAX.into(), KNOWN_ADDRESSES_MAX.into()])
}
