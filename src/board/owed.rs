//! Mails that are owed: of applications and of messages that nobody reads.
//!
//! The debt stands in the row that caused it, so a crash loses none; the batch that takes
//! it away writes the mail, so nobody is told twice. The mail worker pays before it looks
//! for what is due, whichever instance it runs on.

use super::told::{self, Told};
use crate::app::{App, Failure};
use crate::base::bounds::{OWED_ROWS_MAX, RECRUITERS_TOLD_MAX};
use crate::base::clock::Millis;
use crate::domain::dealing_mail::DealingMail;
use crate::domain::notification::NotificationKind;
use crate::domain::side::Side;
use crate::domain::user::User;
use crate::store::application_steps::{self as steps, Recipient};
use crate::store::conversation_mail::{self, Unread};
use crate::store::{Statement, StoreError, users};

/// Puts what is owed into the outbox.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// Three reads by index when nothing is owed.
pub async fn pay(app: &App, now: Millis) -> Result<(), Failure> {
    told::pay_tallies(app, now).await?;
    for side in Side::ALL {
        pay_unread(app, side, now).await?;
    }
    Ok(())
}

/// Returns when something will be owed next; `None`: nothing is planned.
///
/// # Errors
/// A fault of the store.
pub async fn next(app: &App) -> Result<Option<Millis>, Failure> {
    let mut soonest: Option<Millis> = None;
    let [candidates, organizations] = Side::ALL.map(conversation_mail::next);
    for read in [steps::next_tally(), candidates, organizations] {
        let found: Vec<Millis> = app.store.list(read).await?;
        soonest = found.into_iter().chain(soonest).min();
    }
    Ok(soonest)
}

async fn pay_unread(app: &App, side: Side, now: Millis) -> Result<(), Failure> {
    loop {
        let read = conversation_mail::due(side, now, OWED_ROWS_MAX);
        let due: Vec<Unread> = app.store.list(read).await?;
        for unread in &due {
            match app.store.apply(reminder(app, side, unread, now).await?).await {
                // They have read it meanwhile, or another worker was faster.
                Ok(_) | Err(StoreError::Unexpected { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if due.is_empty() {
            return Ok(());
        }
    }
}

async fn reminder(
    app: &App,
    side: Side,
    unread: &Unread,
    now: Millis,
) -> Result<Vec<Statement>, Failure> {
    let (counterpart, writer) = match side {
        Side::Candidate => (&unread.organization_name, unread.organization_id.as_str()),
        Side::Organization => (&unread.candidate_name, unread.candidate_id.as_str()),
    };
    let mut batch = vec![conversation_mail::paid(side, unread, now)];
    for person in readers(app, side, unread).await? {
        let kind = NotificationKind::NewMessage {
            conversation_id: unread.conversation_id.clone(),
            counterpart: counterpart.clone(),
            job_title: unread.job_title.clone(),
        };
        batch.push(told::notify(app, &person.user_id, kind, now));
        let content = DealingMail::NewMessage {
            name: person.name,
            user_id: person.user_id,
            conversation_id: unread.conversation_id.clone(),
            counterpart: counterpart.clone(),
            job_title: unread.job_title.clone(),
        };
        let told = Told { to: &person.email, locale: person.locale, by: writer };
        batch.extend(told::mail(app, told, content, now).await?);
    }
    Ok(batch)
}

async fn readers(app: &App, side: Side, unread: &Unread) -> Result<Vec<Recipient>, Failure> {
    match side {
        Side::Organization => {
            let read = steps::recruiters(&unread.organization_id, RECRUITERS_TOLD_MAX);
            Ok(app.store.list(read).await?)
        }
        Side::Candidate => {
            let found: Option<User> = app.store.find(users::by_id(&unread.candidate_id)).await?;
            let person = found.map(|user| Recipient {
                user_id: user.id,
                name: user.name,
                email: user.email,
                locale: user.locale,
            });
            Ok(person.into_iter().collect())
        }
    }
}
