//! `/dashboard/admin/organizaciones`: who offers jobs here, searched and filtered.

use askama::Template;

use super::{ROWS, address, needle, place};
use crate::app::App;
use crate::board::moderation::{self, Organizations};
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::console::letter;
use crate::store::moderation::OrganizationLine;

/// What the page reads from the query.
pub const QUERY: &[QueryField] = &[
    QueryField::optional("q", "part of a name"),
    QueryField::optional("solo", "`verificadas`, `sin-verificar`"),
    QueryField::optional("antes", "the last row of the page before: its moment and id"),
];

const PAGE: &str = "/dashboard/admin/organizaciones";

#[derive(Template)]
#[template(path = "pages/console/organizations.html", config = ".askama.toml")]
struct List<'a> {
    words: PageWords<'a>,
    q: String,
    only: &'a str,
    filters: Vec<(&'static str, String)>,
    rows: Vec<Row>,
    is_cut: bool,
    first: Option<String>,
    older: Option<String>,
}

struct Row {
    line: OrganizationLine,
    letter: String,
    members: i64,
    published: i64,
}

/// Shows the list.
///
/// # Errors
/// A fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let q = needle(request.query("q"));
    let (only, is_verified) = match request.query("solo") {
        Some("verificadas") => ("verificadas", Some(true)),
        Some("sin-verificar") => ("sin-verificar", Some(false)),
        Some(_) | None => ("", None),
    };
    let after = place(request.query("antes"));
    let asked = Organizations { needle: &q, is_verified };
    let looked = moderation::organizations(app, asked, after, ROWS).await?;
    let counts = moderation::counts(app, &looked.found).await?;
    let row = |line: OrganizationLine| {
        let own = counts.iter().find(|counts| counts.id == line.id);
        Row {
            letter: letter(&line.name),
            members: own.map_or(0, |own| own.members),
            published: own.map_or(0, |own| own.published),
            line,
        }
    };
    let filters = [("q", q.as_str()), ("solo", only)];
    let choices = [
        ("", "console-all"),
        ("verificadas", "moderation-verified"),
        ("sin-verificar", "moderation-unverified"),
    ];
    let page = List {
        first: after.is_some().then(|| address(PAGE, &filters, None)),
        older: looked.next.as_ref().map(|next| address(PAGE, &filters, Some(next))),
        is_cut: looked.is_cut,
        filters: choices.map(|(value, key)| (value, words.text(key))).into(),
        rows: looked.found.into_iter().map(row).collect(),
        only,
        words,
        q: q.clone(),
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}
