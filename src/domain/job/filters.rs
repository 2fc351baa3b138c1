//! What offers are searched by: read from a query or from JSON, by the same names.

use serde::Serialize;

use super::{Category, EmploymentType, ExperienceLevel, Mode};
use crate::base::bounds::{ID_LENGTH_MAX, NAME_LENGTH_MAX, SALARY_MAX};
use crate::base::clock::{Iso, Millis};
use crate::domain::names::on_the_wire;
use crate::domain::world;

/// What offers must fulfil, and in which order they come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Words of the text.
    pub q: Option<String>,
    /// The field.
    pub category: Option<Category>,
    /// The province or region, in any case and with or without accents.
    pub state: Option<String>,
    /// ISO 3166, two letters.
    pub country: Option<String>,
    /// How often one must be there.
    pub mode: Option<Mode>,
    /// The kind of contract.
    pub employment_type: Option<EmploymentType>,
    /// How experienced one must be.
    pub experience_level: Option<ExperienceLevel>,
    /// What is paid in a year, at least, in `currency`.
    pub salary_min: Option<i64>,
    /// ISO 4217; the euro when nothing is said.
    pub currency: Option<String>,
    /// Published at this moment or later.
    pub since: Option<Millis>,
    /// The organisation's slug.
    pub organization: Option<String>,
    /// The order.
    pub sort: Option<Sort>,
}

/// In which order offers come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Where the words stand in the title first; without words as `Newest`.
    Relevance,
    /// By when they were published.
    Newest,
    /// By what is paid in a year.
    Salary,
}

impl Sort {
    /// Every name.
    pub const ALL: &'static [&'static str] = &["relevance", "newest", "salary"];

    /// Returns the name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Newest => "newest",
            Self::Salary => "salary",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Relevance, Self::Newest, Self::Salary].into_iter().find(|sort| sort.name() == name)
    }
}

on_the_wire!(Sort, Sort::ALL);

/// What is wrong with a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterFault {
    /// There is no such filter.
    Unknown,
    /// It is none of these.
    Options(&'static [&'static str]),
    /// It is longer than this.
    TooLong(u32),
    /// It cannot be read.
    Shape,
}

/// Names and meanings of the filters, for the documents.
pub const FIELDS: &[(&str, &str)] = &[
    ("q", "words in title, description, skills or organization; the last one may be begun"),
    ("category", "only this field of science"),
    ("state", "only this province or region, in any case and without accents too"),
    ("country", "only this country, ISO 3166"),
    ("mode", "`on_site`, `hybrid` or `remote`"),
    ("employmentType", "only this kind of contract"),
    ("experienceLevel", "only this level"),
    ("salaryMin", "paid in a year at least, in `currency`; months count 12, hours 1720"),
    ("currency", "ISO 4217; EUR by default"),
    ("since", "published at this moment or later, ISO 8601"),
    ("organization", "only this organization, by its slug"),
    ("sort", "`relevance`, `newest` or `salary`"),
];

impl Filters {
    /// Reads filters by their names; empty ones count as not given.
    ///
    /// # Errors
    /// Each wrong filter with what is wrong.
    pub fn parse<'a>(
        given: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Vec<(String, FilterFault)>> {
        let mut filters = Self::default();
        let mut wrong = Vec::new();
        for (name, text) in given {
            if let Err(fault) = filters.take(name, text.trim()) {
                wrong.push((name.to_owned(), fault));
            }
        }
        if wrong.is_empty() { Ok(filters) } else { Err(wrong) }
    }

    /// As [`Filters::parse`], from a JSON object; null counts as not given.
    ///
    /// # Errors
    /// As there.
    pub fn parse_json(
        given: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<Self, Vec<(String, FilterFault)>> {
        use serde_json::Value;
        let texts: Vec<(&str, String)> = given
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| match value {
                Value::String(text) => (name.as_str(), text.clone()),
                // An empty text would count as not given: no list is a filter.
                Value::Array(_) | Value::Object(_) => (name.as_str(), String::from("\u{fffd}")),
                other @ (Value::Null | Value::Bool(_) | Value::Number(_)) => {
                    (name.as_str(), other.to_string())
                }
            })
            .collect();
        Self::parse(texts.iter().map(|(name, text)| (*name, text.as_str())))
    }

