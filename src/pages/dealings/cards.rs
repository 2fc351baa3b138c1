//! An application in short, as boards and lists of an organisation show it.

use super::{RECEIVED, candidate_name};
use crate::base::clock::Millis;
use crate::domain::application::{ApplicationStatus, allowed};
use crate::domain::side::{Side, Standing};
use crate::http::words::PageWords;
use crate::pages::board::applications::Stage;
use crate::pages::console::letter;
use crate::store::applications::ApplicationView;

/// An application in short.
#[derive(Debug)]
pub struct Card {
    /// `app_…`.
    pub id: String,
    /// Where it is shown whole.
    pub url: String,
    /// Who applied.
    pub name: String,
    /// The letter that stands for them.
    pub letter: String,
    /// What they do for a living.
    pub profession: String,
    /// When it came.
    pub at: Millis,
    /// Whether nobody of the organisation has read it.
    pub is_new: bool,
    /// Whether a CV came with it.
    pub has_cv: bool,
    /// Where it stands.
    pub stage: Stage,
    /// Where whoever looks may lead it.
    pub moves: Vec<Move>,
}

/// A step that whoever looks may take.
#[derive(Debug)]
pub struct Move {
    /// Where it leads, on the wire.
    pub status: &'static str,
    /// What the button says.
    pub label: String,
    /// What is asked before.
    pub question: String,
    /// Whether it is a no.
    pub is_no: bool,
}

impl Card {
    /// Says an application in short.
    #[must_use]
    pub fn of(words: &PageWords<'_>, view: &ApplicationView) -> Self {
        let application = &view.application;
        let name = candidate_name(view);
        Self {
            id: application.id.clone(),
            url: format!("{RECEIVED}/{}", application.id),
            letter: letter(&name),
            profession: view.candidate.profession.clone().unwrap_or_default(),
            at: application.created_at,
            is_new: application.viewed_at.is_none(),
            has_cv: application.cv.is_some(),
            stage: Stage::of(words, application.status),
            moves: moves(words, view, &name),
            name,
        }
    }
}

/// Lists where whoever looks may lead an application; nowhere, for those who only look on.
#[must_use]
pub fn moves(words: &PageWords<'_>, view: &ApplicationView, name: &str) -> Vec<Move> {
    if view.standing != Standing::Recruiter {
        return Vec::new();
    }
    let steps = allowed(view.application.status, Side::Organization);
    let step = |to: ApplicationStatus| {
        let label = words.text(&format!("step-{}", to.name()));
        let said = [("name", name), ("step", label.as_str())];
        Move {
            status: to.name(),
            question: words.format("step-sure", &said),
            is_no: to == ApplicationStatus::Rejected,
            label,
        }
    };
    steps.into_iter().map(step).collect()
}
