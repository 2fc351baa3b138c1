//! Counting who looks at an offer: every visitor once a day.
//!
//! A visitor is a hash under a salt that is drawn anew each day and written over the old
//! one. From then on nobody, the operator included, can tell whose a hash was: the
//! addresses of the internet could be tried one by one as long as the salt was known.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::base::crypto::HmacKey;
use crate::base::limiter::AddressKey;
use crate::domain::job::Job;
use crate::domain::user::User;
use crate::store::StoreError;
use crate::store::job_views::{self, Salt, Visit};

/// Bytes of the hash that are kept: enough to tell a day's visitors apart.
const VISITOR_BYTES: usize = 12;

/// Who looks.
#[derive(Clone, Copy, Debug)]
pub struct Visitor<'a> {
    /// The client's address.
    pub address: IpAddr,
    /// `User-Agent`.
    pub user_agent: &'a str,
    /// The person, where somebody is signed in.
    pub user: Option<&'a User>,
}

/// Counts a look at an offer, unless its own organisation's; returns the offer as it
/// stands then.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// Two point reads and a write: durable the first time, a mark afterwards.
pub async fn count(
    app: &App,
    mut job: Job,
    visitor: Visitor<'_>,
    now: Millis,
) -> Result<Job, Failure> {
    let is_own = visitor.user.is_some_and(|user| {
        user.organization_id.as_deref() == Some(&job.employer.id) || user.is_admin()
    });
    if is_own || !super::steps::is_seen(job.status) {
        return Ok(job);
    }
    let Salt { day, salt } = salt(app, now).await?;
    let visitor = hash(&salt, &job.id, visitor);
    let visit = Visit { job_id: &job.id, day: &day, visitor: &visitor };
    let seen: Option<i64> = app.store.find(job_views::seen(&visit)).await?;
    if seen.is_some() {
        app.store.jot(job_views::again(&visit)).await?;
        return Ok(job);
    }
    let batch = vec![job_views::insert(&visit), job_views::count(&job.id)];
    match app.store.apply(batch).await {
        Ok(_) => job.views += 1,
        // Another request of the same visitor was faster, or the offer is gone.
        Err(StoreError::Unexpected { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(job)
}

/// Returns the day's salt, drawn where the day is new.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One point read; once a day a durable write.
pub async fn salt(app: &App, now: Millis) -> Result<Salt, Failure> {
    let today = day(app, now);
    let known: Option<Salt> = app.store.find(job_views::salt()).await?;
    if let Some(known) = known.filter(|known| known.day >= today) {
        return Ok(known);
    }
    let fresh = app.entropy.bytes::<32>();
    app.store.apply(vec![job_views::salt_set(&today, &fresh)]).await?;
    // Another instance may have drawn at the same moment: what is written counts.
    let written: Option<Salt> = app.store.find(job_views::salt()).await?;
    Ok(written.unwrap_or_else(|| Salt { day: today, salt: fresh.to_vec() }))
}

/// Returns the day of a moment in the site's zone, `2027-01-15`.
#[must_use]
pub fn day(app: &App, at: Millis) -> String {
    let moment = Timestamp::from_millisecond(at.0).unwrap_or_default();
    moment.to_zoned(app.config.cron.timezone.clone()).date().to_string()
}

fn hash(salt: &[u8], job_id: &str, visitor: Visitor<'_>) -> String {
    let who = match visitor.user {
        Some(user) => user.id.clone(),
        None => format!("{:?} {}", AddressKey::of(visitor.address), visitor.user_agent),
    };
    let digest = HmacKey::new(salt).sign(format!("{job_id} {who}").as_bytes());
    URL_SAFE_NO_PAD.encode(digest.get(..VISITOR_BYTES).unwrap_or(&digest))
}
