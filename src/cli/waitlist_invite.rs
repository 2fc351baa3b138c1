//! `antesala waitlist invite`

use indicatif::ProgressBar;

use super::arguments::InviteArguments;
use super::error::CliError;
use super::{output, prompt};
use crate::account::{Caller, audit};
use crate::app::App;
use crate::base::bounds::INVITATIONS_MAX;
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::waitlist::{WaitlistEntry, WaitlistRole};
use crate::store::waitlist_mail::Filter;
use crate::waitlist;

/// Invites people; the mails go as the outbox and its caps allow.
///
/// # Errors
/// An address that is not on the list, or wants no mail; an unreachable database.
pub async fn run(app: &App, arguments: InviteArguments) -> Result<(), CliError> {
    match arguments.next {
        Some(count) => next(app, count, &arguments).await,
        None => named(app, &arguments).await,
    }
}

async fn named(app: &App, arguments: &InviteArguments) -> Result<(), CliError> {
    let mut entries = Vec::new();
    for typed in &arguments.emails {
        let email = Email::parse(typed)
            .ok_or_else(|| CliError::usage(format!("{typed} is no mail address")))?;
        entries.push(waitlist::to_invite(app, &email).await?);
    }
    if arguments.dry_run {
        return would_invite(&entries);
    }
    remember(app, &entries).await?;
    let invited = waitlist::invite(app, &entries, app.clock.now()).await?;
    output::line(&format!("{invited} invited"))
}

/// Invites the next ones in runs of a bounded size, so that a long list neither
/// fills the memory nor one write.
async fn next(app: &App, count: i64, arguments: &InviteArguments) -> Result<(), CliError> {
    let filter = filter(arguments)?;
    if arguments.dry_run {
        return would_invite(&waitlist::next_to_invite(app, &filter, count).await?);
    }
    prompt::confirm(&format!("Invite the next {count} of the waitlist?"), arguments.yes)?;
    let progress = ProgressBar::new(count.unsigned_abs());
    let mut left = count;
    let mut invited = 0;
    while left > 0 {
        let run = waitlist::next_to_invite(app, &filter, left.min(INVITATIONS_MAX)).await?;
        let Ok(taken @ 1..) = i64::try_from(run.len()) else { break };
        remember(app, &run).await?;
        invited += waitlist::invite(app, &run, app.clock.now()).await?;
        left -= taken;
        progress.inc(taken.unsigned_abs());
    }
    progress.finish_and_clear();
    output::line(&format!("{invited} invited"))
}

async fn remember(app: &App, entries: &[WaitlistEntry]) -> Result<(), CliError> {
    let operator = Caller::operator(app.config.locale);
    let detail = serde_json::json!({"entries": entries.len()});
    let by = (&operator, app.clock.now());
    Ok(audit::note(app, Act::WaitlistInvited, &detail, by).await?)
}

fn filter(arguments: &InviteArguments) -> Result<Filter, CliError> {
    let role = arguments.role.as_deref().map(|name| {
        WaitlistRole::parse(name)
            .ok_or_else(|| CliError::usage(format!("{name} is neither professional nor empresa")))
    });
    Ok(Filter {
        role: role.transpose()?,
        field: arguments.field.clone(),
        source: arguments.source.clone(),
    })
}

fn would_invite(entries: &[WaitlistEntry]) -> Result<(), CliError> {
    for entry in entries {
        output::line(&format!("would invite {}", entry.email))?;
    }
    output::line(&format!("{} would be invited; nothing was done", entries.len()))
}
