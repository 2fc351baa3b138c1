//! `antesala waitlist import FILE`
//!
//! Reads what `export` writes, and less: an address and a role are enough. A bad
//! line is reported with its number and the others go on. Running the same file
//! twice adds nothing the second time.

use std::collections::BTreeMap;
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;

use super::arguments::Format;
use super::error::CliError;
use super::{listing, output};
use crate::account::{Caller, audit};
use crate::app::App;
use crate::base::bounds::{NAME_LENGTH_MAX, TASK_ROWS_MAX};
use crate::base::cells::{self, folded};
use crate::base::clock::Millis;
use crate::base::csv;
use crate::base::excerpt;
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::waitlist::WaitlistRole;
use crate::waitlist::{self, Confirmation, ImportEntry, Imported};

/// Bad lines that are printed one by one; the rest is counted.
const REPORTED_MAX: usize = 100;

/// What one line of the file says.
#[derive(Debug, Default)]
struct Line {
    id: Option<String>,
    email: String,
    role: String,
    name: Option<String>,
    field: Option<String>,
    company: Option<String>,
    source: Option<String>,
    referrals: Option<String>,
    locale: Option<String>,
    created_at: Option<String>,
    confirmed_at: Option<String>,
    invited_at: Option<String>,
    unsubscribed_at: Option<String>,
    /// Whether the list has a place for a confirmation, be it empty.
    tells_confirmation: bool,
}

