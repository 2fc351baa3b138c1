//! Moderation: everybody's offers and organisations, and the few acts that are the site's.
//!
//! The acts are those of `antesala job` and `antesala org`, and stand in the audit log.

mod offer;
mod offers;
mod organization;
mod organizations;

use crate::app::Failure;
use crate::base::clock::Millis;
use crate::domain::job::JobStatus;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::ApiError;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::next;
use crate::store::moderation::OfferLine;

/// The pages of this folder.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/dashboard/admin/ofertas" => offers::page {
        id: "consoleOffers", summary: "Lists everybody's offers",
        limit: Read, access: Access::Admin, query: offers::QUERY,
        answers: [200, 303, 401, 403, 404, 429],
    }),
    endpoint!(GET "/dashboard/admin/ofertas/{id}" => offer::page {
        id: "consoleOffer", summary: "Shows one offer, whatever became of it",
        limit: Read, access: Access::Admin, answers: [200, 303, 401, 403, 404, 429],
    }),
    endpoint!(POST "/dashboard/admin/ofertas/{id}/cerrar" => offer::close {
        id: "consoleOfferClose", summary: "Closes an offer",
        limit: Write, access: Access::Admin, body_optional: offer::CloseForm, media: Form,
        guard: OwnPage, answers: [303, 400, 401, 403, 404, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/admin/organizaciones" => organizations::page {
        id: "consoleOrganizations", summary: "Lists organizations",
        limit: Read, access: Access::Admin, query: organizations::QUERY,
        answers: [200, 303, 401, 403, 429],
    }),
    endpoint!(GET "/dashboard/admin/organizaciones/{id}" => organization::page {
        id: "consoleOrganization", summary: "Shows one organization with members and offers",
        limit: Read, access: Access::Admin, answers: [200, 303, 401, 403, 404, 429],
    }),
    endpoint!(POST "/dashboard/admin/organizaciones/{id}/verificacion" => organization::verify {
        id: "consoleOrganizationVerify", summary: "Vouches for an organization, or no longer",
        limit: Write, access: Access::Admin, body_optional: organization::VerifyForm, media: Form,
        guard: OwnPage, answers: [303, 400, 401, 403, 404, 415, 429, 503],
    }),
];

/// Longest needle, in characters.
const NEEDLE_LENGTH_MAX: usize = 100;

/// Rows of a page.
const ROWS: usize = 25;

/// Reads what is looked for, without what nobody can type.
fn needle(typed: Option<&str>) -> String {
    let typed = typed.unwrap_or_default().trim();
    typed.chars().filter(|letter| !letter.is_control()).take(NEEDLE_LENGTH_MAX).collect()
}

/// Reads the place after which a page begins: a moment and an id.
pub(super) fn place(text: Option<&str>) -> Option<(Millis, &str)> {
    let (at, id) = text?.split_once('-')?;
    Some((Millis(at.parse().ok()?), id))
}

/// Returns the address of a list: its filters, and the place where it goes on.
pub(super) fn address(
    page: &str,
    filters: &[(&str, &str)],
    place: Option<&(Millis, String)>,
) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(filters.iter().filter(|(_, value)| !value.is_empty()));
    if let Some((at, id)) = place {
        query.append_pair("antes", &format!("{}-{id}", at.0));
    }
    format!("{page}?{}", query.finish())
}

/// Goes back to a page with what became of the act.
fn answer(page: &str, outcome: Result<(), Failure>, done: &str) -> Result<Response, ApiError> {
    match outcome {
        Ok(()) => Ok(next::to(&next::with(page, "done", done))),
        Err(Failure::Refused(refusal)) if refusal.code() != "NOT_FOUND" => {
            Ok(next::to(&next::with(page, "problem", refusal.code())))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// An offer as the lists show it.
#[derive(Debug)]
struct Row {
    line: OfferLine,
    state: String,
    class: &'static str,
}

impl Row {
    fn of(words: &PageWords<'_>, line: OfferLine) -> Self {
        let (state, class) = state(words, line.status);
        Self { line, state, class }
    }
}

/// Says a state, and the class of its badge.
fn state(words: &PageWords<'_>, status: JobStatus) -> (String, &'static str) {
    let class = match status {
        JobStatus::Publicada => "good",
        JobStatus::Pausada => "warn",
        JobStatus::Borrador | JobStatus::Cerrada | JobStatus::Caducada | JobStatus::Archivada => "",
    };
    (words.text(&format!("job-state-{}", status.name())), class)
}
