//! The layers of the crate, held by reading its source.
//!
//! A module names only modules of lower rows; modules of one row are blind to
//! each other; some crates and some words are banned outside their layer.

use std::collections::BTreeMap;

use crate::support::source::{SourceFile, sources};

/// From the bottom up; the names of one row may not name each other.
const ROWS: &[&[&str]] = &[
    &["base"],
    &["config", "domain"],
    &["store", "mail", "og"],
    &["app"],
    &["account", "waitlist", "board", "backup", "import"],
    &["http"],
    &["tasks"],
    &["api", "pages"],
    &["serve"],
    &["cli"],
];

/// What may be named only under these folders.
const BANS: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("tokio_postgres", &["store"]),
    ("hyper", &["http", "api", "pages", "serve"]),
    ("hyper_util", &["http", "serve"]),
    ("ureq", &["base/outbound.rs"]),
    ("ring", &["base/jws.rs", "base/trust.rs", "store/postgres/tls.rs"]),
    ("lettre", &["config", "mail"]),
    ("resvg", &["og"]),
    ("mozjpeg", &["og"]),
    ("StatusCode", &["http", "api", "pages", "serve"]),
];

fn rows() -> BTreeMap<&'static str, usize> {
    let rows = ROWS.iter().enumerate();
    rows.flat_map(|(row, names)| names.iter().map(move |name| (*name, row))).collect()
}

/// Lists what is wrong with one file.
fn violations(file: &SourceFile) -> Vec<String> {
    let rows = rows();
    let Some(own) = file.path.split(['/', '.']).next().filter(|top| rows.contains_key(top)) else {
        return Vec::new();
    };
    let mut wrong = Vec::new();
    for named in file.code.split("crate::").skip(1) {
        let named = named.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
        let Some(row) = rows.get(named) else { continue };
        if named != own && *row >= rows[own] {
            wrong.push(format!("{}: {own} names {named}", file.path));
        }
    }
    for (word, allowed) in BANS {
        let names_it =
            file.code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == *word);
        if names_it && !allowed.iter().any(|folder| file.path.starts_with(folder)) {
            wrong.push(format!("{}: names {word}", file.path));
        }
    }
    wrong
}

#[test]
fn modules_name_only_lower_rows() {
    let wrong: Vec<_> = sources("src").iter().flat_map(violations).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_top_module_has_a_row() {
    let rows = rows();
    for file in sources("src") {
        let top = file.path.split(['/', '.']).next().unwrap().to_owned();
        assert!(
            rows.contains_key(top.as_str()) || ["lib", "main"].contains(&top.as_str()),
            "{top} stands in no row of the layer table"
        );
    }
}

#[test]
fn planted_violations_are_found() {
    let plant = |path: &str, code: &str| {
        violations(&SourceFile {
            path: path.to_owned(),
            code: code.to_owned(),
            text: String::new(),
        })
    };
    assert_eq!(plant("store/users.rs", "use crate::account::Caller;").len(), 1);
    assert_eq!(plant("account/session.rs", "use crate::waitlist::join;").len(), 1);
    assert_eq!(plant("account/session.rs", "let x = rusqlite::Connection::open(p);").len(), 1);
    assert_eq!(plant("account/session.rs", "StatusCode::OK").len(), 1);
    assert_eq!(plant("account/session.rs", "use crate::store::Store;").len(), 0);
}
