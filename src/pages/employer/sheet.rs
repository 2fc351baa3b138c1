//! A long form in parts: what is asked, what is wrong with it, and where what was saved
//! meanwhile differs from what was typed.

use std::collections::HashSet;

use crate::http::schema::{FieldFault, Violation};
use crate::http::words::PageWords;
use crate::pages::form::{Field, Kind};

/// Letters of somebody else's version that are shown under a field.
const SAVED_LENGTH: usize = 240;

/// A part of a form, under a heading of its own.
#[derive(Debug)]
pub struct Part {
    /// Names it on the page.
    pub id: &'static str,
    /// Its heading.
    pub title: String,
    /// What it is for; may be empty.
    pub text: String,
    /// What is asked.
    pub fields: Vec<Field>,
    /// What is asked several times, a row each.
    pub rows: Vec<Row>,
    /// The button that asks for another row: what it is sent as, what it says, and how many
    /// rows there may be.
    pub more: Option<(&'static str, String, u32)>,
}

/// One of several: a benefit, a question.
#[derive(Debug)]
pub struct Row {
    /// What it is called.
    pub title: String,
    /// What is sent along: a name and a value.
    pub hidden: Option<(String, String)>,
    /// What is asked.
    pub fields: Vec<Field>,
}

/// The form.
#[derive(Debug)]
pub struct Sheet {
    /// Its parts, in order.
    pub parts: Vec<Part>,
    /// What is wrong with the whole of it.
    pub problem: Option<String>,
}

impl Sheet {
    fn fields_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        self.parts.iter_mut().flat_map(|part| {
            let rows = part.rows.iter_mut().flat_map(|row| row.fields.iter_mut());
            part.fields.iter_mut().chain(rows)
        })
    }

    fn fields(&self) -> impl Iterator<Item = &Field> {
        self.parts.iter().flat_map(|part| {
            part.fields.iter().chain(part.rows.iter().flat_map(|row| row.fields.iter()))
        })
    }

    /// Puts words beside a field, or above all where there is no such field.
    #[must_use]
    pub fn wrong_at(mut self, name: &str, text: String) -> Self {
        let is_here = self.fields().any(|field| field.name == name);
        if is_here {
            let found = self.fields_mut().filter(|field| field.name == name);
            found.take(1).for_each(|field| field.problem = Some(text.clone()));
        } else {
            self.problem = Some(text);
        }
        self
    }

    /// Says above all what is wrong with it.
    #[must_use]
    pub fn wrong(self, problem: String) -> Self {
        Self { problem: Some(problem), ..self }
    }

    /// Says beside its field everything that is wrong.
    #[must_use]
    pub fn faulty(self, words: &PageWords<'_>, violations: &[Violation]) -> Self {
        violations.iter().fold(self, |sheet, violation| {
            let (name, line) = place(&violation.field);
            let text = told(words, &violation.field, &violation.fault);
            let text = match line {
                Some(line) => {
                    let line = line.to_string();
                    words.format("editor-line", &[("line", &line), ("text", &text)])
                }
                None => text,
            };
            sheet.wrong_at(&name, text)
        })
    }

    /// Lists what is wrong, with the label of each field.
    #[must_use]
    pub fn problems(&self) -> Vec<(String, String)> {
        let of = |field: &Field| Some((field.label.clone(), field.problem.clone()?));
        let whole = self.problem.iter().map(|text| (String::new(), text.clone()));
        whole.chain(self.fields().filter_map(of)).collect()
    }

    /// Says under each field what somebody else has saved there meanwhile.
    #[must_use]
    pub fn behind(mut self, words: &PageWords<'_>, saved: &Self) -> Self {
        let names: HashSet<String> = self.fields().map(|field| field.name.to_string()).collect();
        for other in saved.fields() {
            let mine = self.fields_mut().find(|field| field.name == other.name);
            let Some(mine) = mine.filter(|mine| mine.value.trim() != other.value.trim()) else {
                continue;
            };
            let text = begun(&shown(words, other));
            mine.hint = Some(match text.as_str() {
                "" => words.text("editor-saved-empty"),
                text => words.format("editor-saved-other", &[("text", text)]),
            });
        }
        let gone = saved.fields().filter(|field| !names.contains(field.name.as_ref()));
        let gone: Vec<String> = gone
            .filter(|field| !field.value.trim().is_empty() && field.kind != Kind::Select)
            .map(|field| format!("{}: {}", field.label, begun(&field.value)))
            .collect();
        let mut problem = words.text("editor-behind");
        if !gone.is_empty() {
            problem = format!(
                "{problem} {}",
                words.format("editor-behind-more", &[("text", &gone.join(" · "))])
            );
        }
        self.problem = Some(problem);
        self
    }

