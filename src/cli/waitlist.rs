//! `antesala waitlist …`, but for import.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::Serialize;

use super::arguments::{Format, WaitlistCommand};
use super::error::CliError;
use super::open::{self, Settings};
use super::{listing, output, prompt, waitlist_import, waitlist_invite};
use crate::account::{Caller, audit};
use crate::app::App;
use crate::base::clock::Millis;
use crate::base::csv::{Cell, Sheet};
use crate::base::own;
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::waitlist::WaitlistEntry;
use crate::waitlist;

/// Entries that one read of a long list takes.
const PAGE: i64 = 1000;

/// What "recent" means in the statistics, in seconds.
const RECENT_S: i64 = 7 * 86_400;

/// One entry, as `list --json` and `export` write it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    id: String,
    email: String,
    role: &'static str,
    name: Option<String>,
    field: Option<String>,
    company: Option<String>,
    source: Option<String>,
    position: i64,
    referrals: i64,
    locale: String,
    created_at: String,
    confirmed_at: Option<String>,
    invited_at: Option<String>,
    unsubscribed_at: Option<String>,
}

/// The columns of an export, which an import reads.
const COLUMNS: [&str; 14] = [
    "id",
    "email",
    "role",
    "name",
    "field",
    "company",
    "source",
    "position",
    "referrals",
    "locale",
    "createdAt",
    "confirmedAt",
    "invitedAt",
    "unsubscribedAt",
];

impl Line {
    fn of(entry: WaitlistEntry, referral_bonus: i64) -> Self {
        Self {
            position: entry.position(referral_bonus),
            id: entry.id,
            email: entry.email.to_string(),
            role: entry.role.name(),
            name: entry.name,
            field: entry.field,
            company: entry.company,
            source: entry.source,
            referrals: entry.referrals,
            locale: entry.locale,
            created_at: entry.created_at.iso(),
            confirmed_at: entry.confirmed_at.map(Millis::iso),
            invited_at: entry.invited_at.map(Millis::iso),
            unsubscribed_at: entry.unsubscribed_at.map(Millis::iso),
        }
    }

    /// As [`COLUMNS`] names them.
    fn cells(&self) -> [Cell<'_>; 14] {
        [
            self.id.as_str().into(),
            self.email.as_str().into(),
            self.role.into(),
            Cell::from(&self.name),
            Cell::from(&self.field),
            Cell::from(&self.company),
            Cell::from(&self.source),
            self.position.into(),
            self.referrals.into(),
            self.locale.as_str().into(),
            self.created_at.as_str().into(),
            Cell::from(&self.confirmed_at),
            Cell::from(&self.invited_at),
            Cell::from(&self.unsubscribed_at),
        ]
    }

    fn row(&self) -> Vec<String> {
        vec![
            self.position.to_string(),
            self.email.clone(),
            self.role.to_owned(),
            output::or_nothing(self.name.as_deref()),
            output::or_nothing(self.field.as_deref().or(self.company.as_deref())),
            self.referrals.to_string(),
            self.created_at.clone(),
        ]
    }
}

/// Runs one `waitlist` command.
///
/// # Errors
/// What the rule refuses, in English; an unreachable database or file.
pub fn run(settings: &Settings, command: WaitlistCommand) -> Result<(), CliError> {
    open::with_app(settings, async |app: &App| match command {
        WaitlistCommand::List { limit, json } => list(app, limit, json).await,
        WaitlistCommand::Stats { json } => stats(app, json).await,
        WaitlistCommand::Invite(arguments) => waitlist_invite::run(app, arguments).await,
        WaitlistCommand::Remove { email, yes } => remove(app, &email, yes).await,
        WaitlistCommand::Export { file, format } => export(app, file.as_deref(), format).await,
        WaitlistCommand::Import { file, format, encoding } => {
            let format = format.unwrap_or_else(|| listing::format(&file));
            waitlist_import::run(app, &file, (format, encoding.as_deref())).await
        }
    })
}

async fn list(app: &App, limit: i64, as_json: bool) -> Result<(), CliError> {
    let mut lines = Vec::new();
    let mut missing = limit;
    each_page(app, |page| {
        let wanted = usize::try_from(missing).unwrap_or(usize::MAX);
        lines.extend(page.into_iter().take(wanted));
        missing = limit.saturating_sub(i64::try_from(lines.len()).unwrap_or(i64::MAX));
        Ok(if missing > 0 { Onward::More } else { Onward::Enough })
    })
    .await?;
    let columns: &[&str] =
        &["position", "email", "role", "name", "field / company", "referrals", "joined"];
    output::list(&lines, as_json, (columns, Line::row), "nobody is waiting yet")
}

/// Whether a walk over the list goes on.
#[derive(PartialEq, Eq)]
enum Onward {
    More,
    Enough,
}

