//! A page that says one thing: an error, or that something is done.

use askama::Template;

use crate::app::App;
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, HttpRefusal, rendered};
use crate::http::notice::{Notice, Onward};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{Heading, PageWords};

/// Longest error code that the page repeats.
const CODE_LENGTH_MAX: usize = 64;

/// What the error page reads from the query.
pub const ERROR_QUERY: &[QueryField] =
    &[QueryField::optional("error", "the code of what went wrong")];

/// Where a link under the text leads, and the key of what it says; it may name the brand.
pub type Leads = (String, &'static str);

/// What a form may end with, and where whoever is done goes on; without a place of its
/// own nobody is led anywhere but to a front end.
const ENDS: &[(Heading, Option<(&str, &str)>)] = &[
    (Heading("recover-sent"), None),
    (Heading("sign-up-sent"), None),
    (Heading("reset-done"), Some(("/login", "access-sign-in"))),
    (Heading("invitation-done"), Some(("/dashboard", "notice-onward"))),
    (Heading("invitation-opened"), Some(("/login", "access-sign-in"))),
    (Heading("leave-done"), None),
    (Heading("mail-leave-done"), Some(("/dashboard/cuenta/correo", "leave-wishes"))),
];

/// Returns the address of the page that says how a form ended.
#[must_use]
pub fn address(end: &str) -> String {
    format!("/hecho/{end}")
}

/// Says how a form ended; the form redirects here, so that a reload sends nothing again.
///
/// # Errors
/// 404 for what is no end of ours.
pub async fn end(app: &App, request: Request) -> Result<Response, ApiError> {
    let named = request.param("code");
    let found = ENDS.iter().find(|(Heading(end), _)| *end == named);
    let (heading, place) = found.ok_or(ApiError::Http(HttpRefusal::NotFound))?;
    let front_end = app.config.server.frontend_url.as_ref();
    let own = place.map(|(url, text)| (url.to_owned(), text));
    let onward = front_end.map(|site| (site.to_string(), "notice-onward")).or(own);
    show(app, &request, (200, *heading), (None, onward))
}

/// Says that a link no longer works, with a link to what does.
///
/// # Errors
/// A fault when the template cannot be rendered.
pub fn gone(
    app: &App,
    request: &Request,
    heading: Heading,
    onward: Option<Leads>,
) -> Result<Response, ApiError> {
    show(app, request, (410, heading), (None, onward))
}

/// Says what lives here and where the site itself is.
///
/// # Errors
/// As [`gone`].
pub fn home(app: &App, request: &Request) -> Result<Response, ApiError> {
    let front_end = app.config.server.frontend_url.as_ref();
    let onward = front_end.map(|site| (site.to_string(), "home-onward"));
    show(app, request, (200, Heading("home")), (None, onward))
}

/// Explains an error to whoever followed a link.
///
/// # Errors
/// As [`gone`].
pub async fn error(app: &App, request: Request) -> Result<Response, ApiError> {
    explained(app, &request, code(&request).unwrap_or_default())
}

/// Explains an error of a mailed link that named no other place.
///
/// # Errors
/// As [`gone`].
pub fn explained(app: &App, request: &Request, code: &str) -> Result<Response, ApiError> {
    let code = Some(code).filter(|code| !code.is_empty());
    show(
        app,
        request,
        (200, Heading("error-page")),
        (code, Some((String::from("/"), "error-home"))),
    )
}

/// Says whether a verification link worked; where links lead that name this page.
///
/// # Errors
/// As [`gone`].
pub async fn verified(app: &App, request: Request) -> Result<Response, ApiError> {
    let front_end = app.config.server.frontend_url.as_ref();
    let onward = match front_end {
        Some(site) => (site.to_string(), "notice-onward"),
        None => (String::from("/dashboard"), "notice-onward"),
    };
    match code(&request) {
        Some(code) => show(app, &request, (200, Heading("verified-failed")), (Some(code), None)),
        None => show(app, &request, (200, Heading("verified")), (None, Some(onward))),
    }
}

/// Returns the error code of the query, when it looks like one.
#[must_use]
pub fn code(request: &Request) -> Option<&str> {
    request.query("error").filter(|code| is_code(code))
}

fn show(
    app: &App,
    request: &Request,
    (status, Heading(key)): (u16, Heading),
    (code, onward): (Option<&str>, Option<Leads>),
) -> Result<Response, ApiError> {
    // Without the query, which anybody may have written.
    let words = PageWords::of(app, request).back_to(request.head.uri.path());
    let brand = [("brand", words.brand())];
    let title = words.format(&format!("{key}-title"), &brand);
    let text = words.format(&format!("{key}-text"), &brand);
    let onward = onward.map(|(url, key)| Onward { url, text: words.format(key, &brand) });
    let page = Notice {
        words,
        status: None,
        is_away: false,
        kicker: None,
        title,
        text,
        code,
        request_id: None,
        onward,
    };
    Ok(Response::html(status, rendered(page.render())?).no_store().own_referrer())
}

/// Only what looks like a code is repeated: the parameter is anybody's to write.
fn is_code(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    !text.is_empty() && text.len() <= CODE_LENGTH_MAX && letters
}
