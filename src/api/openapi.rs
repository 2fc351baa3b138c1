//! The API about itself: `OpenAPI` 3.1 as JSON, and as a page.

use askama::Template;

use super::TABLES;
use crate::app::{App, Fault};
use crate::base::editions::Piece;
use crate::base::locale::Locale;
use crate::endpoint;
use crate::http::edition;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::{ApiError, rendered};
use crate::http::openapi::{self, DocRow};
use crate::http::preferences::Theme;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;

/// Where the page is.
const PAGE: &str = "/api/docs";

/// The two endpoints.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/api/openapi.json" => json {
        id: "openapi", summary: "Returns this API as OpenAPI 3.1",
        limit: Read, access: Access::Public, answers: [200, 304, 429],
    }),
    endpoint!(GET "/api/docs" => page {
        id: "docs", summary: "Shows this API as a page",
        limit: Read, access: Access::Public, answers: [200, 304, 429],
    }),
];

#[derive(Template)]
#[template(path = "pages/docs.html", config = ".askama.toml")]
struct DocsPage<'a> {
    words: PageWords<'a>,
    rows: Vec<DocRow>,
}

async fn json(app: &App, request: Request) -> Result<Response, ApiError> {
    let build = async {
        let document = openapi::document(TABLES, &app.config);
        let text = serde_json::to_string(&document);
        text.map(|text| ("application/json", text))
            .map_err(|_error| ApiError::Fault(Fault::Broken("the API's description is no JSON")))
    };
    let edition = app.editions.of(Piece::one("openapi"), (0, request.now), build).await?;
    Ok(edition::answer(&request, &edition).await.no_cache())
}

async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    if !is_everybodys(&request) {
        return Ok(Response::html(200, shown(app, words)?).no_cache());
    }
    let part = match request.locale {
        Locale::Es => 0,
        Locale::En => 1,
    };
    let build = async { Ok::<_, ApiError>(("text/html; charset=utf-8", shown(app, words)?)) };
    let edition =
        app.editions.of(Piece { name: "openapi-page", part }, (0, request.now), build).await?;
    Ok(edition::answer(&request, &edition).await.no_cache())
}

/// Tells whether the page shows nothing of whoever asks but the language.
fn is_everybodys(request: &Request) -> bool {
    request.viewer().is_none()
        && request.preferences.theme == Theme::System
        && request.target() == PAGE
}

fn shown(app: &App, words: PageWords<'_>) -> Result<String, ApiError> {
    let rows = openapi::rows(TABLES, &app.config.auth.base_path);
    rendered(DocsPage { words, rows }.render())
}
