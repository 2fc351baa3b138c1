//! Putting archives back: what is refused, what is asked, what moves where.

use std::fs;

use age::x25519::Identity;
use serde_json::Value;

use super::archive::write_identity;
use super::{client, contents, place_with, rows, sign_in, sign_up};
use crate::support::Client;
use crate::support::process::Place;

#[test]
fn restore_is_refused_while_a_server_runs() {
    let place = place_with("ana@ejemplo.es");
    place.ok(&["backup", "copia.tar.zst"]);
    let server = place.serve();
    let said = place.fails(&["restore", "copia.tar.zst", "--yes"], 1);
    assert!(said.contains("belongs to a running antesala"), "{said}");
    sign_in(&server, "ana@ejemplo.es").expect(200);
}

#[test]
fn restore_moves_the_old_data_aside_with_its_log() {
    let place = place_with("ana@ejemplo.es");
    place.ok(&["backup", "copia.tar.zst"]);
    let server = place.serve();
    sign_up(&server, "eva@ejemplo.es");
    server.signal(rustix::process::Signal::KILL);
    drop(server);
    assert!(fs::metadata(place.path("data/antesala.db-wal")).unwrap().len() > 0);
    assert!(place.fails(&["restore", "copia.tar.zst"], 2).contains("--yes"));
    let said = place.ok(&["restore", "copia.tar.zst", "--yes"]);
    let aside = said.lines().find_map(|line| line.strip_prefix("what was there before: "));
    let aside = place.path(aside.unwrap_or_else(|| panic!("{said}")));
    assert!(!place.path("data/antesala.db-wal").exists(), "a stale log stands beside the data");
    let people = |file: std::path::PathBuf| -> i64 {
        let database = rusqlite::Connection::open(file).unwrap();
        database.query_row("SELECT count(*) FROM \"user\"", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(people(aside.join("antesala.db")), 2, "the old data are whole");
    assert_eq!(people(place.path("data/antesala.db")), 1);
    let server = place.serve();
    sign_in(&server, "ana@ejemplo.es").expect(200);
    sign_in(&server, "eva@ejemplo.es").expect(401);
}

#[test]
fn damaged_archive_touches_nothing() {
    let place = place_with("ana@ejemplo.es");
    place.ok(&["backup", "copia.tar.zst"]);
    let whole = fs::read(place.path("copia.tar.zst")).unwrap();
    let before = contents(&place.path("data"));
    for at in (0..whole.len()).step_by(whole.len() / 7) {
        let mut flipped = whole.clone();
        flipped[at] ^= 4;
        fs::write(place.path("rota.tar.zst"), flipped).unwrap();
        let said = place.fails(&["restore", "rota.tar.zst", "--yes"], 1);
        assert!(said.contains("is damaged") && said.contains("nothing was changed"), "{said}");
        let mut after = contents(&place.path("data"));
        // The lock names the process that held it last.
        after.retain(|name, _| before.contains_key(name));
        let same =
            |name: &&String| !name.ends_with("antesala.lock") && before[*name] != after[*name];
        assert_eq!(before.keys().find(same), None);
    }
}

#[test]
fn keys_are_asked_for_where_they_are_missing_and_wrong_ones_are_noticed() {
    let place = place_with("ana@ejemplo.es");
    place.ok(&["backup", "copia.tar.zst"]);
    let archive = place.path("copia.tar.zst").display().to_string();
    let elsewhere = Place::on_file();
    let said = elsewhere.fails(&["restore", &archive], 2);
    assert!(said.contains("--auth-secret-file") && said.contains("--sign-everybody-out"), "{said}");
    elsewhere.write("wrong", "Zk3vT9qLx0aWm5uR8nYc2bHd7eJf4gPs\n");
    let said = elsewhere.fails(&["restore", &archive, "--auth-secret-file", "wrong"], 1);
    assert!(said.contains("not the auth.secret"), "{said}");
    assert!(!elsewhere.path("data/antesala.db").exists());
    elsewhere.ok(&["restore", &archive, "--sign-everybody-out"]);
    let server = elsewhere.serve();
    sign_in(&server, "ana@ejemplo.es").expect(200);
    drop(server);
    let mut configured = Place::on_file();
    configured.set("ANTESALA_AUTH__SECRET", "Zk3vT9qLx0aWm5uR8nYc2bHd7eJf4gPs");
    let said = configured.fails(&["restore", &archive], 1);
    assert!(said.contains("sets another auth.secret"), "{said}");
}

#[test]
fn encrypted_archive_brings_the_keys_and_sessions_live_on() {
    let mut place = Place::on_file();
    let own = Identity::generate();
    place.set("ANTESALA_BACKUP__RECIPIENT", &own.to_public().to_string());
    let server = place.serve();
    let ana = sign_up(&server, "ana@ejemplo.es");
    place.ok(&["backup", "copia.tar.zst.age"]);
    drop(server);
    let elsewhere = Place::on_file();
    write_identity(&elsewhere, "own.key", &own);
    let archive = place.path("copia.tar.zst.age").display().to_string();
    elsewhere.ok(&["restore", &archive, "--identity", "own.key"]);
    let again = elsewhere.serve();
    let mut browser: Client = client(&again);
    let cookie = "better-auth.session_token";
    browser.put_cookie(cookie, ana.cookie(cookie).unwrap());
    let session = browser.get("/api/auth/get-session").expect(200).json();
    assert_eq!(session["user"]["email"], "ana@ejemplo.es", "{session}");
    for key in ["data/auth.secret", "data/cron.secret"] {
        assert_eq!(fs::read(place.path(key)).unwrap(), fs::read(elsewhere.path(key)).unwrap());
    }
}

#[test]
fn newer_schema_is_refused_before_anything_moves() {
    let place = place_with("ana@ejemplo.es");
    let change = |sql: &str| super::file_of(&place).execute_batch(sql).unwrap();
    change("INSERT INTO migration SELECT 99, 'future', 'x', 0");
    place.ok(&["backup", "copia.tar.zst"]);
    change("DELETE FROM migration WHERE number = 99");
    let said = place.fails(&["restore", "copia.tar.zst", "--yes"], 1);
    assert!(said.contains("newer"), "{said}");
    assert_eq!(rows(&place)["user"], 1);
}

#[test]
fn restore_that_broke_off_has_to_be_repeated_before_anything_opens() {
    let place = place_with("ana@ejemplo.es");
    place.ok(&["backup", "copia.tar.zst"]);
    // As a power cut leaves it: the mark stands and the database is not in its place.
    place.write("data/restore.unfinished", "copia.tar.zst\ndata/before-restore-x\n");
    fs::rename(place.path("data/antesala.db"), place.path("old.db")).unwrap();
    for command in [&["serve"][..], &["user", "list"], &["backup"]] {
        let said = place.fails(command, 1);
        assert!(said.contains("antesala restore copia.tar.zst"), "{said}");
        assert!(said.contains("before-restore-x"), "{said}");
    }
    assert!(!place.path("data/antesala.db").exists(), "nothing was made in its place");
    place.ok(&["restore", "copia.tar.zst", "--yes"]);
    let listed: Value = super::json_of(&place.ok(&["user", "list", "--json"]));
    assert_eq!(listed[0]["email"], "ana@ejemplo.es");
}

#[test]
fn server_database_is_left_to_its_own_tool() {
    let mut place = Place::on_file();
    place.set("DATABASE_URL", "postgres://ana:una-clave@db.ejemplo.es/antesala");
    place.set("ANTESALA_AUTH__SECRET", "kq3vT9qLx0aWm5uR8nYc2bHd7eJf4gPs");
    place.set("ANTESALA_CRON__SECRET", "Zp7wB1sNd6hXk2yQ9mVt4rGc8fLj3eAu");
    let said = place.fails(&["backup"], 1);
    assert!(said.contains("pg_dump --format=custom"), "{said}");
    assert!(said.contains("db.ejemplo.es/antesala") && !said.contains("una-clave"), "{said}");
    place.write("x.tar.zst", "x");
    let said = place.fails(&["restore", "x.tar.zst", "--yes"], 1);
    assert!(said.contains("pg_restore"), "{said}");
    assert!(!place.path("data").exists());
}

#[test]
fn archive_with_foreign_names_is_no_archive() {
    let place = place_with("ana@ejemplo.es");
    let before = contents(&place.path("data"));
    for name in ["../fuera", "/etc/fuera", "uploads/../../fuera"] {
        let mut tar = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(1);
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, &b"x"[..]).unwrap();
        let packed = zstd::encode_all(tar.into_inner().unwrap().as_slice(), 0).unwrap();
        fs::write(place.path("mala.tar.zst"), packed).unwrap();
        let said = place.fails(&["restore", "mala.tar.zst", "--yes"], 1);
        assert!(said.contains("is no file that belongs in it"), "{name}: {said}");
    }
    assert_eq!(before.len(), contents(&place.path("data")).len());
}
