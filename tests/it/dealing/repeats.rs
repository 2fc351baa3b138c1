//! `Idempotency-Key`: the same answer, one effect.

use std::thread;

use serde_json::{Value, json};

use antesala::http::endpoint::Repeat;
use antesala::serve::tables;

use super::stage::{JOB, ORGANIZATION, Stage, apply};
use crate::support::Client;
use crate::support::board::job_body;
use crate::support::server::SITE;

#[test]
fn repeated_request_gets_the_same_answer_for_a_day_and_no_second_effect() {
    let mut stage = Stage::new();
    let mut ana = stage.professional("ana@ejemplo.es");
    ana.set("idempotency-key", "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"");
    let body = json!({"coverLetter": "Hola"});
    let first = apply(&mut ana, body.clone()).expect(201);
    assert_eq!(first.header("idempotency-replayed"), None);
    stage.server.clock.advance_s(86_399);
    // What the first answer said stays, whatever became of the application.
    stage.server.execute("UPDATE application SET status = 'entrevista'");
    ana.set("idempotency-key", "8e03978e-40d5-43dd-bc93-6894a57f9324");
    let again = apply(&mut ana, body.clone()).expect(201);
    assert_eq!(again.text, first.text);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(stage.server.count("application"), 1);
    apply(&mut ana, json!({"coverLetter": "Otra"})).refused(409, "IDEMPOTENCY_KEY_REUSED");
    stage.offer("job_dos", "[]");
    ana.post("/api/jobs/job_dos/applications", body.clone()).refused(409, "IDEMPOTENCY_KEY_REUSED");

    stage.server.clock.advance_s(1);
    apply(&mut ana, body.clone()).refused(409, "ALREADY_APPLIED");
    ana.post("/api/jobs/job_dos/applications", body).expect(201);
    assert_eq!(stage.server.count("idempotency_key"), 1, "the old answer made room");
    stage.server.clock.advance_s(86_400);
    stage.server.machine().post("/api/cron", json!({"task": "clean_sessions"})).expect(200);
    assert_eq!(stage.server.count("idempotency_key"), 0);
    stage.owner.get(&format!("/api/jobs/{JOB}/applications")).status.to_string();
}

#[test]
fn keys_belong_to_a_person_and_refusals_are_not_kept() {
    let stage = Stage::new();
    let mut ana = stage.professional("ana@ejemplo.es");
    let mut bea = stage.professional("bea@ejemplo.es");
    for client in [&mut ana, &mut bea] {
        client.set("idempotency-key", "uno");
    }
    apply(&mut ana, json!({"coverLetter": "Ana"})).expect(201);
    stage.server.execute("UPDATE job SET status = 'pausada'");
    apply(&mut bea, json!({"coverLetter": "Bea"})).refused(409, "JOB_NOT_OPEN");
    stage.server.execute("UPDATE job SET status = 'publicada'");
    let made = apply(&mut bea, json!({"coverLetter": "Bea"})).expect(201).json();
    assert_eq!(made["coverLetter"], "Bea");
    for wrong in ["", "\"\"", "niño", &"x".repeat(256)] {
        ana.set("idempotency-key", wrong);
        apply(&mut ana, json!({})).refused(400, "VALIDATION_ERROR");
    }
}

#[test]
fn twenty_repeats_at_once_are_one_application_and_one_answer() {
    let stage = Stage::new();
    let ana = stage.professional("ana@ejemplo.es");
    let base = format!("http://{}", stage.server.address());
    let answers: Vec<String> = thread::scope(|scope| {
        let sent: Vec<_> = (0..20)
            .map(|_| {
                let mut tab = ana.at(&base);
                scope.spawn(move || {
                    tab.set("origin", SITE);
                    tab.set("idempotency-key", "a la vez");
                    apply(&mut tab, json!({})).expect(201).text
                })
            })
            .collect();
        sent.into_iter().map(|answer| answer.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(stage.server.count("application"), 1);
}

#[test]
fn messages_and_notes_are_repeated_safely_too() {
    let mut stage = Stage::new();
    let (_ana, id) = stage.candidate("ana@ejemplo.es");
    stage.owner.set("idempotency-key", "clave");
    for tail in ["notes", "conversation"] {
        let path = format!("/api/applications/{id}/{tail}");
        let first = stage.owner.post(&path, json!({"content": "Hola"})).expect(201);
        let again = stage.owner.post(&path, json!({"content": "Hola"})).expect(201);
        assert_eq!(first.text, again.text);
    }
    assert_eq!(stage.server.count("application_note"), 1);
    assert_eq!(stage.server.count("message"), 1);
}

/// Makes one thing twice with one key.
#[track_caller]
fn made_once(client: &mut Client, path: &str, body: &Value) {
    client.set("idempotency-key", "una sola vez");
    let first = client.post(path, body.clone()).expect(201);
    assert_eq!(first.header("idempotency-replayed"), None, "{path}");
    let again = client.post(path, body.clone()).expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"), "{path}");
    assert_eq!(again.text, first.text, "{path}");
    client.unset("idempotency-key");
}

#[test]
fn whatever_makes_something_for_a_person_makes_it_once_for_a_key() {
    let mut stage = Stage::new();
    let mut ana = stage.professional("ana@ejemplo.es");
    let mut nora = stage.server.unattached("nora@ejemplo.es");
    let station = json!({"title": "Técnica", "institution": "CSIC", "startDate": "2019-03"});
    made_once(&mut ana, &format!("/api/jobs/{JOB}/applications"), &json!({"coverLetter": "Hola"}));
    let id = stage.server.text("SELECT id FROM application");
    let application = format!("/api/applications/{id}");
    let said = json!({"content": "Hola"});
    made_once(&mut stage.owner, &format!("{application}/conversation"), &said);
    let conversation = stage.server.text("SELECT id FROM conversation");
    let messages = format!("/api/conversations/{conversation}/messages");
    let search = json!({"name": "Biología", "query": {"q": "biología"}, "frequency": "daily"});
    let invited = json!({"email": "eva@ejemplo.es", "role": "viewer"});
    let members = format!("/api/organizations/{ORGANIZATION}/members");
    let publication = json!({"title": "CRISPR", "year": 2021});
    let owner = &mut stage.owner;
    made_once(owner, &messages, &said);
    made_once(owner, &format!("{application}/notes"), &said);
    made_once(owner, "/api/jobs", &job_body(json!({})));
    made_once(owner, &format!("/api/jobs/{JOB}/duplicate"), &json!({}));
    made_once(owner, &members, &invited);
    made_once(&mut ana, "/api/alerts", &search);
    made_once(&mut ana, "/api/profile/experience", &station);
    made_once(&mut ana, "/api/profile/education", &station);
    made_once(&mut ana, "/api/profile/publications", &publication);
    made_once(&mut nora, "/api/organizations", &json!({"name": "Labs Nora"}));
    for (table, rows) in [
        ("application", 1),
        ("conversation", 1),
        ("message", 2),
        ("application_note", 1),
        ("job", 3),
        ("invitation", 1),
        ("alert", 1),
        ("profile_station", 2),
        ("publication", 1),
        ("organization", 2),
    ] {
        assert_eq!(stage.server.count(table), rows, "{table}");
    }
    // A new row of the table that makes something is tried above too.
    for row in tables().into_iter().flatten().filter(|row| row.repeat() == Repeat::Keyed) {
        let kept = format!("SELECT count(*) FROM idempotency_key WHERE endpoint = '{}'", row.id);
        assert_eq!(stage.server.number(&kept), 1, "{}", row.id);
    }
}

#[test]
fn offers_of_one_key_at_once_are_one_offer() {
    let stage = Stage::new();
    let base = format!("http://{}", stage.server.address());
    let body = job_body(json!({}));
    let answers: Vec<String> = thread::scope(|scope| {
        let sent: Vec<_> = (0..12)
            .map(|_| {
                let (mut tab, body) = (stage.owner.at(&base), body.clone());
                scope.spawn(move || {
                    tab.set("origin", SITE);
                    tab.set("idempotency-key", "a la vez");
                    tab.post("/api/jobs", body).expect(201).text
                })
            })
            .collect();
        sent.into_iter().map(|answer| answer.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(stage.server.count("job"), 2);
}
