//! Welcomes that are owed since joining.
//!
//! A join writes one row and no mail, so that a launch's rush is as fast as it
//! can be; the mail worker walks over the sequence and puts welcomes into the
//! outbox, a bounded number at a time. The counter moves in the same write, so
//! each is paid once, whoever pays.

use crate::app::{App, Cause, Failure, Post};
use crate::base::bounds::{WELCOMES_ROWS_MAX, WELCOMES_WAITING_MAX};
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::domain::mail::MailContent;
use crate::domain::waitlist::WaitlistEntry;
use crate::store::{Statement, StoreError, waitlist_mail};

/// The name of their share of the mail hour.
const CAMPAIGN: &str = "waitlist-welcome";

/// Puts owed welcomes into the outbox while there is room for them.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// Two reads when nothing is owed.
pub async fn pay_welcomes(app: &App, now: Millis) -> Result<(), Failure> {
    loop {
        let room = WELCOMES_WAITING_MAX - app.mails_waiting_of(CAMPAIGN).await?;
        app.welcomes.note_room(room);
        if room <= 0 {
            return Ok(());
        }
        let paid: Option<i64> = app.store.find(waitlist_mail::welcomed_to()).await?;
        let paid = paid.unwrap_or(i64::MAX);
        let owed = waitlist_mail::owed(paid, room.min(WELCOMES_ROWS_MAX));
        let entries: Vec<WaitlistEntry> = app.store.list(owed).await?;
        let Some(last) = entries.last() else { return Ok(()) };
        let mut batch = vec![waitlist_mail::paid_to(paid, last.sequence)];
        for entry in entries.iter().filter(|entry| entry.welcome) {
            batch.extend(mail(app, entry, now)?);
        }
        match app.store.apply(batch).await {
            // Another instance paid these; it will pay the next ones, too.
            Ok(_) | Err(StoreError::Unexpected { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Returns the writes of a welcome.
///
/// # Errors
/// A defect.
pub(super) fn mail(
    app: &App,
    entry: &WaitlistEntry,
    now: Millis,
) -> Result<Vec<Statement>, StoreError> {
    let content = MailContent::WaitlistWelcome { entry_id: entry.id.clone() };
    app.post(
        Post {
            to: &entry.email,
            locale: locale(app, entry),
            content,
            token: None,
            user_id: None,
            cause: Cause::Campaign(CAMPAIGN),
        },
        now,
    )
}

/// Returns the language in which somebody on the list is written to.
pub(super) fn locale(app: &App, entry: &WaitlistEntry) -> Locale {
    Locale::parse(&entry.locale).unwrap_or(app.config.locale)
}
