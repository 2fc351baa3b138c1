//! The script of the demo, as `assets/demo/board.toml` has it.

use serde::Deserialize;

use super::DemoError;
use crate::base::assets;
use crate::domain::job::{
    Benefit, Category, EmploymentType, ExperienceLevel, Mode, Question, QuestionKind,
};

/// The whole script.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// What an offer says, with `{about}`, `{tasks}` and `{skills}`.
    pub description: String,
    /// What comes with a job.
    pub benefits: Vec<Benefit>,
    /// What people tell of themselves.
    pub bios: Vec<String>,
    /// Where they learned.
    pub schools: Vec<String>,
    /// Where they worked.
    pub workplaces: Vec<String>,
    /// What they published.
    pub papers: Vec<String>,
    /// And where.
    pub journals: Vec<String>,
    /// When they could begin.
    pub availability: Vec<String>,
    /// Why they apply.
    pub letters: Vec<String>,
    /// What is said, by turns, the organisation first.
    pub conversations: Vec<Vec<String>>,
    /// What organisations write down.
    pub notes: Vec<String>,
    questions: Vec<Asked>,
    /// Who offers work.
    pub organizations: Vec<House>,
    offers: Vec<Rows<OfferRow>>,
    people: Vec<Rows<PersonRow>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows<T> {
    rows: Vec<T>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    text: String,
    kind: QuestionKind,
    is_required: bool,
}

/// An organisation and its people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct House {
    /// Its name.
    pub name: String,
    /// Who owns it.
    pub owner: String,
    /// Who recruits for it.
    pub recruiter: String,
    /// The town.
    pub city: String,
    /// The region.
    pub state: String,
    /// The trade.
    pub sector: String,
    /// How many work there.
    pub size: String,
    /// Its site.
    pub website: String,
    /// What it does.
    pub description: String,
    /// What one does there.
    pub tasks: Vec<String>,
}

/// An offer.
#[derive(Debug, Deserialize)]
pub struct OfferRow(
    /// The organisation's place in the list.
    pub usize,
    /// The title.
    pub String,
    /// The field.
    pub Category,
    /// The contract.
    pub EmploymentType,
    /// The level.
    pub ExperienceLevel,
    /// Where the work is done.
    pub Mode,
    /// Euros a year, at least.
    pub i64,
    /// And at most.
    pub i64,
    /// What one must know.
    pub Vec<String>,
);

/// Somebody who looks for work.
#[derive(Debug, Deserialize)]
pub struct PersonRow(
    /// The name.
    pub String,
    /// The profession.
    pub String,
    /// The field.
    pub Category,
);

impl Script {
    /// Reads the script.
    ///
    /// # Errors
    /// `Script` when it is none, a defect.
    pub fn read() -> Result<Self, DemoError> {
        let missing = || DemoError::Script(String::from("is missing"));
        let text = assets::demo("board.toml").ok_or_else(missing)?;
        toml::from_str(&text).map_err(|wrong| DemoError::Script(wrong.to_string()))
    }

    /// Returns the offers.
    pub fn offers(&self) -> impl Iterator<Item = &OfferRow> {
        self.offers.iter().flat_map(|table| &table.rows)
    }

    /// Returns whoever looks for work.
    pub fn people(&self) -> impl Iterator<Item = &PersonRow> {
        self.people.iter().flat_map(|table| &table.rows)
    }

    /// Returns what an offer asks.
    pub fn questions(&self) -> Vec<Question> {
        let questions = self.questions.iter().zip(1..);
        let question = |(asked, number): (&Asked, i32)| Question {
            id: format!("q{number}"),
            text: asked.text.clone(),
            kind: asked.kind,
            options: Vec::new(),
            is_required: asked.is_required,
        };
        questions.map(question).collect()
    }
}
