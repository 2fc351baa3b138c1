//! What the stored passwords cost to compare.
//!
//! A hash that came from elsewhere costs more or less than one of our own, and one that
//! was made before the settings rose less than one of today: an attacker with a watch
//! would tell such accounts from others, and from none. So a sign-in does the work of
//! every format that is stored ([`decoys`]), whoever it is for. Waiting instead would
//! tell it too: what waits leaves the threads to others. Imports and the first sign-in
//! note formats; the nightly upkeep forgets those of which no password is left, and
//! sign-ins are cheap again.

use std::collections::BTreeSet;

use super::{App, Failure};
use crate::base::bounds::TASK_ROWS_MAX;
use crate::base::clock::Millis;
use crate::base::password_hash::decoy_of;
use crate::store::password_formats::{self, Stored, UNREAD};
use crate::store::{Statement, StoreError};

/// Returns a decoy of every format that is stored, and of our own.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One read of a handful of rows on a reader thread.
pub async fn decoys(app: &App) -> Result<BTreeSet<String>, Failure> {
    let known: Vec<String> = app.store.list(password_formats::known()).await?;
    let own = app.hashes.own_decoy().to_owned();
    Ok(known.into_iter().filter(|decoy| decoy != UNREAD).chain([own]).collect())
}

/// Returns the write that notes the format of a stored password which nobody has noted:
/// one that was put there behind our back.
#[must_use]
pub fn unnoted(stored: Option<&str>, known: &BTreeSet<String>, now: Millis) -> Option<Statement> {
    let decoy = stored.and_then(decoy_of).filter(|decoy| !known.contains(decoy))?;
    Some(password_formats::learn(&decoy, now))
}

/// Notes formats before passwords of theirs are stored.
///
/// # Errors
/// The store's.
pub async fn note<'a>(
    app: &App,
    stored: impl Iterator<Item = &'a str>,
    noted: &mut BTreeSet<String>,
) -> Result<(), StoreError> {
    let new: BTreeSet<String> =
        stored.filter_map(decoy_of).filter(|decoy| !noted.contains(decoy)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let now = app.clock.now();
    app.store.apply(new.iter().map(|decoy| password_formats::learn(decoy, now)).collect()).await?;
    noted.extend(new);
    Ok(())
}

/// Notes what our own hashes cost now, and reads what an older version has stored.
///
/// # Errors
/// A fault of the store; the next start goes on.
///
/// # Cost
/// One read; at the first start of a version that asks, a look at every password.
pub async fn catch_up(app: &App) -> Result<(), Failure> {
    let known: Vec<String> = app.store.list(password_formats::known()).await?;
    if known.iter().any(|decoy| decoy == UNREAD) {
        survey(app, &known).await?;
    }
    let own = app.hashes.own_decoy();
    if !known.iter().any(|decoy| decoy == own) {
        app.store.apply(vec![password_formats::learn(own, app.clock.now())]).await?;
    }
    Ok(())
}

/// Forgets formats of which no password is left; returns how many are.
///
/// # Errors
/// A fault of the store; what is noted stays.
///
/// # Cost
/// Nothing to speak of while every password is of our own making; else a look at each.
pub async fn tidy(app: &App) -> Result<usize, Failure> {
    let known: Vec<String> = app.store.list(password_formats::known()).await?;
    let own = app.hashes.own_decoy();
    if known.iter().all(|decoy| decoy == own) {
        return Ok(known.len());
    }
    survey(app, &known).await
}

/// Looks at every password: notes what is stored and forgets the rest of `known`.
async fn survey(app: &App, known: &[String]) -> Result<usize, Failure> {
    let began_at = app.clock.now();
    let mut found: BTreeSet<String> = BTreeSet::from([app.hashes.own_decoy().to_owned()]);
    let mut after = String::new();
    loop {
        let page: Vec<Stored> =
            app.store.list(password_formats::stored(&after, TASK_ROWS_MAX)).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        found.extend(page.iter().filter_map(|row| decoy_of(row.password.as_deref()?)));
        if app.stop.is_cancelled() {
            return Ok(known.len());
        }
    }
    let gone = known.iter().filter(|decoy| !found.contains(*decoy));
    let mut batch: Vec<Statement> =
        gone.map(|decoy| password_formats::forget(decoy, began_at)).collect();
    batch.extend(found.iter().map(|decoy| password_formats::learn(decoy, began_at)));
    app.store.apply(batch).await?;
    Ok(found.len())
}
