//! `/dashboard/admin/organizaciones/{id}`: an organisation, its members and offers, and
//! whether the site vouches for it.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Row, answer};
use crate::account::audit;
use crate::app::App;
use crate::base::clock::Millis;
use crate::board::moderation::{self, Offers};
use crate::board::organizations;
use crate::domain::audit::AuditFilter;
use crate::domain::organization::{Member, Organization};
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::console::audit::{self as audit_page, Entry};
use crate::pages::console::letter;

/// Entries of the audit log that the page shows.
const ENTRIES: i64 = 10;

/// Offers that the page shows; the list of offers has the rest.
const OFFERS: usize = 10;

/// The field of the button.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct VerifyForm {
    /// `yes` vouches; anything else takes it back.
    #[schemars(length(max = 8))]
    verified: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/console/organization.html", config = ".askama.toml")]
struct Shown<'a> {
    words: PageWords<'a>,
    organization: Organization,
    letter: String,
    place: String,
    members: Vec<Belongs>,
    rows: Vec<Row>,
    has_more: bool,
    entries: Vec<Entry>,
}

struct Belongs {
    id: String,
    name: String,
    email: String,
    role: String,
    since: Millis,
}

/// Shows the page.
///
/// # Errors
/// 404; a fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let organization = organizations::find(app, request.param("id")).await?;
    let id = organization.id.as_str();
    let members = moderation::members(app, id).await?;
    let own = Offers { needle: "", status: None, organization_id: Some(id) };
    let offers = moderation::offers(app, own, None, OFFERS).await?;
    let entries = audit::page(app, &AuditFilter::Target(id.to_owned()), None, ENTRIES).await?;
    let draft = &organization.draft;
    let place = [&draft.city, &draft.state, &draft.country];
    let page = Shown {
        letter: letter(&draft.name),
        place: place.into_iter().flatten().cloned().collect::<Vec<_>>().join(", "),
        members: members.into_iter().map(|member| belongs(&words, member)).collect(),
        has_more: offers.next.is_some(),
        rows: offers.found.into_iter().map(|line| Row::of(&words, line)).collect(),
        entries: audit_page::told(app, &words, &entries).await?,
        words,
        organization,
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

/// Vouches for the organisation, or takes it back.
///
/// # Errors
/// 404; a fault of the store.
pub async fn verify(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: VerifyForm = request.body_or_default()?;
    let is_verified = form.verified.as_deref() == Some("yes");
    let (id, by) = (request.param("id"), (&request.caller(app), request.now));
    let outcome = organizations::verify(app, id, is_verified, by).await.map(|_changed| ());
    let done = if is_verified { "organization-verified" } else { "organization-unverified" };
    answer(&format!("/dashboard/admin/organizaciones/{id}"), outcome, done)
}

fn belongs(words: &PageWords<'_>, member: Member) -> Belongs {
    let is_named = !member.name.trim().is_empty();
    Belongs {
        name: if is_named { member.name } else { member.email.to_string() },
        email: member.email.to_string(),
        role: words.text(&format!("moderation-role-{}", member.role.name())),
        since: member.created_at,
        id: member.user_id,
    }
}
