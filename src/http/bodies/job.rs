//! The bodies with which offers are written and changed.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::field::{Faults, said};
use crate::base::bounds::{
    BENEFITS_MAX, DESCRIPTION_LENGTH_MAX, DESCRIPTION_LENGTH_MIN, EXPERIENCE_YEARS_MAX,
    OPTIONS_MAX, QUESTIONS_MAX, SALARY_MAX, SENTENCE_LENGTH_MAX, SHORT_LENGTH_MAX, SKILLS_MAX,
    TITLE_LENGTH_MAX, TITLE_LENGTH_MIN, URL_LENGTH_MAX,
};
use crate::base::clock::Millis;
use crate::base::entropy::Entropy;
use crate::domain::job::{
    Benefit, CURRENCY_DEFAULT, Category, EmploymentType, ExperienceLevel, JobDraft, Mode, Place,
    Question, QuestionKind, Salary, SalaryPeriod,
};
use crate::domain::world;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::schema::{FieldFault, Violation};

/// What is paid.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SalaryBody {
    /// At least.
    #[schemars(range(min = 0, max = SALARY_MAX), extend("nullable" = true))]
    min: Option<i64>,
    /// At most.
    #[schemars(range(min = 0, max = SALARY_MAX), extend("nullable" = true))]
    max: Option<i64>,
    /// ISO 4217; EUR by default.
    #[schemars(length(max = 3), extend("nullable" = true))]
    currency: Option<String>,
    /// For how long; a year by default.
    #[schemars(extend("nullable" = true))]
    period: Option<SalaryPeriod>,
    /// Whether one may talk about it.
    #[schemars(extend("nullable" = true))]
    is_negotiable: Option<bool>,
}

/// Where.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LocationBody {
    /// The town.
    #[schemars(length(max = SHORT_LENGTH_MAX), extend("nullable" = true))]
    city: Option<String>,
    /// The province or region.
    #[schemars(length(max = SHORT_LENGTH_MAX), extend("nullable" = true))]
    state: Option<String>,
    /// ISO 3166.
    #[schemars(length(max = 2), extend("nullable" = true))]
    country: Option<String>,
    /// Whether one may be anywhere.
    #[schemars(extend("nullable" = true))]
    is_remote: Option<bool>,
    /// Whether one must be there on some days.
    #[schemars(extend("nullable" = true))]
    is_hybrid: Option<bool>,
}

/// What comes with the job.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BenefitBody {
    /// In a few words.
    #[schemars(length(min = 1, max = SHORT_LENGTH_MAX))]
    title: String,
    /// In more.
    #[schemars(length(max = SENTENCE_LENGTH_MAX), extend("format" = "multiline", "nullable" = true))]
    description: Option<String>,
}

/// What candidates are asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QuestionBody {
    /// As an earlier answer had it; without one it is given.
    #[schemars(length(min = 1, max = 40), extend("nullable" = true))]
    id: Option<String>,
    /// The question.
    #[schemars(length(min = 1, max = SENTENCE_LENGTH_MAX))]
    text: String,
    /// How its answer looks; a text by default.
    #[schemars(extend("nullable" = true))]
    kind: Option<QuestionKind>,
    /// The answers to choose from, of a choice: two or more.
    #[schemars(length(max = OPTIONS_MAX), inner(length(min = 1, max = SHORT_LENGTH_MAX)), extend("nullable" = true))]
    options: Option<Vec<String>>,
    /// Whether nobody applies without an answer.
    #[schemars(extend("nullable" = true))]
    is_required: Option<bool>,
}

/// The body of a new offer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewJob {
    /// What the organisation calls it.
    #[schemars(length(max = SHORT_LENGTH_MAX), extend("nullable" = true))]
    reference: Option<String>,
    /// The title.
    #[schemars(length(min = TITLE_LENGTH_MIN, max = TITLE_LENGTH_MAX))]
    title: String,
    /// The description, Markdown.
    #[schemars(length(min = DESCRIPTION_LENGTH_MIN, max = DESCRIPTION_LENGTH_MAX), extend("format" = "multiline"))]
    description: String,
    /// The field.
    category: Category,
    /// The kind of contract.
    employment_type: EmploymentType,
    /// How experienced one must be.
    #[schemars(extend("nullable" = true))]
    experience_level: Option<ExperienceLevel>,
    /// Years of experience.
    #[schemars(range(min = 0, max = EXPERIENCE_YEARS_MAX), extend("nullable" = true))]
    min_experience: Option<i64>,
    /// What is paid.
    #[schemars(extend("nullable" = true))]
    salary: Option<SalaryBody>,
    /// Where.
    #[schemars(extend("nullable" = true))]
    location: Option<LocationBody>,
    /// What comes with it.
    #[schemars(length(max = BENEFITS_MAX), extend("nullable" = true))]
    benefits: Option<Vec<BenefitBody>>,
    /// What one must know.
    #[schemars(length(max = SKILLS_MAX), inner(length(min = 1, max = SHORT_LENGTH_MAX)), extend("nullable" = true))]
    required_skills: Option<Vec<String>>,
    /// What candidates are asked.
    #[schemars(length(max = QUESTIONS_MAX), extend("nullable" = true))]
    questions: Option<Vec<QuestionBody>>,
    /// Where one applies instead.
    #[schemars(length(max = URL_LENGTH_MAX), extend("nullable" = true))]
    apply_url: Option<String>,
    /// Until when one may apply, ISO 8601.
    #[schemars(length(max = SHORT_LENGTH_MAX), extend("nullable" = true))]
    expires_at: Option<String>,
}

