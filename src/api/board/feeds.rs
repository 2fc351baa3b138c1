//! What readers of feeds and search engines are told: `/feed/empleos.*`, `/sitemap.xml`,
//! `/robots.txt`, and an offer as `JobPosting`.
//!
//! What lists offers is built once for each change of what is published.

use askama::Template;
use serde::Serialize;
use serde_json::json;

use crate::app::App;
use crate::base::bounds::{FEED_ROWS, SITEMAP_ROWS};
use crate::base::clock::{Iso, Millis};
use crate::base::editions::Piece;
use crate::board::jobs::{self, search};
use crate::board::organizations;
use crate::domain::job::Job;
use crate::domain::job::catalog::Catalog;
use crate::domain::job::markdown::{html_of, plain};
use crate::domain::job::posting::{for_a_page, posting};
use crate::domain::refusal::Refusal;
use crate::endpoint;
use crate::http::edition;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;

/// The endpoints of feeds and search engines.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/api/jobs/{id}/jsonld" => json_ld {
        id: "getJobPosting", summary: "Returns a published offer as schema.org's JobPosting",
        limit: Read, access: Access::Public, answers: [200, 304, 404, 429, 503],
    }),
    endpoint!(GET "/feed/empleos.rss" => rss {
        id: "rssFeed", summary: "Returns the newest offers as RSS 2.0",
        limit: Read, access: Access::Public, answers: [200, 304, 429, 503],
    }),
    endpoint!(GET "/feed/empleos.atom" => atom {
        id: "atomFeed", summary: "Returns the newest offers as Atom",
        limit: Read, access: Access::Public, answers: [200, 304, 429, 503],
    }),
    endpoint!(GET "/feed/empleos.json" => json_feed {
        id: "jsonFeed", summary: "Returns the newest offers as JSON Feed 1.1",
        limit: Read, access: Access::Public, answers: [200, 304, 429, 503],
    }),
    endpoint!(GET "/sitemap.xml" => sitemap {
        id: "sitemap", summary: "Lists the addresses of published offers, or of lists of them",
        limit: Read, access: Access::Public, answers: [200, 304, 429, 503],
    }),
    endpoint!(GET "/sitemap/{code}" => sitemap_part {
        id: "sitemapPart", summary: "Lists a part of the addresses, such as 1.xml",
        limit: Read, access: Access::Public, answers: [200, 304, 404, 429, 503],
    }),
    endpoint!(GET "/robots.txt" => robots {
        id: "robots", summary: "Tells robots where not to go",
        limit: Read, access: Access::Public, answers: [200, 304, 429],
    }),
];

/// Letters of an offer's summary.
const SUMMARY_LENGTH: usize = 280;

/// The page that lists offers.
const LISTING: &str = "/empleos";

struct Item {
    id: String,
    url: String,
    title: String,
    employer: String,
    category: &'static str,
    html: String,
    summary: String,
    published: Iso,
    published_for_mail: String,
    updated: Iso,
}

struct Feed {
    title: String,
    description: String,
    language: &'static str,
    home: String,
    own: String,
    updated: Iso,
    items: Vec<Item>,
}

#[derive(Template)]
#[template(path = "feeds/rss.xml", config = ".askama.toml")]
struct Rss<'a> {
    title: &'a str,
    description: &'a str,
    language: &'a str,
    home: &'a str,
    own: &'a str,
    items: &'a [Item],
}

#[derive(Template)]
#[template(path = "feeds/atom.xml", config = ".askama.toml")]
struct Atom<'a> {
    title: &'a str,
    description: &'a str,
    language: &'a str,
    home: &'a str,
    own: &'a str,
    updated: Iso,
    items: &'a [Item],
}

#[derive(Template)]
#[template(path = "feeds/sitemap.xml", config = ".askama.toml")]
struct Sitemap<'a> {
    root: &'a str,
    each: &'a str,
    entries: Vec<Entry>,
}

struct Entry {
    url: String,
    changed: Option<Iso>,
}

#[derive(Serialize)]
struct JsonItem<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    content_html: &'a str,
    summary: &'a str,
    date_published: Iso,
    date_modified: Iso,
    authors: [serde_json::Value; 1],
    tags: [&'a str; 1],
}

