//! `docs/security.md` names the test that holds each promise; here the names are held.

use std::collections::BTreeSet;

use crate::support::source::{root, sources};

fn document(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// Lists every test, `file::name` below `tests/it`.
fn tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in sources("tests/it") {
        let place = file.path.trim_end_matches(".rs").replace('/', "::");
        for after in file.code.split("#[test]").skip(1) {
            let name = after.split("fn ").nth(1).and_then(|rest| rest.split('(').next());
            found.insert(format!("{place}::{}", name.unwrap()));
        }
    }
    found
}

/// Lists what a document writes as code that looks like the path of a test.
fn named(text: &str) -> Vec<&str> {
    let inline = text.split('`').skip(1).step_by(2);
    let is_path = |name: &&str| {
        name.contains("::") && name.chars().all(|c| c.is_alphanumeric() || "_:".contains(c))
    };
    inline.filter(is_path).collect()
}

#[test]
fn every_test_that_the_security_page_names_exists() {
    let (text, tests) = (document("docs/security.md"), tests());
    let named = named(&text);
    assert!(named.len() > 100, "{} tests are named", named.len());
    let wrong: Vec<_> = named.into_iter().filter(|name| !tests.contains(*name)).collect();
    assert_eq!(wrong, Vec::<&str>::new(), "no such test below tests/it");
}

#[test]
fn every_promise_of_the_security_page_names_a_test() {
    let text = document("docs/security.md");
    let promises = text.split("\n## ").filter(|part| part.starts_with("Promises"));
    let rows = promises.flat_map(str::lines).filter(|line| line.starts_with("| "));
    let rows: Vec<_> = rows.filter(|line| !line.starts_with("| promise |")).collect();
    assert!(rows.len() > 50, "{} promises", rows.len());
    let bare: Vec<_> = rows.into_iter().filter(|row| named(row).is_empty()).collect();
    assert_eq!(bare, Vec::<&str>::new(), "a promise without a test");
}

#[test]
fn page_for_reports_leads_to_the_security_page() {
    let text = document("SECURITY.md");
    assert!(text.contains("(docs/security.md)") && text.contains("Report a vulnerability"));
    assert!(document("docs/security.md").contains("(../SECURITY.md)"));
}
