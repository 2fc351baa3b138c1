//! What hostile and broken uploads get: a refusal that says why, and nothing kept.

use std::io::Write as _;
use std::path::Path;

use antesala::base::bounds::{CV_BYTES_MAX, UPLOADS_MAX};

use crate::support::multipart::{BOUNDARY, bring, form, kind, part, pdf, send};
use crate::support::raw::{connect, one_answer, raw};
use crate::support::server::{SITE, wait_for};
use crate::support::{Client, Server};

const CV: &str = "/api/profile/cv";

/// Every file under a folder but the lock.
fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(
            |path| if path.is_dir() { files(&path) } else { vec![path.display().to_string()] },
        )
        .filter(|path| !path.ends_with("/.lock"))
        .collect()
}

fn assert_nothing_kept(server: &Server) {
    wait_for("no half-written file", || {
        files(&server.folder().join("uploads")).is_empty().then_some(())
    });
    assert_eq!(server.count("file"), 0);
}

#[test]
fn what_is_no_pdf_by_its_content_is_refused() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let html = b"<!doctype html><script>alert(1)</script>".to_vec();
    let end = b"%%EOF\n".to_vec();
    for (bytes, status, code) in [
        (html.clone(), 415, "FILE_NOT_PDF"),
        ([&html[..], b"%PDF-1.7\n", &end].concat(), 415, "FILE_NOT_PDF"),
        ([&b"GIF89a"[..], b"%PDF-1.7\n", &end].concat(), 415, "FILE_NOT_PDF"),
        ([&b"PK\x03\x04"[..], &end].concat(), 415, "FILE_NOT_PDF"),
        ([&b"%PDF-<svg onload=alert(1)>"[..], &end].concat(), 415, "FILE_NOT_PDF"),
        (b"MZ\x90\x00".to_vec(), 415, "FILE_NOT_PDF"),
        (Vec::new(), 415, "FILE_NOT_PDF"),
        (b"%PDF-1.7\nendobj\n".to_vec(), 400, "FILE_NOT_WHOLE"),
        ([pdf(2_000), vec![b'z'; 2_000]].concat(), 400, "FILE_NOT_WHOLE"),
    ] {
        bring(&mut ana, CV, "cv.pdf", &bytes).refused(status, code);
    }
    assert_nothing_kept(&server);
}

#[test]
fn size_is_held_at_its_edge_with_and_without_a_length() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let edge = usize::try_from(CV_BYTES_MAX).unwrap();
    bring(&mut ana, CV, "cv.pdf", &pdf(edge + 1)).refused(413, "BODY_TOO_LARGE");
    bring(&mut ana, CV, "cv.pdf", &pdf(edge + 200_000)).refused(413, "BODY_TOO_LARGE");
    assert_nothing_kept(&server);
    for (size, status) in [(edge + 1, "413"), (edge, "201")] {
        let body = form(&[part("file", "cv.pdf", &pdf(size))]);
        let mut request = head(&ana, "Transfer-Encoding: chunked").into_bytes();
        for chunk in body.chunks(60_000) {
            request.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
            request.extend(chunk);
            request.extend(b"\r\n");
        }
        request.extend(b"0\r\n\r\n");
        let answer = String::from_utf8_lossy(&raw(server.address(), &request)).into_owned();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    }
    bring(&mut ana, CV, "cv.pdf", &pdf(edge)).expect(201);
}

/// The head of an upload on a connection that closes.
fn head(person: &Client, length: &str) -> String {
    let cookie = person.cookie("better-auth.session_token").unwrap();
    format!(
        "POST {CV} HTTP/1.1\r\nHost: localhost\r\nOrigin: {SITE}\r\nConnection: close\r\n\
         Cookie: better-auth.session_token={cookie}\r\nContent-Type: {}\r\n{length}\r\n\r\n",
        kind()
    )
}

