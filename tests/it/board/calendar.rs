//! The end of offers by the calendar, and who is told of it before.

use serde_json::{Value, json};

use crate::support::Server;
use crate::support::board::{server, text};

fn run(server: &Server) -> Value {
    let reply = server.machine().post("/api/cron", json!({"task": "expire_jobs"})).expect(200);
    reply.json()["ran"][0]["detail"].clone()
}

fn mails(server: &Server) -> i64 {
    server.number("SELECT count(*) FROM outbox WHERE kind = 'offer-expiring'")
}

#[test]
fn offers_end_once_and_their_people_are_told_once_before() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    server.member(&mut olga, "r@ejemplo.es", "recruiter");
    server.member(&mut olga, "v@ejemplo.es", "viewer");
    let shown = server.published(&mut olga, json!({"title": "Termina pronto"}));
    let paused = text(&server.published(&mut olga, json!({}))["id"]);
    olga.post(&format!("/api/jobs/{paused}/pause"), json!({})).expect(200);
    let closed = text(&server.published(&mut olga, json!({}))["id"]);
    olga.post(&format!("/api/jobs/{closed}/close"), json!({"reason": "filled"})).expect(200);
    assert_eq!(run(&server), json!({"expired": 0, "told": 0}));
    server.clock.advance_s(27 * 86_400 + 1);
    assert_eq!(run(&server), json!({"expired": 0, "told": 2}));
    assert_eq!(mails(&server), 4, "owner and recruiter, of two offers");
    assert_eq!(run(&server), json!({"expired": 0, "told": 0}));
    let mail = server.mail_of("offer-expiring", "olga@ejemplo.es");
    assert!(text(&mail["url"]).contains("/dashboard/ofertas/job_"));
    // Whoever moves the end is told again before the next one.
    let mut olga = server.signed_in("olga@ejemplo.es");
    let id = text(&shown["id"]);
    let until = json!({"expiresAt": server.in_days(40)});
    olga.post(&format!("/api/jobs/{id}/renew"), until).expect(200);
    server.clock.advance_s(3 * 86_400);
    assert_eq!(run(&server), json!({"expired": 1, "told": 0}));
    let mut olga = server.signed_in("olga@ejemplo.es");
    let state = |olga: &mut crate::support::Client, id: &str| {
        olga.get(&format!("/api/jobs/{id}")).expect(200).json()["status"].clone()
    };
    assert_eq!(state(&mut olga, &paused), "caducada");
    assert_eq!(state(&mut olga, &id), "publicada");
    server.clock.advance_s(35 * 86_400);
    assert_eq!(run(&server), json!({"expired": 0, "told": 1}));
    server.clock.advance_s(3 * 86_400);
    assert_eq!(run(&server), json!({"expired": 1, "told": 0}));
    let before = (mails(&server), server.text("SELECT CAST(SUM(version) AS TEXT) FROM job"));
    assert_eq!(run(&server), json!({"expired": 0, "told": 0}));
    assert_eq!((mails(&server), server.text("SELECT CAST(SUM(version) AS TEXT) FROM job")), before);
    assert_eq!(server.visitor().get("/api/jobs").json()["total"], 0);
    // What ended so is shown again by a renewal.
    let mut olga = server.signed_in("olga@ejemplo.es");
    let until = json!({"expiresAt": server.in_days(9)});
    olga.post(&format!("/api/jobs/{id}/renew"), until).expect(200);
    assert_eq!(server.visitor().get("/api/jobs").json()["total"], 1);
}
