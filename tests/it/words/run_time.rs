//! Keys that are put together while the program runs: each from a closed set of names, all
//! of which have texts. What is not listed here cannot be written.

use std::fs;

use antesala::domain::application::ApplicationStatus;
use antesala::domain::audit::Act;
use antesala::domain::job::filters::Sort;
use antesala::domain::job::status::JobStatus;
use antesala::domain::job::{
    Category, CloseReason, EmploymentType, ExperienceLevel, Mode, QuestionKind, SalaryPeriod,
};
use antesala::domain::mail_wish::OPTIONAL;
use antesala::domain::organization::MemberRole;
use antesala::domain::profile::{LanguageLevel, Part};
use antesala::domain::user::UserKind;
use antesala::http::words::DONE;
use antesala::pages::board::said::COUNTRIES;

use super::{keys, literals_of_source};
use crate::support::source::{root, walk};

/// A pattern, and what stands in its place; nothing, where another test asks for its keys.
type Made = (&'static str, Vec<String>);

fn made() -> Vec<Made> {
    [of_offers(), of_people(), of_the_rest()].concat()
}

fn of_offers() -> Vec<Made> {
    let steps = ApplicationStatus::ALL.map(ApplicationStatus::name);
    let states = JobStatus::EACH.map(JobStatus::name);
    let groups = ["category", "state", "country", "mode", "employmentType"];
    let editor = pairs(
        &["what", "told", "place", "pay", "benefits", "apply", "questions"],
        &["title", "text"],
    );
    vec![
        ("category-{name}", of(Category::ALL)),
        ("category-{}", of(Category::ALL)),
        ("contract-{name}", of(EmploymentType::ALL)),
        ("country-{}", of(COUNTRIES)),
        ("editor-period-{name}", of(SalaryPeriod::ALL)),
        ("editor-question-{kind}", of(QuestionKind::ALL)),
        ("editor-{id}-{end}", editor),
        ("job-state-{}", of(&states)),
        ("jobs-by-{}", of(&groups)),
        ("jobs-sort-{name}", of(Sort::ALL)),
        ("level-{}", of(ExperienceLevel::ALL)),
        ("mode-{name}", of(Mode::ALL)),
        ("moderation-reason-{name}", of(CloseReason::ALL)),
        ("moderation-role-{}", of(MemberRole::ALL)),
        ("offers-{}", of(&states)),
        ("stage-{name}", of(&steps)),
        ("stage-{status}", of(&steps)),
        ("stage-{}", of(&steps)),
        ("stages-{}", of(&steps)),
        ("step-close-{reason}", of(CloseReason::ALL)),
        ("step-reason-{name}", of(CloseReason::ALL)),
        ("step-{name}", of(&["renew", "close", "delete"])),
        ("step-{step}", of(&["publish", "pause", "resume", "duplicate"])),
        ("step-{}", of(&["entrevista", "oferta", "contratado", "rechazado"])),
    ]
}

fn of_people() -> Vec<Made> {
    let parts = Part::ALL.map(Part::name);
    let levels = LanguageLevel::ALL.map(LanguageLevel::name);
    let wrong =
        ["orcid", "phone", "skills", "languages", "links", "year", "doi", "start", "end", "other"];
    let languages = [
        "es", "ca", "gl", "eu", "en", "fr", "de", "it", "pt", "ro", "pl", "nl", "sv", "no", "da",
        "fi", "cs", "hu", "el", "ru", "uk", "tr", "ar", "he", "hi", "zh", "ja", "ko",
    ];
    let fields =
        ["headline", "profession", "field", "level", "phone", "location", "availability", "orcid"];
    let stations = pairs(&["experience", "education"], &["what", "institution"]);
    let roles = pairs(&["role", "role-may"], MemberRole::ALL);
    vec![
        ("language-{code}", of(&languages)),
        ("pro-level-{}", of(&levels)),
        ("pro-part-{}", of(&parts)),
        ("pro-visibility-{}", of(&["hidden", "organizations", "public"])),
        ("pro-wrong-{key}", of(&wrong)),
        ("pro-{name}", of(&fields)),
        ("pro-{name}-{label}", stations),
        ("pro-{}-add", of(&["experience", "education", "publications"])),
        ("pro-{}-text", of(&["experience", "education", "publications"])),
        ("pro-{}-title", of(&["experience", "education", "publications"])),
        ("role-may-{role}", of(MemberRole::ALL)),
        ("role-{name}", of(MemberRole::ALL)),
        ("role-{role}", of(MemberRole::ALL)),
        ("role-{}", of(MemberRole::ALL)),
        ("{key}-{name}", roles),
    ]
}

fn of_the_rest() -> Vec<Made> {
    let acts = Act::ALL.map(Act::name);
    vec![
        ("access-type-{kind}", of(UserKind::ALL)),
        ("act-{}", of(&acts)),
        ("alerts-{}", of(&["daily", "weekly"])),
        ("done-{done}", of(DONE)),
        ("door-{}", of(&["schedule", "http", "cli", "console"])),
        // Every refusal's code is asked for by a test of its own.
        ("error-{}", Vec::new()),
        ("landing-role-{value}", of(&["professional", "empresa"])),
        // What is stated differs from mail to mail; the samples of all mails are rendered.
        ("mail-fact-{name}", Vec::new()),
        // A field without a sample stays empty.
        ("og-sample-{}-{}", Vec::new()),
        ("run-{}", of(&["running", "ok", "failed", "timed-out", "interrupted", "missed"])),
        ("state-{name}", of(&["pending", "sending", "sent", "failed", "suppressed"])),
        ("state-{}", of(&["pending", "sending", "sent", "failed", "suppressed"])),
        ("wishes-{kind}", of(&OPTIONAL)),
        // A heading's, and a mail's: tests of their own.
        ("{key}-lead", Vec::new()),
        ("{key}-submit", of(&["confirm", "leave", "mail-leave"])),
        ("{key}-text", Vec::new()),
        ("{key}-title", Vec::new()),
        ("{}-{part}", Vec::new()),
    ]
}

/// Returns names as they stand in keys.
fn of(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_lowercase()).collect()
}