#[test]
fn form_is_one_part_called_file_and_nothing_else() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let good = part("file", "cv.pdf", &pdf(100));
    let other = part("archivo", "cv.pdf", &pdf(100));
    let long = part(&"n".repeat(3_000), "cv.pdf", &pdf(100));
    for (parts, field, code) in [
        (vec![other.clone()], "archivo", "FIELD_UNKNOWN"),
        (vec![good.clone(), other.clone()], "archivo", "FIELD_UNKNOWN"),
        (vec![other, good.clone()], "archivo", "FIELD_UNKNOWN"),
        (vec![good.clone(), good.clone()], "file", "FIELD_TOO_MANY"),
        (vec![long], &"n".repeat(40), "FIELD_UNKNOWN"),
        (vec![], "file", "FIELD_REQUIRED"),
    ] {
        let told = send(&mut ana, CV, &form(&parts)).refused(400, "VALIDATION_ERROR").json();
        assert_eq!(told["details"][0]["field"], *field, "{told}");
        assert_eq!(told["details"][0]["code"], code, "{told}");
    }
    let whole = form(&[good]);
    for broken in [&whole[..whole.len() - 8], &whole[..60], b"", b"hola", &vec![b'-'; 70_000]] {
        send(&mut ana, CV, broken).refused(400, "MULTIPART_INVALID");
    }
    for (kind, status, code) in [
        ("multipart/form-data", 400, "MULTIPART_INVALID"),
        ("multipart/mixed; boundary=x", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("application/json", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("application/pdf", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("multipart/form-data; boundary=otra", 400, "MULTIPART_INVALID"),
    ] {
        ana.send("POST", CV, Some((kind, &whole))).refused(status, code);
    }
    assert_nothing_kept(&server);
    send(&mut ana, CV, &whole).expect(201);
}

#[test]
fn upload_passes_the_guards_of_every_change() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    bring(&mut server.visitor(), CV, "cv.pdf", &pdf(100)).refused(401, "UNAUTHORIZED");
    ana.set("origin", "https://evil.test");
    bring(&mut ana, CV, "cv.pdf", &pdf(100)).refused(403, "INVALID_ORIGIN");
    ana.set("origin", "null");
    bring(&mut ana, CV, "cv.pdf", &pdf(100)).refused(403, "MISSING_OR_NULL_ORIGIN");
    assert_nothing_kept(&server);
}

#[test]
fn person_brings_one_file_at_a_time_and_all_together_not_too_many() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let begun =
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n%PDF-");
    let mut stalled = Vec::new();
    let mut people = Vec::new();
    for n in 0..UPLOADS_MAX {
        let person = server.person(&format!("p{n}@ejemplo.es"));
        let mut stream = connect(server.address());
        stream.write_all((head(&person, "Content-Length: 5000") + &begun).as_bytes()).unwrap();
        stalled.push(stream);
        people.push(person);
        wait_for("a begun file", || {
            let folder = server.folder().join("uploads/.incoming");
            (files(&folder).len() == n + 1).then_some(())
        });
    }
    let reply = bring(&mut people[0], CV, "cv.pdf", &pdf(100)).refused(429, "TOO_MANY_REQUESTS");
    assert!(reply.header("retry-after").is_some());
    let mut late = server.person("tarde@ejemplo.es");
    bring(&mut late, CV, "cv.pdf", &pdf(100)).refused(503, "SERVICE_UNAVAILABLE");
    // Whoever hangs up gives the place back, and what was written is gone.
    drop(stalled);
    assert_nothing_kept(&server);
    bring(&mut late, CV, "cv.pdf", &pdf(100)).expect(201);
    bring(&mut people[0], CV, "cv.pdf", &pdf(100)).expect(201);
}

#[test]
fn upload_that_does_not_come_in_its_time_is_408() {
    let server = Server::with(&[("ANTESALA_SERVER__BODY_READ_TIMEOUT_S", "1")]);
    let ana = server.person("ana@ejemplo.es");
    let mut stream = connect(server.address());
    stream.write_all(head(&ana, "Content-Length: 5000").as_bytes()).unwrap();
    let answer = one_answer(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert_nothing_kept(&server);
}