/// The body of a change; what is not sent stays, null removes, lists and objects are
/// replaced as a whole.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobChange {
    /// What the organisation calls it.
    #[schemars(length(max = SHORT_LENGTH_MAX), extend("nullable" = true))]
    reference: Option<String>,
    /// The title.
    #[schemars(length(min = TITLE_LENGTH_MIN, max = TITLE_LENGTH_MAX))]
    title: Option<String>,
    /// The description, Markdown.
    #[schemars(length(min = DESCRIPTION_LENGTH_MIN, max = DESCRIPTION_LENGTH_MAX), extend("format" = "multiline"))]
    description: Option<String>,
    /// The field.
    category: Option<Category>,
    /// The kind of contract.
    employment_type: Option<EmploymentType>,
    /// How experienced one must be.
    #[schemars(extend("nullable" = true))]
    experience_level: Option<ExperienceLevel>,
    /// Years of experience.
    #[schemars(range(min = 0, max = EXPERIENCE_YEARS_MAX), extend("nullable" = true))]
    min_experience: Option<i64>,
    /// What is paid.
    #[schemars(extend("nullable" = true))]
    salary: Option<SalaryBody>,
    /// Where.
    #[schemars(extend("nullable" = true))]
    location: Option<LocationBody>,
    /// What comes with it.
    #[schemars(length(max = BENEFITS_MAX), extend("nullable" = true))]
    benefits: Option<Vec<BenefitBody>>,
    /// What one must know.
    #[schemars(length(max = SKILLS_MAX), inner(length(min = 1, max = SHORT_LENGTH_MAX)), extend("nullable" = true))]
    required_skills: Option<Vec<String>>,
    /// What candidates are asked.
    #[schemars(length(max = QUESTIONS_MAX), extend("nullable" = true))]
    questions: Option<Vec<QuestionBody>>,
    /// Where one applies instead.
    #[schemars(length(max = URL_LENGTH_MAX), extend("nullable" = true))]
    apply_url: Option<String>,
    /// Until when one may apply, ISO 8601.
    #[schemars(length(max = SHORT_LENGTH_MAX), extend("nullable" = true))]
    expires_at: Option<String>,
}

impl NewJob {
    /// Reads the offer.
    ///
    /// # Errors
    /// `Invalid`, naming everything that is wrong.
    pub fn read(self, entropy: &Entropy) -> Result<JobDraft, ApiError> {
        let mut faults = Faults::default();
        let draft = JobDraft {
            reference: said(self.reference),
            title: faults.text("title", &self.title, TITLE_LENGTH_MIN),
            description: faults.text("description", &self.description, DESCRIPTION_LENGTH_MIN),
            category: self.category,
            employment_type: self.employment_type,
            experience_level: self.experience_level,
            min_experience: self.min_experience,
            salary: salary(&mut faults, self.salary),
            place: place(&mut faults, self.location),
            benefits: benefits(&mut faults, self.benefits),
            required_skills: skills(&mut faults, self.required_skills),
            questions: questions(&mut faults, self.questions, entropy),
            apply_url: faults.url("applyUrl", self.apply_url),
            expires_at: ends_at(&mut faults, self.expires_at),
        };
        faults.none_or(draft)
    }
}

impl JobChange {
    /// Lays what was sent over what is there.
    ///
    /// # Errors
    /// As [`NewJob::read`].
    pub fn lay_over(
        self,
        request: &Request,
        entropy: &Entropy,
        draft: &mut JobDraft,
    ) -> Result<(), ApiError> {
        let mut faults = Faults::default();
        let is_sent = |field: &str| request.has_field(field);
        if is_sent("reference") {
            draft.reference = said(self.reference);
        }
        if let Some(title) = self.title {
            draft.title = faults.text("title", &title, TITLE_LENGTH_MIN);
        }
        if let Some(text) = self.description {
            draft.description = faults.text("description", &text, DESCRIPTION_LENGTH_MIN);
        }
        draft.category = self.category.unwrap_or(draft.category);
        draft.employment_type = self.employment_type.unwrap_or(draft.employment_type);
        if is_sent("experienceLevel") {
            draft.experience_level = self.experience_level;
        }
        if is_sent("minExperience") {
            draft.min_experience = self.min_experience;
        }
        if is_sent("salary") {
            draft.salary = salary(&mut faults, self.salary);
        }
        if is_sent("location") {
            draft.place = place(&mut faults, self.location);
        }
        if is_sent("benefits") {
            draft.benefits = benefits(&mut faults, self.benefits);
        }
        if is_sent("requiredSkills") {
            draft.required_skills = skills(&mut faults, self.required_skills);
        }
        if is_sent("questions") {
            draft.questions = questions(&mut faults, self.questions, entropy);
        }
        if is_sent("applyUrl") {
            draft.apply_url = faults.url("applyUrl", self.apply_url);
        }
        if is_sent("expiresAt") {
            draft.expires_at = ends_at(&mut faults, self.expires_at);
        }
        faults.none_or(())
    }
}

