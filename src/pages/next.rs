//! Where a browser goes after a form: never elsewhere, and never twice.
//!
//! What an address or a form names as the next page is held against the rules of
//! callback URLs, and must be a path of ours: a policy that lets forms lead nowhere else
//! (`form-action`) would stop the browser anyway.

use crate::app::App;
use crate::http::origin::Trusted;
use crate::http::response::Response;

/// Where whoever signs in goes when nobody said.
pub const HOME: &str = "/dashboard";

/// Returns where to go next: what was asked for, when it is a path of ours, else [`HOME`].
#[must_use]
pub fn checked(app: &App, asked: Option<&str>) -> String {
    path(app, asked).unwrap_or(HOME).to_owned()
}

/// Returns what was asked for, when it is a path of ours.
#[must_use]
pub fn path<'a>(app: &App, asked: Option<&'a str>) -> Option<&'a str> {
    asked.filter(|asked| Trusted::of(&app.config).allows_path(asked))
}

/// Sends the browser to a page after a form; reloading that page sends nothing again.
#[must_use]
pub fn to(page: &str) -> Response {
    Response::redirect(303, page).no_store()
}

/// Returns an address with a parameter added.
#[must_use]
pub fn with(page: &str, name: &str, value: &str) -> String {
    crate::http::origin::with_parameter(page, name, value)
}
