//! New offers of people's alerts, one mail an alert and day, or an alert and week.
//!
//! The mail goes into the outbox in the batch that moves the alert: a run that breaks off
//! or is repeated finds it moved, and neither loses nor repeats. An alert with nothing
//! to tell is not touched.

use jiff::Timestamp;
use jiff::civil::Weekday;
use serde_json::json;

use super::{Run, TaskError, Work, WorkDone};
use crate::app::{Cause, Post};
use crate::base::bounds::{ALERT_JOBS_NAMED_MAX, TASK_ROWS_MAX};
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::board::alerts::{self, News};
use crate::domain::alert::Frequency;
use crate::domain::dealing_mail::{AlertedJob, DealingMail};
use crate::domain::job::Job;
use crate::domain::mail::{MailContent, MailKind};
use crate::store::StoreError;
use crate::store::alerts::{self as rows, DueAlert, Look};

/// The daily task's name.
pub const DAILY: &str = "job_alerts_daily";

/// The weekly task's name.
pub const WEEKLY: &str = "job_alerts_weekly";

/// Runs the daily task.
#[must_use]
pub fn daily<'a>(run: &'a Run<'a>) -> Work<'a> {
    Box::pin(tell(run, Frequency::Daily))
}

/// Runs the weekly task.
#[must_use]
pub fn weekly<'a>(run: &'a Run<'a>) -> Work<'a> {
    Box::pin(tell(run, Frequency::Weekly))
}

const fn name_of(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Daily => DAILY,
        Frequency::Weekly => WEEKLY,
    }
}

async fn tell(run: &Run<'_>, frequency: Frequency) -> WorkDone {
    let since = begin_of(run, frequency).ok_or(TaskError::Broken("a day that no calendar has"))?;
    let (mut looked, mut mails) = (0, 0);
    let mut after = String::new();
    loop {
        let due: Vec<DueAlert> =
            run.app.store.list(rows::due(frequency, &after, since, TASK_ROWS_MAX)).await?;
        let Some(last) = due.last() else { break };
        after.clone_from(&last.alert.id);
        for due in &due {
            looked += 1;
            mails += u64::from(one(run, due, since).await?);
        }
    }
    if mails > 0 {
        run.app.mail_posted().await;
    }
    Ok(json!({"alerts": looked, "mails": mails}))
}

/// Tells of one alert; false when there was nothing to tell, or somebody was faster.
async fn one(run: &Run<'_>, due: &DueAlert, since: Millis) -> Result<bool, TaskError> {
    let app = run.app;
    let Some(news) = alerts::news(app, &due.alert, run.now).await? else { return Ok(false) };
    if !app.wants_mail(&due.alert.user_id, MailKind::JobAlert).await? {
        return Ok(false);
    }
    let look = Look { alert: &due.alert, at: run.now, told_ids: &news.told_ids, since };
    let locale = due.locale.as_deref().and_then(Locale::parse);
    let mut batch = vec![rows::looked(look)?];
    let post = Post {
        to: &due.email,
        locale: locale.unwrap_or(app.config.locale),
        content: MailContent::Dealing(mail(due, &news)),
        token: None,
        user_id: Some(&due.alert.user_id),
        cause: Cause::Campaign(name_of(due.alert.frequency)),
    };
    batch.extend(app.post(post, run.now)?);
    match run.apply(batch).await {
        Ok(_) => Ok(true),
        Err(StoreError::Unexpected { sql: rows::LOOKED_NAME, .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn mail(due: &DueAlert, news: &News) -> DealingMail {
    DealingMail::JobAlert {
        name: due.name.clone(),
        user_id: due.alert.user_id.clone(),
        alert_id: due.alert.id.clone(),
        alert_name: due.alert.name.clone(),
        jobs: news.jobs.iter().take(ALERT_JOBS_NAMED_MAX).map(named).collect(),
        count: news.count,
    }
}

fn named(job: &Job) -> AlertedJob {
    let place = job.draft.place.city.as_ref().or(job.draft.place.state.as_ref());
    AlertedJob {
        title: job.draft.title.clone(),
        organization: job.employer.name.clone(),
        place: place.cloned().unwrap_or_default(),
    }
}

/// Returns when the day or the week of the run began, in the site's zone.
fn begin_of(run: &Run<'_>, frequency: Frequency) -> Option<Millis> {
    let zone = &run.app.config.cron.timezone;
    let today = Timestamp::from_millisecond(run.now.0).ok()?.to_zoned(zone.clone()).date();
    let days = match frequency {
        Frequency::Daily => 0,
        Frequency::Weekly => today.weekday().since(Weekday::Monday),
    };
    let day = today.checked_sub(jiff::Span::new().days(days)).ok()?;
    Some(Millis(day.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond()))
}