/// Hands the whole list over, page by page, in order of joining.
async fn each_page(
    app: &App,
    mut take: impl FnMut(Vec<Line>) -> Result<Onward, CliError>,
) -> Result<(), CliError> {
    let bonus = app.config.waitlist.referral_bonus;
    let mut last: Option<WaitlistEntry> = None;
    loop {
        let page = waitlist::page(app, last.as_ref(), PAGE).await?;
        let Some(newest) = page.last().cloned() else {
            return Ok(());
        };
        last = Some(newest);
        let lines = page.into_iter().map(|entry| Line::of(entry, bonus)).collect();
        if take(lines)? == Onward::Enough {
            return Ok(());
        }
    }
}

async fn stats(app: &App, as_json: bool) -> Result<(), CliError> {
    let stats = waitlist::stats(app, app.clock.now().plus_s(-RECENT_S)).await?;
    let sources = waitlist::sources(app).await?;
    if as_json {
        let sources: Vec<_> = sources
            .iter()
            .map(|row| serde_json::json!({"source": row.source, "count": row.count}))
            .collect();
        return output::json(&serde_json::json!({
            "total": stats.total,
            "professionals": stats.professionals,
            "empresas": stats.empresas,
            "referred": stats.referred,
            "confirmed": stats.confirmed,
            "invited": stats.invited,
            "last7Days": stats.recent,
            "sources": sources,
        }));
    }
    let numbers = [
        ("total", stats.total),
        ("professionals", stats.professionals),
        ("empresas", stats.empresas),
        ("came by a referral", stats.referred),
        ("confirmed", stats.confirmed),
        ("invited", stats.invited),
        ("in the last 7 days", stats.recent),
    ];
    let named = numbers.into_iter().map(|(name, count)| (name.to_owned(), count));
    let by_source = sources.into_iter().map(|row| {
        let source = if row.source.is_empty() { String::from("(none)") } else { row.source };
        (format!("source {source}"), row.count)
    });
    let rows = named.chain(by_source).map(|(name, count)| vec![name, count.to_string()]);
    output::table(&["", "count"], rows.collect(), "")
}

async fn remove(app: &App, email: &str, yes: bool) -> Result<(), CliError> {
    let email = Email::parse(email)
        .ok_or_else(|| CliError::usage(format!("{email} is no mail address")))?;
    prompt::confirm(&format!("Remove {email} from the waitlist?"), yes)?;
    let entry = waitlist::find(app, &email).await?;
    let by = (&Caller::operator(app.config.locale), app.clock.now());
    let also = audit::of(app, Act::WaitlistRemoved, &entry.id, by);
    waitlist::remove(app, &entry, also).await?;
    output::line(&format!("{email} is off the list"))
}

async fn export(app: &App, file: Option<&Path>, format: Option<Format>) -> Result<(), CliError> {
    let format = format_of(file, format)?;
    let operator = Caller::operator(app.config.locale);
    let now = app.clock.now();
    let entries = waitlist::stats(app, now).await?.total;
    let detail = serde_json::json!({"entries": entries});
    audit::note(app, Act::WaitlistExported, &detail, (&operator, now)).await?;
    let sink: Box<dyn Write> = match file {
        Some(path) => Box::new(own::fresh(path).map_err(|error| {
            CliError::failed(format!("cannot write {}: {error}", path.display()))
        })?),
        None => Box::new(io::stdout()),
    };
    let mut sink = BufWriter::new(sink);
    let mut count = 0_usize;
    match format {
        Format::Csv => {
            let mut sheet = Sheet::begin(&mut sink, &COLUMNS).map_err(unwritten)?;
            each_page(app, |page| {
                count += page.len();
                page.iter().try_for_each(|line| sheet.row(line.cells())).map_err(unwritten)?;
                Ok(Onward::More)
            })
            .await?;
            sheet.end().map_err(unwritten)?;
        }
        Format::Json => {
            let mut all = Vec::new();
            each_page(app, |page| {
                all.extend(page);
                Ok(Onward::More)
            })
            .await?;
            count = all.len();
            serde_json::to_writer_pretty(&mut sink, &all).map_err(unwritten)?;
        }
    }
    sink.flush().map_err(unwritten)?;
    if let Some(path) = file {
        output::notice(&format!("{count} entries written to {}", path.display()));
    }
    Ok(())
}

fn unwritten(error: impl std::fmt::Display) -> CliError {
    CliError::failed(format!("cannot write the list: {error}"))
}

/// Returns the format that was asked, or the one of the file's ending.
fn format_of(file: Option<&Path>, asked: Option<Format>) -> Result<Format, CliError> {
    let ending = file.and_then(Path::extension).and_then(|ending| ending.to_str());
    match (asked, ending) {
        (Some(format), _) => Ok(format),
        (None, Some("json")) => Ok(Format::Json),
        (None, Some("csv")) => Ok(Format::Csv),
        (None, _) if file.is_none() => Ok(Format::Csv),
        (None, _) => Err(CliError::usage("the file ends in neither .csv nor .json; say --format")),
    }
}