fn salary(faults: &mut Faults, body: Option<SalaryBody>) -> Option<Salary> {
    let SalaryBody { min, max, currency, period, is_negotiable } = body?;
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        faults.note("salary.max", FieldFault::Below(min.unwrap_or(0)));
    }
    let currency = said(currency).unwrap_or_else(|| CURRENCY_DEFAULT.to_owned());
    let known = world::currency(&currency);
    if known.is_none() {
        faults.note("salary.currency", FieldFault::Shape);
    }
    Some(Salary {
        min,
        max,
        currency: known.unwrap_or(currency),
        period: period.unwrap_or(SalaryPeriod::Year),
        is_negotiable: is_negotiable.unwrap_or(false),
    })
}

fn place(faults: &mut Faults, body: Option<LocationBody>) -> Place {
    let LocationBody { city, state, country, is_remote, is_hybrid } = body.unwrap_or_default();
    let mode = match (is_remote.unwrap_or(false), is_hybrid.unwrap_or(false)) {
        (false, false) => Mode::OnSite,
        (false, true) => Mode::Hybrid,
        (true, false) => Mode::Remote,
        (true, true) => {
            faults.note("location.isHybrid", FieldFault::Shape);
            Mode::Hybrid
        }
    };
    let country = faults.country("location.country", country);
    Place { city: said(city), state: said(state), country, mode }
}

fn benefits(faults: &mut Faults, body: Option<Vec<BenefitBody>>) -> Vec<Benefit> {
    let body = body.unwrap_or_default().into_iter().enumerate();
    body.map(|(index, benefit)| Benefit {
        title: faults.text(&format!("benefits.{index}.title"), &benefit.title, 1),
        description: said(benefit.description),
    })
    .collect()
}

fn skills(faults: &mut Faults, body: Option<Vec<String>>) -> Vec<String> {
    let body = body.unwrap_or_default().into_iter().enumerate();
    body.map(|(index, skill)| faults.text(&format!("requiredSkills.{index}"), &skill, 1)).collect()
}

fn questions(
    faults: &mut Faults,
    body: Option<Vec<QuestionBody>>,
    entropy: &Entropy,
) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    for (index, asked) in body.unwrap_or_default().into_iter().enumerate() {
        let field = |name: &str| format!("questions.{index}.{name}");
        let id = said(asked.id).unwrap_or_else(|| format!("q_{}", entropy.text(10)));
        if questions.iter().any(|question| question.id == id) {
            faults.note(&field("id"), FieldFault::Shape);
        }
        let kind = asked.kind.unwrap_or_default();
        let options = asked.options.unwrap_or_default().into_iter().enumerate();
        let options: Vec<String> = options
            .map(|(place, text)| faults.text(&field(&format!("options.{place}")), &text, 1))
            .collect();
        let is_choice = kind.is_choice();
        let distinct: HashSet<&String> = options.iter().collect();
        let repeats = distinct.len() < options.len();
        if is_choice == options.is_empty() || (is_choice && options.len() < 2) || repeats {
            faults.note(&field("options"), FieldFault::Shape);
        }
        let text = faults.text(&field("text"), &asked.text, 1);
        let is_required = asked.is_required.unwrap_or(false);
        questions.push(Question { id, text, kind, options, is_required });
    }
    questions
}

fn ends_at(faults: &mut Faults, text: Option<String>) -> Option<Millis> {
    let text = said(text)?;
    let moment = Millis::parse_iso(&text);
    if moment.is_none() {
        faults.note("expiresAt", FieldFault::Shape);
    }
    moment
}

/// Reads a moment that a body gives.
///
/// # Errors
/// `Invalid`, naming the field.
pub fn moment(field: &str, text: &str) -> Result<Millis, ApiError> {
    Millis::parse_iso(text.trim()).ok_or_else(|| {
        let violation = Violation { field: field.to_owned(), fault: FieldFault::Shape };
        ApiError::Invalid { place: "body", violations: vec![violation] }
    })
}
