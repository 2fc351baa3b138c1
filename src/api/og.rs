//! `/api/og`: preview cards.
//!
//! Source: product contract 4.

use crate::app::{App, Failure};
use crate::domain::card::{CardFault, CardLink};
use crate::domain::refusal::Refusal;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint, QueryField};
use crate::http::error::ApiError;
use crate::http::limit;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::{FieldFault, Violation};

/// The endpoint.
pub const ENDPOINTS: &[Endpoint] = &[endpoint!(GET "/api/og" => card {
    id: "card", summary: "Draws a preview card as JPEG; without parameters, the site's own",
    limit: ReadUnlessCached, access: Access::Public, query: QUERY,
    answers: [200, 304, 400, 403, 429, 500, 503],
})];

const QUERY: &[QueryField] = &[
    QueryField::optional("template", "site (the usual one), job, article or profile"),
    QueryField::optional("theme", "light (the usual one) or dark"),
    QueryField::optional("eyebrow", "the few words above the title"),
    QueryField::optional("title", "what the card is about"),
    QueryField::optional("subtitle", "a sentence more"),
    QueryField::optional(
        "organization",
        "job, profile: who offers the job, where the person works",
    ),
    QueryField::optional("place", "job, profile: where"),
    QueryField::optional("salary", "job: for how much"),
    QueryField::optional("footer", "the line at the foot; otherwise the site's host"),
    QueryField::optional("v", "the content's version; a new one is a new link"),
    QueryField::optional("sig", "the site's signature, where links must be signed"),
];

/// Answers with a card; one that is kept costs no admission.
///
/// # Errors
/// 400 for a parameter that no card shows; `CARD_NOT_SIGNED`; 503 when too many wait.
pub async fn card(app: &App, request: Request) -> Result<Response, ApiError> {
    let link = match wanted(app, &request) {
        Ok(link) => link,
        Err(refused) => {
            limit::admit_uncached(app, &request).await?;
            return Err(refused);
        }
    };
    let key = app.og.key(&link.card);
    let found = app.og.find(key, request.now).await.map_err(Failure::from)?;
    let drawn = if let Some(drawn) = found {
        drawn
    } else {
        limit::admit_uncached(app, &request).await?;
        app.og.draw(key, link.card, request.now).await.map_err(Failure::from)?
    };
    Ok(Response::card(&request, &drawn.etag, &drawn.jpeg))
}

/// Reads the link, and whether it may draw anything.
fn wanted(app: &App, request: &Request) -> Result<CardLink, ApiError> {
    let link = CardLink::parse(&request.query).map_err(invalid)?;
    if app.og.links.may_draw(&link) { Ok(link) } else { Err(Refusal::CardNotSigned.into()) }
}

fn invalid(wrong: Vec<(String, CardFault)>) -> ApiError {
    let violations =
        wrong.into_iter().map(|(field, fault)| Violation { field, fault: told(fault) });
    ApiError::Invalid { place: "query", violations: violations.collect() }
}

fn told(fault: CardFault) -> FieldFault {
    match fault {
        CardFault::Unknown => FieldFault::Unknown,
        CardFault::Twice | CardFault::NotText => FieldFault::Shape,
        CardFault::Control => FieldFault::Control,
        CardFault::Option(names) => {
            FieldFault::Option(names.iter().map(|name| (*name).to_owned()).collect())
        }
        CardFault::TooLong(max) => FieldFault::TooBig(i64::try_from(max).unwrap_or(i64::MAX)),
    }
}