impl Line {
    /// Keeps a cell; false when no such column is read.
    fn put(&mut self, column: &str, cell: &str) -> bool {
        let cell = cell.trim();
        let text = Some(cell.to_owned());
        match folded(column).as_str() {
            "id" | "referralcode" | "code" => self.id = text,
            "email" | "emailaddress" | "mail" => cell.clone_into(&mut self.email),
            "role" | "type" => self.role = cell.to_lowercase(),
            "name" => self.name = text,
            "field" => self.field = text,
            "company" => self.company = text,
            "source" => self.source = text,
            "referrals" => self.referrals = text,
            "locale" | "language" => self.locale = text,
            "createdat" | "joinedat" | "date" => self.created_at = text,
            "confirmedat" => self.confirmed_at = text,
            "invitedat" => self.invited_at = text,
            "unsubscribedat" => self.unsubscribed_at = text,
            // Where somebody stands follows from everything else.
            "position" => {}
            _ => return false,
        }
        true
    }
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
pub async fn run(
    app: &App,
    file: &Path,
    (format, encoding): (Format, Option<&str>),
) -> Result<(), CliError> {
    let text = listing::text(file, encoding)?;
    let mut unread = BTreeMap::new();
    let lines = match format {
        Format::Csv => csv_lines(&text, &mut unread)?,
        Format::Json => json_lines(&text, &mut unread)
            .map_err(|why| CliError::failed(format!("cannot read {}: {why}", file.display())))?,
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
    for (column, rows) in unread.into_iter().take(REPORTED_MAX) {
        let column = excerpt::of(&column);
        output::line(&format!("{rows} lines hold something in {column}, which was not read"))?;
    }
    conclude(&report)
}

type Numbered = (usize, Result<ImportEntry, String>);

async fn import_all(app: &App, lines: Vec<Numbered>, report: &mut Report) -> Result<(), CliError> {
    let mut entries = Vec::with_capacity(lines.len());
    let mut numbers = Vec::with_capacity(lines.len());
    for (number, line) in lines {
        match line {
            Ok(entry) => {
                entries.push(entry);
                numbers.push(number);
            }
            Err(why) => report.bad.push((number, why)),
        }
    }
    let outcomes = waitlist::import(app, entries, app.clock.now()).await?;
    for (number, outcome) in numbers.into_iter().zip(outcomes) {
        match outcome {
            Imported::Added => report.added += 1,
            Imported::Present => report.present += 1,
            Imported::CodeTaken => report.bad.push((
                number,
                String::from("its id is somebody else's code; leave it empty to draw another"),
            )),
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

/// Columns that hold something and were not read, with the lines that do.
type Unread = BTreeMap<String, usize>;

fn csv_lines(text: &str, unread: &mut Unread) -> Result<Vec<Numbered>, CliError> {
    let rows = csv::read(text);
    let columns = rows.columns.clone();
    let mut known = Line::default();
    columns.iter().for_each(|name| {
        known.put(name, "x");
    });
    if known.email.is_empty() || known.role.is_empty() {
        let found = columns.iter().map(excerpt::of).collect::<Vec<_>>().join(", ");
        return Err(CliError::failed(format!(
            "the list's first line must name the columns email and role; it names {found}"
        )));
    }
    Ok(rows
        .map(|(number, row)| {
            let line = row.and_then(|row| line(columns.iter().zip(row.iter()), unread));
            (usize::try_from(number).unwrap_or(usize::MAX), line)
        })
        .collect())
}

/// Elements of the array are counted from 1.
fn json_lines(text: &str, unread: &mut Unread) -> Result<Vec<Numbered>, String> {
    let elements = (1..).zip(listing::values(text)?);
    Ok(elements
        .map(|(number, value)| {
            let Value::Object(fields) = value else {
                return (number, Err(String::from("is no object")));
            };
            let cells: Vec<(String, String)> = fields
                .into_iter()
                .map(|(name, value)| match value {
                    Value::Null => (name, String::new()),
                    Value::String(text) => (name, text),
                    other @ (Value::Bool(_)
                    | Value::Number(_)
                    | Value::Array(_)
                    | Value::Object(_)) => (name, other.to_string()),
                })
                .collect();
            let cells = cells.iter().map(|(name, cell)| (name.as_str(), cell.as_str()));
            (number, line(cells, unread))
        })
        .collect())
}

fn line<'a>(
    cells: impl Iterator<Item = (&'a str, &'a str)>,
    unread: &mut Unread,
) -> Result<ImportEntry, String> {
    let mut line = Line::default();
    for (column, cell) in cells {
        line.tells_confirmation |= folded(column) == "confirmedat";
        if cell.trim().is_empty() {
            continue;
        }
        if !line.put(column, cell) && (unread.len() < REPORTED_MAX || unread.contains_key(column)) {
            *unread.entry(column.to_owned()).or_default() += 1;
        }
    }
    entry(line)
}

fn entry(line: Line) -> Result<ImportEntry, String> {
    let email = Email::parse(&line.email)
        .ok_or_else(|| format!("email \"{}\" is no mail address", excerpt::of(&line.email)))?;
    let role = WaitlistRole::parse(&line.role).ok_or_else(|| {
        format!("role \"{}\" is unknown; it is professional or empresa", excerpt::of(&line.role))
    })?;
    let code = said(line.id);
    if code.as_deref().is_some_and(|code| !is_code(code)) {
        return Err(String::from("id may hold letters and digits only, 64 at most"));
    }
    Ok(ImportEntry {
        email,
        role,
        name: short("name", line.name)?,
        field: short("field", line.field)?,
        company: short("company", line.company)?,
        source: short("source", line.source)?,
        referral_code: code,
        referrals: referrals(line.referrals)?,
        locale: locale(line.locale)?,
        created_at: moment("createdAt", line.created_at)?,
        confirmation: match (moment("confirmedAt", line.confirmed_at)?, line.tells_confirmation) {
            (Some(moment), _) => Confirmation::At(moment),
            (None, true) => Confirmation::Open,
            (None, false) => Confirmation::Untold,
        },
        invited_at: moment("invitedAt", line.invited_at)?,
        unsubscribed_at: moment("unsubscribedAt", line.unsubscribed_at)?,
    })
}

fn referrals(text: Option<String>) -> Result<i64, String> {
    let Some(text) = said(text) else { return Ok(0) };
    text.parse()
        .ok()
        .filter(|number| *number >= 0)
        .ok_or_else(|| format!("referrals \"{}\" is no whole number from 0", excerpt::of(&text)))
}

fn locale(text: Option<String>) -> Result<String, String> {
    let Some(text) = said(text) else { return Ok(String::from("es")) };
    let language = text.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    if ["es", "en"].contains(&language.as_str()) {
        return Ok(language);
    }
    Err(format!("locale \"{}\" is unknown; it is es or en", excerpt::of(&text)))
}

fn is_code(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// Takes a text of no more letters than whoever joins by the site may give.
fn short(column: &str, text: Option<String>) -> Result<Option<String>, String> {
    let most = usize::try_from(NAME_LENGTH_MAX).unwrap_or(0);
    match said(text) {
        Some(text) if text.encode_utf16().nth(most).is_some() => {
            Err(format!("{column} has more than {most} letters"))
        }
        text => Ok(text),
    }
}

fn moment(column: &str, text: Option<String>) -> Result<Option<Millis>, String> {
    said(text)
        .map(|text| {
            cells::moment(&text).ok_or_else(|| {
                let text = excerpt::of(&text);
                format!(
                    "{column} \"{text}\" is no moment that can be read in one way; write \
                     2024-03-01 or 2024-03-01T10:00:00Z"
                )
            })
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
