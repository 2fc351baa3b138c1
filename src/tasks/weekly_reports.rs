//! The last week in numbers: one mail an organisation, one to each administrator.
//!
//! A mail goes into the outbox in the batch that notes who has the week's report, so a run
//! that is repeated goes on where the first one ended. An organisation to which nothing
//! happened gets none.

use jiff::civil::Date;
use serde_json::json;

use super::{Run, TaskError, Work, WorkDone};
use crate::app::{Cause, Post};
use crate::base::bounds::{REPORT_ROWS_MAX, TASK_ROWS_MAX};
use crate::base::calendar;
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::domain::dealing_mail::{DealingMail, WeekOfBoard};
use crate::domain::email::Email;
use crate::domain::figures::{DayFigures, StatusCount};
use crate::domain::mail::{MailContent, MailKind};
use crate::domain::user::User;
use crate::store::board_archive::{self, Owner};
use crate::store::board_figures::{self, Answered};
use crate::store::{StoreError, users};

/// The task's name.
pub const NAME: &str = "weekly_reports";

/// Weeks for which it is remembered who had their report.
const WEEKS_KEPT: i64 = 12;

/// The seven days before the week of a run.
struct Week {
    from: String,
    to: String,
    last: String,
    begins: Millis,
    ends: Millis,
    oldest_kept: String,
}

/// Runs the task.
#[must_use]
pub fn run<'a>(run: &'a Run<'a>) -> Work<'a> {
    Box::pin(report(run))
}

async fn report(run: &Run<'_>) -> WorkDone {
    let week = Week::before(run).ok_or(TaskError::Broken("a week that no calendar has"))?;
    let organizations = to_organizations(run, &week).await?;
    let admins = to_admins(run, &week).await?;
    run.apply(vec![board_archive::forget_reports(&week.oldest_kept, TASK_ROWS_MAX)]).await?;
    run.app.mail_posted().await;
    Ok(json!({"organizations": organizations, "administrators": admins}))
}

impl Week {
    fn before(run: &Run<'_>) -> Option<Self> {
        let zone = &run.app.config.cron.timezone;
        let monday: Date = calendar::monday_of(calendar::day_of(run.now, zone))?;
        let from = calendar::days_later(monday, -7)?;
        Some(Self {
            from: from.to_string(),
            to: monday.to_string(),
            last: calendar::days_later(monday, -1)?.to_string(),
            begins: calendar::begins(from, zone)?,
            ends: calendar::begins(monday, zone)?,
            oldest_kept: calendar::days_later(monday, -7 * WEEKS_KEPT)?.to_string(),
        })
    }
}

async fn to_organizations(run: &Run<'_>, week: &Week) -> Result<u64, TaskError> {
    let (mut after, mut mails) = (String::new(), 0);
    loop {
        let read = board_archive::owners_untold(&after, &week.from, REPORT_ROWS_MAX);
        let owners: Vec<Owner> = run.app.store.list(read).await?;
        let Some(last) = owners.last() else { return Ok(mails) };
        after.clone_from(&last.organization_id);
        for owner in owners {
            let of = of_organization(run, &owner.organization_id, week).await?;
            if of == WeekOfBoard::default() {
                continue;
            }
            let locale = owner.locale.as_deref().and_then(Locale::parse);
            let content = DealingMail::WeeklyReport {
                name: owner.name,
                user_id: owner.user_id,
                organization: Some(owner.organization_name),
                week: of,
            };
            let reader = (owner.organization_id.as_str(), &owner.email, locale);
            mails += send(run, week, reader, content).await?;
        }
    }
}

async fn to_admins(run: &Run<'_>, week: &Week) -> Result<u64, TaskError> {
    let admins: Vec<User> = run.app.store.list(users::admins(TASK_ROWS_MAX)).await?;
    if admins.is_empty() {
        return Ok(0);
    }
    let of = of_site(run, week).await?;
    let mut mails = 0;
    for admin in admins {
        let content = DealingMail::WeeklyReport {
            name: admin.name,
            user_id: admin.id.clone(),
            organization: None,
            week: of.clone(),
        };
        mails += send(run, week, (&admin.id, &admin.email, admin.locale), content).await?;
    }
    Ok(mails)
}

type Reader<'a> = (&'a str, &'a Email, Option<Locale>);

/// Writes a report, once a reader and week; returns how many mails that was.
async fn send(
    run: &Run<'_>,
    week: &Week,
    (reader, to, locale): Reader<'_>,
    content: DealingMail,
) -> Result<u64, TaskError> {
    let mut batch = vec![board_archive::reported(reader, &week.from)];
    let user_id = content.user_id().to_owned();
    let is_wanted = run.app.wants_mail(&user_id, MailKind::WeeklyReport).await?;
    if is_wanted {
        let post = Post {
            to,
            locale: locale.unwrap_or(run.app.config.locale),
            content: MailContent::Dealing(content),
            token: None,
            user_id: Some(&user_id),
            cause: Cause::Campaign(NAME),
        };
        batch.extend(run.app.post(post, run.now)?);
    }
    match run.apply(batch).await {
        Ok(_) => Ok(u64::from(is_wanted)),
        Err(StoreError::Duplicate { sql: board_archive::REPORTED_NAME }) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

async fn number(run: &Run<'_>, read: crate::store::Statement) -> Result<i64, TaskError> {
    let rows: Vec<i64> = run.app.store.list(read).await?;
    Ok(rows.first().copied().unwrap_or(0))
}

async fn of_organization(run: &Run<'_>, id: &str, week: &Week) -> Result<WeekOfBoard, TaskError> {
    let read = board_figures::answered_by_organization(id, week.begins, week.ends);
    let answered: Vec<Answered> = run.app.store.list(read).await?;
    let answered = answered.first().copied().unwrap_or(Answered { count: 0, waited_ms: 0 });
    let came = board_figures::came_to_organization(id, week.begins, week.ends);
    Ok(WeekOfBoard {
        views: number(run, board_figures::views_of_organization(id, &week.from, &week.to)).await?,
        applications: number(run, came).await?,
        open_jobs: number(run, board_figures::open_jobs_of_organization(id)).await?,
        answered: answered.count,
        first_answer_min: (answered.count > 0)
            .then(|| answered.waited_ms / answered.count / 60_000),
    })
}

async fn of_site(run: &Run<'_>, week: &Week) -> Result<WeekOfBoard, TaskError> {
    let read = board_figures::days_of_all(&week.from, &week.last);
    let days: Vec<DayFigures> = run.app.store.list(read).await?;
    let jobs: Vec<StatusCount> = run.app.store.list(board_figures::jobs_of_all()).await?;
    let open = jobs.iter().find(|counted| counted.status == "publicada");
    Ok(WeekOfBoard {
        views: days.iter().map(|day| day.figures.views).sum(),
        applications: days.iter().map(|day| day.figures.applications).sum(),
        open_jobs: open.map_or(0, |counted| counted.count),
        answered: 0,
        first_answer_min: None,
    })
}