fn page(app: &App, path: &str) -> String {
    format!("{}{path}", app.config.server.public_url.origin())
}

fn job_page(app: &App, slug: &str) -> String {
    page(app, &format!("{LISTING}/{slug}"))
}

async fn feed(app: &App, own: &str) -> Result<Feed, ApiError> {
    let jobs = jobs::newest(app, FEED_ROWS).await?;
    let locale = app.config.locale;
    let brand = [("brand", app.config.brand.name.as_str())];
    let newest = jobs.iter().map(|job| job.updated_at).max().unwrap_or(Millis(0));
    Ok(Feed {
        title: app.words.format(locale, "feed-title", &brand),
        description: app.words.format(locale, "feed-description", &brand),
        language: locale.tag(),
        home: page(app, LISTING),
        own: page(app, own),
        updated: Iso(newest),
        items: jobs.into_iter().map(|job| item(app, job)).collect(),
    })
}

fn item(app: &App, job: Job) -> Item {
    let published = job.published_at.unwrap_or(job.created_at);
    Item {
        url: job_page(app, &job.slug),
        id: job.id,
        title: xml_text(&job.draft.title),
        employer: xml_text(&job.employer.name),
        category: job.draft.category.name(),
        html: xml_text(&html_of(&job.draft.description)),
        summary: xml_text(&plain(&job.draft.description, SUMMARY_LENGTH)),
        published: Iso(published),
        published_for_mail: for_mail(published),
        updated: Iso(job.updated_at),
    }
}

/// Drops what XML cannot hold in any spelling. Source: XML 1.0 §2.2.
fn xml_text(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))
        .filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .collect()
}

/// Writes a moment as RSS wants it. Source: RFC 2822 §3.3.
fn for_mail(at: Millis) -> String {
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    jiff::fmt::rfc2822::to_string(&moment.to_zoned(jiff::tz::TimeZone::UTC)).unwrap_or_default()
}

/// A text and its media type.
type Built = Result<(&'static str, String), ApiError>;

/// Answers with what was built of the newest change of the published offers.
///
/// # Cost
/// One point read; after a change what building costs, once.
async fn published(
    app: &App,
    request: &Request,
    piece: Piece,
    build: impl Future<Output = Built>,
) -> Result<Response, ApiError> {
    // Before building: what is built is as new as the number, or newer.
    let change = search::change(app).await?;
    let edition = app.editions.of(piece, (change, request.now), build).await?;
    Ok(edition::answer(request, &edition).await.revalidated())
}

/// Returns the newest offers as RSS.
///
/// # Errors
/// A fault of the store.
pub async fn rss(app: &App, request: Request) -> Result<Response, ApiError> {
    let build = async {
        let feed = feed(app, "/feed/empleos.rss").await?;
        let Feed { title, description, language, home, own, items, .. } = &feed;
        let text = Rss { title, description, language, home, own, items }.render();
        Ok(("application/rss+xml; charset=utf-8", rendered(text)?))
    };
    published(app, &request, Piece::one("rss"), build).await
}

/// Returns the newest offers as Atom.
///
/// # Errors
/// As [`rss`].
pub async fn atom(app: &App, request: Request) -> Result<Response, ApiError> {
    let build = async {
        let feed = feed(app, "/feed/empleos.atom").await?;
        let Feed { title, description, language, home, own, updated, items } = &feed;
        let updated = *updated;
        let text = Atom { title, description, language, home, own, updated, items }.render();
        Ok(("application/atom+xml; charset=utf-8", rendered(text)?))
    };
    published(app, &request, Piece::one("atom"), build).await
}

/// Returns the newest offers as JSON Feed. Source: jsonfeed.org/version/1.1.
///
/// # Errors
/// As [`rss`].
pub async fn json_feed(app: &App, request: Request) -> Result<Response, ApiError> {
    let build = async {
        let feed = feed(app, "/feed/empleos.json").await?;
        Ok(("application/feed+json; charset=utf-8", json_text(&feed)))
    };
    published(app, &request, Piece::one("json-feed"), build).await
}

fn json_text(feed: &Feed) -> String {
    let items = feed.items.iter().map(|item| JsonItem {
        id: &item.id,
        url: &item.url,
        title: &item.title,
        content_html: &item.html,
        summary: &item.summary,
        date_published: item.published,
        date_modified: item.updated,
        authors: [json!({"name": item.employer})],
        tags: [item.category],
    });
    for_a_page(&json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "language": feed.language,
        "home_page_url": feed.home,
        "feed_url": feed.own,
        "items": items.collect::<Vec<_>>(),
    }))
}

