//! `/`: what this site is, and the form of its waitlist.

use askama::Template;

use super::join::{self, JoinForm};
use crate::app::App;
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::form::{Form, Kind, Told};
use crate::pages::notice;
use crate::waitlist;

/// What the page reads from the query.
pub const QUERY: &[QueryField] = &[
    QueryField::optional("ref", "the referral code of whoever told the visitor"),
    QueryField::optional("source", "where the visitor comes from"),
    QueryField::optional("error", "the code of what went wrong with a mailed link"),
];

#[derive(Template)]
#[template(path = "pages/landing.html", config = ".askama.toml")]
struct Landing<'a> {
    words: PageWords<'a>,
    form: Option<Form>,
    /// What is on its way by mail, in words, after a join that says no more.
    mailed: Option<String>,
    count: Option<i64>,
}

/// Shows the page, or where the front end is; a mailed link that names no other place leads here, and so does its error.
///
/// # Errors
/// A fault.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    if let Some(code) = notice::code(&request) {
        return notice::explained(app, &request, code);
    }
    // Where the site lives elsewhere, this address has nothing to say but where.
    if app.config.server.frontend_url.is_some() {
        return notice::home(app, &request);
    }
    let words = PageWords::of(app, &request);
    let said = |name: &str| request.query(name).map(str::to_owned);
    let source = said("source").or_else(|| said("utm_source"));
    let typed = JoinForm { referral: said("ref"), source, ..JoinForm::default() };
    let form = app.config.waitlist.enabled.then(|| join::blank(&words, &typed));
    show(app, &request, form.map(|form| Told { form, status: 200, retry_after_s: None })).await
}

/// Shows the page with the form as it comes back.
///
/// # Errors
/// A fault.
pub async fn show(app: &App, request: &Request, told: Option<Told>) -> Result<Response, ApiError> {
    let words = PageWords::of(app, request).back_to(match told {
        // The form's own address shows nothing by itself.
        Some(Told { status: 200, .. }) | None => request.target(),
        Some(_) => "/",
    });
    let (form, status, retry_after_s) = match told {
        Some(Told { form, status, retry_after_s }) => (Some(form), status, retry_after_s),
        None => (None, 200, None),
    };
    let settings = &app.config.waitlist;
    let count = if settings.enabled && settings.public_count {
        Some(waitlist::count(app).await?)
    } else {
        None
    };
    let mailed =
        if settings.double_opt_in { "landing-confirm-text" } else { "landing-mailed-text" };
    let mailed = request.query("apuntado").map(|_joined| words.text(mailed));
    let page = Landing { words, form, mailed, count };
    let response = Response::html(status, rendered(page.render())?).no_store();
    Ok(match retry_after_s {
        Some(seconds) => response.retry_after(seconds),
        None => response,
    })
}
