//! `/dashboard/admin/sistema`: version, health, sizes, and the settings without secrets.

use askama::Template;

use super::{closing, figures};
use crate::app::{App, maintenance};
use crate::config::{Database, Line};
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::account::Section;
use crate::pages::chart::Chart;
use crate::pages::form::{Kind, Told};
use crate::tasks::health::{self, Health};

#[derive(Template)]
#[template(path = "pages/console/system.html", config = ".askama.toml")]
struct System<'a> {
    words: PageWords<'a>,
    facts: Vec<(String, String)>,
    parts: Vec<(String, &'static str)>,
    health: Health,
    charts: Vec<Chart>,
    section: Section,
    settings: &'a [Line],
}

/// Shows the page.
///
/// # Errors
/// A fault when the template cannot be rendered.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    show(app, &request, None).await
}

/// Shows the page, the form that closes the site perhaps as it comes back.
///
/// # Errors
/// As [`page`].
pub async fn show(app: &App, request: &Request, told: Option<Told>) -> Result<Response, ApiError> {
    let words = PageWords::of(app, request);
    let status = told.as_ref().map_or(200, |told| told.status);
    let closing = maintenance::look(app).await?;
    let health = health::look(app, request.now).await;
    let engine = match &app.config.database {
        Database::Sqlite(_) => "SQLite",
        Database::Postgres { .. } => "PostgreSQL",
    };
    let backup = match health.backup.age_s {
        Some(age_s) => duration(&words, age_s),
        None => words.text("console-never"),
    };
    let up_s = u64::try_from(request.now.since_ms(app.metrics.started_at()) / 1000).unwrap_or(0);
    let facts = [
        ("console-version", env!("CARGO_PKG_VERSION").to_owned()),
        ("console-engine", engine.to_owned()),
        ("console-database-size", size(app)),
        ("console-backup-age", backup),
        ("console-up", duration(&words, up_s)),
        ("console-instance", app.instance.clone()),
        ("console-site", app.config.server.public_url.to_string()),
    ];
    let page = System {
        facts: facts.map(|(key, value)| (words.text(key), value)).into(),
        parts: super::parts(&words, &health),
        health,
        charts: figures::last_day(app, &words, request.now).into(),
        section: closing::section(&words, &closing, told.map(|told| told.form)),
        settings: &app.config.lines,
        words,
    };
    Ok(Response::html(status, rendered(page.render())?).no_store())
}

/// Returns how large the database's files are; a server knows its own better.
fn size(app: &App) -> String {
    let Some(file) = app.config.database_file() else { return String::from("—") };
    let log = file.with_file_name(format!(
        "{}-wal",
        file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default()
    ));
    let bytes: u64 =
        [file, log].iter().filter_map(|file| Some(std::fs::metadata(file).ok()?.len())).sum();
    match bytes {
        0..1_048_576 => format!("{} KiB", bytes.div_ceil(1024)),
        _ => format!("{}.{} MiB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

/// Writes how long something took in its largest unit.
fn duration(words: &PageWords<'_>, seconds: u64) -> String {
    let (key, number) = match seconds {
        0..3_600 => ("console-minutes", seconds / 60),
        3_600..172_800 => ("console-hours", seconds / 3_600),
        _ => ("console-days", seconds / 86_400),
    };
    words.count(key, &i64::try_from(number).unwrap_or(i64::MAX))
}
