//! Alerts: searches of one's own that are repeated, of which a mail tells.
//!
//! An alert tells of what was published since it began and has not told yet. A look
//! begins a little before the end of the last one, because an offer may become visible
//! later than it says; what was told of that time is remembered by id.

use serde_json::Map;

use super::jobs::search::{self, JobPage};
use super::profile::guarded;
use crate::app::{App, Failure};
use crate::base::bounds::{ALERT_JOBS_MAX, ALERT_OVERLAP_S, ALERTS_MAX};
use crate::base::clock::Millis;
use crate::domain::alert::{ALERT_ID_PREFIX, Alert, Frequency};
use crate::domain::job::Job;
use crate::domain::job::filters::{Filters, Sort};
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::store::{Statement, alerts};

/// What the owner of an alert fills in.
#[derive(Clone, Debug)]
pub struct AlertFields {
    /// What it is called.
    pub name: String,
    /// What it searches by, as its owner wrote it: an object that [`Filters`] reads.
    pub query: String,
    /// How often it looks.
    pub frequency: Frequency,
    /// Whether it looks at all.
    pub is_active: bool,
}

/// Lists the person's alerts.
///
/// # Errors
/// A fault of the store.
pub async fn list(app: &App, user: &User) -> Result<Vec<Alert>, Failure> {
    Ok(app.store.list(alerts::of(&user.id, ALERTS_MAX)).await?)
}

/// Finds one of the person's alerts.
///
/// # Errors
/// `NotFound`.
pub async fn find(app: &App, user: &User, id: &str) -> Result<Alert, Failure> {
    let found: Option<Alert> = app.store.find(alerts::by_id(id, &user.id)).await?;
    found.ok_or_else(|| Refusal::NotFound.into())
}

/// Adds an alert; it tells of what is published from now on.
///
/// # Errors
/// `LimitReached`.
pub async fn add(
    app: &App,
    user: &User,
    (fields, now): (AlertFields, Millis),
    kept: impl Fn(&Alert) -> Vec<Statement>,
) -> Result<Alert, Failure> {
    let AlertFields { name, query, frequency, is_active } = fields;
    let alert = Alert {
        id: app.entropy.id(ALERT_ID_PREFIX, now),
        user_id: user.id.clone(),
        name,
        query,
        frequency,
        is_active,
        begun_at: now,
        told_to: now,
        told_ids: Vec::new(),
        last_sent_at: None,
        version: 1,
        created_at: now,
    };
    let mut batch = kept(&alert);
    batch.push(alerts::add(&alert, ALERTS_MAX));
    app.store.apply(batch).await.map_err(guarded(Refusal::LimitReached))?;
    Ok(alert)
}

/// Changes an alert. Another search, and one that was paused, begins anew: of what was
/// published before, it does not tell.
///
/// # Errors
/// `VersionOutdated` when it was changed meanwhile.
pub async fn change(
    app: &App,
    known: Alert,
    fields: AlertFields,
    now: Millis,
) -> Result<Alert, Failure> {
    let AlertFields { name, query, frequency, is_active } = fields;
    let is_new = query != known.query || (is_active && !known.is_active);
    let begun_at = if is_new { now } else { known.begun_at };
    let changed = Alert { name, query, frequency, is_active, begun_at, ..known };
    let write = alerts::set(&changed, now);
    app.store.apply(vec![write]).await.map_err(guarded(Refusal::VersionOutdated))?;
    Ok(Alert { version: changed.version + 1, ..changed })
}

/// Removes an alert.
///
/// # Errors
/// `NotFound`.
pub async fn remove(app: &App, user: &User, id: &str) -> Result<(), Failure> {
    let write = alerts::delete(id, &user.id);
    app.store.apply(vec![write]).await.map_err(guarded(Refusal::NotFound))?;
    Ok(())
}

/// Searches as an alert would, among all that is published.
///
/// # Errors
/// `NotFound`; a fault of the store.
pub async fn preview(app: &App, user: &User, id: &str) -> Result<JobPage, Failure> {
    let alert = find(app, user, id).await?;
    search::search(app, &filters(&alert), None, ALERT_JOBS_MAX).await
}

/// What an alert has to tell.
#[derive(Debug)]
pub struct News {
    /// The newest offers, at most [`ALERT_JOBS_MAX`].
    pub jobs: Vec<Job>,
    /// How many there are.
    pub count: i64,
    /// Ids that the next look must not tell again.
    pub told_ids: Vec<String>,
}

/// Looks for what an alert has not told yet; `None` when there is nothing.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// A search.
pub async fn news(app: &App, alert: &Alert, now: Millis) -> Result<Option<News>, Failure> {
    let since = alert.told_to.plus_s(-ALERT_OVERLAP_S).max(alert.begun_at);
    let mut filters = filters(alert);
    filters.since = Some(filters.since.map_or(since, |own| own.max(since)));
    filters.sort = Some(Sort::Newest);
    let page = search::search(app, &filters, None, ALERT_JOBS_MAX).await?;
    let is_told = |job: &Job| alert.told_ids.contains(&job.id);
    let again = page.jobs.iter().filter(|job| is_told(job)).count();
    let count = i64::try_from(page.total.saturating_sub(again)).unwrap_or(i64::MAX);
    let jobs: Vec<Job> = page.jobs.into_iter().filter(|job| !is_told(job)).collect();
    if jobs.is_empty() {
        return Ok(None);
    }
    let edge = now.plus_s(-ALERT_OVERLAP_S);
    let is_near = |job: &&Job| job.published_at.is_none_or(|at| at >= edge);
    let mut told_ids: Vec<String> = jobs.iter().filter(is_near).map(|job| job.id.clone()).collect();
    // Those of a look just before are near too.
    if alert.told_to >= edge {
        told_ids.extend(alert.told_ids.iter().cloned());
    }
    Ok(Some(News { jobs, count, told_ids }))
}

/// Reads what an alert searches by. A filter that this version no longer knows counts as
/// not given: an old alert finds too much rather than nothing.
#[must_use]
pub fn filters(alert: &Alert) -> Filters {
    let given: Map<String, serde_json::Value> =
        serde_json::from_str(&alert.query).unwrap_or_default();
    Filters::parse_json(&given).unwrap_or_else(|wrong| {
        let is_right = |name: &String| wrong.iter().all(|(other, _)| other != name);
        let right = given.into_iter().filter(|(name, _)| is_right(name)).collect();
        Filters::parse_json(&right).unwrap_or_default()
    })
}