/// Joins each of some names with each of some others, as `a-b`.
fn pairs(firsts: &[&str], seconds: &[&str]) -> Vec<String> {
    let with =
        |first: &str| seconds.iter().map(|second| format!("{first}-{second}")).collect::<Vec<_>>();
    firsts.iter().flat_map(|first| with(first)).collect()
}

/// What is put together and is no key.
const OTHERS: [&str; 19] = [
    "-{name}",
    "--{name}:light-dark({},{});",
    "before-migration-{number:04}-{moment}.db",
    "before-restore-{}",
    "scan-{number}",
    "verification-{}-",
    "{NAME}-{}",
    "{PREFIX}{pid}-{number}",
    "{from}-09",
    "{id}-hint",
    "{id}-wrong",
    "{name}-{}",
    "{slug}-{}",
    "{text}-01",
    "{year}-06",
    "{}-wal",
    "{}-{id}",
    "{}-{started}",
    "{}-{}",
];

/// Tells whether a literal has a hole, and otherwise what keys are made of.
fn is_pattern(literal: &str) -> bool {
    let mut around = String::new();
    let mut depth = 0;
    for letter in literal.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if depth == 0 => around.push(letter),
            _ => {}
        }
    }
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    literal.contains('{') && around.contains('-') && around.bytes().all(is_plain)
}

#[test]
fn every_key_that_is_made_at_run_time_is_one_of_a_closed_set() {
    let (known, made) = (keys("en"), made());
    let templates = walk(&root().join("assets/pages")).into_iter().flat_map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        let calls: Vec<_> = text
            .split("format!(\"")
            .skip(1)
            .map(|rest| (path.display().to_string(), rest.split('"').next().unwrap().to_owned()))
            .collect();
        calls
    });
    let mut seen = 0;
    for (path, literal) in literals_of_source().into_iter().chain(templates) {
        if is_pattern(&literal) && !OTHERS.contains(&literal.as_str()) {
            let listed = made.iter().any(|(pattern, _)| *pattern == literal);
            assert!(listed, "{path}: which keys are {literal}? List them in this test");
            seen += 1;
        }
    }
    assert!(seen >= made.len(), "{seen}");
    for (pattern, names) in made {
        let stem = pattern.split('{').next().unwrap();
        let end = pattern.rsplit('}').next().unwrap();
        for name in names {
            let key = format!("{stem}{name}{end}");
            assert!(known.contains_key(&key), "{pattern}: {key}");
        }
    }
}
