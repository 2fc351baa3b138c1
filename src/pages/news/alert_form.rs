//! The form of an alert: a name, how often, and the filters of a search.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::bounds::{FORM_TEXT_LENGTH_MAX, LINE_LENGTH_MAX, NAME_LENGTH_MAX};
use crate::board::alerts::AlertFields;
use crate::domain::alert::Frequency;
use crate::domain::job::filters::{FIELDS, FilterFault, Filters};
use crate::domain::job::{Category, EmploymentType, ExperienceLevel, Mode};
use crate::domain::profile::some_line;
use crate::http::request::Request;
use crate::http::words::PageWords;
use crate::pages::board::{listing, said};
use crate::pages::form::{Choice, Field, Form, Kind};

/// The fields of the form; the filters come beside them, by the names of a search.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct AlertForm {
    /// What it is called.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX))]
    pub(super) name: Option<String>,
    /// How often it looks.
    #[schemars(length(max = 16))]
    pub(super) frequency: Option<String>,
    /// The version that was on the page.
    #[schemars(length(max = 20))]
    pub(super) version: Option<String>,
    /// `pause`, `resume` or `remove`; without it, the fields are saved.
    #[schemars(length(max = 16))]
    pub(super) act: Option<String>,
}

/// Filters that the form asks for; others that an alert has go along with it.
const ASKED: [&str; 8] =
    ["q", "category", "country", "state", "mode", "employmentType", "experienceLevel", "salaryMin"];

/// What was typed of filters: each by its name.
pub(super) type TypedFilters = Vec<(&'static str, String)>;

/// Reads the filters that were sent.
pub(super) fn typed_filters(request: &Request) -> TypedFilters {
    let sent = |name: &'static str| {
        let text = request.json.as_ref()?.get(name)?.as_str()?.trim();
        (!text.is_empty()).then(|| (name, text.to_owned()))
    };
    FIELDS.iter().filter_map(|(name, _meaning)| sent(name)).collect()
}

/// Reads what was sent; what is wrong comes back beside its field.
pub(super) fn read(
    words: &PageWords<'_>,
    mut form: Form,
    (typed, filters): (&AlertForm, &TypedFilters),
) -> (Form, AlertFields) {
    let name = typed.name.as_deref().and_then(some_line).unwrap_or_default();
    if name.is_empty() {
        form = form.wrong_at("name", words.text("pro-wrong-missing"));
    } else if name.encode_utf16().count() > usize::try_from(LINE_LENGTH_MAX).unwrap_or(0) {
        let max = LINE_LENGTH_MAX.to_string();
        form = form.wrong_at("name", words.format("pro-wrong-long", &[("max", &max)]));
    }
    let frequency = typed.frequency.as_deref().and_then(Frequency::parse);
    if frequency.is_none() {
        form = form.wrong_at("frequency", words.text("pro-wrong-missing"));
    }
    let given = filters.iter().map(|(name, text)| (*name, text.as_str()));
    let read = match Filters::parse(given) {
        Ok(filters) => filters,
        Err(wrong) => {
            for (name, fault) in wrong {
                form = form.wrong_at(&name, wrong_filter(words, &name, &fault));
            }
            Filters::default()
        }
    };
    let fields = AlertFields {
        name,
        query: serde_json::to_string(&read).unwrap_or_default(),
        frequency: frequency.unwrap_or(Frequency::Daily),
        is_active: true,
    };
    (form, fields)
}

fn wrong_filter(words: &PageWords<'_>, name: &str, fault: &FilterFault) -> String {
    match fault {
        FilterFault::TooLong(max) => words.format("pro-wrong-long", &[("max", &max.to_string())]),
        FilterFault::Shape if name == "salaryMin" => words.text("apply-salary-wrong"),
        FilterFault::Unknown | FilterFault::Options(_) | FilterFault::Shape => {
            words.text("pro-wrong-other")
        }
    }
}

/// Draws the form.
pub(super) fn blank(
    words: &PageWords<'_>,
    (action, submit): (&str, &str),
    (typed, filters): (&AlertForm, &TypedFilters),
) -> Form {
    let value = |name: &str| {
        let found = filters.iter().find(|(other, _)| *other == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let line = |name, label: &str, max| {
        let field = Field::line(words, name, label);
        Field { max, ..field }.filled(value(name))
    };
    let select = |name: &'static str, label: &str, options: Vec<Choice>| {
        let field = Field::new(words, name, Kind::Select, label);
        let any = Choice { value: Cow::Borrowed(""), label: words.text("jobs-anywhere") };
        let options = std::iter::once(any).chain(options).collect();
        Field { options, ..field }.filled(value(name))
    };
    let named = |name: &'static str, label: &str, all: &'static [&'static str]| {
        let option = |it: &&'static str| Choice {
            value: Cow::Borrowed(*it),
            label: said::named(words, name, it),
        };
        select(name, label, all.iter().map(option).collect())
    };
    let countries = listing::countries(words, None).into_iter();
    let countries = countries
        .map(|(code, label, _is_chosen)| Choice { value: Cow::Borrowed(code), label })
        .collect();
    let salary = Field::new(words, "salaryMin", Kind::Input("number"), "jobs-by-salary");
    let frequency = Field::new(words, "frequency", Kind::Choices, "alerts-frequency");
    let often = [Frequency::Daily, Frequency::Weekly]
        .map(|it| Choice::new(words, it.name(), &format!("alerts-{}", it.name())));
    let mut name = line("name", "alerts-name", LINE_LENGTH_MAX).required();
    name.value = typed.name.clone().unwrap_or_default();
    let fields = vec![
        name,
        Field { options: often.into(), ..frequency }
            .required()
            .filled(typed.frequency.as_deref().unwrap_or(Frequency::Daily.name())),
        line("q", "jobs-words", NAME_LENGTH_MAX),
        named("category", "jobs-by-category", Category::ALL),
        select("country", "jobs-by-country", countries),
        line("state", "jobs-by-state", NAME_LENGTH_MAX),
        named("mode", "jobs-by-mode", Mode::ALL),
        named("employmentType", "jobs-by-employmenttype", EmploymentType::ALL),
        named("experienceLevel", "jobs-by-level", ExperienceLevel::ALL),
        salary.filled(value("salaryMin")),
    ];
    let form = Form::new(words, "alert", (action, submit), fields);
    let others = filters.iter().filter(|(name, _value)| !ASKED.contains(name));
    others.fold(form, |form, (name, value)| form.with(name, value))
}
