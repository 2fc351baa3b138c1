//! The page that says one thing: what is done, or what went wrong.
//!
//! Also what an error is to a person: programs get the one JSON shape, a browser that
//! asked for a page gets a page with the same status and headers.

use askama::Template;
use http::{HeaderValue, header};

use super::error::{ApiError, Telling, rendered};
use super::response::Response;
use super::words::PageWords;

/// The page.
#[derive(Template)]
#[template(path = "pages/notice.html", config = ".askama.toml")]
pub struct Notice<'a> {
    /// Its words.
    pub words: PageWords<'a>,
    /// Its heading.
    pub title: String,
    /// What it says.
    pub text: String,
    /// The code of what went wrong.
    pub code: Option<&'a str>,
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

/// Shows an error as a page; `told` is its answer to programs.
#[must_use]
pub fn instead_of(
    told: Response,
    error: &ApiError,
    telling: Telling<'_>,
    words: PageWords<'_>,
) -> Response {
    let page = Notice {
        words,
        title: words.text("error-page-title"),
        text: error.message(telling),
        code: Some(error.code()),
        onward: None,
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
