//! `…/vista`: an offer exactly as visitors see it, saved or as it was typed just now. It
//! counts as nobody's visit.

use askama::Template;

use super::editor::draft;
use super::fields::{Another, sheet};
use super::typed::Typed;
use super::{Place, offers, place};
use crate::app::App;
use crate::board::employer;
use crate::domain::job::Job;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::Violation;
use crate::http::words::PageWords;
use crate::pages::board::offer;

#[derive(Template)]
#[template(path = "pages/employer/unready.html", config = ".askama.toml")]
struct Unready<'a> {
    words: PageWords<'a>,
    problems: Vec<(String, String)>,
}

/// Shows an offer as it is saved.
///
/// # Errors
/// `NOT_FOUND` for offers of others; a fault.
pub async fn of_saved(app: &App, request: Request) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    let (job, _role) = employer::offer(app, user, request.param("id")).await?;
    let back = format!("{}/{}", offers::PATH, job.id);
    offer::preview(app, &request, job, Some(back)).await
}

/// Shows an offer as it was typed.
///
/// # Errors
/// As [`of_saved`].
pub async fn of_typed(app: &App, request: Request) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    let (job, _role) = employer::offer(app, user, request.param("id")).await?;
    let typed = Typed::sent(&request);
    match draft(app, &typed, Some(&job))? {
        Ok(draft) => offer::preview(app, &request, Job { draft, ..job }, None).await,
        Err(wrong) => unready(app, &request, (&typed, &wrong)),
    }
}

/// Shows a new offer as it was typed.
///
/// # Errors
/// As [`place`]; a fault.
pub async fn of_new(app: &App, request: Request) -> Result<Response, ApiError> {
    let standing = match place(app, &request).await? {
        Place::Inside(standing) => standing,
        Place::Away(response) => return Ok(response),
    };
    let typed = Typed::sent(&request);
    match draft(app, &typed, None)? {
        Ok(draft) => {
            let job = employer::unwritten(app, standing.organization, draft, request.now);
            offer::preview(app, &request, job, None).await
        }
        Err(wrong) => unready(app, &request, (&typed, &wrong)),
    }
}

/// Says what is missing before there is anything to see.
fn unready(
    app: &App,
    request: &Request,
    (typed, wrong): (&Typed, &[Violation]),
) -> Result<Response, ApiError> {
    let words = PageWords::of(app, request).back_to(offers::PATH);
    let problems = sheet(&words, typed, Another::Nothing).faulty(&words, wrong).problems();
    let page = Unready { words, problems };
    Ok(Response::html(400, rendered(page.render())?).no_store())
}
