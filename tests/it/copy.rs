//! Moving a database from one engine to the other.

use std::panic::{AssertUnwindSafe, catch_unwind};

use antesala::base::clock::Millis;
use antesala::store::copy::{self, CopyError, Report, Step};
use rustix::process::Signal;
use serde_json::json;

use crate::support::database::{Shared, is_postgres};
use crate::support::process::Place;
use crate::support::server::{PASSWORD, SITE};
use crate::support::{Client, Database, Opened};

/// The moment of every copy: long after whoever was seen.
const NOW: Millis = Millis(1_900_000_000_000);

fn url(database: &Database) -> String {
    match database {
        Database::File(path) => format!("sqlite:{}", path.display()),
        Database::Server(served) => served.url().to_owned(),
    }
}

/// Puts people with sessions into a database: more than one batch of them, with text
/// that could be misunderstood on the way.
fn fill(database: &Database, people: i64) {
    let numbers = format!(
        "WITH RECURSIVE numbers(n) AS (
            SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {people})"
    );
    database.execute(&format!(
        r#"INSERT INTO "user" (id, name, email, email_verified, image, role, is_admin, banned,
            is_active, created_at, updated_at)
        {numbers} SELECT 'usr_' || n, 'Ñandú, "la" \N' || n, 'p' || n || '@ejemplo.es', n % 2,
            CASE WHEN n % 3 = 0 THEN 'https://ejemplo.es/' || n END, 'user', 0, 0, 1, n, -n
        FROM numbers"#
    ));
    let hash = match database {
        Database::File(_) => "CAST('hash' || n AS BLOB)",
        Database::Server(_) => "convert_to('hash' || n, 'UTF8')",
    };
    database.execute(&format!(
        "INSERT INTO session (id, token_hash, user_id, expires_at, created_at, updated_at,
            ip_address, user_agent)
        {numbers} SELECT 'ses_' || n, {hash}, 'usr_' || n, n, n, n, '', 'x' FROM numbers"
    ));
}

fn run(from: &Opened, to: &Database) -> Result<Report, CopyError> {
    let (source, target) = (from.database.location(), to.location());
    from.wait(copy::copy(&source, &target, NOW, &mut |_progress| {}))
}

/// Runs a copy that ends in the middle of the people.
fn interrupted(from: &Opened, to: &Database) {
    let (source, target) = (from.database.location(), to.location());
    let mut cut = |progress: copy::Progress<'_>| {
        let is_there = progress.table == "user" && progress.rows >= 5_000;
        assert!(progress.step == Step::Verify || !is_there, "cut");
    };
    let copied = AssertUnwindSafe(|| from.wait(copy::copy(&source, &target, NOW, &mut cut)));
    assert!(catch_unwind(copied).is_err());
}

#[test]
fn copy_there_and_back_is_the_same_in_every_table() {
    let (Some(there), source) = (Shared::new(), Opened::on_file()) else { return };
    fill(&source.database, 6_000);
    let report = run(&source, &there.lend()).unwrap();
    assert_eq!(there.lend().count("session"), 6_000);
    assert_eq!(there.lend().count("counter"), source.database.count("counter"));
    let back = tempfile::tempdir().unwrap();
    let back = Database::File(back.path().join("back.db"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (from, to) = (there.lend().location(), back.location());
    let again = runtime.block_on(copy::copy(&from, &to, NOW, &mut |_progress| {})).unwrap();
    assert_eq!(report.tables, again.tables);
    assert_eq!(report.tables.iter().map(|(_, rows, _)| rows).max(), Some(&6_000));
    let rows = |database: &Database| {
        database.rows(r#"SELECT id, name, image, updated_at FROM "user" ORDER BY created_at"#)
    };
    assert_eq!(rows(&back), rows(&source.database));
}

#[test]
fn interrupted_copy_serves_nobody_and_goes_on_where_it_stood() {
    let (Some(there), source) = (Shared::new(), Opened::on_file()) else { return };
    fill(&source.database, 12_000);
    interrupted(&source, &there.lend());
    let place = Place::on_file().on(there.lend());
    assert!(place.fails(&["serve"], 1).contains("unfinished copy"));
    let other = Opened::on_file();
    let foreign = run(&other, &there.lend()).unwrap_err();
    assert!(matches!(foreign, CopyError::Foreign { .. }), "{foreign}");
    let report = run(&source, &there.lend()).unwrap();
    assert!(report.resumed >= 5_000, "{}", report.resumed);
    assert_eq!(there.lend().count("user"), 12_000);
    place.ok(&["user", "list", "--limit", "1"]);
}

#[test]
fn source_that_changes_meanwhile_is_found_out() {
    let (Some(there), source) = (Shared::new(), Opened::on_file()) else { return };
    fill(&source.database, 6_000);
    interrupted(&source, &there.lend());
    source.database.execute("UPDATE \"user\" SET name = 'Eva' WHERE id = 'usr_1'");
    let differs = run(&source, &there.lend()).unwrap_err();
    assert!(matches!(&differs, CopyError::Differs { table, .. } if table == "user"), "{differs}");
    let place = Place::on_file().on(there.lend());
    assert!(place.fails(&["serve"], 1).contains("unfinished copy"));
}

#[test]
fn copy_is_refused_onto_people_onto_itself_and_beside_a_server() {
    let place = Place::new();
    let server = place.serve();
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    let mut ana = Client::new(&server.base(), SITE);
    ana.post("/api/auth/sign-up/email", body).expect(200);
    let refused = place.fails(&["migrate", "copy", "--to", "sqlite:other.db"], 1);
    assert!(refused.contains("servers that run on"), "{refused}");
    server.signal(Signal::TERM);
    server.wait();
    let own = url(place.database());
    let own = if is_postgres() { own } else { String::from("sqlite:antesala.db") };
    let refused = place.fails(&["migrate", "copy", "--to", &own], 1);
    assert!(refused.contains("onto itself"), "{refused}");
    let said = place.ok(&["migrate", "copy", "--to", "sqlite:other.db"]);
    assert!(said.contains("user: 1 rows, checksum") && said.contains("are the same"), "{said}");
    let refused = place.fails(&["migrate", "copy", "--to", "sqlite:other.db"], 1);
    assert!(refused.contains("1 people in it"), "{refused}");
    let refused = place.fails(&["migrate", "copy", "--to", "mysql://somewhere"], 2);
    assert!(refused.contains("--to"), "{refused}");
}

#[test]
fn people_stay_signed_in_when_their_database_moves() {
    let Some(there) = Shared::new() else { return };
    let place = Place::on_file();
    let server = place.serve();
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    let mut ana = Client::new(&server.base(), SITE);
    ana.post("/api/auth/sign-up/email", body).expect(200);
    server.signal(Signal::TERM);
    server.wait();
    place.ok(&["migrate", "copy", "--to", &url(&there.lend())]);
    let secret = std::fs::read_to_string(place.path("data/auth.secret")).unwrap();
    let mut moved = Place::on_file().on(there.lend());
    moved.set("ANTESALA_AUTH__SECRET", secret.trim());
    let server = moved.serve();
    let mut ana = ana.at(&server.base());
    assert_eq!(ana.get("/api/auth/get-session").expect(200).json()["user"]["name"], "Ana");
}
