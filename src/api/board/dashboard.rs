//! `/api/dashboard`: the numbers of whoever asks, shaped by what they are.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};

use super::jobs::shape::JobShape;
use crate::app::{App, Fault};
use crate::base::bounds::{STATS_DAYS_DEFAULT, STATS_DAYS_MAX, TOP_JOBS};
use crate::base::calendar;
use crate::base::clock::{Iso, Millis};
use crate::board::conversation;
use crate::board::dashboard::{self, OrganizationSummary, Span, Whose};
use crate::board::jobs::search;
use crate::domain::figures::StatusCount;
use crate::domain::job::filters::Filters;
use crate::domain::task::TaskRun;
use crate::domain::user::User;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint, QueryField};
use crate::http::error::ApiError;
use crate::http::page;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::FieldFault;
use crate::store::outbox::{self, Depth};
use crate::store::{StoreError, task_runs, user_list};
use crate::tasks::TASKS;
use crate::waitlist;

/// The endpoints.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/api/dashboard/summary" => summary {
        id: "getDashboardSummary", summary: "Sums up what whoever asks has to do with",
        limit: Read, access: Access::Session, answers: [200, 401, 429, 503],
    }),
    endpoint!(GET "/api/dashboard/stats" => stats {
        id: "getDashboardStats", summary: "Lists a row a day of what happened",
        limit: Read, access: Access::Session, query: STATS_QUERY, answers: [200, 400, 401, 429, 503],
    }),
];

const STATS_QUERY: &[QueryField] = &[
    QueryField::optional("from", "the first day, `YYYY-MM-DD`; thirty days by default"),
    QueryField::optional("to", "the last day; today by default; a year after the first at most"),
];

/// Seconds of what counts as recent on the waitlist.
const RECENT_S: i64 = 7 * 86_400;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ByStatus {
    by_status: BTreeMap<String, i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SeenShape {
    id: String,
    slug: String,
    title: String,
    status: String,
    views: i64,
    applications_count: i64,
}

impl From<Vec<StatusCount>> for ByStatus {
    fn from(counts: Vec<StatusCount>) -> Self {
        let by_status = counts.into_iter().map(|counted| (counted.status, counted.count));
        Self { by_status: by_status.collect() }
    }
}

fn fault(error: StoreError) -> ApiError {
    ApiError::Fault(Fault::Store(error))
}

async fn summary(app: &App, request: Request) -> Result<Response, ApiError> {
    let (user, now) = (&request.live()?.user, request.now);
    let told = match &user.organization_id {
        _ if user.is_admin() => of_admin(app, now).await?,
        Some(id) => of_organization(app, user, id, now).await?,
        None => of_professional(app, user).await?,
    };
    Ok(Response::json(200, &told).no_store())
}

async fn of_professional(app: &App, user: &User) -> Result<Value, ApiError> {
    let applications = ByStatus::from(dashboard::of_candidate(app, &user.id).await?);
    Ok(json!({
        "role": "professional",
        "applications": applications,
        "unreadMessages": conversation::unread_count(app, user).await?,
        "recommended": recommended(app, user).await?,
        "alerts": dashboard::alerts(app, &user.id).await?,
    }))
}

/// Lists offers that name somebody's trade, or the newest where none does.
async fn recommended(app: &App, user: &User) -> Result<Vec<JobShape>, ApiError> {
    let of_trade = Filters { q: user.profession.clone(), ..Filters::default() };
    let mut found = search::search(app, &of_trade, None, TOP_JOBS).await?;
    if found.jobs.is_empty() && of_trade.q.is_some() {
        found = search::search(app, &Filters::default(), None, TOP_JOBS).await?;
    }
    Ok(found.jobs.into_iter().map(JobShape::brief).collect())
}

async fn of_organization(app: &App, user: &User, id: &str, now: Millis) -> Result<Value, ApiError> {
    let summary: OrganizationSummary = dashboard::of_organization(app, id, now).await?;
    let top_jobs = summary.top_jobs.into_iter().map(|job| SeenShape {
        id: job.id,
        slug: job.slug,
        title: job.title,
        status: job.status,
        views: job.views,
        applications_count: job.applications_count,
    });
    Ok(json!({
        "role": "organization",
        "jobs": ByStatus::from(summary.jobs),
        "applications": {
            "byStatus": ByStatus::from(summary.applications).by_status,
            "new7d": summary.new_applications,
        },
        "unreadMessages": conversation::unread_count(app, user).await?,
        "views7d": summary.views,
        "topJobs": top_jobs.collect::<Vec<_>>(),
    }))
}

async fn of_admin(app: &App, now: Millis) -> Result<Value, ApiError> {
    let (jobs, applications) = dashboard::of_site(app).await?;
    let users: Vec<i64> = app.store.list(user_list::count_all()).await.map_err(fault)?;
    let waiting = waitlist::stats(app, now.plus_s(-RECENT_S)).await?;
    let depth: Vec<Depth> = app.store.list(outbox::depth(now)).await.map_err(fault)?;
    let mut cron = Vec::new();
    for task in &TASKS {
        let last: Option<TaskRun> =
            app.store.find(task_runs::last(task.name)).await.map_err(fault)?;
        cron.push(json!({
            "task": task.name,
            "lastStatus": last.as_ref().map(|run| run.status.name()),
            "lastStartedAt": last.as_ref().map(|run| Iso(run.started_at)),
        }));
    }
    Ok(json!({
        "role": "admin",
        "users": {"total": users.first().copied().unwrap_or(0)},
        "waitlist": {
            "total": waiting.total, "confirmed": waiting.confirmed,
            "invited": waiting.invited, "new7d": waiting.recent,
        },
        "jobs": ByStatus::from(jobs),
        "applications": ByStatus::from(applications),
        "outbox": {"waiting": depth.first().map_or(0, |depth| depth.mails)},
        "cron": cron,
    }))
}

/// Reads the days that are asked for.
fn span(app: &App, request: &Request) -> Result<Span, ApiError> {
    let day = |name: &str| match request.query(name) {
        Some(text) => {
            let day = text.parse::<Date>().ok().filter(|_| text.len() == 10);
            day.map(Some).ok_or_else(|| page::wrong(name, FieldFault::Shape))
        }
        None => Ok(None),
    };
    let today = calendar::day_of(request.now, &app.config.cron.timezone);
    let to = day("to")?.unwrap_or(today);
    let shape = || page::wrong("from", FieldFault::Shape);
    let usual = calendar::days_later(to, 1 - STATS_DAYS_DEFAULT).ok_or_else(shape)?;
    let from = day("from")?.unwrap_or(usual);
    let longest = calendar::days_later(from, STATS_DAYS_MAX - 1).ok_or_else(shape)?;
    if from > to {
        return Err(shape());
    }
    if to > longest {
        return Err(page::wrong("to", FieldFault::TooMany(STATS_DAYS_MAX)));
    }
    Ok(Span { from, to })
}

async fn stats(app: &App, request: Request) -> Result<Response, ApiError> {
    let span = span(app, &request)?;
    let user = &request.live()?.user;
    let whose = match &user.organization_id {
        _ if user.is_admin() => Whose::Site,
        Some(id) => Whose::Organization(id),
        None => Whose::Candidate(&user.id),
    };
    let items = dashboard::days(app, whose, span, request.now).await?;
    Ok(Response::json(200, &page::Page { items, next_cursor: None }).no_store())
}
