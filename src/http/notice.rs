//! The page that says one thing: what is done, or what went wrong.
//!
//! Also what an error is to a person: programs get the one JSON shape, a browser that
//! asked for a page gets a page with the same status and headers, and whoever asks for
//! what needs a session is sent to sign in.

use askama::Template;
use http::uri::PathAndQuery;
use http::{HeaderValue, Method, StatusCode, header};

use super::asked::Asked;
use super::error::{ApiError, HttpRefusal, Telling, rendered};
use super::response::Response;
use super::words::{PageWords, repeated};
use crate::app::App;
use crate::base::locale::Locale;
use crate::domain::refusal::Refusal;

/// Where everything that needs a session lives.
const DASHBOARD: &str = "/dashboard";

/// The page.
#[derive(Template)]
#[template(path = "pages/notice.html", config = ".askama.toml")]
pub struct Notice<'a> {
    /// Its words.
    pub words: PageWords<'a>,
    /// The status, shown large where something went wrong.
    pub status: Option<u16>,
    /// Whether the site is closed for a while: a drawing stands in for the status.
    pub is_away: bool,
    /// A few words above the heading.
    pub kicker: Option<String>,
    /// Its heading.
    pub title: String,
    /// What it says.
    pub text: String,
    /// The code of what went wrong.
    pub code: Option<&'a str>,
    /// What names the request in the log.
    pub request_id: Option<&'a str>,
    /// A link under the text.
    pub onward: Option<Onward>,
}

/// A link under the text of a notice.
pub struct Onward {
    /// Where it leads.
    pub url: String,
    /// What it says.
    pub text: String,
}

/// Tells whether a path is behind the sign-in.
#[must_use]
pub fn is_inside(path: &str) -> bool {
    path.strip_prefix(DASHBOARD).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Sends a browser without a session to sign in, and back to the page it asked for.
///
/// A form that was sent without one leads to the dashboard: what was typed is gone.
#[must_use]
pub fn entrance(asked: &Asked, error: &ApiError) -> Option<Response> {
    if !is_inside(asked.uri.path()) || !matches!(error, ApiError::Refused(Refusal::Unauthorized)) {
        return None;
    }
    let target = match asked.method {
        Method::GET | Method::HEAD => asked.uri.path_and_query().map(PathAndQuery::as_str),
        _ => None,
    };
    let target = target.map_or(DASHBOARD, repeated);
    let query =
        form_urlencoded::Serializer::new(String::new()).append_pair("next", target).finish();
    Some(Response::redirect(303, &format!("/login?{query}")).no_store())
}

/// Returns the words for a page instead of an answer: where something passes by itself, its
/// links and switches lead back to what was asked for. No other page repeats an address.
#[must_use]
pub fn words<'a>(
    app: &'a App,
    (locale, status): (Locale, StatusCode),
    asked: &'a Asked,
) -> PageWords<'a> {
    let words = PageWords::new(app, locale).themed(asked.preferences.theme);
    let passes = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    let is_read = matches!(asked.method, Method::GET | Method::HEAD);
    let target = asked.uri.path_and_query().map(PathAndQuery::as_str);
    // Two strokes at the beginning would lead to another site.
    match target.filter(|target| !target.starts_with("//") && !target.contains('\\')) {
        Some(target) if passes && is_read => words.back_to(target),
        Some(_) | None => words,
    }
}

/// Shows an error as a page; `told` is its answer to programs.
#[must_use]
pub fn instead_of(
    told: Response,
    error: &ApiError,
    telling: Telling<'_>,
    words: PageWords<'_>,
) -> Response {
    let status = told.status.as_u16();
    let (title, text) = saying(error, status, telling, words);
    let is_fault = matches!(error, ApiError::Fault(_));
    let page = Notice {
        words,
        status: Some(status),
        is_away: error.code() == "MAINTENANCE",
        kicker: (status == 404).then(|| error.message(telling)),
        title,
        text,
        code: Some(error.code()),
        request_id: is_fault.then_some(telling.request_id),
        onward: Some(onward(status, words)),
    };
    match rendered(page.render()) {
        Ok(page) => {
            let html = HeaderValue::from_static("text/html; charset=utf-8");
            let told = told.with_header(header::CONTENT_TYPE, html);
            Response { body: page.into(), ..told }
        }
        Err(_broken) => told,
    }
}

/// What passes by itself is tried again; from the rest one goes to the first page.
fn onward(status: u16, words: PageWords<'_>) -> Onward {
    match status {
        429 | 503 => Onward { url: words.target().to_owned(), text: words.text("error-try-again") },
        _ => Onward { url: String::from("/"), text: words.text("error-home") },
    }
}

/// Returns heading and text: the status's own where it says more than the code.
fn saying(
    error: &ApiError,
    status: u16,
    telling: Telling<'_>,
    words: PageWords<'_>,
) -> (String, String) {
    let title = match status {
        503 if error.code() == "MAINTENANCE" => "maintenance-title",
        403 => "error-403-title",
        404 => "error-404-title",
        410 => "error-410-title",
        429 => "error-429-title",
        500 => "error-500-title",
        503 => "error-503-title",
        _ => "error-page-title",
    };
    let text = match error {
        ApiError::Http(HttpRefusal::Maintenance { ends_at: None, .. }) => {
            words.text("maintenance-text")
        }
        ApiError::Http(HttpRefusal::Maintenance { ends_at: Some(at), .. }) => {
            words.format("maintenance-text-until", &[("at", &words.moment(at))])
        }
        ApiError::Limited { retry_after_s } => {
            words.format("error-429-text", &[("seconds", &retry_after_s.to_string())])
        }
        ApiError::Refused(Refusal::Forbidden) => words.text("error-403-text"),
        ApiError::Http(_) if status == 404 => words.text("error-404-text"),
        ApiError::Fault(_) if status == 503 => words.text("error-503-text"),
        ApiError::Fault(_) => words.text("error-500-text"),
        ApiError::Refused(_)
        | ApiError::IllegalStep { .. }
        | ApiError::Http(_)
        | ApiError::Invalid { .. } => error.message(telling),
    };
    (words.text(title), text)
}
