//! `antesala waitlist invite`

use indicatif::ProgressBar;
use serde_json::json;

use super::arguments::InviteArguments;
use super::error::CliError;
use super::{output, prompt};
use crate::account::{Caller, audit};
use crate::app::{Ahead, App, Forecast};
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
        return would_invite(app, &entries, arguments).await;
    }
    let campaign = waitlist::campaign(app, app.clock.now());
    remember(app, &entries).await?;
    let invited = waitlist::invite(app, &entries, &campaign, app.clock.now()).await?;
    tell(app, invited, &campaign, arguments).await
}

/// Invites the next ones in runs of a bounded size, so that a long list neither
/// fills the memory nor one write.
async fn next(app: &App, count: i64, arguments: &InviteArguments) -> Result<(), CliError> {
    let filter = filter(arguments)?;
    if arguments.dry_run {
        let entries = waitlist::next_to_invite(app, &filter, count).await?;
        return would_invite(app, &entries, arguments).await;
    }
    prompt::confirm(&format!("Invite the next {count} of the waitlist?"), arguments.yes)?;
    let campaign = waitlist::campaign(app, app.clock.now());
    let progress = ProgressBar::new(count.unsigned_abs());
    let mut left = count;
    let mut invited = 0;
    while left > 0 {
        let run = waitlist::next_to_invite(app, &filter, left.min(INVITATIONS_MAX)).await?;
        let Ok(taken @ 1..) = i64::try_from(run.len()) else { break };
        remember(app, &run).await?;
        invited += waitlist::invite(app, &run, &campaign, app.clock.now()).await?;
        left -= taken;
        progress.inc(taken.unsigned_abs());
    }
    progress.finish_and_clear();
    tell(app, invited, &campaign, arguments).await
}

/// Says how many were invited, and when the last of their mails goes.
async fn tell(
    app: &App,
    invited: usize,
    campaign: &str,
    arguments: &InviteArguments,
) -> Result<(), CliError> {
    let forecast = app.mail_forecast(Ahead::Campaign(campaign), app.clock.now()).await?;
    if arguments.json {
        return output::json(&json!({
            "invited": invited,
            "campaign": campaign,
            "waiting": forecast.waiting,
            "throughAt": forecast.through_at.iso(),
        }));
    }
    output::line(&format!("{invited} invited"))?;
    if invited > 0 {
        output::line(&through(app, &forecast))?;
    }
    Ok(())
}

fn through(app: &App, forecast: &Forecast) -> String {
    let (at, waiting) = (forecast.through_at.iso(), forecast.waiting);
    let hourly = app.config.mail.hourly_max;
    format!("the last mail goes by {at} ({waiting} wait; mail.hourly_max = {hourly})")
}

async fn remember(app: &App, entries: &[WaitlistEntry]) -> Result<(), CliError> {
    let operator = Caller::operator(app.config.locale);
    let detail = json!({"entries": entries.len()});
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

async fn would_invite(
    app: &App,
    entries: &[WaitlistEntry],
    arguments: &InviteArguments,
) -> Result<(), CliError> {
    let mails = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    let forecast = app.mail_forecast(Ahead::Planned(mails), app.clock.now()).await?;
    if arguments.json {
        let emails: Vec<&str> = entries.iter().map(|entry| entry.email.as_str()).collect();
        return output::json(&json!({
            "wouldInvite": emails,
            "waiting": forecast.waiting,
            "throughAt": forecast.through_at.iso(),
        }));
    }
    for entry in entries {
        output::line(&format!("would invite {}", entry.email))?;
    }
    output::line(&format!("{} would be invited; nothing was done", entries.len()))?;
    if mails > 0 {
        output::line(&through(app, &forecast))?;
    }
    Ok(())
}
