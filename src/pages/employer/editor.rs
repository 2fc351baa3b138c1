//! `/dashboard/ofertas/nueva` and `/dashboard/ofertas/{id}`: writing an offer.
//!
//! What was typed comes back whatever is wrong. Whoever was slower than somebody else
//! finds under each field what was saved meanwhile, and saves again knowing it.

use askama::Template;

use super::fields::{Another, sheet};
use super::sheet::Sheet;
use super::steps::published;
use super::typed::{OfferForm, Typed};
use super::{Place, home, offers, place, steps};
use crate::app::{App, Failure};
use crate::base::words::error_key;
use crate::board::employer;
use crate::board::jobs::changes;
use crate::board::jobs::steps::{self as rules, Step};
use crate::domain::job::{Job, JobDraft, JobStatus, Verb};
use crate::domain::organization::MemberRole;
use crate::domain::refusal::Refusal;
use crate::http::bodies::{self, job::NewJob};
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::Violation;
use crate::http::words::PageWords;
use crate::pages::board::offer;
use crate::pages::board::said::grouped;
use crate::pages::form::{Form, Kind};
use crate::pages::next;
use crate::store::idempotency::unkept;

#[derive(Template)]
#[template(path = "pages/employer/editor.html", config = ".askama.toml")]
struct Editor<'a> {
    words: PageWords<'a>,
    title: String,
    action: String,
    sheet: Sheet,
    /// What may only be read: part, label, value; empty while it may be written.
    read: Vec<(String, Vec<(String, String)>)>,
    may_edit: bool,
    is_draft: bool,
    known: Option<Known>,
}

/// What there is to know of an offer that is saved.
struct Known {
    version: i64,
    id: String,
    state: String,
    color: &'static str,
    since: String,
    /// Why it cannot be changed.
    obstacle: Option<String>,
    public_url: Option<String>,
    figures: Vec<(String, String)>,
    steps: Vec<Form>,
    card: String,
}

/// The form as it is shown: with which status, and of which offer.
struct Shown {
    sheet: Sheet,
    status: u16,
    known: Option<(Job, MemberRole)>,
}

/// Reads what was typed as the draft of an offer.
///
/// # Errors
/// What is wrong with it, inside; a fault outside.
pub(super) fn draft(
    app: &App,
    typed: &Typed,
    before: Option<&Job>,
) -> Result<Result<JobDraft, Vec<Violation>>, ApiError> {
    let body = typed.body(before, (&app.config.cron.timezone, app.clock.now()));
    let read = bodies::read::<NewJob>(&body).and_then(|body| body.read(&app.entropy));
    match read {
        Ok(draft) => Ok(Ok(draft)),
        Err(error) => bodies::wrong(error).map(Err),
    }
}

/// Shows the form of a new offer.
///
/// # Errors
/// `FORBIDDEN` for viewers; as [`place`].
pub async fn blank(app: &App, request: Request) -> Result<Response, ApiError> {
    if let Some(away) = outside(app, &request).await? {
        return Ok(away);
    }
    let words = PageWords::of(app, &request);
    let sheet = sheet(&words, &Typed::new(), Another::Nothing);
    show(app, &request, Shown { sheet, status: 200, known: None }).await
}

/// Turns away whoever writes no offers.
async fn outside(app: &App, request: &Request) -> Result<Option<Response>, ApiError> {
    match place(app, request).await? {
        Place::Inside(standing) if standing.role.may_recruit() => Ok(None),
        Place::Inside(_viewer) => Err(Refusal::Forbidden.into()),
        Place::Away(response) => Ok(Some(response)),
    }
}

