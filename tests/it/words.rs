//! Both languages say everything, with the same arguments.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use antesala::base::locale::Locale;
use antesala::base::words::{Words, error_key};
use antesala::domain::audit::Act;
use antesala::domain::refusal::Refusal;

use crate::support::source::{literals, root, sources, walk};

mod run_time;

/// Keys of a language with the arguments that each names.
fn keys(tag: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = None;
    for file in walk(&root().join("assets/i18n").join(tag)) {
        for line in fs::read_to_string(file).unwrap().lines() {
            if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                let key = line.split('=').next().unwrap().trim().to_owned();
                assert!(
                    keys.insert(key.clone(), BTreeSet::new()).is_none(),
                    "{key} twice in {tag}"
                );
                current = Some(key);
            }
            let Some(key) = &current else { continue };
            let named = line.split('$').skip(1).map(|rest| {
                rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>()
            });
            keys.get_mut(key).unwrap().extend(named);
        }
    }
    keys
}

#[test]
fn spanish_and_english_have_the_same_keys_and_arguments() {
    let (es, en) = (keys("es"), keys("en"));
    assert!(es.len() > 50);
    assert_eq!(es, en);
}

#[test]
fn every_refusal_has_words_in_both_languages() {
    let words = Words::embedded();
    for refusal in Refusal::ALL {
        let key = error_key(refusal.code());
        let said = [Locale::Es, Locale::En].map(|locale| words.get(locale, &key).into_owned());
        assert!(said.iter().all(|text| *text != key), "{key}");
        assert_ne!(said[0], said[1], "{key}");
    }
}

#[test]
fn every_act_of_the_audit_log_has_words() {
    let known = keys("en");
    for act in Act::ALL {
        assert!(known.contains_key(&format!("act-{}", act.name())), "{}", act.name());
    }
}

/// Names of other things that begin as some key does: files, the browser's own words for
/// what may be filled in, and mails.
const NO_KEYS: [&str; 5] =
    ["job-alert", "og-cache", "organization-invite", "organization-title", "reset-password"];

/// Returns what the source says, with the file it says it in; tests excepted.
fn literals_of_source() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for file in sources("src") {
        let (code, _tests) = file.text.split_once("#[cfg(test)]").unwrap_or((&file.text, ""));
        let literals = literals(code).into_iter();
        found.extend(literals.map(|literal| (file.path.clone(), literal)));
    }
    found
}

#[test]
fn every_key_that_the_source_names_exists() {
    let known = keys("en");
    let begins: BTreeSet<&str> = known.keys().filter_map(|key| key.split('-').next()).collect();
    let acts = Act::ALL.map(Act::name);
    let mut seen = 0;
    for (path, literal) in literals_of_source() {
        let is_key = literal.split_once('-').is_some_and(|(first, _)| begins.contains(first))
            && literal.split('-').all(|word| !word.is_empty())
            && literal
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || b"-0123456789".contains(&byte))
            && !NO_KEYS.contains(&literal.as_str())
            && !acts.contains(&literal.as_str());
        // A prefix stands for every part of a page or of a mail.
        let has_parts = |parts: &[&str]| {
            parts.iter().all(|part| known.contains_key(&format!("{literal}-{part}")))
        };
        let exists = known.contains_key(&literal)
            // What an address may say is done.
            || known.contains_key(&format!("done-{literal}"))
            || has_parts(&["title", "text"])
            || has_parts(&["title", "lead"])
            || has_parts(&["subject", "lead", "note"])
            // A role's name follows.
            || literal == "role-may";
        assert!(!is_key || exists, "{path}: {literal}");
        seen += usize::from(is_key);
    }
    assert!(seen > 500, "{seen}");
}

#[test]
fn every_heading_has_its_texts() {
    let known = keys("en");
    let mut seen = 0;
    for file in sources("src") {
        for rest in file.text.split("Heading(").skip(1).filter(|_| file.path != "http/words.rs") {
            let Some(rest) = rest.strip_prefix('"') else {
                // A pattern takes one apart; nothing else makes one but of a name.
                let name = rest.split(')').next().unwrap();
                assert!(["key", "end"].contains(&name), "{}: Heading({name})", file.path);
                continue;
            };
            let key = rest.split('"').next().unwrap();
            let has = |part: &str| known.contains_key(&format!("{key}-{part}"));
            assert!(has("title") && (has("text") || has("lead")), "{}: {key}", file.path);
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn every_key_that_a_template_names_exists() {
    let known = keys("en");
    let mut seen = 0;
    for path in walk(&root().join("assets/pages")) {
        let text = fs::read_to_string(&path).unwrap();
        for call in ["words.text(\"", "words.format(\"", "words.count(\""] {
            for rest in text.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                assert!(known.contains_key(key), "{}: {key}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn every_end_of_a_form_has_words() {
    let known = keys("en");
    for done in antesala::http::words::DONE {
        assert!(known.contains_key(&format!("done-{done}")), "{done}");
    }
}