    /// Lists what stands in it, for whoever may only read: part, label, value.
    #[must_use]
    pub fn read(&self, words: &PageWords<'_>) -> Vec<(String, Vec<(String, String)>)> {
        let filled = |fields: &[Field]| -> Vec<(String, String)> {
            let fields = fields.iter().map(|field| (field.label.clone(), shown(words, field)));
            fields.filter(|(_label, value)| !value.trim().is_empty()).collect()
        };
        let part = |part: &Part| {
            let rows = part.rows.iter().flat_map(|row| filled(&row.fields));
            let lines: Vec<_> = filled(&part.fields).into_iter().chain(rows).collect();
            (part.title.clone(), lines)
        };
        self.parts.iter().map(part).filter(|(_title, lines)| !lines.is_empty()).collect()
    }
}

/// Returns the beginning of a text, in one line.
fn begun(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let begun: String = line.chars().take(SAVED_LENGTH).collect();
    if begun.len() < line.len() { format!("{begun}…") } else { begun }
}

/// Says what stands in a field, as whoever chose it saw it.
fn shown(words: &PageWords<'_>, field: &Field) -> String {
    match field.kind {
        Kind::Select | Kind::Choices => {
            let chosen = field.options.iter().find(|option| option.value == field.value);
            let chosen = chosen.filter(|option| !option.value.is_empty());
            chosen.map_or_else(String::new, |option| option.label.clone())
        }
        Kind::Check if field.value == "true" => words.text("editor-yes"),
        Kind::Check => String::new(),
        Kind::Input(_) | Kind::Long => field.value.clone(),
    }
}

/// Finds the field of the form in which a path of the body stands, and its line there.
fn place(path: &str) -> (String, Option<usize>) {
    let parts: Vec<&str> = path.split('.').collect();
    let line = |index: &str| index.parse().ok().map(|index: usize| index + 1);
    match parts.as_slice() {
        ["salary", "min"] => (String::from("salaryMin"), None),
        ["salary", "max"] => (String::from("salaryMax"), None),
        ["location", "isRemote" | "isHybrid"] => (String::from("mode"), None),
        ["salary" | "location" | "address", name] => ((*name).to_owned(), None),
        ["requiredSkills", index] => (String::from("requiredSkills"), line(index)),
        ["benefits", index, name] => (row("benefit", index, name), None),
        ["questions", index, "options", option] => {
            (row("question", index, "options"), line(option))
        }
        ["questions", index, name] => (row("question", index, name), None),
        _ => (path.to_owned(), None),
    }
}

/// Returns what a field of a row is sent as.
#[must_use]
pub fn row(kind: &str, index: impl std::fmt::Display, name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    format!("{kind}{index}{}{}", first.unwrap_or_default(), letters.as_str())
}

/// Says what is wrong with a field, as people say it.
#[must_use]
pub fn told(words: &PageWords<'_>, path: &str, fault: &FieldFault) -> String {
    let name = path.rsplit('.').find(|part| part.parse::<usize>().is_err()).unwrap_or(path);
    let (_code, key) = fault.code_and_key();
    match fault {
        FieldFault::Type { expected: "number", .. } => words.text("editor-wrong-number"),
        FieldFault::TooSmall(1) => words.text("field-required"),
        FieldFault::Option(_) => words.text("editor-wrong-choice"),
        FieldFault::Shape => words.text(match name {
            "applyUrl" | "website" | "logoUrl" => "editor-wrong-url",
            "expiresAt" => "editor-wrong-date",
            "currency" | "country" => "editor-wrong-choice",
            "options" => "editor-wrong-options",
            _other => key,
        }),
        FieldFault::Type { .. }
        | FieldFault::Email
        | FieldFault::TooSmall(_)
        | FieldFault::TooBig(_)
        | FieldFault::Below(_)
        | FieldFault::Above(_)
        | FieldFault::TooMany(_)
        | FieldFault::Control
        | FieldFault::Unknown => words.format(key, &[("bound", &fault.bound())]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_body_lead_to_fields_of_the_form() {
        for (path, field, line) in [
            ("title", "title", None),
            ("salary.max", "salaryMax", None),
            ("salary.currency", "currency", None),
            ("location.isHybrid", "mode", None),
            ("location.country", "country", None),
            ("requiredSkills.3", "requiredSkills", Some(4)),
            ("benefits.2.title", "benefit2Title", None),
            ("questions.0.options.1", "question0Options", Some(2)),
            ("questions.1.text", "question1Text", None),
        ] {
            assert_eq!(place(path), (field.to_owned(), line), "{path}");
        }
    }
}
