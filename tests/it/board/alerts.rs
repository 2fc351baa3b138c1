//! Alerts: kept, previewed, told of once, and ended by one click.

use serde_json::{Value, json};

use crate::support::board::{server, text};
use crate::support::{Client, Reply, Server};

const ALERTS: &str = "/api/alerts";

fn patch(person: &mut Client, path: &str, body: &Value) -> Reply {
    person.send("PATCH", path, Some(("application/json", body.to_string().as_bytes())))
}

fn alert(name: &str, query: &Value) -> Value {
    json!({"name": name, "query": query, "frequency": "daily"})
}

fn run(server: &Server, task: &str) -> Value {
    let told = server.machine().post("/api/cron", json!({"task": task})).expect(200).json();
    assert_eq!(told["ran"][0]["status"], "ok", "{told}");
    told["ran"][0]["detail"].clone()
}

fn mails(server: &Server) -> Vec<Value> {
    crate::support::server::wait_for("an empty outbox", || {
        let open = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')";
        (server.number(open) == 0).then_some(())
    });
    server.mails().into_iter().filter(|mail| mail["kind"] == "job-alert").collect()
}

#[test]
fn alerts_are_kept_changed_and_their_owners_alone() {
    let server = server();
    let mut ana = server.professional("ana@ejemplo.es");
    let query = json!({"q": "biología", "category": "biology", "salaryMin": 20000});
    let made = ana.post(ALERTS, alert("  Biología ", &query)).expect(201).json();
    assert_eq!(made["name"], "Biología");
    assert_eq!(made["query"], query);
    assert_eq!(made["isActive"], true);
    assert_eq!(made["lastSentAt"], Value::Null);
    let path = format!("{ALERTS}/{}", text(&made["id"]));
    assert_eq!(ana.get(ALERTS).json()["items"], json!([made]));
    let paused = patch(&mut ana, &path, &json!({"isActive": false})).expect(200).json();
    assert_eq!((&paused["isActive"], &paused["query"]), (&json!(false), &query));
    let mut luis = server.professional("luis@ejemplo.es");
    luis.get(&path).refused(404, "NOT_FOUND");
    luis.get(&format!("{path}/preview")).refused(404, "NOT_FOUND");
    patch(&mut luis, &path, &json!({"isActive": true})).refused(404, "NOT_FOUND");
    luis.send("DELETE", &path, None).refused(404, "NOT_FOUND");
    ana.set("if-match", "\"v1\"");
    patch(&mut ana, &path, &json!({"name": "Otra"})).refused(412, "PRECONDITION_FAILED");
    ana.unset("if-match");
    ana.send("DELETE", &path, None).expect(204);
    ana.get(&path).refused(404, "NOT_FOUND");
}

#[test]
fn query_is_held_to_the_filters_of_a_search_and_ten_are_enough() {
    let server = server();
    let mut ana = server.professional("ana@ejemplo.es");
    for (query, field, code) in [
        (json!({"colour": "red"}), "query.colour", "FIELD_UNKNOWN"),
        (json!({"category": "magic"}), "query.category", "FIELD_NOT_OPTION"),
        (json!({"salaryMin": "mucho"}), "query.salaryMin", "FIELD_INVALID"),
        (json!({"q": ["a"]}), "query.q", "FIELD_INVALID"),
    ] {
        let told = ana.post(ALERTS, alert("x", &query)).refused(400, "VALIDATION_ERROR").json();
        assert_eq!(told["details"][0]["field"], field, "{told}");
        assert_eq!(told["details"][0]["code"], code, "{told}");
    }
    for wrong in [
        json!({"name": "x", "query": {}, "frequency": "hourly"}),
        json!({"name": " ", "query": {}, "frequency": "daily"}),
        json!({"name": "x", "query": [], "frequency": "daily"}),
        json!({"name": "x", "frequency": "daily"}),
        json!({"name": "x", "query": {}, "frequency": "daily", "userId": "usr_otra"}),
    ] {
        ana.post(ALERTS, wrong).refused(400, "VALIDATION_ERROR");
    }
    for n in 0..10 {
        ana.post(ALERTS, alert(&format!("a{n}"), &json!({}))).expect(201);
    }
    ana.post(ALERTS, alert("una más", &json!({}))).refused(409, "LIMIT_REACHED");
}

#[test]
fn preview_finds_what_a_search_finds() {
    let server = server();
    let mut ana = server.professional("ana@ejemplo.es");
    let mut olga = server.organization("olga@ejemplo.es", "CSIC");
    server.published(&mut olga, json!({"title": "Bióloga de campo"}));
    server.published(&mut olga, json!({"title": "Química analítica", "category": "chemistry"}));
    let made = ana.post(ALERTS, alert("x", &json!({"category": "biology"}))).expect(201).json();
    let path = format!("{ALERTS}/{}/preview", text(&made["id"]));
    let found = ana.get(&path).expect(200).json();
    assert_eq!(found["items"][0]["title"], "Bióloga de campo");
    assert_eq!(found["total"], 1);
}

