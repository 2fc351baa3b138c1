//! `/empleos/{slug}`: an offer, for people and for search engines.

use askama::Template;

use super::said::{Brief, named};
use crate::app::{App, Failure};
use crate::board::jobs::views::{self, Visitor};
use crate::board::{apply, jobs, organizations};
use crate::domain::card::{Card, CardLink, Field as CardField, Template as CardTemplate, Theme};
use crate::domain::job::markdown::{html_of, plain};
use crate::domain::job::posting::{for_a_page, posting};
use crate::domain::job::{Benefit, Job, JobStatus};
use crate::domain::organization::Organization;
use crate::domain::refusal::Refusal;
use crate::domain::user::{User, UserKind};
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{Heading, PageWords};
use crate::pages::{next, notice};

/// Letters of what search engines and previews say under the title.
const SUMMARY_LENGTH: usize = 180;

#[derive(Template)]
#[template(path = "pages/board/offer.html", config = ".askama.toml")]
struct Offer<'a> {
    words: PageWords<'a>,
    brief: Brief,
    id: String,
    canonical: String,
    summary: String,
    card: String,
    /// For search engines; `None`: they would refuse it.
    json_ld: Option<String>,
    employer_url: String,
    is_verified: bool,
    category: (String, String),
    facts: Vec<(String, String)>,
    html: String,
    skills: Vec<String>,
    benefits: Vec<Benefit>,
    way: Way,
    /// Whether the offer is saved; `None`: the viewer saves none.
    is_saved: Option<bool>,
    /// Its state, for those who see it although not everybody does.
    state: Option<String>,
    /// Whether it is only looked at beforehand, and where that leads back to.
    preview: Option<Preview>,
}

/// A look at an offer before others see it.
struct Preview {
    /// Where it leads back to; `None`: it stands in a window of its own.
    back: Option<String>,
}

/// What somebody may do about an offer.
enum Way {
    /// Apply here.
    Here(String),
    /// Apply on somebody else's site.
    Elsewhere(String),
    /// Look at the application that they have made.
    Made(String),
    /// Nothing: the text says why.
    None(String),
}

/// Shows an offer and counts the look; an offer that is over is gone.
///
/// # Errors
/// `NOT_FOUND`; a fault.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let user = request.viewer().map(|live| &live.user);
    let asked = request.param("id");
    let job = match jobs::find(app, asked, user).await {
        Ok(job) => job,
        Err(Failure::Refused(Refusal::NotFound)) if jobs::is_over(app, asked).await? => {
            let onward = (String::from(super::listing::PATH), "jobs-all");
            return notice::gone(app, &request, Heading("jobs-over"), Some(onward));
        }
        Err(failure) => return Err(failure.into()),
    };
    if job.slug != asked {
        return Ok(next::to(&format!("{}/{}", super::listing::PATH, job.slug)));
    }
    let job = if request.is_head() {
        job
    } else {
        let caller = request.caller(app);
        let visitor = Visitor { address: request.client, user_agent: &caller.user_agent, user };
        views::count(app, job, visitor, request.now).await?
    };
    show(app, &request, job).await
}

