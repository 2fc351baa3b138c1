//! Which instances live, by advisory locks that each holds in a session of its own.
//!
//! The server lets a lock go when its session ends, which for a killed process is at once.
//! A connection that is lost takes the lock along until the next call of the roll, so
//! whoever reads one looks twice; and where not even the own lock is seen (an engine
//! without them, a pool of connections in between) nobody counts as gone.

use std::collections::BTreeSet;

use deadpool_postgres::ClientWrapper;
use sha2::{Digest as _, Sha256};
use tokio_postgres::SimpleQueryMessage;

use super::trouble::{Trouble, told};

/// The first half of every key: "ante" in the alphabet of ASCII.
const CLASS: u32 = 0x616e_7465;

/// The keys of those who hold their locks.
pub struct Present(BTreeSet<u32>);

impl Present {
    /// Returns which of `others` hold none.
    pub fn missing(&self, own: &str, others: Vec<String>) -> Vec<String> {
        if !self.0.contains(&key(own)) {
            return Vec::new();
        }
        let is_gone = |other: &String| !other.is_empty() && !self.0.contains(&key(other));
        others.into_iter().filter(is_gone).collect()
    }
}

/// Takes the lock of `own` unless the session has it, and lists all that are held.
///
/// # Errors
/// A connection that is lost. An engine that has no such locks lists none.
pub async fn roll_call(connection: &ClientWrapper, own: &str) -> Result<Present, Trouble> {
    let key = key(own);
    let ours = format!(
        "locktype = 'advisory' AND objsubid = 2 AND classid = {CLASS} AND database = \
         (SELECT oid FROM pg_database WHERE datname = current_database())"
    );
    let roll = format!(
        "SELECT pg_try_advisory_lock({CLASS}, {key}) WHERE NOT EXISTS (SELECT 1 FROM pg_locks \
         WHERE {ours} AND objid = {key} AND pid = pg_backend_pid()); \
         SELECT objid AS present FROM pg_locks WHERE {ours} AND granted"
    );
    match connection.simple_query(&roll).await {
        Ok(messages) => Ok(Present(messages.iter().filter_map(present).collect())),
        Err(error) if error.code().is_none() => Err(Trouble::of("liveness.roll_call", &error)),
        Err(error) => {
            tracing::debug!(reason = told(&error), "the server calls no roll of instances");
            Ok(Present(BTreeSet::new()))
        }
    }
}

fn present(message: &SimpleQueryMessage) -> Option<u32> {
    let SimpleQueryMessage::Row(row) = message else { return None };
    row.try_get("present").ok()??.parse().ok()
}

/// Returns the second half of an instance's key, which the server takes for a signed number.
fn key(instance: &str) -> u32 {
    let digest = Sha256::digest(instance.as_bytes());
    let [a, b, c, d, ..] = <[u8; 32]>::from(digest);
    u32::from_be_bytes([a, b, c, d]) >> 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_missing_where_the_own_lock_is_not_seen() {
        let others = || vec![String::from("ins_b"), String::new(), String::from("ins_c")];
        let blind = Present(BTreeSet::from([key("ins_b")]));
        assert_eq!(blind.missing("ins_a", others()), Vec::<String>::new());
        let seeing = Present(BTreeSet::from([key("ins_a"), key("ins_b")]));
        assert_eq!(seeing.missing("ins_a", others()), ["ins_c"]);
    }
}
