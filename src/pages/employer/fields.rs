//! The form of an offer: every field that an offer has, in parts, filled with what is there.

use std::borrow::Cow;

use super::sheet::{Part, Row, Sheet, row};
use super::typed::{Typed, TypedQuestion};
use crate::base::bounds::{
    BENEFITS_MAX, DESCRIPTION_LENGTH_MAX, JOB_DAYS_MAX, OPTIONS_MAX, QUESTIONS_MAX,
    SENTENCE_LENGTH_MAX, SHORT_LENGTH_MAX, SKILLS_MAX, TITLE_LENGTH_MAX, TITLE_LENGTH_MIN,
    URL_LENGTH_MAX,
};
use crate::domain::job::{
    Category, EmploymentType, ExperienceLevel, Mode, QuestionKind, SalaryPeriod,
};
use crate::http::words::PageWords;
use crate::pages::board::said::{COUNTRIES, named};
use crate::pages::form::{Choice, Field, Kind};

/// Currencies that the form offers; one that an offer has already stays beside them.
const CURRENCIES: &[&str] = &[
    "EUR", "USD", "GBP", "CHF", "MXN", "ARS", "CLP", "COP", "PEN", "UYU", "BRL", "CAD", "SEK",
    "NOK", "DKK", "PLN", "CZK", "JPY",
];

/// Another row that is shown empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Another {
    /// None.
    Nothing,
    /// One for a benefit.
    Benefit,
    /// One for a question.
    Question,
}

/// Makes the form.
#[must_use]
pub fn sheet(words: &PageWords<'_>, typed: &Typed, another: Another) -> Sheet {
    let parts = vec![
        what(words, typed),
        told(words, typed),
        place(words, typed),
        pay(words, typed),
        benefits(words, typed, another),
        apply(words, typed),
        questions(words, typed, another),
    ];
    Sheet { parts, problem: None }
}

fn part(words: &PageWords<'_>, id: &'static str, fields: Vec<Field>) -> Part {
    let text = |end: &str| words.text(&format!("editor-{id}-{end}"));
    Part { id, title: text("title"), text: text("text"), fields, rows: Vec::new(), more: None }
}

fn what(words: &PageWords<'_>, typed: &Typed) -> Part {
    let title = Field::line(words, "title", "editor-title").required().filled(typed.text("title"));
    let title = Field {
        max: TITLE_LENGTH_MAX,
        min: usize::try_from(TITLE_LENGTH_MIN).unwrap_or(0),
        ..title
    };
    let categories = chosen(words, "category", Category::ALL);
    let contracts = chosen(words, "employmentType", EmploymentType::ALL);
    let levels = chosen(words, "experienceLevel", ExperienceLevel::ALL);
    part(
        words,
        "what",
        vec![
            Field { class: "all", ..title }.hinted(words.text("editor-title-hint")),
            select(
                words,
                ("category", "jobs-by-category"),
                typed,
                (Some("apply-choose"), categories),
            ),
            select(words, ("employmentType", "jobs-by-employmenttype"), typed, (None, contracts)),
            select(
                words,
                ("experienceLevel", "jobs-by-level"),
                typed,
                (Some("editor-any"), levels),
            ),
            short(words, ("minExperience", "editor-experience"), typed),
        ],
    )
}

fn told(words: &PageWords<'_>, typed: &Typed) -> Part {
    let description = Field::new(words, "description", Kind::Long, "editor-description");
    let description = Field { max: DESCRIPTION_LENGTH_MAX, class: "all tall", ..description };
    let skills = Field::new(words, "requiredSkills", Kind::Long, "jobs-skills");
    let skills_max = SKILLS_MAX.to_string();
    part(
        words,
        "told",
        vec![
            description
                .required()
                .filled(typed.text("description"))
                .hinted(words.text("editor-description-hint")),
            Field { max: SKILLS_MAX * (SHORT_LENGTH_MAX + 1), class: "all", ..skills }
                .filled(typed.text("requiredSkills"))
                .hinted(words.format("editor-skills-hint", &[("max", &skills_max)])),
        ],
    )
}

fn place(words: &PageWords<'_>, typed: &Typed) -> Part {
    let mode = Field::new(words, "mode", Kind::Choices, "jobs-by-mode").required();
    let options = chosen(words, "mode", Mode::ALL);
    let countries = chosen(words, "country", COUNTRIES);
    part(
        words,
        "place",
        vec![
            Field { options, ..mode }.filled(typed.text("mode")),
            short(words, ("city", "editor-city"), typed),
            short(words, ("state", "editor-state"), typed),
            select(words, ("country", "jobs-by-country"), typed, (Some("editor-none"), countries)),
        ],
    )
}

fn pay(words: &PageWords<'_>, typed: &Typed) -> Part {
    let currencies = chosen(words, "currency", CURRENCIES);
    let period = |name: &&'static str| Choice::new(words, name, &format!("editor-period-{name}"));
    let periods = SalaryPeriod::ALL.iter().map(period).collect();
    let negotiable = Field::new(words, "isNegotiable", Kind::Check, "editor-negotiable");
    part(
        words,
        "pay",
        vec![
            short(words, ("salaryMin", "editor-salary-min"), typed),
            short(words, ("salaryMax", "editor-salary-max"), typed),
            select(words, ("currency", "editor-currency"), typed, (None, currencies)),
            select(words, ("period", "editor-period"), typed, (None, periods)),
            negotiable.filled(typed.text("isNegotiable")),
        ],
    )
}

