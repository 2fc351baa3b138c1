//! `/dashboard/guardadas`: offers that somebody keeps an eye on.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::said::Brief;
use crate::app::{App, Failure};
use crate::base::bounds::{ID_LENGTH_MAX, URL_LENGTH_MAX};
use crate::board::jobs::saved;
use crate::http::error::{ApiError, rendered};
use crate::http::page::{PageAsked, Place};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::next;
use crate::store::saved_jobs::Saved;

/// Where the page is.
const PATH: &str = "/dashboard/guardadas";

/// The fields of the form that saves and forgets.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct SavedForm {
    /// Which offer.
    #[schemars(length(max = ID_LENGTH_MAX))]
    job: Option<String>,
    /// `save` or `forget`.
    #[schemars(length(max = 16))]
    act: Option<String>,
    /// Where to go afterwards.
    #[schemars(length(max = URL_LENGTH_MAX))]
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/board/saved.html", config = ".askama.toml")]
struct Page<'a> {
    words: PageWords<'a>,
    rows: Vec<(String, Brief)>,
    next: Option<String>,
}

/// Shows what is saved, the last first.
///
/// # Errors
/// `VALIDATION_ERROR` for a cursor that is none; a fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let asked = PageAsked::of(&request)?;
    let after = asked.after.as_ref().map(|place| (place.key, place.id.as_str()));
    let rows = saved::page(app, &request.live()?.user, after, asked.rows()).await?;
    let place = |last: &Saved| Place { key: last.saved_at.0, id: last.job.id.clone() };
    let shape = |saved: Saved| (saved.job.id.clone(), Brief::of(&words, &saved.job));
    let found = asked.page(rows, place, shape);
    let next = found.next_cursor.map(|cursor| format!("{PATH}?cursor={cursor}"));
    let page = Page { words, rows: found.items, next };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

/// Saves an offer, or forgets it.
///
/// # Errors
/// A fault; a refusal is said on the page that follows.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: SavedForm = request.body_or_default()?;
    let user = &request.live()?.user;
    let onward = next::path(app, typed.next.as_deref()).unwrap_or(PATH).to_owned();
    let job = typed.job.as_deref().unwrap_or_default();
    if typed.act.as_deref() == Some("forget") {
        saved::drop(app, user, job).await?;
        return Ok(next::to(&next::with(&onward, "done", "job-forgotten")));
    }
    match saved::save(app, user, job, request.now).await {
        Ok(()) => Ok(next::to(&next::with(&onward, "done", "job-saved"))),
        Err(Failure::Refused(refusal)) => {
            Ok(next::to(&next::with(&onward, "problem", refusal.code())))
        }
        Err(failure) => Err(failure.into()),
    }
}
