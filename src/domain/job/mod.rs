//! An offer of the job board: what its organisation writes, and what becomes of it.

pub mod catalog;
pub mod filters;
pub mod markdown;
pub mod posting;
pub mod status;
pub mod words;

use serde::{Deserialize, Serialize};

pub use status::{JobStatus, Verb};

use super::names::{names, on_the_wire};
use crate::base::clock::Millis;

/// Prefix of ids of offers.
pub const JOB_ID_PREFIX: &str = "job_";

names! {
    /// The field of science.
    Category = [
        "biology", "biotechnology", "biochemistry", "chemistry", "chemical_engineering",
        "physics", "mathematics", "statistics", "computer_science", "data_science", "medicine",
        "pharmacy", "nursing", "veterinary", "agronomy", "food_science", "environment", "geology",
        "materials", "engineering", "neuroscience", "psychology", "education", "other",
    ]
}

names! {
    /// What kind of contract it is.
    EmploymentType = ["full_time", "part_time", "contract", "temporary", "internship", "fellowship"]
}

names! {
    /// How experienced one must be: the European stages of research, or an industry's words.
    ExperienceLevel = ["R1", "R2", "R3", "R4", "junior", "semisenior", "senior"]
}

names! {
    /// How an answer to a question looks.
    QuestionKind = ["text", "yes_no", "number", "choice"]
}

impl QuestionKind {
    /// Tells whether the answer is one of the question's options.
    #[must_use]
    pub fn is_choice(self) -> bool {
        self.name() == "choice"
    }
}

/// Whoever says nothing asks for a text.
impl Default for QuestionKind {
    fn default() -> Self {
        Self("text")
    }
}

/// Why an offer was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// Somebody has the job.
    Filled,
    /// Nobody will.
    Cancelled,
}

impl CloseReason {
    /// Both names.
    pub const ALL: &'static [&'static str] = &["filled", "cancelled"];

    /// Returns the name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Filled => "filled",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Filled, Self::Cancelled].into_iter().find(|reason| reason.name() == name)
    }
}

on_the_wire!(CloseReason, CloseReason::ALL);

/// Where the work is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// At the place of the offer.
    #[default]
    OnSite,
    /// There on some days.
    Hybrid,
    /// Anywhere.
    Remote,
}

impl Mode {
    /// Every name.
    pub const ALL: &'static [&'static str] = &["on_site", "hybrid", "remote"];

    /// Returns the name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnSite => "on_site",
            Self::Hybrid => "hybrid",
            Self::Remote => "remote",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::OnSite, Self::Hybrid, Self::Remote].into_iter().find(|mode| mode.name() == name)
    }
}

on_the_wire!(Mode, Mode::ALL);

/// For how long the amounts of a salary are paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SalaryPeriod {
    /// An hour.
    Hour,
    /// A month.
    Month,
    /// A year.
    Year,
}

/// Hours of a working year. Source: the board's design.
const HOURS_A_YEAR: i64 = 1720;

impl SalaryPeriod {
    /// Every name.
    pub const ALL: &'static [&'static str] = &["hour", "month", "year"];

    /// Returns the name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Hour, Self::Month, Self::Year].into_iter().find(|period| period.name() == name)
    }

    /// Returns how many of them a working year has.
    #[must_use]
    pub const fn in_a_year(self) -> i64 {
        match self {
            Self::Hour => HOURS_A_YEAR,
            Self::Month => 12,
            Self::Year => 1,
        }
    }
}

on_the_wire!(SalaryPeriod, SalaryPeriod::ALL);

/// The currency of whoever names none.
pub const CURRENCY_DEFAULT: &str = "EUR";

/// What is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Salary {
    /// At least.
    pub min: Option<i64>,
    /// At most.
    pub max: Option<i64>,
    /// ISO 4217.
    pub currency: String,
    /// For how long.
    pub period: SalaryPeriod,
    /// Whether one may talk about it.
    pub is_negotiable: bool,
}

impl Salary {
    /// Returns what is paid at most in a year, by which salaries compare; `None`: unknown.
    #[must_use]
    pub fn yearly(&self) -> Option<i64> {
        self.max.or(self.min).map(|amount| amount.saturating_mul(self.period.in_a_year()))
    }
}

/// Where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The town.
    pub city: Option<String>,
    /// The province or region.
    pub state: Option<String>,
    /// ISO 3166, two letters.
    pub country: Option<String>,
    /// How often one must be there.
    pub mode: Mode,
}

/// What comes with the job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Benefit {
    /// In a few words.
    pub title: String,
    /// In more.
    pub description: Option<String>,
}

/// What candidates are asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// Unique within the offer.
    pub id: String,
    /// The question.
    pub text: String,
    /// How its answer looks.
    pub kind: QuestionKind,
    /// The answers to choose from, of a choice.
    pub options: Vec<String>,
    /// Whether nobody applies without an answer.
    pub is_required: bool,
}

/// What an organisation writes of an offer.
#[derive(Clone, Debug)]
pub struct JobDraft {
    /// What the organisation calls it.
    pub reference: Option<String>,
    /// The title.
    pub title: String,
    /// The description, Markdown.
    pub description: String,
    /// The field.
    pub category: Category,
    /// The kind of contract.
    pub employment_type: EmploymentType,
    /// How experienced one must be.
    pub experience_level: Option<ExperienceLevel>,
    /// Years of experience that it takes.
    pub min_experience: Option<i64>,
    /// What is paid; `None`: nothing is said.
    pub salary: Option<Salary>,
    /// Where.
    pub place: Place,
    /// What comes with it.
    pub benefits: Vec<Benefit>,
    /// What one must know.
    pub required_skills: Vec<String>,
    /// What candidates are asked.
    pub questions: Vec<Question>,
    /// Where one applies instead, on somebody else's site.
    pub apply_url: Option<String>,
    /// Until when one may apply.
    pub expires_at: Option<Millis>,
}

/// Whose offer it is, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Employer {
    /// The organisation's id.
    pub id: String,
    /// Its readable name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Address of its logo.
    pub logo_url: Option<String>,
}

/// An offer.
#[derive(Clone, Debug)]
pub struct Job {
    /// `job_…`.
    pub id: String,
    /// Its readable name in addresses.
    pub slug: String,
    /// Whose it is.
    pub employer: Employer,
    /// What was written of it. In lists the description is empty.
    pub draft: JobDraft,
    /// What became of it.
    pub status: JobStatus,
    /// When it was first published.
    pub published_at: Option<Millis>,
    /// When it was closed.
    pub closed_at: Option<Millis>,
    /// Why.
    pub close_reason: Option<CloseReason>,
    /// Visitors, each once a day.
    pub views: i64,
    /// Everybody who applied.
    pub applications_count: i64,
    /// Raised by each change.
    pub version: i64,
    /// When it was written.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}
