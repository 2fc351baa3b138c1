//! `/dashboard/admin`: the site at a glance.

use askama::Template;

use super::figures;
use crate::app::App;
use crate::domain::search::Condition;
use crate::domain::user::ROLE_ADMIN;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::chart::Chart;
use crate::store::{self, Statement, StoreError, user_list};
use crate::tasks::health;
use crate::waitlist;

#[derive(Template)]
#[template(path = "pages/console/overview.html", config = ".askama.toml")]
struct Overview<'a> {
    words: PageWords<'a>,
    figures: Vec<(String, String)>,
    parts: Vec<(String, &'static str)>,
    is_new: bool,
    charts: Vec<Chart>,
}

/// Shows the page.
///
/// # Errors
/// A fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let now = request.now;
    let people = number(app, Some(user_list::count_all())).await.map_err(fault)?;
    let proven = number(app, user_list::count(&Condition::EmailVerified(true))).await;
    let admins = number(app, user_list::count(&Condition::Role(ROLE_ADMIN.to_owned()))).await;
    let listed = waitlist::stats(app, now.plus_s(-7 * 86_400)).await?;
    let health = health::look(app, now).await;
    let waiting = health.outbox.map_or(0, |depth| depth.mails);
    let week_ago = now.plus_s(-7 * 86_400);
    let houses = number(app, Some(store::figures::organizations())).await.map_err(fault)?;
    let offers = number(app, Some(store::figures::open_offers())).await.map_err(fault)?;
    let applied = number(app, Some(store::figures::applications_since(week_ago))).await;
    let figures = [
        ("console-people", people),
        ("console-verified", proven.map_err(fault)?),
        ("console-admins", admins.map_err(fault)?),
        ("console-waiting", listed.total),
        ("console-recent", listed.recent),
        ("console-mails-waiting", waiting),
        ("console-houses", houses),
        ("console-open-offers", offers),
        ("console-applied", applied.map_err(fault)?),
    ];
    let daily = async |count| figures::daily(app, &words, now, count).await;
    // At once: each waits for a reader thread, and together they wait once.
    let (joins, sign_ups, applications, published, mails) = tokio::try_join!(
        daily(store::figures::joins),
        daily(store::figures::sign_ups),
        daily(store::figures::applications),
        daily(store::figures::offers),
        daily(store::figures::mails),
    )?;
    let mut charts = vec![
        figures::days(&words, "console-sign-ups", &sign_ups),
        figures::growth(&words, "console-growth", (&joins, listed.total)),
        figures::days(&words, "console-applications", &applications),
        figures::days(&words, "console-offers", &published),
        figures::days(&words, "console-mails", &mails),
    ];
    charts.extend(figures::last_day(app, &words, now));
    let page = Overview {
        figures: figures.map(|(key, value)| (words.text(key), value.to_string())).into(),
        parts: super::parts(&words, &health),
        words,
        is_new: people <= 1 && listed.total == 0,
        charts,
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

async fn number(app: &App, count: Option<Statement>) -> Result<i64, StoreError> {
    let Some(count) = count else { return Ok(0) };
    let counted: Vec<i64> = app.store.list(count).await?;
    Ok(counted.first().copied().unwrap_or(0))
}

fn fault(error: StoreError) -> ApiError {
    ApiError::Fault(error.into())
}
