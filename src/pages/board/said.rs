//! How an offer is said to people: what is paid, where, and by which words.

use crate::base::locale::Locale;
use crate::domain::job::{Job, Mode, Place, Salary, SalaryPeriod};
use crate::http::words::PageWords;
use crate::pages::console::letter;

/// Countries by which offers are filtered; others show as their code.
pub const COUNTRIES: &[&str] = &[
    "ES", "AR", "AT", "BE", "BR", "CA", "CH", "CL", "CO", "CR", "CU", "CZ", "DE", "DK", "DO", "EC",
    "FI", "FR", "GB", "GR", "GT", "HU", "IE", "IT", "JP", "MX", "NL", "NO", "PE", "PL", "PT", "SE",
    "US", "UY", "VE",
];

/// An offer as lists show it.
#[derive(Debug)]
pub struct Brief {
    /// Where it is shown whole.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub employer: String,
    /// The letter that stands for whoever offers it.
    pub letter: String,
    /// Where, and how often one must be there.
    pub place: String,
    /// What is paid.
    pub salary: Option<String>,
    /// In a few words what it is: field, contract, level.
    pub tags: Vec<String>,
    /// When it was published, as people write days.
    pub published: Option<String>,
    /// Whether everybody sees it.
    pub is_open: bool,
}

impl Brief {
    /// Says an offer in short.
    #[must_use]
    pub fn of(words: &PageWords<'_>, job: &Job) -> Self {
        Self {
            url: format!("/empleos/{}", job.slug),
            title: job.draft.title.clone(),
            employer: job.employer.name.clone(),
            letter: letter(&job.employer.name),
            place: place(words, &job.draft.place),
            salary: job.draft.salary.as_ref().and_then(|paid| salary(words, paid)),
            tags: tags(words, job),
            published: job.published_at.map(|at| words.day(&at)),
            is_open: crate::board::jobs::steps::is_seen(job.status),
        }
    }
}

fn tags(words: &PageWords<'_>, job: &Job) -> Vec<String> {
    let category = named(words, "category", job.draft.category.name());
    let contract = named(words, "employmentType", job.draft.employment_type.name());
    let level = job.draft.experience_level.map(|level| {
        let name = level.name();
        named(words, "experienceLevel", name)
    });
    [Some(category), Some(contract), level].into_iter().flatten().collect()
}

/// Says a name of a field; what nobody has words for says itself.
#[must_use]
pub fn named(words: &PageWords<'_>, field: &str, name: &str) -> String {
    let key = match field {
        "category" => format!("category-{name}"),
        "mode" => format!("mode-{name}"),
        "employmentType" => format!("contract-{name}"),
        "experienceLevel" => format!("level-{}", name.to_lowercase()),
        "country" if COUNTRIES.contains(&name) => format!("country-{}", name.to_lowercase()),
        _itself => return name.to_owned(),
    };
    words.text(&key)
}

/// Says where the work is: the town or what else is known, and the mode beside it.
#[must_use]
pub fn place(words: &PageWords<'_>, place: &Place) -> String {
    let country = place.country.as_deref().map(|code| named(words, "country", code));
    let town = place.city.clone().or_else(|| place.state.clone());
    let parts: Vec<String> = match (town, country) {
        (Some(town), Some(country)) => vec![format!("{town}, {country}")],
        (town, country) => town.or(country).into_iter().collect(),
    };
    let is_elsewhere = place.mode != Mode::OnSite || parts.is_empty();
    let mode = is_elsewhere.then(|| named(words, "mode", place.mode.name()));
    parts.into_iter().chain(mode).collect::<Vec<_>>().join(" · ")
}

/// Says what is paid; `None` when no amount is known.
#[must_use]
pub fn salary(words: &PageWords<'_>, salary: &Salary) -> Option<String> {
    let said = |amount: i64| money(words.locale(), amount, &salary.currency);
    let amount = match (salary.min, salary.max) {
        (Some(min), Some(max)) if min < max => {
            format!("{} – {}", grouped(words.locale(), min), said(max))
        }
        (Some(_), Some(max)) => said(max),
        (Some(min), None) => words.format("jobs-salary-from", &[("amount", &said(min))]),
        (None, Some(max)) => words.format("jobs-salary-to", &[("amount", &said(max))]),
        (None, None) => return None,
    };
    let key = match salary.period {
        SalaryPeriod::Hour => "jobs-salary-hour",
        SalaryPeriod::Month => "jobs-salary-month",
        SalaryPeriod::Year => "jobs-salary-year",
    };
    Some(words.format(key, &[("amount", &amount)]))
}

/// Writes an amount with its currency behind it, in both languages: one place to look.
fn money(locale: Locale, amount: i64, currency: &str) -> String {
    let symbol = match currency {
        "EUR" => "€",
        "GBP" => "£",
        other => other,
    };
    format!("{}\u{a0}{symbol}", grouped(locale, amount))
}

/// Writes a number with its thousands apart.
#[must_use]
pub fn grouped(locale: Locale, number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mark = match locale {
        Locale::Es => '.',
        Locale::En => ',',
    };
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart_as_the_language_has_it() {
        let all = [0, 999, 1_000, 34_500, 1_234_567].map(|number| grouped(Locale::Es, number));
        assert_eq!(all, ["0", "999", "1.000", "34.500", "1.234.567"]);
        assert_eq!(grouped(Locale::En, 34_500), "34,500");
        assert_eq!(money(Locale::Es, 34_500, "EUR"), "34.500\u{a0}€");
        assert_eq!(money(Locale::En, 9, "MXN"), "9\u{a0}MXN");
    }
}
