//! `Idempotency-Key`: the same answer, one effect.

use std::thread;

use serde_json::json;

use super::stage::{JOB, Stage, apply};
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
