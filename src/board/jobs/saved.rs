//! Offers that people keep an eye on.

use crate::app::{App, Failure};
use crate::base::bounds::SAVED_JOBS_MAX;
use crate::base::clock::Millis;
use crate::board::raced;
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::store::saved_jobs::{self, Saved};

/// Saves an offer; twice is once.
///
/// # Errors
/// `NotFound` when not everybody sees it; `TooMany`.
///
/// # Cost
/// One point read, one durable write.
pub async fn save(app: &App, user: &User, job_id: &str, now: Millis) -> Result<(), Failure> {
    let count: Option<i64> = app.store.find(saved_jobs::count(&user.id)).await?;
    if count.unwrap_or(0) >= SAVED_JOBS_MAX {
        return Err(Refusal::TooMany.into());
    }
    let write = saved_jobs::save(&user.id, job_id, now);
    app.store.apply(vec![write]).await.map_err(raced(Refusal::NotFound))?;
    Ok(())
}

/// Forgets a saved offer, saved or not.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One durable write.
pub async fn drop(app: &App, user: &User, job_id: &str) -> Result<(), Failure> {
    app.store.apply(vec![saved_jobs::drop(&user.id, job_id)]).await?;
    Ok(())
}

/// Tells whether somebody has saved an offer.
///
/// # Errors
/// A fault of the store.
pub async fn is_saved(app: &App, user: &User, job_id: &str) -> Result<bool, Failure> {
    let count: Option<i64> = app.store.find(saved_jobs::is_saved(&user.id, job_id)).await?;
    Ok(count.unwrap_or(0) > 0)
}

/// Lists what somebody has saved, the last first, after one of them.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One read of an index.
pub async fn page(
    app: &App,
    user: &User,
    after: Option<(i64, &str)>,
    rows: i64,
) -> Result<Vec<Saved>, Failure> {
    let after = after.map_or((Millis(i64::MAX), ""), |(key, id)| (Millis(key), id));
    Ok(app.store.list(saved_jobs::page(&user.id, after, rows)).await?)
}
