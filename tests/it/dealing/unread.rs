//! Mails about messages that nobody reads.

use serde_json::json;

use super::stage::{Stage, say};
use crate::support::server::wait_for;

fn mails(stage: &Stage, to: &str) -> usize {
    let is_it = |mail: &serde_json::Value| mail["kind"] == "new-message" && mail["to"] == to;
    stage.server.mails().iter().filter(|mail| is_it(mail)).count()
}

/// Moves the clock and lets the mail worker look once more.
fn pass(stage: &Stage, seconds: i64) {
    stage.server.clock.advance_s(seconds);
    stage.server.machine().post("/api/cron", json!({"task": "mail_outbox"})).expect(200);
}

#[test]
fn mail_goes_when_nobody_reads_for_ten_minutes_and_once_an_hour() {
    let mut stage = Stage::new();
    let (_ana, id) = stage.candidate("ana@ejemplo.es");
    let conversation = stage.opened(&id, "Palabras que no salen de aquí");
    pass(&stage, 599);
    assert_eq!(mails(&stage, "ana@ejemplo.es"), 0);
    pass(&stage, 1);
    wait_for("the mail", || (mails(&stage, "ana@ejemplo.es") == 1).then_some(()));
    let mail = stage.server.mail_of("new-message", "ana@ejemplo.es");
    assert!(mail["text"].as_str().unwrap().contains("Laboratorios Duero"), "{mail}");
    assert!(!mail.to_string().contains("Palabras"), "what was said stays here");
    say(&mut stage.owner, &conversation, "¿Sigues ahí?");
    say(&mut stage.owner, &conversation, "¿Ana?");
    pass(&stage, 3599);
    assert_eq!(mails(&stage, "ana@ejemplo.es"), 1);
    pass(&stage, 1);
    wait_for("the second mail", || (mails(&stage, "ana@ejemplo.es") == 2).then_some(()));
    pass(&stage, 86_400);
    assert_eq!(mails(&stage, "ana@ejemplo.es"), 2, "nothing new, no mail");
}

#[test]
fn who_reads_in_time_gets_no_mail() {
    let mut stage = Stage::new();
    let (mut ana, id) = stage.candidate("ana@ejemplo.es");
    let conversation = stage.opened(&id, "Hola");
    let second = say(&mut stage.owner, &conversation, "Y otra");
    stage.server.clock.advance_s(599);
    let read = format!("/api/conversations/{conversation}/read");
    ana.post(&read, json!({"upTo": second})).expect(200);
    say(&mut ana, &conversation, "Leído");
    pass(&stage, 599);
    assert_eq!(mails(&stage, "ana@ejemplo.es"), 0);
    assert_eq!(mails(&stage, "duero@ejemplo.es"), 0);
    pass(&stage, 1);
    wait_for("theirs", || (mails(&stage, "duero@ejemplo.es") == 1).then_some(()));
    assert_eq!(mails(&stage, "ana@ejemplo.es"), 0);
    let told = "SELECT count(*) FROM notification WHERE kind = 'new-message'";
    assert_eq!(stage.server.number(told), 1);
}
