//! One account cannot fill the disk: what it brings is counted, what it replaces goes at
//! once, and a disk that is nearly full takes no uploads and everything else.

use std::path::Path;

use serde_json::json;

use super::visibility::{application, organization};
use crate::support::multipart::{bring, pdf};
use crate::support::server::PASSWORD;
use crate::support::{Client, Server};

const CV: &str = "/api/profile/cv";
const MIB: usize = 1024 * 1024;

/// Bytes of all kept and half-written files.
fn bytes_kept(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let size = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        if path.is_dir() { bytes_kept(&path) } else { path.metadata().unwrap().len() }
    };
    entries.map(size).sum()
}

fn uploads(server: &Server) -> u64 {
    bytes_kept(&server.folder().join("uploads"))
}

/// A PDF of some size that no other is.
fn cv(number: u8, size: usize) -> Vec<u8> {
    let mut bytes = pdf(size);
    bytes[40] = number;
    bytes
}

#[test]
fn account_that_brings_file_after_file_is_stopped_and_keeps_one() {
    let server = Server::with(&[
        ("ANTESALA_UPLOADS__HOURLY_BYTES_MAX", "8388608"),
        ("ANTESALA_RATE_LIMIT__ENABLED", "false"),
        ("ANTESALA_AUTH__SESSION_TTL_S", "864000"),
    ]);
    let mut ana = server.person("ana@ejemplo.es");
    for number in 0..8 {
        bring(&mut ana, CV, "cv.pdf", &cv(number, MIB)).expect(201);
        assert_eq!(uploads(&server), MIB as u64, "the replaced file is gone at once");
        assert_eq!(server.count("file"), 1);
    }
    let refused = bring(&mut ana, CV, "cv.pdf", &cv(9, MIB)).refused(429, "TOO_MANY_REQUESTS");
    let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=3_600).contains(&wait), "{wait}");
    // Through the other door, and by a file that would be refused: counted all the same.
    bring(&mut ana, "/api/profile/avatar", "a.png", &pdf(100)).refused(429, "TOO_MANY_REQUESTS");
    assert_eq!(uploads(&server), MIB as u64);
    // Others are not concerned.
    let mut eva = server.person("eva@ejemplo.es");
    bring(&mut eva, CV, "cv.pdf", &cv(10, MIB)).expect(201);
    server.clock.advance_s(wait);
    bring(&mut ana, CV, "cv.pdf", &cv(11, MIB)).expect(201);
}

#[test]
fn bytes_that_are_refused_count_as_those_that_are_kept() {
    let server = Server::with(&[
        ("ANTESALA_UPLOADS__HOURLY_BYTES_MAX", "8388608"),
        ("ANTESALA_RATE_LIMIT__ENABLED", "false"),
    ]);
    let mut ana = server.person("ana@ejemplo.es");
    for _ in 0..8 {
        bring(&mut ana, CV, "cv.pdf", &vec![b'x'; MIB]).refused(415, "FILE_NOT_PDF");
    }
    bring(&mut ana, CV, "cv.pdf", &pdf(100)).refused(429, "TOO_MANY_REQUESTS");
    assert_eq!(uploads(&server), 0);
}

#[test]
fn file_goes_at_once_when_nothing_names_it_and_stays_while_something_does() {
    let server = Server::start();
    let (mut ana, mut eva) = (server.person("ana@ejemplo.es"), server.person("eva@ejemplo.es"));
    let user_id = ana.get("/api/profile").json()["userId"].as_str().unwrap().to_owned();
    for person in [&mut ana, &mut eva] {
        bring(person, CV, "cv.pdf", &cv(1, 1_000)).expect(201);
    }
    ana.send("DELETE", CV, None).expect(204);
    assert_eq!(uploads(&server), 1_000, "the other one has the same");
    bring(&mut ana, CV, "cv.pdf", &cv(2, 2_000)).expect(201);
    assert_eq!(uploads(&server), 3_000);
    organization(&server, "uno", &user_id);
    application(&server, "uno", &user_id, "pendiente");
    server.execute(
        "UPDATE application SET cv_digest = (SELECT cv_digest FROM profile p WHERE
        p.user_id = application.candidate_id)",
    );
    bring(&mut ana, CV, "cv.pdf", &cv(3, 4_000)).expect(201);
    assert_eq!(uploads(&server), 7_000, "it was sent with an application");
    eva.send("DELETE", CV, None).expect(204);
    assert_eq!(uploads(&server), 6_000);
    ana.post("/api/auth/delete-user", json!({"password": PASSWORD})).expect(200);
    assert_eq!(uploads(&server), 0, "all goes with the account");
    assert_eq!(server.count("file"), 0);
}

#[test]
fn disk_that_is_nearly_full_takes_no_uploads_and_lets_people_in() {
    let server = Server::with(&[("ANTESALA_UPLOADS__FREE_DISK_BYTES_MIN", "1125899906842624")]);
    let mut ana = server.person("ana@ejemplo.es");
    for path in [CV, "/api/profile/avatar"] {
        let refused = bring(&mut ana, path, "cv.pdf", &pdf(5_000));
        let refused = refused.refused(503, "SERVICE_UNAVAILABLE");
        assert_eq!(refused.header("retry-after"), Some("60"));
    }
    assert_eq!(uploads(&server), 0);
    let mut again: Client = server.visitor();
    let body = json!({"email": "ana@ejemplo.es", "password": PASSWORD});
    again.post("/api/auth/sign-in/email", body).expect(200);
    again.get("/api/profile").expect(200);
    let joined = json!({"email": "eva@ejemplo.es", "role": "professional"});
    again.post("/api/waitlist", joined).expect(201);
}
