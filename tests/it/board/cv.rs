//! The CV: brought, read back as it was, replaced, taken away, and there after a crash.

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::multipart::{bring, pdf};
use crate::support::process::{Place, Running};
use crate::support::server::{PASSWORD, SITE};
use crate::support::{Client, Server};

fn own(person: &mut Client) -> Value {
    person.get("/api/profile").expect(200).json()
}

#[test]
fn cv_comes_back_as_it_was_and_goes_when_its_owner_says_so() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    ana.get("/api/profile/cv").refused(404, "NOT_FOUND");
    let first = pdf(300_000);
    let told = bring(&mut ana, "/api/profile/cv", "Currículo «Ana».pdf", &first).expect(201).json();
    assert_eq!(told["fileName"], "Currículo «Ana».pdf");
    assert_eq!(told["sizeBytes"], 300_000);
    assert_eq!(own(&mut ana)["cv"], told);

    let back = ana.get("/api/profile/cv").expect(200);
    assert_eq!(back.bytes, first);
    assert_eq!(back.header("content-type"), Some("application/pdf"));
    assert_eq!(back.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(back.header("cache-control"), Some("no-store"));
    let disposition = back.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment; filename=\"Curr_culo"), "{disposition}");
    assert!(disposition.contains("filename*=UTF-8''Curr%C3%ADculo"), "{disposition}");

    let second = pdf(1_000);
    bring(&mut ana, "/api/profile/cv", "", &second).expect(201);
    assert_eq!(ana.get("/api/profile/cv").expect(200).bytes, second);
    assert_eq!(own(&mut ana)["cv"]["fileName"], "cv.pdf");

    ana.send("DELETE", "/api/profile/cv", None).expect(204);
    ana.get("/api/profile/cv").refused(404, "NOT_FOUND");
    ana.send("DELETE", "/api/profile/cv", None).refused(404, "NOT_FOUND");
    assert_eq!(own(&mut ana)["cv"], json!(null));
    server.visitor().get("/api/profile/cv").refused(401, "UNAUTHORIZED");
}

#[test]
fn cv_is_served_under_a_name_that_ends_as_its_type() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    for name in ["CV.hta", "CV.pdf.exe", "CV.js", "CV"] {
        let told = bring(&mut ana, "/api/profile/cv", name, &pdf(500)).expect(201).json();
        assert_eq!(told["fileName"], "CV.pdf", "{name}");
        let back = ana.get("/api/profile/cv").expect(200);
        let disposition = back.header("content-disposition").unwrap();
        assert!(disposition.contains("filename=\"CV.pdf\""), "{disposition}");
    }
}

#[test]
fn cv_is_taken_as_real_programs_write_it() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let plain = pdf(700);
    for (before, after) in [
        (&b"\xef\xbb\xbf"[..], Vec::new()),
        (b"\r\n\r\n", b"\n\n".to_vec()),
        (b"", vec![0; 300_000]),
        (b"", b"<!-- page made in 0.2 s -->".to_vec()),
    ] {
        let sent = [before, &plain, &after].concat();
        bring(&mut ana, "/api/profile/cv", "cv.pdf", &sent).expect(201);
        assert_eq!(ana.get("/api/profile/cv").expect(200).bytes, sent);
    }
    let cut = [&plain[..], &vec![b'x'; 1_100]].concat();
    bring(&mut ana, "/api/profile/cv", "cv.pdf", &cut).refused(400, "FILE_NOT_WHOLE");
    let large = bring(&mut ana, "/api/profile/cv", "cv.pdf", &pdf(6 * 1024 * 1024));
    assert!(large.text.contains("5 MiB"), "{}", large.text);
}

fn visitor(running: &Running) -> Client {
    Client::new(&running.base(), SITE)
}

fn signed_up(running: &Running) -> Client {
    let mut client = visitor(running);
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    client.post("/api/auth/sign-up/email", body).expect(200);
    client
}

#[test]
fn acknowledged_cv_survives_kill_9() {
    let place = Place::new();
    let running = place.serve();
    let mut ana = signed_up(&running);
    for size in [100, 700_000, 2_000_000] {
        bring(&mut ana, "/api/profile/cv", "cv.pdf", &pdf(size)).expect(201);
    }
    running.signal(Signal::KILL);
    drop(running);
    let running = place.serve();
    let mut ana = ana.at(&running.base());
    assert_eq!(ana.get("/api/profile/cv").expect(200).bytes, pdf(2_000_000));
}

#[test]
fn full_disk_is_503_leaves_nothing_and_passes() {
    let place = Place::new();
    let running = place.serve_ignoring_file_size_signals();
    let mut ana = signed_up(&running);
    running.limit_file_size(Some(600_000));
    let refused = bring(&mut ana, "/api/profile/cv", "cv.pdf", &pdf(2_000_000));
    refused.refused(503, "SERVICE_UNAVAILABLE");
    running.limit_file_size(None);
    let incoming = place.path("data/uploads/.incoming");
    assert_eq!(std::fs::read_dir(incoming).unwrap().count(), 0);
    bring(&mut ana, "/api/profile/cv", "cv.pdf", &pdf(2_000_000)).expect(201);
}

#[test]
fn backup_takes_the_files_and_restore_brings_them() {
    let place = Place::on_file();
    let running = place.serve();
    let mut ana = signed_up(&running);
    bring(&mut ana, "/api/profile/cv", "cv.pdf", &pdf(50_000)).expect(201);
    place.ok(&["backup", "copia.tar.zst"]);
    ana.send("DELETE", "/api/profile/cv", None).expect(204);
    running.signal(Signal::TERM);
    assert!(running.wait().success());
    std::fs::remove_dir_all(place.path("data/uploads")).unwrap();
    place.ok(&["restore", "copia.tar.zst", "--yes"]);
    let running = place.serve();
    let mut ana = ana.at(&running.base());
    assert_eq!(ana.get("/api/profile/cv").expect(200).bytes, pdf(50_000));
}