/// Returns a published offer as `JobPosting`.
///
/// # Errors
/// `NOT_FOUND`, also for an offer that search engines would refuse as it is.
pub async fn json_ld(app: &App, request: Request) -> Result<Response, ApiError> {
    let job = jobs::find(app, request.param("id"), None).await?;
    let organization = organizations::find(app, &job.employer.id).await?;
    let url = job_page(app, &job.slug);
    let told = posting(&job, &url, organization.draft.website.as_deref());
    let text = for_a_page(&told.ok_or(Refusal::NotFound)?);
    Ok(Response::tagged_text(&request, "application/ld+json", text).revalidated())
}

/// Lists the addresses of published offers, or of the parts of the list.
///
/// # Errors
/// A fault of the store.
pub async fn sitemap(app: &App, request: Request) -> Result<Response, ApiError> {
    published(app, &request, Piece::one("sitemap"), whole_sitemap(app)).await
}

async fn whole_sitemap(app: &App) -> Built {
    search::follow(app).await?;
    let count = i64::try_from(app.openings.read(Catalog::len)).unwrap_or(i64::MAX);
    if count <= SITEMAP_ROWS {
        let here = [page(app, "/"), page(app, LISTING)];
        let mut entries: Vec<_> = here.map(|url| Entry { url, changed: None }).into();
        entries.extend(addresses(app, 0).await?);
        return xml(&Sitemap { root: "urlset", each: "url", entries });
    }
    let parts = (1..=(count + SITEMAP_ROWS - 1) / SITEMAP_ROWS)
        .map(|part| Entry { url: page(app, &format!("/sitemap/{part}.xml")), changed: None });
    xml(&Sitemap { root: "sitemapindex", each: "sitemap", entries: parts.collect() })
}

/// Lists a part of the addresses.
///
/// # Errors
/// `NOT_FOUND` for a part that there is not.
pub async fn sitemap_part(app: &App, request: Request) -> Result<Response, ApiError> {
    let name = request.param("code").strip_suffix(".xml");
    let part = name.and_then(|name| name.parse::<u16>().ok()).filter(|part| *part > 0);
    let part = i64::from(part.ok_or(Refusal::NotFound)?);
    let build = async {
        let entries = addresses(app, (part - 1) * SITEMAP_ROWS).await?;
        if entries.is_empty() {
            return Err(Refusal::NotFound.into());
        }
        xml(&Sitemap { root: "urlset", each: "url", entries })
    };
    published(app, &request, Piece { name: "sitemap", part }, build).await
}

async fn addresses(app: &App, offset: i64) -> Result<Vec<Entry>, ApiError> {
    let rows = jobs::addresses(app, SITEMAP_ROWS, offset).await?.into_iter();
    let entry = |(slug, changed): (String, Millis)| Entry {
        url: job_page(app, &slug),
        changed: Some(Iso(changed)),
    };
    Ok(rows.map(entry).collect())
}

fn xml(sitemap: &Sitemap<'_>) -> Built {
    Ok(("application/xml; charset=utf-8", rendered(sitemap.render())?))
}

/// Tells robots where not to go.
///
/// # Errors
/// Never.
pub async fn robots(app: &App, request: Request) -> Result<Response, ApiError> {
    let text = format!(
        "User-agent: *\nAllow: /api/og\nDisallow: /api/\nDisallow: /dashboard/\nDisallow: /setup/\n\
         Disallow: /invitacion/\nDisallow: /invitaciones/\n\nSitemap: {}\n",
        page(app, "/sitemap.xml")
    );
    Ok(Response::tagged_text(&request, "text/plain; charset=utf-8", text).revalidated())
}
