//! A page that says one thing: an error, or that something is done.

use askama::Template;

use crate::app::App;
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::notice::{Notice, Onward};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;

/// Longest error code that the page repeats.
const CODE_LENGTH_MAX: usize = 64;

/// What the error page reads from the query.
pub const ERROR_QUERY: &[QueryField] =
    &[QueryField::optional("error", "the code of what went wrong")];

/// Where a link under the text leads, and the key of what it says.
pub type Leads = (String, &'static str);

/// Returns a page with the texts `{key}-title` and `{key}-text`.
///
/// # Errors
/// A fault when the template cannot be rendered.
pub fn page(app: &App, request: &Request, status: u16, key: &str) -> Result<Response, ApiError> {
    show(app, request, (status, key), (None, None))
}

/// As [`page`], with a link to the front end where there is one.
///
/// # Errors
/// As [`page`].
pub fn done(app: &App, request: &Request, key: &str) -> Result<Response, ApiError> {
    let front_end = app.config.server.frontend_url.as_ref();
    let onward = front_end.map(|site| (site.to_string(), "notice-onward"));
    show(app, request, (200, key), (None, onward))
}

/// As [`page`], for a link that no longer works, with a link to what does.
///
/// # Errors
/// As [`page`].
pub fn gone(
    app: &App,
    request: &Request,
    key: &str,
    onward: Option<Leads>,
) -> Result<Response, ApiError> {
    show(app, request, (410, key), (None, onward))
}

/// Explains an error to whoever followed a link.
///
/// # Errors
/// A fault when the template cannot be rendered.
pub async fn error(app: &App, request: Request) -> Result<Response, ApiError> {
    show(app, &request, (200, "error-page"), (code(&request), None))
}

/// Says whether a verification link worked; where links lead that name this page.
///
/// # Errors
/// A fault when the template cannot be rendered.
pub async fn verified(app: &App, request: Request) -> Result<Response, ApiError> {
    match code(&request) {
        Some(code) => show(app, &request, (200, "verified-failed"), (Some(code), None)),
        None => done(app, &request, "verified"),
    }
}

/// Says what lives here, to whoever opens the bare address.
///
/// A mailed link that names no other place leads here, and so does its error.
///
/// # Errors
/// A fault when the template cannot be rendered.
pub async fn home(app: &App, request: Request) -> Result<Response, ApiError> {
    match code(&request) {
        Some(code) => show(app, &request, (200, "error-page"), (Some(code), None)),
        None => done(app, &request, "home"),
    }
}

fn code(request: &Request) -> Option<&str> {
    request.query("error").filter(|code| is_code(code))
}

fn show(
    app: &App,
    request: &Request,
    what: (u16, &str),
    more: (Option<&str>, Option<Leads>),
) -> Result<Response, ApiError> {
    let (status, key) = what;
    let (code, onward) = more;
    let words = PageWords::new(app, request.locale);
    let brand = [("brand", words.brand())];
    let title = words.format(&format!("{key}-title"), &brand);
    let text = words.format(&format!("{key}-text"), &brand);
    let onward = onward.map(|(url, key)| Onward { url, text: words.text(key) });
    let page = Notice { words, title, text, code, onward };
    Ok(Response::html(status, rendered(page.render())?))
}

/// Only what looks like a code is repeated: the parameter is anybody's to write.
fn is_code(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    !text.is_empty() && text.len() <= CODE_LENGTH_MAX && letters
}