/// Writes a new offer, and publishes it if asked to.
///
/// # Errors
/// `FORBIDDEN` for viewers; a fault. A refusal is shown on the form.
pub async fn create(app: &App, request: Request) -> Result<Response, ApiError> {
    if let Some(away) = outside(app, &request).await? {
        return Ok(away);
    }
    let form: OfferForm = request.body_or_default()?;
    let (typed, words) = (Typed::sent(&request), PageWords::of(app, &request));
    let another = another(&form);
    let sheet = sheet(&words, &typed, another);
    if another != Another::Nothing {
        return show(app, &request, Shown { sheet, status: 200, known: None }).await;
    }
    let draft = match draft(app, &typed, None)? {
        Ok(draft) => draft,
        Err(wrong) => {
            let sheet = sheet.faulty(&words, &wrong);
            return show(app, &request, Shown { sheet, status: 400, known: None }).await;
        }
    };
    let user = &request.live()?.user;
    let job = match changes::create(app, user, (draft, request.now), unkept).await {
        Ok(job) => job,
        Err(failure) => {
            let (sheet, status) = refused(&words, sheet, failure)?;
            return show(app, &request, Shown { sheet, status, known: None }).await;
        }
    };
    let page = format!("{}/{}", offers::PATH, job.id);
    if form.act.as_deref() != Some("publish") {
        return Ok(next::to(&next::with(&page, "done", "offer-saved")));
    }
    match rules::take(app, user, (&job.id, Step::Publish(None)), request.now).await {
        Ok(job) => Ok(next::to(&next::with(&page, "done", published(&job)))),
        // The offer is written: its own page says why it is not published yet.
        Err(Failure::Refused(refusal)) => {
            Ok(next::to(&next::with(&page, "problem", refusal.code())))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Shows an offer, to change it or to read it.
///
/// # Errors
/// `NOT_FOUND` for offers of others; a fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    let (job, role) = employer::offer(app, user, request.param("id")).await?;
    if job.id != request.param("id") {
        return Ok(next::to(&format!("{}/{}", offers::PATH, job.id)));
    }
    let words = PageWords::of(app, &request);
    let sheet = saved(app, &words, &job);
    show(app, &request, Shown { sheet, status: 200, known: Some((job, role)) }).await
}

fn saved(app: &App, words: &PageWords<'_>, job: &Job) -> Sheet {
    sheet(words, &Typed::of(&job.draft, &app.config.cron.timezone), Another::Nothing)
}

/// Changes an offer, and publishes it if asked to.
///
/// # Errors
/// `NOT_FOUND` for offers of others, `FORBIDDEN` for viewers; a fault. A refusal is shown
/// on the form.
pub async fn update(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: OfferForm = request.body_or_default()?;
    let (user, now) = (&request.live()?.user, request.now);
    let (mut job, role) = employer::offer(app, user, request.param("id")).await?;
    if !role.may_recruit() {
        return Err(Refusal::Forbidden.into());
    }
    let (typed, words) = (Typed::sent(&request), PageWords::of(app, &request));
    let version = form.version.as_deref().and_then(|version| version.parse().ok()).unwrap_or(0);
    let another = another(&form);
    let sheet = sheet(&words, &typed, another);
    if another != Another::Nothing {
        let known = Some((Job { version, ..job }, role));
        return show(app, &request, Shown { sheet, status: 200, known }).await;
    }
    let draft = match draft(app, &typed, Some(&job))? {
        Ok(draft) => draft,
        Err(wrong) => {
            let (sheet, known) =
                (sheet.faulty(&words, &wrong), Some((Job { version, ..job }, role)));
            return show(app, &request, Shown { sheet, status: 400, known }).await;
        }
    };
    let ends_at = std::mem::replace(&mut job.draft, draft).expires_at;
    let page = format!("{}/{}", offers::PATH, job.id);
    let is_publishing = form.act.as_deref() == Some("publish");
    let job = match changes::update(app, user, (job, version), ends_at, now).await {
        Ok(job) => job,
        Err(failure) => return back(app, &request, (sheet, version), failure).await,
    };
    if !is_publishing {
        return Ok(next::to(&next::with(&page, "done", "offer-saved")));
    }
    match rules::take(app, user, (&job.id, Step::Publish(None)), now).await {
        Ok(job) => Ok(next::to(&next::with(&page, "done", published(&job)))),
        // It is saved and not published: what is typed next changes what was saved now.
        Err(failure) => back(app, &request, (sheet, job.version), failure).await,
    }
}

/// Shows the form as it comes back when a rule said no.
async fn back(
    app: &App,
    request: &Request,
    (sheet, version): (Sheet, i64),
    failure: Failure,
) -> Result<Response, ApiError> {
    let words = PageWords::of(app, request);
    let is_behind = matches!(failure, Failure::Refused(Refusal::VersionOutdated));
    // As it is now: changed by somebody else, or saved a moment ago and not published.
    let user = &request.live()?.user;
    let (job, role) = employer::offer(app, user, request.param("id")).await?;
    let (sheet, status) = if is_behind {
        (sheet.behind(&words, &saved(app, &words, &job)), 409)
    } else {
        refused(&words, sheet, failure)?
    };
    // What was never saved is still a change of the version that it was made from.
    let version = if is_behind { job.version } else { version };
    show(app, request, Shown { sheet, status, known: Some((Job { version, ..job }, role)) }).await
}

fn another(form: &OfferForm) -> Another {
    match form.act.as_deref() {
        Some("benefit") => Another::Benefit,
        Some("question") => Another::Question,
        _save => Another::Nothing,
    }
}

/// Says on the form why a rule said no, and gives the status.
fn refused(
    words: &PageWords<'_>,
    sheet: Sheet,
    failure: Failure,
) -> Result<(Sheet, u16), ApiError> {
    match failure {
        Failure::Refused(Refusal::ExpiryInvalid) => {
            let text = words.text(&error_key(Refusal::ExpiryInvalid.code()));
            Ok((sheet.wrong_at("expiresAt", text), 400))
        }
        Failure::Refused(refusal @ (Refusal::Forbidden | Refusal::NotFound)) => Err(refusal.into()),
        Failure::Refused(refusal) => Ok((sheet.wrong(words.text(&error_key(refusal.code()))), 400)),
        Failure::IllegalStep { .. } => {
            Ok((sheet.wrong(words.text("error-illegal-transition")), 409))
        }
        failure @ (Failure::Limited { .. } | Failure::Fault(_)) => Err(failure.into()),
    }
}

async fn show(app: &App, request: &Request, shown: Shown) -> Result<Response, ApiError> {
    let words = PageWords::of(app, request);
    let Shown { mut sheet, status, known } = shown;
    let may_edit = known
        .as_ref()
        .is_none_or(|(job, role)| role.may_recruit() && job.status.after(Verb::Edit).is_ok());
    // The offer has ended meanwhile: what was typed is not what stands there.
    if let (false, Some((job, _role))) = (may_edit, &known) {
        sheet = Sheet { problem: sheet.problem, ..saved(app, &words, job) };
    }
    let page = Editor {
        title: known
            .as_ref()
            .map_or_else(|| words.text("editor-new"), |(job, _role)| job.draft.title.clone()),
        action: known.as_ref().map_or_else(
            || format!("{}/nueva", offers::PATH),
            |(job, _role)| format!("{}/{}", offers::PATH, job.id),
        ),
        read: if may_edit { Vec::new() } else { sheet.read(&words) },
        is_draft: known.as_ref().is_none_or(|(job, _role)| job.status == JobStatus::Borrador),
        known: match known {
            Some((job, role)) => Some(known_of(app, &words, (job, role), request).await?),
            None => None,
        },
        sheet,
        may_edit,
        words,
    };
    Ok(Response::html(status, rendered(page.render())?).no_store())
}

async fn known_of(
    app: &App,
    words: &PageWords<'_>,
    (job, role): (Job, MemberRole),
    request: &Request,
) -> Result<Known, ApiError> {
    let number = |number| grouped(words.locale(), number);
    let saves = employer::saves_of(app, &job.id).await?;
    let rate = home::rate(job.applications_count, job.views);
    let obstacle = if !role.may_recruit() {
        Some("editor-viewer")
    } else if job.status.after(Verb::Edit).is_err() {
        Some("editor-over")
    } else {
        None
    };
    let since =
        job.published_at.map_or(("editor-written", job.created_at), |at| ("editor-shown", at));
    Ok(Known {
        version: job.version,
        state: words.text(&format!("job-state-{}", job.status.name())),
        color: offers::color(job.status),
        since: words.format(since.0, &[("day", &words.day(&since.1))]),
        obstacle: obstacle.map(|key| words.text(key)),
        public_url: (job.status == JobStatus::Publicada).then(|| format!("/empleos/{}", job.slug)),
        figures: vec![
            (number(job.views), words.text("offers-views")),
            (number(saves), words.text("offers-saves")),
            (number(job.applications_count), words.text("offers-applications")),
            (rate, words.text("offers-rate")),
        ],
        steps: steps::forms(app, words, (&job, role), request.now),
        card: offer::card_address(app, words, &job),
        id: job.id,
    })
}