    fn take(&mut self, name: &str, text: &str) -> Result<(), FilterFault> {
        if !FIELDS.iter().any(|(known, _meaning)| *known == name) {
            return Err(FilterFault::Unknown);
        }
        if text.is_empty() {
            return Ok(());
        }
        // Four bytes a letter at the most: what has more is not looked at.
        if text.len() / 4 > usize::try_from(NAME_LENGTH_MAX).unwrap_or(0) {
            return Err(FilterFault::TooLong(NAME_LENGTH_MAX));
        }
        if text.chars().any(char::is_control) {
            return Err(FilterFault::Shape);
        }
        match name {
            "q" => self.q = Some(bounded(text, NAME_LENGTH_MAX)?),
            "category" => self.category = Some(option(Category::parse(text), Category::ALL)?),
            "state" => self.state = Some(bounded(text, NAME_LENGTH_MAX)?),
            "country" => self.country = Some(world::country(text).ok_or(FilterFault::Shape)?),
            "mode" => self.mode = Some(option(Mode::parse(text), Mode::ALL)?),
            "employmentType" => {
                let read = EmploymentType::parse(text);
                self.employment_type = Some(option(read, EmploymentType::ALL)?);
            }
            "experienceLevel" => {
                let read = ExperienceLevel::parse(text);
                self.experience_level = Some(option(read, ExperienceLevel::ALL)?);
            }
            "salaryMin" => {
                let amount = text.parse().ok().filter(|amount| (0..=SALARY_MAX).contains(amount));
                self.salary_min = Some(amount.ok_or(FilterFault::Shape)?);
            }
            "currency" => self.currency = Some(world::currency(text).ok_or(FilterFault::Shape)?),
            "since" => self.since = Some(moment(text).ok_or(FilterFault::Shape)?),
            "organization" => self.organization = Some(bounded(text, ID_LENGTH_MAX)?),
            _sort => self.sort = Some(option(Sort::parse(text), Sort::ALL)?),
        }
        Ok(())
    }

    /// Lists the filters that are given, by name, as [`Filters::parse`] reads them.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let owned = |text: &Option<String>| text.clone();
        let named = |name: Option<&'static str>| name.map(str::to_owned);
        let values = [
            ("q", owned(&self.q)),
            ("category", named(self.category.map(Category::name))),
            ("state", owned(&self.state)),
            ("country", owned(&self.country)),
            ("mode", named(self.mode.map(Mode::name))),
            ("employmentType", named(self.employment_type.map(EmploymentType::name))),
            ("experienceLevel", named(self.experience_level.map(ExperienceLevel::name))),
            ("salaryMin", self.salary_min.map(|amount| amount.to_string())),
            ("currency", owned(&self.currency)),
            ("since", self.since.map(|since| Iso(since).to_string())),
            ("organization", owned(&self.organization)),
            ("sort", named(self.sort.map(Sort::name))),
        ];
        values.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// Filters show themselves as the object that they are read from.
impl Serialize for Filters {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let pairs = self.pairs();
        let mut map = serializer.serialize_map(Some(pairs.len()))?;
        for (name, text) in pairs {
            match (name, self.salary_min) {
                ("salaryMin", Some(amount)) => map.serialize_entry(name, &amount)?,
                _ => map.serialize_entry(name, &text)?,
            }
        }
        map.end()
    }
}

fn bounded(text: &str, length_max: u32) -> Result<String, FilterFault> {
    let length = u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
    if length > length_max { Err(FilterFault::TooLong(length_max)) } else { Ok(text.to_owned()) }
}

fn option<T>(read: Option<T>, options: &'static [&'static str]) -> Result<T, FilterFault> {
    read.ok_or(FilterFault::Options(options))
}

/// Reads a moment, or a day as its beginning in UTC.
fn moment(text: &str) -> Option<Millis> {
    Millis::parse_iso(text).or_else(|| Millis::parse_iso(&format!("{text}T00:00:00Z")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_read_alike_from_query_and_json_and_say_what_they_are() {
        let query = [
            ("q", "biólogo"),
            ("category", "biology"),
            ("country", "es"),
            ("mode", "remote"),
            ("salaryMin", "30000"),
            ("since", "2027-01-15"),
            ("sort", "salary"),
            ("state", ""),
        ];
        let read = Filters::parse(query).unwrap();
        let json = serde_json::to_value(&read).unwrap();
        assert_eq!(json["salaryMin"], 30000);
        assert_eq!(json["country"], "ES");
        assert_eq!(Filters::parse_json(json.as_object().unwrap()).unwrap(), read);
    }

    #[test]
    fn every_wrong_filter_is_named() {
        let given = [("colour", "x"), ("mode", "moon"), ("salaryMin", "-1"), ("country", "ZZ")];
        let wrong = Filters::parse(given).unwrap_err();
        let names: Vec<_> = wrong.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["colour", "mode", "salaryMin", "country"]);
        assert_eq!(wrong[0].1, FilterFault::Unknown);
        let nested = serde_json::json!({"mode": ["remote"]});
        assert!(Filters::parse_json(nested.as_object().unwrap()).is_err());
    }
}
