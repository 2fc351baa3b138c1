//! What somebody typed into the form of an offer, and the body of the API that it makes.
//!
//! Whatever was typed stays as it was: numbers and days become what they are only in the
//! body, and what they cannot be is told by the same check that programs meet.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::sheet::row;
use crate::base::bounds::{BENEFITS_MAX, JOB_DAYS_MAX, QUESTIONS_MAX};
use crate::base::calendar;
use crate::base::clock::Millis;
use crate::domain::job::{
    CURRENCY_DEFAULT, ExperienceLevel, Job, JobDraft, Mode, Question, SalaryPeriod,
};
use crate::http::request::Request;

/// The fields of the form that have to do with the form itself; what is written of the
/// offer comes beside them, and is checked as the API's body.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct OfferForm {
    /// `save`, the default; `publish`; `benefit` or `question` for another row.
    #[schemars(length(max = 16))]
    pub act: Option<String>,
    /// The version that was changed.
    #[schemars(length(max = 20))]
    pub version: Option<String>,
}

/// The fields that each offer has once.
const FIELDS: [&str; 19] = [
    "title",
    "reference",
    "category",
    "employmentType",
    "experienceLevel",
    "minExperience",
    "mode",
    "city",
    "state",
    "country",
    "salaryMin",
    "salaryMax",
    "currency",
    "period",
    "isNegotiable",
    "description",
    "requiredSkills",
    "applyUrl",
    "expiresAt",
];

/// A question as it was typed.
#[derive(Clone, Debug, Default)]
pub struct TypedQuestion {
    /// As the offer has it; empty for a new one.
    pub id: String,
    /// The question.
    pub text: String,
    /// How its answer looks.
    pub kind: String,
    /// The answers to choose from, a line each.
    pub options: String,
    /// `true`, or nothing.
    pub is_required: String,
}

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    texts: BTreeMap<&'static str, String>,
    /// What comes with the job: in a few words, and in more.
    pub benefits: Vec<(String, String)>,
    /// What candidates are asked.
    pub questions: Vec<TypedQuestion>,
}

impl Typed {
    /// Returns what stands in a field.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// Fills the form of a new offer with what most offers are.
    #[must_use]
    pub fn new() -> Self {
        let texts = [
            ("employmentType", "full_time"),
            ("mode", Mode::OnSite.name()),
            ("country", "ES"),
            ("currency", CURRENCY_DEFAULT),
            ("period", SalaryPeriod::Year.name()),
        ];
        let texts = texts.into_iter().map(|(name, text)| (name, text.to_owned())).collect();
        Self { texts, ..Self::default() }
    }

    /// Reads a form as it was sent. Browsers send a line's end as two letters; it is one.
    #[must_use]
    pub fn sent(request: &Request) -> Self {
        let text = |name: &str| {
            let sent = request.json.as_ref().and_then(|form| form.get(name)?.as_str());
            sent.unwrap_or_default().replace("\r\n", "\n")
        };
        let texts = FIELDS.into_iter().map(|name| (name, text(name))).collect();
        let benefit = |index: u32| {
            let said = |name: &str| text(&row("benefit", index, name));
            (said("title"), said("description"))
        };
        let question = |index: u32| {
            let said = |name: &str| text(&row("question", index, name));
            TypedQuestion {
                id: said("id"),
                text: said("text"),
                kind: said("kind"),
                options: said("options"),
                is_required: said("isRequired"),
            }
        };
        let is_blank = |text: &str| text.trim().is_empty();
        let benefits = (0..BENEFITS_MAX).map(benefit);
        let questions = (0..QUESTIONS_MAX).map(question);
        Self {
            texts,
            benefits: benefits
                .filter(|(title, more)| !is_blank(title) || !is_blank(more))
                .collect(),
            questions: questions
                .filter(|each| !is_blank(&each.text) || !is_blank(&each.options))
                .collect(),
        }
    }

    /// Writes an offer as its form shows it.
    #[must_use]
    pub fn of(draft: &JobDraft, zone: &TimeZone) -> Self {
        let number = |number: Option<i64>| number.map(|number| number.to_string());
        let salary = draft.salary.as_ref();
        let said = |text: &Option<String>| text.clone();
        let day = draft.expires_at.map(|end| calendar::day_of(end, zone).to_string());
        let level = draft.experience_level.map(|level| ExperienceLevel::name(level).to_owned());
        let texts = [
            ("title", Some(draft.title.clone())),
            ("reference", said(&draft.reference)),
            ("category", Some(draft.category.name().to_owned())),
            ("employmentType", Some(draft.employment_type.name().to_owned())),
            ("experienceLevel", level),
            ("minExperience", number(draft.min_experience)),
            ("mode", Some(draft.place.mode.name().to_owned())),
            ("city", said(&draft.place.city)),
            ("state", said(&draft.place.state)),
            ("country", said(&draft.place.country)),
            ("salaryMin", number(salary.and_then(|salary| salary.min))),
            ("salaryMax", number(salary.and_then(|salary| salary.max))),
            (
                "currency",
                Some(salary.map_or(CURRENCY_DEFAULT, |salary| &salary.currency).to_owned()),
            ),
            (
                "period",
                Some(salary.map_or(SalaryPeriod::Year, |salary| salary.period).name().to_owned()),
            ),
            (
                "isNegotiable",
                salary.filter(|salary| salary.is_negotiable).map(|_yes| String::from("true")),
            ),
            ("description", Some(draft.description.clone())),
            ("requiredSkills", Some(draft.required_skills.join("\n"))),
            ("applyUrl", said(&draft.apply_url)),
            ("expiresAt", day),
        ];
        let texts = texts.into_iter().map(|(name, text)| (name, text.unwrap_or_default()));
        let benefits = draft.benefits.iter().map(|benefit| {
            (benefit.title.clone(), benefit.description.clone().unwrap_or_default())
        });
        Self {
            texts: texts.collect(),
            benefits: benefits.collect(),
            questions: draft.questions.iter().map(question).collect(),
        }
    }

