//! Conversations: who opens them, what each side sees, what is read.

use std::thread;

use serde_json::json;

use super::stage::{Stage, items, lead, say};
use crate::support::server::SITE;

#[test]
fn candidates_write_first_from_the_interview_on() {
    let mut stage = Stage::new();
    let (mut ana, id) = stage.candidate("ana@ejemplo.es");
    let path = format!("/api/applications/{id}/conversation");
    ana.post(&path, json!({"content": "Hola"})).refused(409, "CONVERSATION_NOT_OPEN");
    lead(&mut stage.owner, &id, "entrevista").expect(200);
    let first = ana.post(&path, json!({"content": "Hola"})).expect(201).json();
    let second = ana.post(&path, json!({"content": "¿Siguen ahí?"})).expect(201).json();
    assert_eq!(first["conversationId"], second["conversationId"]);
    assert_eq!(first["side"], "candidate");
    let (mut bea, other) = stage.candidate("bea@ejemplo.es");
    let conversation = stage.opened(&other, "Buenas");
    say(&mut bea, &conversation, "Con la conversación abierta contesto");
    for (content, code) in [("", "VALIDATION_ERROR"), ("  \n", "VALIDATION_ERROR")] {
        bea.post(
            &format!("/api/conversations/{conversation}/messages"),
            json!({"content": content}),
        )
        .refused(400, code);
    }
    let long = json!({"content": "x".repeat(5001)});
    bea.post(&format!("/api/conversations/{conversation}/messages"), long)
        .refused(400, "VALIDATION_ERROR");
}

#[test]
fn each_side_sees_its_counterpart_and_counts_its_own_unread() {
    let mut stage = Stage::new();
    let (mut ana, id) = stage.candidate("ana@ejemplo.es");
    let conversation = stage.opened(&id, "Hola, Ana");
    let second = say(&mut stage.owner, &conversation, "¿Puedes el martes?");
    let unread = |client: &mut crate::support::Client| {
        client.get("/api/messages/unread-count").expect(200).json()["count"].clone()
    };
    assert_eq!((unread(&mut ana), unread(&mut stage.owner)), (json!(2), json!(0)));
    let seen = items(&mut ana, "/api/conversations").swap_remove(0);
    assert_eq!(seen["counterpart"]["name"], "Laboratorios Duero");
    assert_eq!(seen["unreadCount"], 2);
    assert_eq!(seen["lastMessage"]["content"], "¿Puedes el martes?");
    assert_eq!(seen["job"]["title"], "Bióloga molecular");
    let read = format!("/api/conversations/{conversation}/read");
    assert_eq!(ana.post(&read, json!({"upTo": second})).expect(200).json()["unreadCount"], 0);
    let answer = say(&mut ana, &conversation, "Sí");
    let theirs = items(&mut stage.owner, "/api/conversations").swap_remove(0);
    assert_eq!(theirs["counterpart"]["name"], "Ana");
    assert_eq!(theirs["unreadCount"], 1);

    let path = format!("/api/conversations/{conversation}/messages");
    let listed = items(&mut ana, &path);
    let said: Vec<_> = listed.iter().map(|message| message["content"].as_str().unwrap()).collect();
    assert_eq!(said, ["Sí", "¿Puedes el martes?", "Hola, Ana"]);
    let read_marks: Vec<_> = listed.iter().map(|message| message["isRead"].clone()).collect();
    assert_eq!(read_marks, [json!(false), json!(true), json!(true)]);
    let page = ana.get(&format!("{path}?limit=2")).expect(200).json();
    let next = page["nextCursor"].as_str().unwrap();
    assert_eq!(
        items(&mut ana, &format!("{path}?limit=2&cursor={next}"))[0]["content"],
        "Hola, Ana"
    );

    // Reading goes forward alone; a message of another conversation is no mark.
    stage.owner.post(&read, json!({"upTo": answer})).expect(200);
    stage.owner.post(&read, json!({"upTo": second})).expect(200);
    assert_eq!(unread(&mut stage.owner), json!(0));
    ana.post(&read, json!({"upTo": "msg_nada"})).refused(404, "NOT_FOUND");
}

#[test]
fn conversations_are_of_their_two_sides_alone() {
    let mut stage = Stage::new();
    let (_ana, id) = stage.candidate("ana@ejemplo.es");
    let conversation = stage.opened(&id, "Hola");
    let message = say(&mut stage.owner, &conversation, "Otra");
    let mut bea = stage.professional("bea@ejemplo.es");
    let path = format!("/api/conversations/{conversation}");
    bea.get(&format!("{path}/messages")).refused(404, "NOT_FOUND");
    bea.post(&format!("{path}/messages"), json!({"content": "x"})).refused(404, "NOT_FOUND");
    bea.post(&format!("{path}/read"), json!({"upTo": message})).refused(404, "NOT_FOUND");
    assert_eq!(items(&mut bea, "/api/conversations").len(), 0);
    let mut viewer = stage.member("mira@ejemplo.es", "viewer");
    assert_eq!(items(&mut viewer, &format!("{path}/messages")).len(), 2);
    viewer.post(&format!("{path}/messages"), json!({"content": "x"})).refused(403, "FORBIDDEN");
    viewer.post(&format!("{path}/read"), json!({"upTo": message})).refused(403, "FORBIDDEN");
}

#[test]
fn two_who_open_at_once_open_one() {
    let stage = Stage::new();
    let (_ana, id) = stage.candidate("ana@ejemplo.es");
    let base = format!("http://{}", stage.server.address());
    thread::scope(|scope| {
        for n in 0..10 {
            let (mut tab, id) = (stage.owner.at(&base), &id);
            scope.spawn(move || {
                tab.set("origin", SITE);
                let path = format!("/api/applications/{id}/conversation");
                tab.post(&path, json!({"content": n.to_string()})).expect(201);
            });
        }
    });
    assert_eq!(stage.server.count("conversation"), 1);
    assert_eq!(stage.server.count("message"), 10);
    assert_eq!(stage.server.number("SELECT candidate_unread FROM conversation"), 10);
    let places = "SELECT count(DISTINCT sequence) FROM message";
    assert_eq!(stage.server.number(places), 10);
}
