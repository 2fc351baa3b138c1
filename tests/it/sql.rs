//! Every SQL text: portable in its form, and with the plan that it had.

use std::fmt::Write as _;
use std::fs;

use antesala::store::{Sql, statements};
use rusqlite::Connection;

use crate::support::database::Look;
use crate::support::opened::migrated_file;
use crate::support::source::root;
use crate::support::{Database, Opened};

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
    // Full-text search alone has a text an engine.
    let (own, common): (Vec<&Sql>, Vec<&Sql>) = all.iter().partition(|sql| sql.is_per_engine());
    assert!(own.iter().all(|sql| sql.name.starts_with("full_text.")));
    for sql in common {
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
fn audit_log_is_only_added_to_and_forgotten_by_age() {
    let writes = statements().into_iter().filter(|sql| {
        let upper = sql.text.to_uppercase();
        upper.contains("UPDATE AUDIT") || upper.contains("DELETE FROM AUDIT")
    });
    let names: Vec<_> = writes.map(|sql| sql.name).collect();
    assert_eq!(names, ["audit.forget"]);
}

#[test]
fn every_text_is_prepared_and_keeps_its_plan() {
    let folder = tempfile::tempdir().unwrap();
    let database = migrated_file(folder.path());
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
    keep("plans.txt", &plans);
}

/// Holds plans against those that were looked at.
fn keep(file: &str, plans: &str) {
    let path = root().join("tests/golden").join(file);
    if std::env::var_os("ANTESALA_WRITE_PLANS").is_some() {
        fs::write(&path, plans).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(plans == kept, "a plan changed; run with ANTESALA_WRITE_PLANS=1 and look at the diff");
}

/// The types that antesala reads and writes, as PostgreSQL names them.
const TYPES: [&str; 5] = ["int8", "int4", "int2", "text", "bytea"];

#[test]
fn every_text_is_prepared_by_postgres_and_keeps_its_plan() {
    let Some(store) = Opened::on_server() else { return };
    let Database::Server(served) = &store.database else { unreachable!() };
    let look = Look::connect(served.url()).unwrap();
    fill(&look);
    look.rows("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan").unwrap();
    let mut plans = String::new();
    for sql in statements() {
        let text = sql.for_server();
        let types = look.types(text).unwrap_or_else(|error| panic!("{}: {error:?}", sql.name));
        for found in types {
            assert!(TYPES.contains(&found.as_str()), "{}: {found}; cast it", sql.name);
        }
        look.rows(&format!("PREPARE it AS {text}")).unwrap();
        let nulls = vec!["NULL"; parameters(sql)].join(", ");
        let nulls = if nulls.is_empty() { nulls } else { format!("({nulls})") };
        let explain = format!("EXPLAIN (COSTS OFF) EXECUTE it{nulls}");
        writeln!(plans, "{}", sql.name).unwrap();
        for row in look.rows(&explain).unwrap() {
            if let Some(index) = index_names(row[0].as_deref().unwrap()) {
                writeln!(plans, "    {index}").unwrap();
            }
        }
        look.rows("DEALLOCATE it").unwrap();
    }
    keep("plans-postgres.txt", &plans);
}

/// Columns that hold the same in every row, or nearly, as in a real database; whatever
/// else a column holds is the row's number.
const ALIKE: [(&str, &str); 11] = [
    ("provider_id", "'credential'"),
    ("state", "CASE WHEN n % 100 = 0 THEN 'pending' ELSE 'sent' END"),
    ("role", "'user'"),
    ("kind", "'verify-email'"),
    ("is_admin", "CASE WHEN n % 1000 = 0 THEN 1 ELSE 0 END"),
    ("banned", "0"),
    ("email_verified", "CASE WHEN n % 10 = 0 THEN 0 ELSE 1 END"),
    ("is_active", "1"),
    ("is_listed", "1"),
    ("status", "'publicada'"),
    ("expires_at", "n / 100"),
];

/// Fills every table with rows, because the plans of an empty one mean nothing.
fn fill(look: &Look) {
    // Rows of made-up values refer to nothing.
    look.rows("SET session_replication_role = replica").unwrap();
    let tables = "SELECT table_name, string_agg('\"' || column_name || '\"', ', '),
            string_agg(column_name || ' ' || data_type, ',')
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migration'
        GROUP BY table_name ORDER BY table_name <> 'user', table_name";
    // Rows of different tables name each other by their number; their order is any.
    look.rows("SET session_replication_role = replica").unwrap();
    for row in look.rows(tables).unwrap() {
        let [table, columns, kinds] = row.as_slice() else { unreachable!() };
        let values = kinds.as_deref().unwrap().split(',').map(|column| {
            let (name, kind) = column.split_once(' ').unwrap();
            let alike = ALIKE.iter().find(|(alike, _)| *alike == name).map(|(_, value)| *value);
            // A text stands in no column of numbers, whatever its name.
            let alike = alike.filter(|value| kind == "text" || !value.starts_with('\''));
            alike.unwrap_or(match kind {
                "text" => "'x' || n",
                "bytea" => "decode(md5(n::text), 'hex')",
                _ => "n",
            })
        });
        let values = values.collect::<Vec<_>>().join(", ");
        let (table, columns) = (table.as_deref().unwrap(), columns.as_deref().unwrap());
        look.rows(&format!(
            "INSERT INTO \"{table}\" ({columns}) SELECT {values} FROM generate_series(1, 5000) n"
        ))
        .unwrap_or_else(|error| panic!("{table}: {error:?}"));
    }
    look.rows("ANALYZE").unwrap();
}

/// Returns the index that a line of a plan uses, or the table that it scans.
fn index_names(line: &str) -> Option<String> {
    let line = line.trim().trim_start_matches("->").trim();
    let word = |after: &str| line.split(after).nth(1)?.split(' ').next().map(str::to_owned);
    if let Some(table) = word("Seq Scan on ") {
        return Some(format!("scan of {table}"));
    }
    if ["Index Scan using ", "Index Only Scan using ", "Index Scan Backward using "]
        .iter()
        .any(|scan| line.contains(scan))
    {
        return word("using ");
    }
    word("Bitmap Index Scan on ")
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
        let statements = common(&text).into_iter().filter(|line| !line.starts_with("--"));
        let upper = statements.collect::<Vec<_>>().join("\n").to_uppercase();
        for banned in
            [" BOOLEAN", " DATETIME", " INTEGER", " BLOB", "AUTOINCREMENT", " REAL", "STRICT"]
        {
            assert!(!upper.contains(banned), "{banned}");
        }
    }
    assert_eq!(marked, 6, "only what searches, and lists people, may have a text an engine");
}

/// Returns the lines of a migration that both engines read.
fn common(text: &str) -> Vec<&str> {
    let mut is_common = true;
    let mut lines = Vec::new();
    for line in text.lines() {
        match line {
            only if only.starts_with("-- only: ") => is_common = false,
            "-- end" => is_common = true,
            line if is_common => lines.push(line),
            _ => {}
        }
    }
    lines
}

#[test]
fn linked_sqlite_has_the_fix_of_the_log_reset_race() {
    assert!(rusqlite::version_number() >= 3_051_003, "{}", rusqlite::version());
}
