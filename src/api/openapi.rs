//! The API about itself: `OpenAPI` 3.1 as JSON, and as a page.

use askama::Template;

use super::TABLES;
use crate::app::App;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::{ApiError, rendered};
use crate::http::openapi::{self, DocRow};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;

/// The two endpoints.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/api/openapi.json" => json {
        id: "openapi", summary: "Returns this API as OpenAPI 3.1",
        limit: Read, access: Access::Public, answers: [200, 429],
    }),
    endpoint!(GET "/api/docs" => page {
        id: "docs", summary: "Shows this API as a page",
        limit: Read, access: Access::Public, answers: [200, 429],
    }),
];

#[derive(Template)]
#[template(path = "pages/docs.html", config = ".askama.toml")]
struct DocsPage<'a> {
    words: PageWords<'a>,
    rows: Vec<DocRow>,
}

async fn json(app: &App, _request: Request) -> Result<Response, ApiError> {
    Ok(Response::json(200, &openapi::document(TABLES, &app.config)).no_cache())
}

async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let rows = openapi::rows(TABLES, &app.config.auth.base_path);
    Ok(Response::html(200, rendered(DocsPage { words, rows }.render())?).no_cache())
}
