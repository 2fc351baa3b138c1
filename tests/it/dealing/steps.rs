//! The states of an application: every pair, and who sees what of it.

use antesala::domain::application::{ApplicationStatus, STEPS, allowed};
use antesala::domain::side::Side;
use serde_json::json;

use super::stage::{JOB, Stage, apply, items, lead, patch};
use crate::support::{Client, Reply};

fn take(side: Side, clients: (&mut Client, &mut Client), id: &str, to: ApplicationStatus) -> Reply {
    let (owner, candidate) = clients;
    match side {
        Side::Organization => lead(owner, id, to.name()),
        Side::Candidate => candidate.post(&format!("/api/applications/{id}/withdraw"), json!({})),
    }
}

#[test]
fn every_pair_of_states_is_a_step_or_is_refused_with_what_is_allowed() {
    let mut stage = Stage::new();
    let (mut ana, id) = stage.candidate("ana@ejemplo.es");
    let mut tried = 0;
    for from in ApplicationStatus::ALL {
        for to in ApplicationStatus::ALL {
            for by in Side::ALL {
                if by == Side::Candidate && to != ApplicationStatus::Withdrawn {
                    continue;
                }
                stage.server.execute(&format!("UPDATE application SET status = '{}'", from.name()));
                let reply = take(by, (&mut stage.owner, &mut ana), &id, to);
                let is_legal =
                    STEPS.iter().any(|step| (step.from, step.to, step.by) == (from, to, by));
                if is_legal {
                    assert_eq!(reply.expect(200).json()["status"], to.name());
                } else {
                    let told = reply.refused(409, "ILLEGAL_TRANSITION").json();
                    let message = told["details"][0]["message"].as_str().unwrap().to_owned();
                    for status in allowed(from, by) {
                        assert!(message.contains(status.name()), "{message}");
                    }
                    let kept = stage.server.text("SELECT status FROM application");
                    assert_eq!(kept, from.name());
                }
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 42);
    assert_eq!(stage.server.count("application_event"), i64::try_from(STEPS.len()).unwrap());
    lead(&mut stage.owner, &id, "aceptado").refused(400, "VALIDATION_ERROR");
}

#[test]
fn steps_are_told_and_written_down_and_notes_stay_with_the_organisation() {
    let mut stage = Stage::new();
    let (mut ana, id) = stage.candidate("ana@ejemplo.es");
    let path = format!("/api/applications/{id}");
    let body = json!({"status": "entrevista", "note": "Muy buena.\nLlamar."});
    patch(&mut stage.owner, &format!("{path}/status"), &body).expect(200);
    let mail = stage.server.mail_of("application-status", "ana@ejemplo.es");
    assert_eq!(mail["subject"], "Quieren entrevistarte");
    assert!(!mail.to_string().contains("Muy buena"));
    stage.server.clock.advance_s(1);
    ana.post(&format!("{path}/withdraw"), json!({})).expect(200);

    let told = items(&mut stage.owner, &format!("{path}/events"));
    assert_eq!(told.len(), 2);
    assert_eq!(told[0]["from"], "pendiente");
    assert_eq!(told[0]["to"], "entrevista");
    assert_eq!(told[0]["note"], "Muy buena.\nLlamar.");
    assert_eq!(told[1]["to"], "retirado");
    let seen = items(&mut ana, &format!("{path}/events"));
    assert_eq!(seen.len(), 2);
    assert!(seen.iter().all(|event| event.get("note").is_none()), "{seen:?}");

    stage.owner.post(&format!("{path}/notes"), json!({"content": "Fin"})).expect(201);
    assert_eq!(items(&mut stage.owner, &format!("{path}/notes"))[0]["content"], "Fin");
    ana.get(&format!("{path}/notes")).refused(404, "NOT_FOUND");
    ana.post(&format!("{path}/notes"), json!({"content": "x"})).refused(404, "NOT_FOUND");
    assert_eq!(items(&mut ana, "/api/notifications")[0]["kind"], "application-status");
}

#[test]
fn viewers_look_on_and_strangers_find_nothing() {
    let stage = Stage::new();
    let (mut ana, id) = stage.candidate("ana@ejemplo.es");
    let path = format!("/api/applications/{id}");
    let mut viewer = stage.member("mira@ejemplo.es", "viewer");
    viewer.get(&path).expect(200);
    viewer.get(&format!("{path}/notes")).expect(200);
    lead(&mut viewer, &id, "entrevista").refused(403, "FORBIDDEN");
    viewer.post(&format!("{path}/notes"), json!({"content": "x"})).refused(403, "FORBIDDEN");
    viewer.post(&format!("{path}/conversation"), json!({"content": "x"})).refused(403, "FORBIDDEN");
    viewer.post(&format!("{path}/withdraw"), json!({})).refused(403, "FORBIDDEN");
    lead(&mut ana, &id, "contratado").refused(403, "FORBIDDEN");

    let mut stranger = stage.professional("bea@ejemplo.es");
    let rival = stage.server.person("rival@ejemplo.es");
    stage.server.execute(
        "INSERT INTO organization (id, slug, name, created_at, updated_at)
            VALUES ('org_rival', 'rival', 'Rival', 1, 1)",
    );
    stage.server.execute(
        "INSERT INTO member (id, organization_id, user_id, role, created_at)
            SELECT 'mem_rival', 'org_rival', id, 'owner', 1 FROM \"user\"
            WHERE email = 'rival@ejemplo.es'",
    );
    for client in [&mut stranger, &mut { rival }] {
        for tail in ["", "/events", "/notes", "/cv"] {
            client.get(&format!("{path}{tail}")).refused(404, "NOT_FOUND");
        }
        lead(client, &id, "rechazado").refused(404, "NOT_FOUND");
        for (tail, body) in [
            ("withdraw", json!({})),
            ("notes", json!({"content": "x"})),
            ("conversation", json!({"content": "x"})),
        ] {
            client.post(&format!("{path}/{tail}"), body).refused(404, "NOT_FOUND");
        }
        client.get(&format!("/api/jobs/{JOB}/applications")).refused(404, "NOT_FOUND");
        assert_eq!(items(client, "/api/applications").len(), 0);
    }
    ana.get(&format!("/api/jobs/{JOB}/applications")).refused(404, "NOT_FOUND");
    assert_eq!(stage.server.text("SELECT status FROM application"), "pendiente");
}

#[test]
fn hostile_text_comes_back_as_data() {
    let mut stage = Stage::new();
    let corpus = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "</textarea><svg/onload=alert(1)>",
        "{{7*7}} ${7*7} <%= 7*7 %>",
        "'; DROP TABLE application; --",
        "\u{202e}txt.exe \u{2028} \u{feff}",
    ];
    for (n, text) in corpus.into_iter().enumerate() {
        let mut person = stage.professional(&format!("p{n}@ejemplo.es"));
        let made = apply(&mut person, json!({"coverLetter": text})).expect(201).json();
        let id = made["id"].as_str().unwrap().to_owned();
        let path = format!("/api/applications/{id}");
        let note = json!({"content": text});
        stage.owner.post(&format!("{path}/notes"), note.clone()).expect(201);
        stage.owner.post(&format!("{path}/conversation"), note).expect(201);
        let shown = stage.owner.get(&path).expect(200);
        assert_eq!(shown.header("content-type"), Some("application/json"));
        assert_eq!(shown.json()["coverLetter"], text);
        assert_eq!(items(&mut stage.owner, &format!("{path}/notes"))[0]["content"], text);
        let conversation = items(&mut person, "/api/conversations").swap_remove(0);
        assert_eq!(conversation["lastMessage"]["content"], text);
    }
}
