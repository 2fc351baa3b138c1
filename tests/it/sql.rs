//! Every SQL text: portable in its form, and with the plan that it had.

use std::fmt::Write as _;
use std::fs;

use antesala::store::{Sql, statements};
use rusqlite::Connection;

use crate::support::Server;
use crate::support::source::root;

/// Highest parameter, asserting that they are `?1 … ?n` without a gap.
fn parameters(sql: &Sql) -> usize {
    let mut used: Vec<usize> = sql
        .text
        .split('?')
        .skip(1)
        .map(|after| {
            let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().unwrap_or_else(|_| panic!("{}: a bare ?", sql.name))
        })
        .collect();
    used.sort_unstable();
    used.dedup();
    let expected: Vec<usize> = (1..=used.len()).collect();
    assert_eq!(used, expected, "{}", sql.name);
    used.len()
}

#[test]
fn texts_are_named_once_and_portable() {
    let all = statements();
    let mut names: Vec<_> = all.iter().map(|sql| sql.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count, "a name stands twice");
    for sql in all {
        parameters(sql);
        let upper = sql.text.to_uppercase();
        for banned in [
            "SELECT *",
            " LIKE ",
            "NOW()",
            "DATETIME(",
            "JSON_",
            "AUTOINCREMENT",
            "OR REPLACE",
            "OR IGNORE",
            "IFNULL(",
            " GLOB ",
            "ROWID",
            "STRFTIME(",
            "LAST_INSERT",
        ] {
            assert!(!upper.contains(banned), "{}: {banned}", sql.name);
        }
        assert!(!sql.text.contains(" user ") || sql.text.contains("\"user\""), "{}", sql.name);
    }
}

#[test]
fn every_text_is_prepared_and_keeps_its_plan() {
    let server = Server::start();
    let database = server.database();
    let mut plans = String::new();
    for sql in statements() {
        let statement = database.prepare(sql.text);
        let statement = statement.unwrap_or_else(|error| panic!("{}: {error}", sql.name));
        assert_eq!(statement.parameter_count(), parameters(sql), "{}", sql.name);
        writeln!(plans, "{}", sql.name).unwrap();
        for step in plan(&database, sql) {
            writeln!(plans, "    {step}").unwrap();
        }
    }
    let path = root().join("tests/golden/plans.txt");
    if std::env::var_os("ANTESALA_WRITE_PLANS").is_some() {
        fs::write(&path, &plans).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(plans == kept, "a plan changed; run with ANTESALA_WRITE_PLANS=1 and look at the diff");
}

fn plan(database: &Connection, sql: &Sql) -> Vec<String> {
    let mut explain = database.prepare(&format!("EXPLAIN QUERY PLAN {}", sql.text)).unwrap();
    let nulls = vec![rusqlite::types::Null; parameters(sql)];
    let steps = explain.query_map(rusqlite::params_from_iter(nulls), |row| row.get(3)).unwrap();
    steps.map(Result::unwrap).collect()
}

#[test]
fn migrations_are_portable_but_for_marked_blocks() {
    let folder = root().join("assets/migrations");
    let mut marked = 0;
    for file in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        marked += text.matches("-- only: ").count();
        let statements = text.lines().filter(|line| !line.starts_with("--"));
        let upper = statements.collect::<Vec<_>>().join("\n").to_uppercase();
        for banned in
            [" BOOLEAN", " DATETIME", " INTEGER", " BLOB", "AUTOINCREMENT", " REAL", "STRICT"]
        {
            assert!(!upper.contains(banned), "{banned}");
        }
    }
    assert_eq!(marked, 0, "only full-text objects may have a text an engine");
}

#[test]
fn linked_sqlite_has_the_fix_of_the_log_reset_race() {
    assert!(rusqlite::version_number() >= 3_051_003, "{}", rusqlite::version());
}
