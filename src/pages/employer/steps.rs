//! The steps that an offer may take, as buttons: those alone that lead somewhere from its
//! state, for whoever may take them.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{offers, typed};
use crate::app::{App, Failure};
use crate::base::bounds::JOB_DAYS_MAX;
use crate::base::calendar;
use crate::base::clock::Millis;
use crate::board::employer;
use crate::board::jobs::changes;
use crate::board::jobs::steps::{self as rules, Step};
use crate::domain::job::posting;
use crate::domain::job::{CloseReason, Job, JobStatus, Verb};
use crate::domain::organization::MemberRole;
use crate::domain::refusal::Refusal;
use crate::http::access;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::form::{Field, Form, Kind};
use crate::pages::next;
use crate::store::idempotency::unkept;

/// Days by which a renewal moves the end, when nobody says otherwise.
const RENEWED_DAYS: i64 = 30;

/// The fields of a step.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct StepForm {
    /// `publish`, `pause`, `resume`, `close`, `renew`, `delete` or `duplicate`.
    #[schemars(length(max = 16))]
    step: Option<String>,
    /// Why it is closed: `filled` or `cancelled`.
    #[schemars(length(max = 16))]
    reason: Option<String>,
    /// Until which day it is renewed.
    #[schemars(length(max = 16))]
    until: Option<String>,
    /// Where to go on: `list`, or to the offer.
    #[schemars(length(max = 16))]
    back: Option<String>,
}

/// Lists what may be done with an offer, in the order in which it is offered.
#[must_use]
pub fn legal(status: JobStatus, role: MemberRole) -> Vec<Verb> {
    let verbs = [Verb::Publish, Verb::Resume, Verb::Renew, Verb::Pause, Verb::Close, Verb::Delete];
    verbs.into_iter().filter(|verb| role.may_recruit() && status.after(*verb).is_ok()).collect()
}

/// Makes the forms of what may be done with an offer. A draft is published by its editor.
#[must_use]
pub fn forms(
    app: &App,
    words: &PageWords<'_>,
    (job, role): (&Job, MemberRole),
    now: Millis,
) -> Vec<Form> {
    if !role.may_recruit() {
        return Vec::new();
    }
    let action = format!("{}/{}/paso", offers::PATH, job.id);
    let form = |id, name: &str, fields: Vec<Field>| {
        let key = format!("step-{name}");
        Form::new(words, id, (&action, &key), fields).with("step", name).narrow()
    };
    let legal = legal(job.status, role).into_iter().filter(|verb| *verb != Verb::Publish);
    let mut forms: Vec<Form> = legal
        .map(|verb| match verb {
            Verb::Renew => form("renovar", "renew", vec![until(app, words, job, now)]),
            Verb::Close => form("cerrar", "close", vec![reason(words)])
                .asking(words.text("step-close-sure"))
                .dangerous(),
            Verb::Delete => form("borrar", "delete", Vec::new())
                .asking(words.text("step-delete-sure"))
                .dangerous(),
            other @ (Verb::Edit
            | Verb::Publish
            | Verb::Pause
            | Verb::Resume
            | Verb::Expire
            | Verb::Archive) => form(other.name(), other.name(), Vec::new()),
        })
        .collect();
    forms.push(form("duplicar", "duplicate", Vec::new()));
    forms
}

fn until(app: &App, words: &PageWords<'_>, job: &Job, now: Millis) -> Field {
    let zone = &app.config.cron.timezone;
    let from = job.draft.expires_at.filter(|end| *end > now).unwrap_or(now);
    let day = calendar::days_later(calendar::day_of(from, zone), RENEWED_DAYS);
    let last = calendar::day_of(now.plus_s(JOB_DAYS_MAX * 86_400), zone);
    let value = day.map_or_else(String::new, |day| day.min(last).to_string());
    let field = Field::new(words, "until", Kind::Input("date"), "step-until");
    Field { max: 10, ..field }.required().filled(&value)
}