async fn show(app: &App, request: &Request, job: Job) -> Result<Response, ApiError> {
    let user = request.viewer().map(|live| &live.user);
    let words = PageWords::of(app, request);
    let employer = organizations::find(app, &job.employer.id).await?;
    let is_saved = match user.filter(|user| user.kind == UserKind::Professional) {
        Some(user) => Some(jobs::saved::is_saved(app, user, &job.id).await?),
        None => None,
    };
    let way = way(app, &words, (&job, user), request).await?;
    let page = told(app, words, (job, &employer), (way, is_saved));
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

/// Shows an offer as visitors will see it, whatever its state is. Nothing is counted.
///
/// # Errors
/// A fault of the store.
pub async fn preview(
    app: &App,
    request: &Request,
    job: Job,
    back: Option<String>,
) -> Result<Response, ApiError> {
    let words = PageWords::of(app, request).back_to(super::listing::PATH);
    let employer = organizations::find(app, &job.employer.id).await?;
    let way = match &job.draft.apply_url {
        Some(url) => Way::Elsewhere(url.clone()),
        None => Way::Here(String::from("#main")),
    };
    let published_at = Some(job.published_at.unwrap_or(request.now));
    let job = Job { status: JobStatus::Publicada, published_at, ..job };
    let page = told(app, words, (job, &employer), (way, None));
    let page = Offer { preview: Some(Preview { back }), ..page };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

/// Returns the address of the card that an offer is shared with.
#[must_use]
pub fn card_address(app: &App, words: &PageWords<'_>, job: &Job) -> String {
    app.og.links.address(card(words, job, &Brief::of(words, job)))
}

fn told<'a>(
    app: &App,
    words: PageWords<'a>,
    (job, employer): (Job, &Organization),
    (way, is_saved): (Way, Option<bool>),
) -> Offer<'a> {
    let brief = Brief::of(&words, &job);
    let canonical = format!("{}{}", app.config.server.public_url.origin(), brief.url);
    let data = posting(&job, &canonical, employer.draft.website.as_deref());
    let category = job.draft.category.name();
    Offer {
        card: app.og.links.address(card(&words, &job, &brief)),
        json_ld: data.as_ref().map(for_a_page),
        canonical,
        summary: plain(&job.draft.description, SUMMARY_LENGTH),
        employer_url: format!("/organizaciones/{}", job.employer.slug),
        is_verified: employer.is_verified,
        category: (
            format!("{}?category={category}", super::listing::PATH),
            named(&words, "category", category),
        ),
        facts: facts(&words, &job, &brief),
        html: below_the_title(&html_of(&job.draft.description)),
        state: (job.status != JobStatus::Publicada)
            .then(|| words.text(&format!("job-state-{}", job.status.name()))),
        id: job.id,
        skills: job.draft.required_skills,
        benefits: job.draft.benefits,
        brief,
        way,
        is_saved,
        preview: None,
        words,
    }
}

async fn way(
    app: &App,
    words: &PageWords<'_>,
    (job, user): (&Job, Option<&User>),
    request: &Request,
) -> Result<Way, ApiError> {
    if user.is_some_and(|user| user.organization_id.as_deref() == Some(&job.employer.id)) {
        return Ok(Way::None(words.text("apply-own")));
    }
    if let Some(user) = user
        && let Some(id) = apply::earlier(app, user, &job.id).await?
    {
        return Ok(Way::Made(format!("/dashboard/candidaturas/{id}")));
    }
    let is_open = job.status == JobStatus::Publicada
        && job.draft.expires_at.is_none_or(|end| end > request.now);
    Ok(match &job.draft.apply_url {
        _ if !is_open => Way::None(words.text("apply-closed")),
        Some(url) => Way::Elsewhere(url.clone()),
        None if user.is_some_and(|user| user.kind == UserKind::Organization) => {
            Way::None(words.text("apply-not-as-organization"))
        }
        None => Way::Here(format!("/dashboard/solicitar/{}", job.slug)),
    })
}

fn facts(words: &PageWords<'_>, job: &Job, brief: &Brief) -> Vec<(String, String)> {
    let draft = &job.draft;
    let named = |field: &str, name: &str| named(words, field, name);
    let years = draft.min_experience.filter(|years| *years > 0);
    let facts = [
        ("jobs-by-place", Some(brief.place.clone()).filter(|place| !place.is_empty())),
        ("jobs-by-employmenttype", Some(named("employmentType", draft.employment_type.name()))),
        (
            "jobs-by-level",
            draft.experience_level.map(|level| named("experienceLevel", level.name())),
        ),
        ("jobs-by-experience", years.map(|years| words.count("jobs-years", &years))),
        ("jobs-published", brief.published.clone()),
        ("jobs-until", draft.expires_at.map(|at| words.day(&at))),
        ("jobs-reference", draft.reference.clone()),
    ];
    facts.into_iter().filter_map(|(key, fact)| Some((words.text(key), fact?))).collect()
}

fn card(words: &PageWords<'_>, job: &Job, brief: &Brief) -> CardLink {
    let card = Card::new(CardTemplate::Job, Theme::Light)
        .with(CardField::Eyebrow, &words.text("jobs-card-eyebrow"))
        .with(CardField::Title, &job.draft.title)
        .with(CardField::Organization, &job.employer.name)
        .with(CardField::Place, &brief.place)
        .with(CardField::Salary, brief.salary.as_deref().unwrap_or_default());
    CardLink { card, version: Some(job.version.to_string()), signature: None }
}

/// Moves the headings of a description below the page's own. Text is escaped, so such
/// letters stand nowhere but in tags.
fn below_the_title(html: &str) -> String {
    [("h3", "h5"), ("h2", "h4"), ("h1", "h3")].iter().fold(html.to_owned(), |html, (from, to)| {
        html.replace(&format!("<{from}>"), &format!("<{to}>"))
            .replace(&format!("</{from}>"), &format!("</{to}>"))
    })
}
