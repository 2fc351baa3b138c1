//! `/dashboard/cuenta/datos`: one's own copy of everything, and the way out.

use askama::Template;

use crate::app::App;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;

#[derive(Template)]
#[template(path = "pages/dashboard/data.html", config = ".askama.toml")]
struct Data<'a> {
    words: PageWords<'a>,
}

/// Shows where both are.
///
/// # Errors
/// A fault when the template cannot be rendered.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let page = Data { words: PageWords::of(app, &request) };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}
