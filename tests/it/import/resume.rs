//! Again, and after an end half-way.

use std::io::{BufRead as _, BufReader};

use super::old::{COOKIE, HASH, Old, SECRET, TOKEN, in_s};
use crate::support::Client;
use crate::support::process::Place;
use crate::support::server::SITE;

const IMPORT: [&str; 4] = ["import", "better-auth", "--from", "sqlite:old.db"];

/// Everything that an import writes.
fn everything(place: &Place) -> Vec<Vec<Vec<String>>> {
    let tables = [
        r#"SELECT id, email, updated_at FROM "user" ORDER BY id"#,
        "SELECT id, user_id, updated_at FROM account ORDER BY id",
        "SELECT id, user_id, expires_at FROM session ORDER BY id",
    ];
    tables.map(|sql| place.database().rows(sql)).into()
}

#[test]
fn import_that_was_killed_goes_on_and_loses_nobody() {
    let people: u32 = 20_000;
    let place = Place::new();
    Old::new(&place).crowd(people);
    let mut child = place.command(&IMPORT).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    // By then more was read than one transaction holds.
    assert_eq!(lines.next().unwrap().unwrap(), "2000 of 20000 people");
    child.kill().unwrap();
    child.wait().unwrap();
    let half = place.database().count("user");
    assert!((1..i64::from(people)).contains(&half), "{half}");
    for table in ["account", "session"] {
        assert_eq!(place.database().count(table), half, "{table}: somebody came in part");
    }
    let sum = place.ok(&IMPORT);
    let rest = i64::from(people) - half;
    assert!(
        sum.contains(&format!("people: {rest} added, {half} already there, 0 refused")),
        "{sum}"
    );
    for table in ["user", "account", "session"] {
        assert_eq!(place.database().count(table), i64::from(people), "{table}");
    }
}

#[test]
fn second_import_changes_nothing_and_says_so() {
    let place = Place::new();
    let old = Old::new(&place);
    old.crowd(700);
    place.ok(&IMPORT);
    let before = everything(&place);
    let sum = place.ok(&IMPORT);
    assert!(sum.contains("people: 0 added, 700 already there, 0 refused"), "{sum}");
    assert!(sum.contains("nothing was changed"), "{sum}");
    assert_eq!(everything(&place), before);
    old.person("late", "tarde@ejemplo.es");
    let sum = place.ok(&IMPORT);
    assert!(sum.contains("people: 1 added, 700 already there, 0 refused"), "{sum}");
}

#[test]
fn second_import_gives_back_no_session_and_no_password_that_ended_here() {
    let mut place = Place::new();
    place.set("ANTESALA_AUTH__SECRET", SECRET);
    let old = Old::new(&place);
    old.person("ana1", "ana@ejemplo.es");
    old.password("ana1", HASH);
    old.session("ana1", TOKEN, in_s(86_400));
    place.ok(&IMPORT);
    let changed = place.with_input(
        &["user", "set-password", "ana1", "--password-stdin"],
        "otra frase bien larga\n",
    );
    assert!(changed.status.success());
    let hash = place.database().text("SELECT password FROM account");
    place.ok(&IMPORT);
    assert_eq!(place.database().text("SELECT password FROM account"), hash);
    let server = place.serve();
    let mut ana = Client::new(&server.base(), SITE);
    ana.put_cookie("better-auth.session_token", COOKIE);
    assert!(ana.get("/api/auth/get-session").json().is_null());
}

#[test]
fn address_that_somebody_here_has_is_refused_with_whose_it_is() {
    let place = Place::new();
    let old = Old::new(&place);
    old.person("ana1", "ana@ejemplo.es");
    old.person("eva1", "eva@ejemplo.es");
    let create = ["user", "create", "ana@ejemplo.es", "--password-stdin"];
    assert!(place.with_input(&create, "otra frase bien larga\n").status.success());
    let told = place.fails(&IMPORT, 1);
    assert!(told.contains("the address ana@ejemplo.es already belongs to usr_"), "{told}");
    assert_eq!(place.database().count("user"), 2);
}
