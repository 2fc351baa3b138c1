//! Whom an account's end erases stands in no file that is made afterwards, nor in the
//! database's own once its log is folded in.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rustix::process::Signal;
use serde_json::json;

use crate::support::Client;
use crate::support::multipart::{bring, pdf};
use crate::support::process::{Place, Running};
use crate::support::server::{PASSWORD, SITE};

/// A name that nothing else has, and letters of which no text has three together.
const NAME: &str = "zqxjkvwyq";

fn address() -> String {
    format!("{NAME}@ejemplo.es")
}

/// Tells where the name stands in bytes: as it is, in capitals, in UTF-16.
fn holds(bytes: &[u8]) -> bool {
    let wide: Vec<u8> = NAME.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let forms = [NAME.as_bytes().to_vec(), NAME.to_uppercase().into_bytes(), wide];
    forms.iter().any(|form| bytes.windows(form.len()).any(|part| part == form))
}

fn file_holds(path: &Path) -> bool {
    let bytes = fs::read(path).unwrap();
    let is_packed = path.extension().is_some_and(|ending| ending == "zst");
    holds(&bytes) || (is_packed && holds(&zstd::decode_all(&bytes[..]).unwrap()))
}

/// Uses the address wherever one can be used.
fn used_everywhere(place: &Place, running: &Running) -> Client {
    let mut ana = Client::new(&running.base(), SITE);
    let body = json!({"name": NAME, "email": address(), "password": PASSWORD});
    ana.post("/api/auth/sign-up/email", body).expect(200);
    for password in ["una que no es", "tampoco esta es"] {
        let wrong = json!({"email": address(), "password": password});
        ana.post("/api/auth/sign-in/email", wrong).expect(401);
    }
    ana.post("/api/waitlist", json!({"email": address(), "role": "professional", "name": NAME}))
        .expect(201);
    ana.post("/api/auth/request-password-reset", json!({"email": address()})).expect(200);
    bring(&mut ana, "/api/profile/cv", &format!("{NAME}.pdf"), &pdf(900)).expect(201);
    for n in 0..40 {
        let other = json!({"email": format!("p{n}@ejemplo.es"), "role": "professional"});
        ana.post("/api/waitlist", other).expect(201);
    }
    // Statistics of the plans hold keys as samples.
    let live = Connection::open(place.path("data/antesala.db")).unwrap();
    live.execute_batch("PRAGMA busy_timeout = 5000; ANALYZE").unwrap();
    ana
}

fn stop(running: Running) {
    running.signal(Signal::TERM);
    assert!(running.wait().success());
}

/// Returns whether the search's index in a database holds pieces of the name.
fn search_holds_pieces(database: &Path) -> bool {
    let database = Connection::open(database).unwrap();
    let mut blocks = database.prepare("SELECT block FROM user_search_data").unwrap();
    let blocks = blocks.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    let bytes: Vec<u8> = blocks.flat_map(Result::unwrap).collect();
    NAME.as_bytes().windows(3).any(|piece| bytes.windows(3).any(|three| three == piece))
}

fn unpacked(place: &Place, archive: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let bytes = zstd::decode_all(fs::File::open(place.path(archive)).unwrap()).unwrap();
    tar::Archive::new(&bytes[..]).unpack(folder.path()).unwrap();
    let database = folder.path().join("database.db");
    (folder, database)
}

#[test]
fn erased_address_is_in_no_file_that_is_made_afterwards() {
    let mut place = Place::on_file();
    place.set("ANTESALA_RATE_LIMIT__ENABLED", "false");
    let running = place.serve();
    let mut ana = used_everywhere(&place, &running);
    place.ok(&["backup", "before.tar.zst"]);
    assert!(file_holds(&place.path("before.tar.zst")), "the test looks in the right place");
    assert!(search_holds_pieces(&unpacked(&place, "before.tar.zst").1), "here too");
    ana.post("/api/auth/delete-user", json!({"password": PASSWORD})).expect(200);

    place.ok(&["backup", "after.tar.zst"]);
    place.ok(&["waitlist", "export", "list.csv"]);
    place.write("people.json", &place.ok(&["user", "list", "--json"]));
    place.write("acts.json", &place.ok(&["audit", "list", "--json"]));
    place.ok(&["cron", "run", "optimize"]);
    stop(running);
    place.ok(&["migrate", "copy", "--to", "sqlite:copied.db"]);
    let copied = ["data/copied.db", "copied.db"].map(|name| place.path(name));
    let copied = copied.into_iter().find(|path| path.exists()).unwrap();
    let afterwards = ["after.tar.zst", "list.csv", "people.json", "acts.json"];
    for path in afterwards.map(|name| place.path(name)).iter().chain([&copied]) {
        assert!(!file_holds(path), "{}", path.display());
    }
    assert!(!search_holds_pieces(&unpacked(&place, "after.tar.zst").1), "in the search's index");
    assert!(!search_holds_pieces(&copied));
    stop(place.serve());
    for name in ["data/antesala.db", "data/antesala.db-wal", "data/antesala.db-shm"] {
        let path = place.path(name);
        assert!(!path.exists() || !file_holds(&path), "{name}");
    }
}

#[test]
fn copy_before_a_migration_holds_nothing_of_whom_was_erased() {
    let mut place = Place::on_file();
    place.set("ANTESALA_RATE_LIMIT__ENABLED", "false");
    let running = place.serve();
    let mut ana = used_everywhere(&place, &running);
    ana.post("/api/auth/delete-user", json!({"password": PASSWORD})).expect(200);
    stop(running);
    let last = "DELETE FROM migration WHERE number = (SELECT max(number) FROM migration)";
    Connection::open(place.path("data/antesala.db")).unwrap().execute_batch(last).unwrap();
    let _ = place.run(&["migrate", "up"]);
    let copies = fs::read_dir(place.path("data/backups")).unwrap();
    let copies: Vec<PathBuf> = copies.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(copies.len(), 1, "{copies:?}");
    assert!(!file_holds(&copies[0]) && !search_holds_pieces(&copies[0]));
}