fn benefits(words: &PageWords<'_>, typed: &Typed, another: Another) -> Part {
    let blank = (String::new(), String::new());
    let is_more = another == Another::Benefit || typed.benefits.is_empty();
    let all = typed.benefits.iter().chain(is_more.then_some(&blank));
    let rows: Vec<Row> = all
        .zip(0..BENEFITS_MAX)
        .map(|((title, more), index)| {
            let name = |name: &str| row("benefit", index, name);
            let short = Field::line(words, name("title"), "editor-benefit").filled(title);
            let long = Field::line(words, name("description"), "editor-benefit-more").filled(more);
            let fields = vec![
                Field { max: SHORT_LENGTH_MAX, ..short },
                Field { max: SENTENCE_LENGTH_MAX, ..long },
            ];
            Row { title: numbered(words, "editor-benefit-row", index), hidden: None, fields }
        })
        .collect();
    let more = has_room(&rows, BENEFITS_MAX)
        .then(|| ("benefit", words.text("editor-benefit-another"), BENEFITS_MAX));
    Part { rows, more, ..part(words, "benefits", Vec::new()) }
}

fn apply(words: &PageWords<'_>, typed: &Typed) -> Part {
    let url = Field::new(words, "applyUrl", Kind::Input("url"), "editor-url");
    let end = Field::new(words, "expiresAt", Kind::Input("date"), "editor-end");
    let days = JOB_DAYS_MAX.to_string();
    part(
        words,
        "apply",
        vec![
            Field { max: 10, ..end }
                .filled(typed.text("expiresAt"))
                .hinted(words.format("editor-end-hint", &[("days", &days)])),
            short(words, ("reference", "jobs-reference"), typed)
                .hinted(words.text("editor-reference-hint")),
            Field { max: URL_LENGTH_MAX, class: "all", ..url }
                .filled(typed.text("applyUrl"))
                .hinted(words.text("editor-url-hint")),
        ],
    )
}

fn questions(words: &PageWords<'_>, typed: &Typed, another: Another) -> Part {
    let blank = TypedQuestion { kind: String::from("text"), ..TypedQuestion::default() };
    let is_more = another == Another::Question || typed.questions.is_empty();
    let all = typed.questions.iter().chain(is_more.then_some(&blank));
    let rows: Vec<Row> =
        all.zip(0..QUESTIONS_MAX).map(|(question, index)| asked(words, index, question)).collect();
    let more = has_room(&rows, QUESTIONS_MAX)
        .then(|| ("question", words.text("editor-question-another"), QUESTIONS_MAX));
    Part { rows, more, ..part(words, "questions", Vec::new()) }
}

fn has_room(rows: &[Row], most: u32) -> bool {
    u32::try_from(rows.len()).is_ok_and(|count| count < most)
}

fn asked(words: &PageWords<'_>, index: u32, question: &TypedQuestion) -> Row {
    let name = |name: &str| row("question", index, name);
    let text = Field::line(words, name("text"), "editor-question").filled(&question.text);
    let kind = Field::new(words, name("kind"), Kind::Select, "editor-question-kind");
    let kinds = QuestionKind::ALL.iter();
    let kinds = kinds.map(|kind| Choice::new(words, kind, &format!("editor-question-{kind}")));
    let options = Field::new(words, name("options"), Kind::Long, "editor-question-options");
    let needed = Field::new(words, name("isRequired"), Kind::Check, "editor-question-required");
    let fields = vec![
        Field { max: SENTENCE_LENGTH_MAX, class: "all", ..text },
        Field { options: kinds.collect(), ..kind }.filled(&question.kind),
        Field { max: OPTIONS_MAX * (SHORT_LENGTH_MAX + 1), class: "for-choice", ..options }
            .filled(&question.options)
            .hinted(words.text("editor-question-options-hint")),
        needed.filled(&question.is_required),
    ];
    let hidden = Some((name("id"), question.id.clone())).filter(|(_name, id)| !id.is_empty());
    Row { title: numbered(words, "editor-question-row", index), hidden, fields }
}

fn numbered(words: &PageWords<'_>, key: &str, index: u32) -> String {
    words.format(key, &[("number", &(index + 1).to_string())])
}

fn short(words: &PageWords<'_>, (name, label): (&'static str, &str), typed: &Typed) -> Field {
    let field = Field::line(words, name, label).filled(typed.text(name));
    Field { max: SHORT_LENGTH_MAX, ..field }
}

/// Makes a list to choose from, what stands there already included; `none` is the key of
/// what choosing nothing is called.
fn select(
    words: &PageWords<'_>,
    (name, label): (&'static str, &str),
    typed: &Typed,
    (none, mut options): (Option<&str>, Vec<Choice>),
) -> Field {
    let value = typed.text(name);
    if let Some(none) = none {
        options.insert(0, Choice { value: Cow::Borrowed(""), label: words.text(none) });
    }
    if !value.is_empty() && options.iter().all(|option| option.value != value) {
        let label = value.to_owned();
        options.push(Choice { value: Cow::Owned(value.to_owned()), label });
    }
    let field = Field::new(words, name, Kind::Select, label).filled(value);
    Field { options, ..field }
}

fn chosen(words: &PageWords<'_>, field: &str, names: &[&'static str]) -> Vec<Choice> {
    let choice = |name: &&'static str| Choice {
        value: Cow::Borrowed(*name),
        label: named(words, field, name),
    };
    names.iter().map(choice).collect()
}
