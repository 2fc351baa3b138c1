//! Files that no row names go; what is named, fresh or brought again stays.

use std::path::PathBuf;

use serde_json::json;

use super::visibility::application;
use crate::support::Server;
use crate::support::multipart::{bring, pdf};

const CV: &str = "/api/profile/cv";

fn sweep(server: &Server) -> i64 {
    let told =
        server.machine().post("/api/cron", json!({"task": "clean_sessions"})).expect(200).json();
    assert_eq!(told["ran"][0]["status"], "ok", "{told}");
    told["ran"][0]["detail"]["files"].as_i64().unwrap()
}

fn path(server: &Server) -> PathBuf {
    let digest = server.text("SELECT digest FROM file");
    server.folder().join("uploads").join(&digest[..2]).join(digest)
}

#[test]
fn file_whose_namers_went_by_themselves_goes_within_the_hour() {
    let server = Server::with(&[("ANTESALA_AUTH__SESSION_TTL_S", "864000")]);
    let mut ana = server.person("ana@ejemplo.es");
    bring(&mut ana, CV, "cv.pdf", &pdf(100)).expect(201);
    let file = path(&server);
    server.clock.advance_s(86_000);
    assert_eq!(sweep(&server), 0);
    server.execute("UPDATE profile SET cv_digest = NULL");
    server.execute("UPDATE file SET touched_at = touched_at + 86000000");
    assert_eq!(sweep(&server), 0);
    assert!(file.exists(), "whoever copies its name has an hour");
    server.clock.advance_s(3_601);
    assert_eq!(sweep(&server), 1);
    assert!(!file.exists());
    assert_eq!(server.count("file"), 0);
    assert_eq!(sweep(&server), 0);
    // The same file again is a file again.
    bring(&mut ana, CV, "cv.pdf", &pdf(100)).expect(201);
    assert_eq!(ana.get(CV).expect(200).bytes, pdf(100));
}

#[test]
fn file_stays_while_an_application_names_it() {
    let server = Server::with(&[("ANTESALA_AUTH__SESSION_TTL_S", "864000")]);
    let mut ana = server.person("ana@ejemplo.es");
    let user_id = ana.get("/api/profile").json()["userId"].as_str().unwrap().to_owned();
    bring(&mut ana, CV, "cv.pdf", &pdf(100)).expect(201);
    let file = path(&server);
    super::visibility::organization(&server, "uno", &user_id);
    application(&server, "uno", &user_id, "pendiente");
    server.execute("UPDATE application SET cv_digest = (SELECT digest FROM file)");
    ana.send("DELETE", CV, None).expect(204);
    server.clock.advance_s(7_200);
    assert_eq!(sweep(&server), 0);
    assert!(file.exists());
    server.execute("UPDATE application SET cv_digest = NULL");
    assert_eq!(sweep(&server), 1);
    assert!(!file.exists());
}

#[test]
fn leftovers_of_a_crash_are_swept() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    bring(&mut ana, CV, "cv.pdf", &pdf(100)).expect(201);
    let folder = server.folder().join("uploads");
    let stray = folder.join("ab").join("ab".repeat(32));
    std::fs::create_dir_all(folder.join("ab")).unwrap();
    std::fs::write(&stray, "kept, and killed before its row").unwrap();
    std::fs::write(folder.join(".incoming/half"), "half").unwrap();
    // The clock of the tests is ahead of the files': both are old by it.
    assert_eq!(sweep(&server), 2);
    assert!(!stray.exists());
    assert_eq!(ana.get(CV).expect(200).bytes, pdf(100));
}

#[test]
fn notifications_are_forgotten_after_half_a_year_and_once() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let user_id = server.text("SELECT id FROM \"user\"");
    let now = server.number("SELECT created_at FROM \"user\"");
    for (id, days) in [("ntf_a", 181), ("ntf_b", 179)] {
        let at = now - days * 86_400_000;
        server.execute(&format!(
            "INSERT INTO notification (id, user_id, kind, params, created_at)
            VALUES ('{id}', '{user_id}', 'new-message', '{{}}', {at})"
        ));
    }
    let forgotten = || {
        let body = json!({"task": "clean_sessions"});
        let told = server.machine().post("/api/cron", body).expect(200).json();
        told["ran"][0]["detail"]["notifications"].as_i64().unwrap()
    };
    assert_eq!((forgotten(), forgotten()), (1, 0));
    assert_eq!(server.text("SELECT id FROM notification"), "ntf_b");
}
