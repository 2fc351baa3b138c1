//! `/dashboard/admin/ofertas/{id}`: one offer as it was written, and its end by the site.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{answer, state};
use crate::account::audit;
use crate::app::{App, Failure};
use crate::board::jobs::{self, steps};
use crate::domain::audit::AuditFilter;
use crate::domain::job::markdown::html_of;
use crate::domain::job::status::Verb;
use crate::domain::job::{CloseReason, Job};
use crate::domain::refusal::Refusal;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{Heading, PageWords};
use crate::pages::account::Section;
use crate::pages::console::audit::{self as audit_page, Entry};
use crate::pages::form::{Choice, Field, Form, Kind};

/// Entries of the audit log that the page shows.
const ENTRIES: i64 = 10;

/// The field of the form that closes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct CloseForm {
    /// `filled` or `cancelled`.
    #[schemars(length(max = 16))]
    reason: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/console/offer.html", config = ".askama.toml")]
struct Shown<'a> {
    words: PageWords<'a>,
    job: Job,
    state: (String, &'static str),
    /// Where everybody sees it; `None`: nobody does.
    public: Option<String>,
    facts: Vec<(String, String)>,
    description: String,
    section: Option<Section>,
    entries: Vec<Entry>,
}

/// Shows the page.
///
/// # Errors
/// 404; a fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let job = jobs::for_operator(app, request.param("id")).await?;
    let entries = audit::page(app, &AuditFilter::Target(job.id.clone()), None, ENTRIES).await?;
    let may_close = job.status.after(Verb::Close).is_ok();
    let page = Shown {
        state: state(&words, job.status),
        public: steps::is_seen(job.status).then(|| format!("/empleos/{}", job.slug)),
        facts: facts(&words, &job),
        description: html_of(&job.draft.description),
        section: may_close
            .then(|| Section::new(&words, Heading("moderation-close"), form(&words, &job.id))),
        entries: audit_page::told(app, &words, &entries).await?,
        words,
        job,
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

/// Closes the offer.
///
/// # Errors
/// 404; a fault of the store. An offer that is over already is said on its page.
pub async fn close(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: CloseForm = request.body_or_default()?;
    let reason = form.reason.as_deref().and_then(CloseReason::parse);
    let reason = reason.unwrap_or(CloseReason::Cancelled);
    let by = (&request.caller(app), request.now);
    let page = format!("/dashboard/admin/ofertas/{}", request.param("id"));
    let closed = match steps::close_as_operator(app, request.param("id"), reason, by).await {
        // Somebody was faster; the page says what became of it.
        Err(Failure::IllegalStep { .. }) => Err(Refusal::VersionOutdated.into()),
        outcome => outcome.map(|_job| ()),
    };
    answer(&page, closed, "offer-closed")
}

fn facts(words: &PageWords<'_>, job: &Job) -> Vec<(String, String)> {
    let moment = |at: Option<_>| at.map(|at| words.moment(&at));
    let reason = job.close_reason.map(|reason| {
        let name = reason.name();
        words.text(&format!("moderation-reason-{name}"))
    });
    let facts = [
        ("console-id", Some(job.id.clone())),
        ("moderation-reference", job.draft.reference.clone()),
        ("moderation-written", Some(words.moment(&job.created_at))),
        ("moderation-published", moment(job.published_at)),
        ("moderation-until", moment(job.draft.expires_at)),
        ("moderation-closed", moment(job.closed_at)),
        ("moderation-reason", reason),
        ("moderation-views", Some(job.views.to_string())),
        ("moderation-applications", Some(job.applications_count.to_string())),
        ("moderation-apply-url", job.draft.apply_url.clone()),
    ];
    facts.into_iter().filter_map(|(key, fact)| Some((words.text(key), fact?))).collect()
}

fn form(words: &PageWords<'_>, id: &str) -> Form {
    let field = Field::new(words, "reason", Kind::Choices, "moderation-reason").required();
    let reasons = [CloseReason::Cancelled, CloseReason::Filled].map(CloseReason::name);
    let keys = ["moderation-reason-cancelled", "moderation-reason-filled"];
    let options = reasons.into_iter().zip(keys).map(|(value, key)| Choice::new(words, value, key));
    let field = Field { options: options.collect(), ..field }.filled(CloseReason::Cancelled.name());
    let action = format!("/dashboard/admin/ofertas/{id}/cerrar");
    let form = Form::new(words, "close", (&action, "moderation-close-submit"), vec![field]);
    form.dangerous().asking(words.text("moderation-close-sure"))
}