fn reason(words: &PageWords<'_>) -> Field {
    let option = |name: &&'static str| {
        crate::pages::form::Choice::new(words, name, &format!("step-reason-{name}"))
    };
    let field = Field::new(words, "reason", Kind::Select, "step-reason");
    let options = CloseReason::ALL.iter().map(option).collect();
    Field { options, ..field }.filled(CloseReason::Filled.name())
}

/// Takes a step with an offer.
///
/// # Errors
/// `NOT_FOUND` for offers of others, `FORBIDDEN` for viewers, `NOT_WHILE_IMPERSONATING` for
/// throwing one away; a fault. A step that leads
/// nowhere is said on the page.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: StepForm = request.body_or_default()?;
    let user = &request.live()?.user;
    let (job, _role) = employer::offer(app, user, request.param("id")).await?;
    let page = format!("{}/{}", offers::PATH, job.id);
    let back = if typed.back.as_deref() == Some("list") { offers::PATH } else { &page };
    let now = request.now;
    let taken = match typed.step.as_deref().unwrap_or_default() {
        "delete" => {
            access::own_session(app, "deleteJob", &request).await?;
            match changes::delete(app, user, &job.id).await {
                Ok(()) => return Ok(next::to(&next::with(offers::PATH, "done", "offer-deleted"))),
                Err(failure) => Err(failure),
            }
        }
        "duplicate" => match changes::duplicate(app, user, (&job.id, now), unkept).await {
            Ok(copy) => {
                let page = format!("{}/{}", offers::PATH, copy.id);
                return Ok(next::to(&next::with(&page, "done", "offer-duplicated")));
            }
            Err(failure) => Err(failure),
        },
        name => match step(app, name, &typed) {
            Some(step) => {
                let verb = step.verb();
                rules::take(app, user, (&job.id, step), now).await.map(|after| done(verb, &after))
            }
            None => Err(Refusal::ExpiryInvalid.into()),
        },
    };
    match taken {
        Ok(done) => Ok(next::to(&next::with(back, "done", done))),
        Err(Failure::Refused(Refusal::Forbidden)) => Err(Refusal::Forbidden.into()),
        Err(Failure::Refused(refusal)) => {
            Ok(next::to(&next::with(back, "problem", refusal.code())))
        }
        // Somebody was faster: the page shows where the offer stands.
        Err(Failure::IllegalStep { .. }) => {
            Ok(next::to(&next::with(back, "problem", "PRECONDITION_FAILED")))
        }
        Err(failure @ (Failure::Limited { .. } | Failure::Fault(_))) => Err(failure.into()),
    }
}

/// Says that an offer is published, and whether search engines can show it.
pub(super) fn published(job: &Job) -> &'static str {
    if posting::missing(&job.draft).is_empty() {
        "offer-published"
    } else {
        "offer-published-without-country"
    }
}

fn done(verb: Verb, job: &Job) -> &'static str {
    match verb {
        Verb::Publish => published(job),
        Verb::Pause => "offer-paused",
        Verb::Resume => "offer-resumed",
        Verb::Close => "offer-closed",
        Verb::Renew => "offer-renewed",
        Verb::Delete => "offer-deleted",
        Verb::Edit | Verb::Expire | Verb::Archive => "offer-saved",
    }
}

/// Reads a step; `None` for what is none, and for a renewal until no day.
fn step(app: &App, name: &str, typed: &StepForm) -> Option<Step> {
    match name {
        "publish" => Some(Step::Publish(None)),
        "pause" => Some(Step::Pause),
        "resume" => Some(Step::Resume),
        "close" => {
            let reason = typed.reason.as_deref().and_then(CloseReason::parse);
            reason.map(Step::Close)
        }
        "renew" => {
            let day = typed.until.as_deref().map(str::trim)?.parse::<Date>().ok()?;
            typed::end_of(day, &app.config.cron.timezone, app.clock.now()).map(Step::Renew)
        }
        _unknown => None,
    }
}
