//! What the rules of a profile found wrong, said in words beside the fields.

use crate::domain::profile::{SentFault, SentFaults};
use crate::http::words::PageWords;
use crate::pages::form::Form;

/// Says what is wrong with a field.
pub(super) fn said(words: &PageWords<'_>, field: &str, fault: SentFault) -> String {
    let bound = |max: u32| max.to_string();
    match fault {
        SentFault::Missing => words.text("pro-wrong-missing"),
        SentFault::TooLong(max) => words.format("pro-wrong-long", &[("max", &bound(max))]),
        SentFault::TooMany(max) => words.format("pro-wrong-many", &[("max", &bound(max))]),
        SentFault::Shape => {
            let name = field.split('.').next().unwrap_or_default();
            let key = match name {
                "orcid" | "phone" | "skills" | "languages" | "links" | "year" | "doi" => name,
                "startDate" => "start",
                "endDate" => "end",
                _other => "other",
            };
            words.text(&format!("pro-wrong-{key}"))
        }
    }
}

/// Puts what is wrong beside the fields of a form.
pub(super) fn at(words: &PageWords<'_>, form: Form, faults: &SentFaults) -> Form {
    faults
        .iter()
        .fold(form, |form, (field, fault)| form.wrong_at(field, said(words, field, *fault)))
}
