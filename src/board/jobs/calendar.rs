//! What the calendar does to offers: ends them, and has their organisations told before.

use crate::app::{App, Cause, Failure, Post};
use crate::base::bounds::{JOB_WARNING_DAYS, MEMBERS_MAX};
use crate::base::clock::Millis;
use crate::domain::mail::{MailContent, MailKind};
use crate::domain::organization::Member;
use crate::store::job_list::{self, Ending};
use crate::store::{Statement, job_listings, members};

/// The name of these mails' share of the hour.
const CAMPAIGN: &str = "offer-expiring";

/// Lists offers whose end has come, the first first.
///
/// # Errors
/// A fault of the store.
pub async fn due(app: &App, now: Millis, rows: i64) -> Result<Vec<String>, Failure> {
    Ok(app.store.list(job_list::due(now, rows)).await?)
}

/// Returns the writes that end an offer; they are undone together when it was renewed
/// meanwhile.
#[must_use]
pub fn expiry(id: &str, now: Millis) -> Vec<Statement> {
    vec![job_listings::next(), job_list::expire(id, now), job_listings::unlist(id)]
}

/// Lists offers that end within days and of which nobody was told.
///
/// # Errors
/// A fault of the store.
pub async fn ending(app: &App, now: Millis, rows: i64) -> Result<Vec<Ending>, Failure> {
    let until = now.plus_s(JOB_WARNING_DAYS * 86_400);
    Ok(app.store.list(job_list::ending(now, until, rows)).await?)
}

/// Returns the writes that tell whoever looks after an offer of its end, once.
///
/// # Errors
/// A fault of the store.
pub async fn warning(app: &App, ending: &Ending, now: Millis) -> Result<Vec<Statement>, Failure> {
    let mut batch = vec![job_list::told(&ending.id, ending.expires_at, now)];
    let read = members::recruiters(&ending.organization_id, MEMBERS_MAX);
    for member in app.store.list::<Member>(read).await? {
        if !app.wants_mail(&member.user_id, MailKind::OfferExpiring).await? {
            continue;
        }
        let post = Post {
            to: &member.email,
            locale: member.locale.unwrap_or(app.config.locale),
            content: MailContent::OfferExpiring {
                name: member.name.clone(),
                user_id: member.user_id.clone(),
                job_id: ending.id.clone(),
                title: ending.title.clone(),
                expires_at: ending.expires_at.0,
            },
            token: None,
            user_id: Some(&member.user_id),
            cause: Cause::Campaign(CAMPAIGN),
        };
        batch.extend(app.post(post, now)?);
    }
    Ok(batch)
}
