//! An application for an offer, and the steps that it may take.
//!
//! [`STEPS`] is the one table: the check, what a refusal names and the tests read it.
//! Source: product contract 6.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::side::Side;
use crate::base::clock::Millis;

/// Prefix of the ids of applications.
pub const APPLICATION_ID_PREFIX: &str = "app_";

/// Prefix of the ids of an application's events.
pub const EVENT_ID_PREFIX: &str = "evt_";

/// Prefix of the ids of an application's notes.
pub const NOTE_ID_PREFIX: &str = "not_";

/// Where an application stands. The names are the wire's, as people say them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationStatus {
    /// Nobody has decided anything.
    Pending,
    /// The organisation wants to talk.
    Interview,
    /// The organisation has offered the job.
    Offer,
    /// The candidate has it.
    Hired,
    /// The organisation said no.
    Rejected,
    /// The candidate said no.
    Withdrawn,
}

use ApplicationStatus::{Hired, Interview, Offer, Pending, Rejected, Withdrawn};

impl ApplicationStatus {
    /// Every status.
    pub const ALL: [Self; 6] = [Pending, Interview, Offer, Hired, Rejected, Withdrawn];

    /// Returns the name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Pending => "pendiente",
            Interview => "entrevista",
            Offer => "oferta",
            Hired => "contratado",
            Rejected => "rechazado",
            Withdrawn => "retirado",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Tells whether nothing can follow.
    #[must_use]
    pub fn is_decided(self) -> bool {
        STEPS.iter().all(|step| step.from != self)
    }

    /// Tells whether the candidate may write first.
    #[must_use]
    pub const fn lets_candidate_write(self) -> bool {
        match self {
            Interview | Offer | Hired => true,
            Pending | Rejected | Withdrawn => false,
        }
    }
}

/// A step that an application may take, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it begins.
    pub from: ApplicationStatus,
    /// Where it leads.
    pub to: ApplicationStatus,
    /// Who takes it.
    pub by: Side,
}

const fn step(from: ApplicationStatus, to: ApplicationStatus, by: Side) -> Step {
    Step { from, to, by }
}

/// Every legal step.
pub const STEPS: [Step; 12] = [
    step(Pending, Interview, Side::Organization),
    step(Pending, Offer, Side::Organization),
    step(Pending, Hired, Side::Organization),
    step(Interview, Offer, Side::Organization),
    step(Interview, Hired, Side::Organization),
    step(Offer, Hired, Side::Organization),
    step(Pending, Rejected, Side::Organization),
    step(Interview, Rejected, Side::Organization),
    step(Offer, Rejected, Side::Organization),
    step(Pending, Withdrawn, Side::Candidate),
    step(Interview, Withdrawn, Side::Candidate),
    step(Offer, Withdrawn, Side::Candidate),
];

/// Lists where a side may lead an application from a status.
#[must_use]
pub fn allowed(from: ApplicationStatus, by: Side) -> Vec<ApplicationStatus> {
    let steps = STEPS.iter().filter(|step| step.from == from && step.by == by);
    steps.map(|step| step.to).collect()
}

/// One row of `application`.
#[derive(Clone, Debug)]
pub struct Application {
    /// `app_…`.
    pub id: String,
    /// For which offer.
    pub job_id: String,
    /// Whose offer it is.
    pub organization_id: String,
    /// Who applies.
    pub candidate_id: String,
    /// Why, in their words.
    pub cover_letter: Option<String>,
    /// What they would like to earn, at least, in whole units.
    pub salary_min: Option<i64>,
    /// And at most.
    pub salary_max: Option<i64>,
    /// ISO 4217.
    pub salary_currency: Option<String>,
    /// From when they could begin, `YYYY-MM-DD`.
    pub availability_date: Option<String>,
    /// What they answered to the offer's questions.
    pub answers: Vec<Answer>,
    /// The CV as it was then.
    pub cv: Option<CvCopy>,
    /// Where it stands.
    pub status: ApplicationStatus,
    /// When the organisation first read it.
    pub viewed_at: Option<Millis>,
    /// When it was put away.
    pub archived_at: Option<Millis>,
    /// When what it said was erased.
    pub erased_at: Option<Millis>,
    /// When it came.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

/// A CV as it was when somebody applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CvCopy {
    /// The file, by its SHA-256.
    pub digest: String,
    /// What the candidate called it.
    pub file_name: String,
    /// How large it is.
    pub size_bytes: i64,
}

/// An answer to a question of the offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// Which question.
    pub question_id: String,
    /// A text, a truth, a number or an option, as the question wants.
    pub value: Value,
}

/// One step that was taken.
#[derive(Clone, Debug)]
pub struct ApplicationEvent {
    /// `evt_…`.
    pub id: String,
    /// Where it began.
    pub from: ApplicationStatus,
    /// Where it led.
    pub to: ApplicationStatus,
    /// Who took it; `None`: somebody whose account is gone.
    pub actor_id: Option<String>,
    /// What that person is called.
    pub actor_name: Option<String>,
    /// What the organisation wrote down with it.
    pub note: Option<String>,
    /// When.
    pub at: Millis,
}

/// What an organisation wrote down about an application.
#[derive(Clone, Debug)]
pub struct ApplicationNote {
    /// `not_…`.
    pub id: String,
    /// Who wrote it; `None`: somebody whose account is gone.
    pub author_id: Option<String>,
    /// What that person is called.
    pub author_name: Option<String>,
    /// What.
    pub content: String,
    /// When.
    pub created_at: Millis,
}

/// How many applications for an offer are in a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StageCount {
    /// The status.
    pub status: ApplicationStatus,
    /// Whether they are put away.
    pub is_archived: bool,
    /// How many.
    pub count: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_lead_forward_and_end_where_they_should() {
        let rank = |status| ApplicationStatus::ALL.iter().position(|each| *each == status).unwrap();
        for step in STEPS {
            assert!(rank(step.from) < rank(step.to), "{step:?}");
            assert!(!step.from.is_decided() && step.from != step.to, "{step:?}");
        }
        assert_eq!(ApplicationStatus::ALL.map(ApplicationStatus::is_decided)[..3], [false; 3]);
        assert_eq!(ApplicationStatus::ALL.map(ApplicationStatus::is_decided)[3..], [true; 3]);
    }
}
