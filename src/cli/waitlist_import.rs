//! `antesala waitlist import FILE`
//!
//! Reads what `export` writes, and less: an address and a role are enough. A bad
//! line is reported with its number and the others go on. Running the same file
//! twice adds nothing the second time.

use std::fs;
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Deserialize;

use super::arguments::Format;
use super::error::CliError;
use super::output;
use crate::account::{Caller, audit};
use crate::app::App;
use crate::base::bounds::TASK_ROWS_MAX;
use crate::base::clock::Millis;
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::waitlist::WaitlistRole;
use crate::waitlist::{self, ImportEntry, Imported};

/// Bad lines that are printed one by one; the rest is counted.
const REPORTED_MAX: usize = 100;

/// One line of the file. Unknown columns are ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Line {
    id: Option<String>,
    email: String,
    role: String,
    name: Option<String>,
    field: Option<String>,
    company: Option<String>,
    source: Option<String>,
    referrals: Option<i64>,
    locale: Option<String>,
    created_at: Option<String>,
    confirmed_at: Option<String>,
    invited_at: Option<String>,
}

/// What became of the file.
#[derive(Debug, Default)]
struct Report {
    added: usize,
    present: usize,
    bad: Vec<(usize, String)>,
}

/// Imports a file.
///
/// # Errors
/// When the file cannot be read, or when some line was bad: then the exit code
/// says so although the good lines are in.
pub async fn run(app: &App, file: &Path, format: Format) -> Result<(), CliError> {
    let text = fs::read_to_string(file)
        .map_err(|error| CliError::failed(format!("cannot read {}: {error}", file.display())))?;
    let lines = match format {
        Format::Csv => csv_lines(&text),
        Format::Json => json_lines(&text)?,
    };
    let bar = progress(lines.len());
    let mut report = Report::default();
    let chunk = usize::try_from(TASK_ROWS_MAX).unwrap_or(1);
    let mut rest = lines.into_iter().peekable();
    while rest.peek().is_some() {
        let together: Vec<_> = rest.by_ref().take(chunk).collect();
        let read = together.len();
        import_all(app, together, &mut report).await?;
        bar.inc(u64::try_from(read).unwrap_or(0));
    }
    bar.finish_and_clear();
    let detail = serde_json::json!({"entries": report.added});
    let operator = Caller::operator(app.config.locale);
    audit::note(app, Act::WaitlistImported, &detail, (&operator, app.clock.now())).await?;
    conclude(&report)
}

type Numbered = (usize, Result<ImportEntry, String>);

async fn import_all(app: &App, lines: Vec<Numbered>, report: &mut Report) -> Result<(), CliError> {
    let mut entries = Vec::with_capacity(lines.len());
    for (number, line) in lines {
        match line {
            Ok(entry) => entries.push(entry),
            Err(why) => report.bad.push((number, why)),
        }
    }
    for outcome in waitlist::import(app, entries, app.clock.now()).await? {
        match outcome {
            Imported::Added => report.added += 1,
            Imported::Present => report.present += 1,
        }
    }
    Ok(())
}

fn conclude(report: &Report) -> Result<(), CliError> {
    for (number, why) in report.bad.iter().take(REPORTED_MAX) {
        output::notice(&format!("line {number}: {why}"));
    }
    if report.bad.len() > REPORTED_MAX {
        output::notice(&format!("… and {} more", report.bad.len() - REPORTED_MAX));
    }
    output::line(&format!(
        "{} added, {} already there, {} bad",
        report.added,
        report.present,
        report.bad.len()
    ))?;
    if report.bad.is_empty() {
        Ok(())
    } else {
        Err(CliError::failed("some lines were not imported; mend them and repeat"))
    }
}

fn csv_lines(text: &str) -> Vec<Numbered> {
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let headers = reader.headers().cloned().unwrap_or_default();
    reader
        .records()
        .enumerate()
        .map(|(index, record)| {
            let line = match record {
                Ok(record) => {
                    let number = record
                        .position()
                        .map_or(index + 2, |at| usize::try_from(at.line()).unwrap_or(index + 2));
                    let line = record.deserialize::<Line>(Some(&headers));
                    (number, line.map_err(|error| error.to_string()))
                }
                Err(error) => (index + 2, Err(error.to_string())),
            };
            (line.0, line.1.and_then(entry))
        })
        .collect()
}

/// Elements of the array are counted from 1.
fn json_lines(text: &str) -> Result<Vec<Numbered>, CliError> {
    let values: Vec<serde_json::Value> = serde_json::from_str(text)
        .map_err(|error| CliError::failed(format!("the file is no JSON array: {error}")))?;
    Ok(values
        .into_iter()
        .enumerate()
        .map(|(index, value)| {
            let line: Result<Line, _> = serde_json::from_value(value);
            (index + 1, line.map_err(|error| error.to_string()).and_then(entry))
        })
        .collect())
}

fn entry(line: Line) -> Result<ImportEntry, String> {
    let email = Email::parse(&line.email)
        .ok_or_else(|| format!("email \"{}\" is no mail address", line.email))?;
    let role = WaitlistRole::parse(&line.role).ok_or_else(|| {
        format!("role \"{}\" is unknown; it is professional or empresa", line.role)
    })?;
    let code = said(line.id);
    if code.as_deref().is_some_and(|code| !is_code(code)) {
        return Err(String::from("id may hold letters and digits only, 64 at most"));
    }
    Ok(ImportEntry {
        email,
        role,
        name: said(line.name),
        field: said(line.field),
        company: said(line.company),
        source: said(line.source),
        referral_code: code,
        referrals: line.referrals.unwrap_or(0).max(0),
        locale: said(line.locale).filter(|tag| tag == "en").unwrap_or_else(|| "es".to_owned()),
        created_at: moment("createdAt", line.created_at)?,
        confirmed_at: moment("confirmedAt", line.confirmed_at)?,
        invited_at: moment("invitedAt", line.invited_at)?,
    })
}

fn is_code(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn moment(column: &str, text: Option<String>) -> Result<Option<Millis>, String> {
    said(text)
        .map(|text| {
            Millis::parse_iso(&text)
                .ok_or_else(|| format!("{column} \"{text}\" is no ISO 8601 time with an offset"))
        })
        .transpose()
}

/// A bar on a terminal; elsewhere nothing moves and the last line tells.
fn progress(total: usize) -> ProgressBar {
    let total = u64::try_from(total).unwrap_or(0);
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
