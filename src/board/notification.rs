//! What people were told inside the site, and that they have taken note.

use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::notification::Notification;
use crate::store::notifications::{self, Shown};

/// Lists somebody's notifications before `(at, id)`, newest first.
///
/// # Errors
/// A fault of the store.
pub async fn list(
    app: &App,
    user_id: &str,
    shown: Shown,
    (before, limit): ((i64, &str), i64),
) -> Result<Vec<Notification>, Failure> {
    Ok(app.store.list(notifications::page(user_id, shown, before, limit)).await?)
}

/// Takes note of some notifications, or of all; other people's are left alone.
///
/// # Errors
/// A fault of the store.
pub async fn read(
    app: &App,
    user_id: &str,
    ids: Option<&[String]>,
    now: Millis,
) -> Result<(), Failure> {
    let batch: Vec<_> = match ids {
        Some(ids) => ids.iter().map(|id| notifications::read_one(id, user_id, now)).collect(),
        None => vec![notifications::read_all(user_id, now)],
    };
    if !batch.is_empty() {
        app.store.apply(batch).await?;
    }
    Ok(())
}

/// Counts what somebody has not taken note of.
///
/// # Errors
/// A fault of the store.
pub async fn unread(app: &App, user_id: &str) -> Result<i64, Failure> {
    let counted: Vec<i64> = app.store.list(notifications::count_unread(user_id)).await?;
    Ok(counted.first().copied().unwrap_or(0))
}
