//! A week of the waitlist in numbers, to each administrator, once a week.
//!
//! The mails go into the outbox in the batch that marks the week as told: a run that
//! is repeated, by whichever door, finds the mark and writes nothing.

use serde_json::json;

use super::{Run, TaskError, Work, WorkDone};
use crate::app::{Cause, Post};
use crate::base::bounds::TASK_ROWS_MAX;
use crate::base::calendar;
use crate::base::clock::Millis;
use crate::domain::mail::{MailContent, SourceShare, WaitlistWeek};
use crate::domain::user::User;
use crate::store::{StoreError, tasks, users};
use crate::waitlist;

/// The task's name.
pub const NAME: &str = "waitlist_digest";

/// Sources that the mail names.
const SOURCES_MAX: usize = 5;

/// Most characters of a source that the mail shows.
const SOURCE_LENGTH_MAX: usize = 40;

/// Seconds of what counts as recent.
const WEEK_S: i64 = 7 * 86_400;

/// Runs the task.
#[must_use]
pub fn run<'a>(run: &'a Run<'a>) -> Work<'a> {
    Box::pin(tell(run))
}

async fn tell(run: &Run<'_>) -> WorkDone {
    let app = run.app;
    if !app.config.waitlist.enabled {
        return Ok(json!({"mails": 0}));
    }
    let admins: Vec<User> = app.store.list(users::admins(TASK_ROWS_MAX)).await?;
    let week = week(run).await?;
    let mut batch = Vec::new();
    for admin in &admins {
        let post = Post {
            to: &admin.email,
            locale: admin.locale.unwrap_or(app.config.locale),
            content: MailContent::WaitlistDigest { name: admin.name.clone(), week: week.clone() },
            token: None,
            user_id: Some(&admin.id),
            cause: Cause::Campaign(NAME),
        };
        batch.extend(app.post(post, run.now)?);
    }
    let began = monday_of(run).ok_or(TaskError::Broken("a week that no calendar has"))?;
    batch.push(tasks::mark_done(NAME, began));
    match run.apply(batch).await {
        Ok(_) => {
            app.mail_posted().await;
            Ok(json!({"mails": admins.len()}))
        }
        Err(StoreError::Unexpected { sql: tasks::MARK_DONE_NAME, .. }) => {
            Ok(json!({"mails": 0, "alreadyToldThisWeek": true}))
        }
        Err(error) => Err(error.into()),
    }
}

async fn week(run: &Run<'_>) -> Result<WaitlistWeek, TaskError> {
    let stats = waitlist::stats(run.app, run.now.plus_s(-WEEK_S)).await?;
    let sources = waitlist::sources(run.app).await?;
    let named = sources.into_iter().filter(|row| !row.source.is_empty()).take(SOURCES_MAX);
    Ok(WaitlistWeek {
        joined_7d: stats.recent,
        total: stats.total,
        confirmed: stats.confirmed,
        referrals: stats.referred,
        invited: stats.invited,
        top_sources: named
            .map(|row| SourceShare { source: row.source, count: row.count })
            .collect(),
    })
}

/// Returns when the week of a run began, Monday 00:00 in the site's zone.
fn monday_of(run: &Run<'_>) -> Option<Millis> {
    let zone = &run.app.config.cron.timezone;
    calendar::begins(calendar::monday_of(calendar::day_of(run.now, zone))?, zone)
}

/// Lists what the mail states.
#[must_use]
pub fn facts(week: &WaitlistWeek) -> Vec<(&'static str, String)> {
    let numbers = [
        ("joined", week.joined_7d),
        ("total", week.total),
        ("confirmed", week.confirmed),
        ("referrals", week.referrals),
        ("invited", week.invited),
    ];
    let sources: Vec<String> = week
        .top_sources
        .iter()
        .map(|share| format!("{} ({})", shown(&share.source), share.count))
        .collect();
    let mut facts: Vec<_> =
        numbers.into_iter().map(|(name, number)| (name, number.to_string())).collect();
    if !sources.is_empty() {
        facts.push(("sources", sources.join(", ")));
    }
    facts
}

/// Strangers write sources: no mail program may read one as an address.
fn shown(source: &str) -> String {
    let letters = source.chars().take(SOURCE_LENGTH_MAX);
    letters.map(|c| if c.is_alphanumeric() || "-_ ".contains(c) { c } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_never_shown_as_addresses() {
        assert_eq!(shown("boletín-7"), "boletín-7");
        assert_eq!(shown("https://evil.example"), "https   evil example");
        assert_eq!(shown(&"x".repeat(200)).len(), SOURCE_LENGTH_MAX);
    }
}
