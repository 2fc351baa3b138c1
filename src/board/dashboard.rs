//! The numbers of a dashboard: of whoever looks for a job, of an organisation, of the site.
//!
//! Days that are over come from the statistics; the present one is counted as it is.

use jiff::civil::Date;

use crate::app::{App, Failure, Fault};
use crate::base::bounds::{SEEN_JOBS_MAX, STATS_ROWS_MAX, TOP_JOBS};
use crate::base::calendar;
use crate::base::clock::Millis;
use crate::domain::figures::{DayFigures, Reading, StatusCount};
use crate::store::Statement;
use crate::store::board_figures::{self, Seen, SeenJob};

/// What happened to an organisation lately.
#[derive(Debug)]
pub struct OrganizationSummary {
    /// Its offers by state.
    pub jobs: Vec<StatusCount>,
    /// The applications for them by state.
    pub applications: Vec<StatusCount>,
    /// Applications of the last seven days.
    pub new_applications: i64,
    /// Visitors of the last seven days, each once a day and offer.
    pub views: i64,
    /// The most visited offers of these days.
    pub top_jobs: Vec<SeenJob>,
}

/// Seconds of what counts as lately.
const LATELY_S: i64 = 7 * 86_400;

/// Sums an organisation up.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// Four reads by index on the reader threads.
pub async fn of_organization(
    app: &App,
    id: &str,
    now: Millis,
) -> Result<OrganizationSummary, Failure> {
    let since = now.plus_s(-LATELY_S);
    let zone = &app.config.cron.timezone;
    // Seven days with the present one.
    let first = calendar::days_later(calendar::day_of(now, zone), -6).ok_or(NO_DAY)?;
    let read = board_figures::seen_since(id, &first.to_string(), SEEN_JOBS_MAX);
    let mut seen: Vec<SeenJob> = app.store.list(read).await?;
    let views = seen.iter().map(|job| job.views).sum();
    seen.truncate(TOP_JOBS);
    let came = board_figures::came_to_organization(id, since, now.plus_ms(1));
    Ok(OrganizationSummary {
        jobs: app.store.list(board_figures::jobs_of_organization(id)).await?,
        applications: app.store.list(board_figures::applications_of_organization(id)).await?,
        new_applications: number(app, came).await?,
        views,
        top_jobs: seen,
    })
}

/// Counts an organisation's offers by state.
///
/// # Errors
/// A fault of the store.
pub async fn jobs_of_organization(app: &App, id: &str) -> Result<Vec<StatusCount>, Failure> {
    Ok(app.store.list(board_figures::jobs_of_organization(id)).await?)
}

/// Counts somebody's applications by state.
///
/// # Errors
/// A fault of the store.
pub async fn of_candidate(app: &App, id: &str) -> Result<Vec<StatusCount>, Failure> {
    Ok(app.store.list(board_figures::applications_of_candidate(id)).await?)
}

/// Counts somebody's alerts that are on.
///
/// # Errors
/// A fault of the store.
pub async fn alerts(app: &App, user_id: &str) -> Result<i64, Failure> {
    number(app, board_figures::alerts_of(user_id)).await
}

/// Counts all offers and all applications by state.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// Two scans on the reader threads.
pub async fn of_site(app: &App) -> Result<(Vec<StatusCount>, Vec<StatusCount>), Failure> {
    let jobs = app.store.list(board_figures::jobs_of_all()).await?;
    Ok((jobs, app.store.list(board_figures::applications_of_all()).await?))
}

/// Some days, both ends included.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// The first.
    pub from: Date,
    /// The last.
    pub to: Date,
}

/// Whose statistics are wanted.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    /// A candidate's: their applications alone.
    Candidate(&'a str),
    /// An organisation's.
    Organization(&'a str),
    /// The whole site's.
    Site,
}

const NO_DAY: Failure = Failure::Fault(Fault::Broken("a day that no calendar has"));

/// Lists a row a day, those on which nothing happened included.
///
/// # Errors
/// A fault of the store.
pub async fn days(
    app: &App,
    whose: Whose<'_>,
    span: Span,
    now: Millis,
) -> Result<Vec<DayFigures>, Failure> {
    let (from, to) = (span.from.to_string(), span.to.to_string());
    let known: Vec<DayFigures> = match whose {
        Whose::Candidate(id) => of_applications(app, id, span).await?,
        Whose::Organization(id) => {
            app.store.list(board_figures::days_of_organization(id, &from, &to)).await?
        }
        Whose::Site => app.store.list(board_figures::days_of_all(&from, &to)).await?,
    };
    let today = calendar::day_of(now, &app.config.cron.timezone);
    let fresh = match whose {
        Whose::Candidate(_) => None,
        Whose::Organization(id) => Some(on(app, Some(id), today).await?),
        Whose::Site => Some(on(app, None, today).await?),
    };
    let mut rows = Vec::new();
    let mut next = Some(span.from);
    while let Some(date) = next.filter(|date| *date <= span.to) {
        let day = date.to_string();
        let stated = known.iter().find(|row| row.day == day).map(|row| row.figures);
        let counted = fresh.filter(|_| date == today);
        rows.push(DayFigures { day, figures: counted.or(stated).unwrap_or_default() });
        next = calendar::days_later(date, 1);
    }
    Ok(rows)
}

/// Counts a day as it is.
async fn on(app: &App, organization_id: Option<&str>, day: Date) -> Result<Reading, Failure> {
    let (begins, ends) = moments(app, Span { from: day, to: day }).ok_or(NO_DAY)?;
    let seen: Vec<Seen> =
        app.store.list(board_figures::seen_on(organization_id, &day.to_string())).await?;
    let seen = seen.first().copied().unwrap_or(Seen { views: 0, unique_views: 0 });
    let came = match organization_id {
        Some(id) => board_figures::came_to_organization(id, begins, ends),
        None => board_figures::came_to_all(begins, ends),
    };
    let applications = number(app, came).await?;
    Ok(Reading { views: seen.views, unique_views: seen.unique_views, applications })
}

async fn of_applications(app: &App, id: &str, span: Span) -> Result<Vec<DayFigures>, Failure> {
    let zone = &app.config.cron.timezone;
    let (begins, ends) = moments(app, span).ok_or(NO_DAY)?;
    let read = board_figures::applied_at(id, begins, ends, STATS_ROWS_MAX);
    let mut days: Vec<DayFigures> = Vec::new();
    for moment in app.store.list::<Millis>(read).await? {
        let day = calendar::day_of(moment, zone).to_string();
        if let Some(last) = days.last_mut().filter(|last| last.day == day) {
            last.figures.applications += 1;
        } else {
            let figures = Reading { applications: 1, ..Reading::default() };
            days.push(DayFigures { day, figures });
        }
    }
    Ok(days)
}

/// Returns when some days begin, and when the day after them does.
fn moments(app: &App, span: Span) -> Option<(Millis, Millis)> {
    let zone = &app.config.cron.timezone;
    let after = calendar::days_later(span.to, 1)?;
    Some((calendar::begins(span.from, zone)?, calendar::begins(after, zone)?))
}

async fn number(app: &App, read: Statement) -> Result<i64, Failure> {
    let rows: Vec<i64> = app.store.list(read).await?;
    Ok(rows.first().copied().unwrap_or(0))
}