#[test]
fn new_offers_are_told_once_and_never_twice_a_day() {
    let server = server();
    let mut ana = server.professional("ana@ejemplo.es");
    let mut olga = server.organization("olga@ejemplo.es", "CSIC");
    server.published(&mut olga, json!({"title": "Bióloga de antes"}));
    server.clock.advance_s(3_600);
    ana.post(ALERTS, alert("Biología", &json!({"category": "biology"}))).expect(201);
    // Nothing is new: no mail.
    assert_eq!(run(&server, "job_alerts_daily"), json!({"alerts": 1, "mails": 0}));
    server.clock.advance_s(3_600);
    server.published(&mut olga, json!({"title": "Bióloga nueva"}));
    server.published(&mut olga, json!({"title": "Químico", "category": "chemistry"}));
    assert_eq!(run(&server, "job_alerts_daily")["mails"], 1);
    assert_eq!(run(&server, "job_alerts_daily"), json!({"alerts": 0, "mails": 0}));
    let sent = mails(&server);
    assert_eq!(sent.len(), 1);
    let mail = &sent[0]["text"].as_str().unwrap();
    assert!(mail.contains("Bióloga nueva") && mail.contains("CSIC"), "{mail}");
    assert!(!mail.contains("de antes") && !mail.contains("Químico"), "{mail}");
    assert!(ana.get(ALERTS).json()["items"][0]["lastSentAt"].is_string());
    // What comes on the same day waits for the next, and what was told is not told again.
    server.published(&mut olga, json!({"title": "Bióloga de la tarde"}));
    assert_eq!(run(&server, "job_alerts_daily")["mails"], 0);
    server.clock.advance_s(86_400);
    assert_eq!(run(&server, "job_alerts_daily")["mails"], 1);
    let sent = mails(&server);
    let mail = sent[1]["text"].as_str().unwrap();
    assert!(mail.contains("de la tarde") && !mail.contains("Bióloga nueva"), "{mail}");
    server.clock.advance_s(86_400);
    assert_eq!(run(&server, "job_alerts_daily")["mails"], 0);
}

#[test]
fn weekly_alerts_are_told_once_a_week_and_paused_ones_never() {
    let server = server();
    let mut ana = server.professional("ana@ejemplo.es");
    let mut olga = server.organization("olga@ejemplo.es", "CSIC");
    let weekly = json!({"name": "Semanal", "query": {}, "frequency": "weekly"});
    ana.post(ALERTS, weekly).expect(201);
    let paused = json!({"name": "Pausada", "query": {}, "frequency": "weekly", "isActive": false});
    ana.post(ALERTS, paused).expect(201);
    server.clock.advance_s(60);
    server.published(&mut olga, json!({"title": "Una oferta"}));
    assert_eq!(run(&server, "job_alerts_daily")["mails"], 0);
    assert_eq!(run(&server, "job_alerts_weekly")["mails"], 1);
    server.clock.advance_s(86_400);
    server.published(&mut olga, json!({"title": "Otra oferta"}));
    // The tests' clock starts on a Friday: this is the same week.
    assert_eq!(run(&server, "job_alerts_weekly")["mails"], 0);
    server.clock.advance_s(2 * 86_400);
    assert_eq!(run(&server, "job_alerts_weekly")["mails"], 1);
}

#[test]
fn one_click_ends_an_alert_and_a_form_shows_a_button_first() {
    let server = server();
    let mut ana = server.professional("ana@ejemplo.es");
    let mut olga = server.organization("olga@ejemplo.es", "CSIC");
    ana.post(ALERTS, alert("Biología", &json!({}))).expect(201);
    server.clock.advance_s(60);
    server.published(&mut olga, json!({}));
    run(&server, "job_alerts_daily");
    let mail = mails(&server).remove(0);
    let link = text(&mail["headers"]["List-Unsubscribe"]);
    assert_eq!(mail["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
    let link = link.trim_matches(['<', '>']);
    let path = server.path_of(link).to_owned();
    // A scanner that opens the link changes nothing.
    let mut visitor = server.visitor();
    visitor.set("accept", "text/html");
    let page = visitor.get(&path).expect(200);
    assert!(page.text.contains("<form") && page.text.contains("<button"));
    assert_eq!(ana.get(ALERTS).json()["items"][0]["isActive"], true);
    visitor.unset("accept");
    visitor.unset("origin");
    let click = Some(("application/x-www-form-urlencoded", &b"List-Unsubscribe=One-Click"[..]));
    visitor.send("POST", &path, click).expect(200);
    assert_eq!(ana.get(ALERTS).json()["items"][0]["isActive"], false);
    visitor.send("POST", &path, click).expect(200);
    server.clock.advance_s(86_400);
    server.published(&mut olga, json!({}));
    assert_eq!(run(&server, "job_alerts_daily")["mails"], 0);
}

#[test]
fn whoever_wants_no_alerts_or_has_proven_no_address_gets_none() {
    let server = server();
    let mut ana = server.professional("ana@ejemplo.es");
    let mut luis = server.person("luis@ejemplo.es");
    let mut olga = server.organization("olga@ejemplo.es", "CSIC");
    for person in [&mut ana, &mut luis] {
        person.post(ALERTS, alert("Todo", &json!({}))).expect(201);
    }
    let body = Some(("application/json", &br#"{"job-alert": false}"#[..]));
    ana.send("PUT", "/api/notifications/preferences", body).expect(200);
    server.clock.advance_s(60);
    server.published(&mut olga, json!({}));
    assert_eq!(run(&server, "job_alerts_daily"), json!({"alerts": 1, "mails": 0}));
    let body = Some(("application/json", &br#"{"job-alert": true}"#[..]));
    ana.send("PUT", "/api/notifications/preferences", body).expect(200);
    assert_eq!(run(&server, "job_alerts_daily"), json!({"alerts": 1, "mails": 1}));
}
