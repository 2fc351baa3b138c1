//! An offer as search engines read it: schema.org's `JobPosting`.
//!
//! Source: developers.google.com/search/docs/appearance/structured-data/job-posting. What
//! is not known is left out: a wrong place or salary is worse than none.

use serde_json::{Map, Value, json};

use super::markdown::html_of;
use super::{Job, JobDraft, JobStatus, Mode, Salary, SalaryPeriod};

/// Names what search engines demand of a posting and an offer has not, as bodies name it:
/// a place must have its country, and remote work a country to live in.
#[must_use]
pub fn missing(draft: &JobDraft) -> Vec<&'static str> {
    if draft.place.country.is_none() { vec!["location.country"] } else { Vec::new() }
}

/// Writes an offer that is shown on `url`, by an organisation whose site is `website`;
/// `None` for one of which something is [`missing`]: search engines refuse it.
#[must_use]
pub fn posting(job: &Job, url: &str, website: Option<&str>) -> Option<Value> {
    let draft = &job.draft;
    if !missing(draft).is_empty() {
        return None;
    }
    let mut posting = json!({
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": draft.title,
        "description": html_of(&draft.description),
        "identifier": {
            "@type": "PropertyValue",
            "name": job.employer.name,
            "value": draft.reference.as_ref().unwrap_or(&job.id),
        },
        "url": url,
        "directApply": draft.apply_url.is_none() && job.status == JobStatus::Publicada,
        "employmentType": employment_type(draft.employment_type.name()),
        "industry": draft.category.name(),
        "hiringOrganization": organization(job, website),
    });
    let map = posting.as_object_mut()?;
    let mut put = |name: &str, value: Option<Value>| {
        map.extend(value.map(|value| (name.to_owned(), value)));
    };
    put("datePosted", job.published_at.map(|at| at.iso().into()));
    put("validThrough", draft.expires_at.map(|at| at.iso().into()));
    put("baseSalary", draft.salary.as_ref().and_then(salary));
    put("jobLocation", location(job));
    if draft.place.mode == Mode::Remote {
        put("jobLocationType", Some("TELECOMMUTE".into()));
        let country = draft.place.country.as_ref();
        let required = country.map(|code| json!({"@type": "Country", "name": code}));
        put("applicantLocationRequirements", required);
    }
    let skills = &draft.required_skills;
    put("skills", (!skills.is_empty()).then(|| skills.join(", ").into()));
    let months = draft.min_experience.filter(|years| *years > 0).map(|years| years * 12);
    put(
        "experienceRequirements",
        months.map(|months| {
            json!({"@type": "OccupationalExperienceRequirements", "monthsOfExperience": months})
        }),
    );
    Some(posting)
}

/// Writes a value so that it can stand in a page's script element: nothing in it ends one.
#[must_use]
pub fn for_a_page(value: &Value) -> String {
    let text = value.to_string();
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn organization(job: &Job, website: Option<&str>) -> Value {
    let mut organization = json!({"@type": "Organization", "name": job.employer.name});
    if let Some(map) = organization.as_object_mut() {
        map.extend(website.map(|site| (String::from("sameAs"), Value::from(site))));
        let logo = job.employer.logo_url.as_deref();
        map.extend(logo.map(|logo| (String::from("logo"), Value::from(logo))));
    }
    organization
}

/// Google's name of a kind of contract.
fn employment_type(name: &str) -> &'static str {
    match name {
        "full_time" => "FULL_TIME",
        "part_time" => "PART_TIME",
        "contract" => "CONTRACTOR",
        "temporary" => "TEMPORARY",
        "internship" => "INTERN",
        _fellowship => "OTHER",
    }
}

/// Where the work is done; nothing for what is done anywhere.
fn location(job: &Job) -> Option<Value> {
    let place = &job.draft.place;
    let mut address = Map::new();
    for (name, value) in [
        ("addressLocality", &place.city),
        ("addressRegion", &place.state),
        ("addressCountry", &place.country),
    ] {
        address.extend(value.as_ref().map(|value| (name.to_owned(), Value::from(value.as_str()))));
    }
    if address.is_empty() || place.mode == Mode::Remote {
        return None;
    }
    address.insert(String::from("@type"), "PostalAddress".into());
    Some(json!({"@type": "Place", "address": address}))
}

fn salary(salary: &Salary) -> Option<Value> {
    let unit = match salary.period {
        SalaryPeriod::Hour => "HOUR",
        SalaryPeriod::Month => "MONTH",
        SalaryPeriod::Year => "YEAR",
    };
    let is_paid = |amount: &i64| *amount > 0;
    let amounts = match (salary.min.filter(is_paid), salary.max.filter(is_paid)) {
        (None, None) => return None,
        (Some(min), Some(max)) if min == max => vec![("value", max)],
        (min, max) => {
            let ends = [("minValue", min), ("maxValue", max)].into_iter();
            ends.filter_map(|(name, amount)| Some((name, amount?))).collect()
        }
    };
    let mut value = json!({"@type": "QuantitativeValue", "unitText": unit});
    if let Some(map) = value.as_object_mut() {
        map.extend(amounts.into_iter().map(|(name, amount)| (name.to_owned(), amount.into())));
    }
    Some(json!({"@type": "MonetaryAmount", "currency": salary.currency, "value": value}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_page_ends_its_script() {
        let text = for_a_page(&json!({"title": "</script><!-- & -->"}));
        assert!(!text.contains(['<', '>', '&']));
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["title"], "</script><!-- & -->");
    }
}
