//! A page that says one thing: an error, or that something is done.

use askama::Template;

use crate::app::App;
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;

/// Longest error code that the page repeats.
const CODE_LENGTH_MAX: usize = 64;

/// What the error page reads from the query.
pub const ERROR_QUERY: &[QueryField] =
    &[QueryField::optional("error", "the code of what went wrong")];

#[derive(Template)]
#[template(path = "pages/notice.html", config = ".askama.toml")]
struct Notice<'a> {
    words: PageWords<'a>,
    title: String,
    text: String,
    code: Option<&'a str>,
}

/// Returns a page with the texts `{key}-title` and `{key}-text`.
///
/// # Errors
/// A fault when the template cannot be rendered.
pub fn page(app: &App, request: &Request, status: u16, key: &str) -> Result<Response, ApiError> {
    show(app, request, (status, key), None)
}

/// Explains an error to whoever followed a link.
///
/// # Errors
/// A fault when the template cannot be rendered.
pub async fn error(app: &App, request: Request) -> Result<Response, ApiError> {
    let code = request.query("error").filter(|code| is_code(code));
    show(app, &request, (200, "error-page"), code)
}

fn show(
    app: &App,
    request: &Request,
    what: (u16, &str),
    code: Option<&str>,
) -> Result<Response, ApiError> {
    let (status, key) = what;
    let words = PageWords::new(app, request.locale);
    let title = words.text(&format!("{key}-title"));
    let text = words.text(&format!("{key}-text"));
    Ok(Response::html(status, rendered(Notice { words, title, text, code }.render())?))
}

/// Only what looks like a code is repeated: the parameter is anybody's to write.
fn is_code(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    !text.is_empty() && text.len() <= CODE_LENGTH_MAX && letters
}