    /// Puts the body of the API together. A day is meant to its end; that of an offer
    /// which ends on it already stays as exact as it was.
    #[must_use]
    pub fn body(&self, before: Option<&Job>, (zone, now): (&TimeZone, Millis)) -> Value {
        let text = |name: &str| self.text(name).trim();
        let optional = |name: &str| Some(text(name)).filter(|text| !text.is_empty());
        let amounts = [optional("salaryMin"), optional("salaryMax")];
        let is_negotiable = text("isNegotiable") == "true";
        let has_salary = is_negotiable || amounts.iter().any(Option::is_some);
        let salary = has_salary.then(|| {
            let [min, max] = amounts.map(|amount| amount.map(number));
            let (currency, period) = (optional("currency"), optional("period"));
            json!({"min": min, "max": max, "currency": currency, "period": period,
                "isNegotiable": is_negotiable})
        });
        let benefits: Vec<_> = self
            .benefits
            .iter()
            .map(|(title, more)| json!({"title": title, "description": more}))
            .collect();
        let questions: Vec<_> = self.questions.iter().map(asked).collect();
        let ends_at = optional("expiresAt").map(|day| ends_at(day, before, (zone, now)));
        json!({
            "title": text("title"), "reference": optional("reference"),
            "category": text("category"), "employmentType": text("employmentType"),
            "experienceLevel": optional("experienceLevel"),
            "minExperience": optional("minExperience").map(number),
            "location": {
                "city": optional("city"), "state": optional("state"),
                "country": optional("country"), "isRemote": text("mode") == "remote",
                "isHybrid": text("mode") == "hybrid",
            },
            "salary": salary, "description": text("description"), "benefits": benefits,
            "requiredSkills": lines(text("requiredSkills")), "questions": questions,
            "applyUrl": optional("applyUrl"), "expiresAt": ends_at,
        })
    }
}

fn question(question: &Question) -> TypedQuestion {
    TypedQuestion {
        id: question.id.clone(),
        text: question.text.clone(),
        kind: question.kind.name().to_owned(),
        options: question.options.join("\n"),
        is_required: if question.is_required { String::from("true") } else { String::new() },
    }
}

fn asked(question: &TypedQuestion) -> Value {
    let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let is_choice = question.kind == "choice";
    // Options of another kind were typed before the kind was changed: they are not meant.
    let options = if is_choice { lines(&question.options) } else { Vec::new() };
    json!({"id": said(&question.id), "text": question.text.trim(), "kind": said(&question.kind),
        "options": options, "isRequired": question.is_required == "true"})
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// Reads a whole number, its thousands apart or not; what is none stays a text.
fn number(text: &str) -> Value {
    let groups: Vec<&str> = text.split(['.', ',', ' ', '\u{a0}', '\u{202f}']).collect();
    let is_headed = groups.len() == 1 || groups.first().is_some_and(|head| head.len() <= 3);
    let are_thousands = is_headed && groups.iter().skip(1).all(|group| group.len() == 3);
    let digits = if are_thousands { groups.concat() } else { text.to_owned() };
    digits.parse::<i64>().map_or_else(|_none| Value::from(text), Value::from)
}

fn ends_at(day: &str, before: Option<&Job>, (zone, now): (&TimeZone, Millis)) -> String {
    let Some(date) = day.parse::<Date>().ok().filter(|_date| day.len() == 10) else {
        return day.to_owned();
    };
    let kept = before.and_then(|job| job.draft.expires_at);
    if let Some(kept) = kept.filter(|kept| calendar::day_of(*kept, zone) == date) {
        return kept.iso();
    }
    end_of(date, zone, now).map_or_else(|| day.to_owned(), Millis::iso)
}

/// Returns the last second of a day, of the last day that an offer may choose the last
/// moment; `None` for a day that no calendar has.
#[must_use]
pub fn end_of(day: Date, zone: &TimeZone, now: Millis) -> Option<Millis> {
    let next = calendar::begins(calendar::days_later(day, 1)?, zone)?;
    let last = now.plus_s(JOB_DAYS_MAX * 86_400);
    let end = next.plus_s(-1);
    Some(if calendar::day_of(last, zone) == day { end.min(last) } else { end })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_may_stand_apart_and_nothing_else_is_a_number() {
        for text in ["30000", "30.000", "30,000", "30 000", "30\u{a0}000"] {
            assert_eq!(number(text), json!(30_000), "{text}");
        }
        for text in ["30.5", "treinta", "30k", "1e9", "30.00", "45000.000"] {
            assert_eq!(number(text), json!(text));
        }
    }

    #[test]
    fn a_day_is_meant_to_its_end_in_the_zone() {
        let zone = TimeZone::get("Europe/Madrid").unwrap();
        let now = Millis::parse_iso("2027-03-01T12:00:00Z").unwrap();
        let end = |day| ends_at(day, None, (&zone, now));
        assert_eq!(end("2027-03-28"), "2027-03-28T21:59:59.000Z");
        assert_eq!(end("2027-08-28"), "2027-08-28T12:00:00.000Z", "180 days from now");
        assert_eq!(end("2027-08-29"), "2027-08-29T21:59:59.000Z", "the rule says no");
        assert_eq!(end("2027-02-30"), "2027-02-30");
        assert_eq!(end("mañana"), "mañana");
    }
}
