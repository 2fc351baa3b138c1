//! What people are told of applications: mails and notifications, and who wants them.
//!
//! A step is told in its own batch. What may come in floods (applications, messages) is
//! written down as owed, in the batch that causes it; the mail worker pays: one mail for
//! all that came since the last, in the batch that takes the debt away.

use crate::app::{App, Cause, Failure, Post};
use crate::base::bounds::{OWED_ROWS_MAX, RECEIVED_MAIL_PAUSE_S, RECRUITERS_TOLD_MAX};
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::domain::application::ApplicationStatus;
use crate::domain::dealing_mail::DealingMail;
use crate::domain::email::Email;
use crate::domain::mail::MailContent;
use crate::domain::notification::{NOTIFICATION_ID_PREFIX, Notification, NotificationKind};
use crate::domain::user::User;
use crate::store::application_steps::{self as steps, Recipient, Tally};
use crate::store::applications::ApplicationView;
use crate::store::{Statement, StoreError, notifications, users};

/// Returns the writes that tell a candidate where their application stands.
///
/// # Errors
/// A fault of the store.
pub(super) async fn of_status(
    app: &App,
    view: &ApplicationView,
    (status, actor_id): (ApplicationStatus, &str),
    now: Millis,
) -> Result<Vec<Statement>, Failure> {
    let candidate_id = &view.application.candidate_id;
    let found: Option<User> = app.store.find(users::by_id(candidate_id)).await?;
    let Some(candidate) = found else { return Ok(Vec::new()) };
    let kind = NotificationKind::ApplicationStatus {
        application_id: view.application.id.clone(),
        job_title: view.job.title.clone(),
        status: String::from(status.name()),
    };
    let mut batch = vec![notify(app, candidate_id, kind, now)];
    let content = DealingMail::ApplicationStatus {
        name: candidate.name.clone(),
        user_id: candidate_id.clone(),
        application_id: view.application.id.clone(),
        job_title: view.job.title.clone(),
        status: String::from(status.name()),
    };
    let told = Told { to: &candidate.email, locale: candidate.locale, by: actor_id };
    batch.extend(mail(app, told, content, now).await?);
    Ok(batch)
}

/// Returns the write that tells somebody something on the site.
pub(super) fn notify(app: &App, user_id: &str, kind: NotificationKind, now: Millis) -> Statement {
    notifications::insert(&Notification {
        id: app.entropy.id(NOTIFICATION_ID_PREFIX, now),
        user_id: user_id.to_owned(),
        kind,
        created_at: now,
        read_at: None,
    })
}

/// Who is told, and because of whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told<'a> {
    /// The reader's address.
    pub to: &'a Email,
    /// Their language.
    pub locale: Option<Locale>,
    /// The person or the organisation that caused it.
    pub by: &'a str,
}

/// Returns the writes of a mail to somebody, unless they want none of its kind.
///
/// # Errors
/// A fault of the store.
pub(super) async fn mail(
    app: &App,
    told: Told<'_>,
    content: DealingMail,
    now: Millis,
) -> Result<Vec<Statement>, Failure> {
    let user_id = content.user_id().to_owned();
    if !app.wants_mail(&user_id, content.kind()).await? {
        return Ok(Vec::new());
    }
    let post = Post {
        to: told.to,
        locale: told.locale.unwrap_or(app.config.locale),
        content: MailContent::Dealing(content),
        token: None,
        user_id: Some(&user_id),
        cause: Cause::Person(told.by),
    };
    Ok(app.post(post, now)?)
}

/// Tells organisations of the applications that came since they were last told.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One read when nothing is owed.
pub async fn pay_tallies(app: &App, now: Millis) -> Result<(), Failure> {
    loop {
        let due: Vec<Tally> = app.store.list(steps::tallies_due(now, OWED_ROWS_MAX)).await?;
        for tally in &due {
            match app.store.apply(received(app, tally, now).await?).await {
                // Another worker was faster.
                Ok(_) | Err(StoreError::Unexpected { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if due.is_empty() {
            return Ok(());
        }
    }
}

async fn received(app: &App, tally: &Tally, now: Millis) -> Result<Vec<Statement>, Failure> {
    let read = steps::recruiters(&tally.organization_id, RECRUITERS_TOLD_MAX);
    let people: Vec<Recipient> = app.store.list(read).await?;
    let again_at = now.plus_s(RECEIVED_MAIL_PAUSE_S);
    let mut batch = vec![steps::tally_paid(tally, now, again_at)];
    for person in &people {
        let kind = NotificationKind::ApplicationReceived {
            job_id: tally.job_id.clone(),
            job_title: tally.job_title.clone(),
            count: tally.untold,
        };
        batch.push(notify(app, &person.user_id, kind, now));
        let content = DealingMail::ApplicationReceived {
            name: person.name.clone(),
            user_id: person.user_id.clone(),
            job_id: tally.job_id.clone(),
            job_title: tally.job_title.clone(),
            count: tally.untold,
        };
        let by = tally.organization_id.as_str();
        let told = Told { to: &person.email, locale: person.locale, by };
        batch.extend(mail(app, told, content, now).await?);
    }
    Ok(batch)
}
