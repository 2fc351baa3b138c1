//! The offers: written, shown, and for some of them over, by the board's own steps.

use super::people::{COUNTRY, Cast, House};
use super::script::OfferRow;
use super::timeline::Timeline;
use super::{DAY_S, DAYS, DemoError, HOUR_S, Stage};
use crate::base::clock::Millis;
use crate::board::jobs::steps::Step;
use crate::board::jobs::{calendar, changes, listing};
use crate::domain::job::{
    CURRENCY_DEFAULT, CloseReason, Employer, Job, JobDraft, JobStatus, Place, Salary, SalaryPeriod,
};
use crate::store::jobs;

/// An offer, and when one can apply for it.
pub struct Offer<'a> {
    /// The offer as it is in the end.
    pub job: Job,
    /// Whose it is.
    pub house: &'a House,
    /// From when; `None`: it is not shown yet.
    pub open_from: Option<Millis>,
    /// Until when.
    pub open_until: Millis,
}

/// What becomes of offers, one after another; most stay open.
const FATES: [JobStatus; 15] = [
    JobStatus::Publicada,
    JobStatus::Publicada,
    JobStatus::Publicada,
    JobStatus::Publicada,
    JobStatus::Borrador,
    JobStatus::Publicada,
    JobStatus::Publicada,
    JobStatus::Publicada,
    JobStatus::Publicada,
    JobStatus::Pausada,
    JobStatus::Publicada,
    JobStatus::Publicada,
    JobStatus::Cerrada,
    JobStatus::Publicada,
    JobStatus::Caducada,
];

/// Has every offer of the script written and go its way.
///
/// # Errors
/// `Script` for one that is nobody's; `Board` for one that may not go its way.
pub fn write<'a>(
    stage: Stage<'_>,
    cast: &'a Cast,
    timeline: &mut Timeline,
) -> Result<Vec<Offer<'a>>, DemoError> {
    let mut offers = Vec::new();
    for (row, fate) in stage.script.offers().zip(FATES.into_iter().cycle()) {
        let nobodys = || DemoError::Script(format!("{} is nobody's", row.1));
        let house = cast.houses.get(row.0).ok_or_else(nobodys)?;
        offers.push(offer(stage, (row, house), fate, timeline)?);
    }
    Ok(offers)
}

fn offer<'a>(
    stage: Stage<'_>,
    (row, house): (&OfferRow, &'a House),
    fate: JobStatus,
    timeline: &mut Timeline,
) -> Result<Offer<'a>, DemoError> {
    // What is over needs time to have been open; the rest came one by one until now.
    let is_over = matches!(fate, JobStatus::Cerrada | JobStatus::Caducada | JobStatus::Pausada);
    let youngest = if is_over { DAYS / 2 } else { 3 };
    let written_at = stage.days_ago(stage.dice.between(youngest, DAYS - 5));
    let organization = &house.organization;
    let employer = Employer {
        id: organization.id.clone(),
        slug: organization.slug.clone(),
        name: organization.draft.name.clone(),
        logo_url: None,
    };
    let draft = draft(stage, row, house)?;
    let job = changes::drafted(stage.app, employer, draft, written_at);
    timeline.writes(written_at, vec![jobs::insert(&job)]);
    if fate == JobStatus::Borrador {
        return Ok(Offer { job, house, open_from: None, open_until: written_at });
    }
    let shown_at = written_at.plus_s(stage.dice.between(HOUR_S, DAY_S));
    let over_at = stage.days_ago(stage.dice.between(2, 9));
    let ends_at = match fate {
        JobStatus::Caducada => over_at,
        JobStatus::Borrador
        | JobStatus::Publicada
        | JobStatus::Pausada
        | JobStatus::Cerrada
        | JobStatus::Archivada => stage.now.plus_s(stage.dice.between(12, 75) * DAY_S),
    };
    let job = taken(&job, Step::Publish(Some(ends_at)), shown_at, timeline)?;
    let (job, open_until) = match fate {
        JobStatus::Pausada => (taken(&job, Step::Pause, over_at, timeline)?, over_at),
        JobStatus::Cerrada => {
            (taken(&job, Step::Close(CloseReason::Filled), over_at, timeline)?, over_at)
        }
        JobStatus::Caducada => {
            timeline.writes(over_at, calendar::expiry(&job.id, over_at));
            (Job { status: fate, ..job }, over_at)
        }
        JobStatus::Borrador | JobStatus::Publicada | JobStatus::Archivada => (job, stage.now),
    };
    Ok(Offer { job, house, open_from: Some(shown_at), open_until })
}

/// Has an offer take a step; returns it as it is then.
fn taken(job: &Job, step: Step, at: Millis, timeline: &mut Timeline) -> Result<Job, DemoError> {
    let after = step.taken(job, at)?;
    let mut writes = listing(job.status, &after);
    writes.push(jobs::step_by_operator(job.version, &after));
    timeline.writes(at, writes);
    Ok(after)
}

fn draft(stage: Stage<'_>, row: &OfferRow, house: &House) -> Result<JobDraft, DemoError> {
    let OfferRow(place, title, category, employment_type, level, mode, min, max, skills) = row;
    let (script, dice) = (stage.script, stage.dice);
    let nobodys = || DemoError::Script(format!("{title} is nobody's"));
    let tasks = &script.organizations.get(*place).ok_or_else(nobodys)?.tasks;
    let about = &house.organization.draft;
    let listed = |lines: &[String]| format!("- {}", lines.join("\n- "));
    let description = script
        .description
        .replace("{about}", about.description.as_deref().unwrap_or(title))
        .replace("{tasks}", &listed(tasks))
        .replace("{skills}", &listed(skills));
    Ok(JobDraft {
        reference: None,
        title: title.clone(),
        description,
        category: *category,
        employment_type: *employment_type,
        experience_level: Some(*level),
        min_experience: Some(dice.between(0, 6)),
        salary: Some(Salary {
            min: Some(*min),
            max: Some(*max),
            currency: String::from(CURRENCY_DEFAULT),
            period: SalaryPeriod::Year,
            is_negotiable: dice.happens(25),
        }),
        place: Place {
            city: about.city.clone(),
            state: about.state.clone(),
            country: Some(String::from(COUNTRY)),
            mode: *mode,
        },
        benefits: script.benefits.iter().filter(|_| dice.happens(70)).cloned().collect(),
        required_skills: skills.clone(),
        questions: if dice.happens(35) { script.questions() } else { Vec::new() },
        apply_url: None,
        expires_at: None,
    })
}
