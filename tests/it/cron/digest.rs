//! The week's numbers: to administrators, once a week, by whichever door.

use serde_json::json;

use crate::support::Server;

#[test]
fn digest_goes_to_each_administrator_once_a_week() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    server.admin();
    server.person("eva@ejemplo.es");
    for (n, source) in ["boletín", "boletín", "https://evil.example/x"].into_iter().enumerate() {
        let email = format!("p{n}@ejemplo.es");
        let body = json!({"email": email, "role": "professional", "source": source});
        server.visitor().post("/api/waitlist", body).expect(201);
    }
    let mut machine = server.machine();
    let mut run = || {
        let reply = machine.post("/api/cron", json!({"task": "waitlist_digest"})).expect(200);
        reply.json()["ran"][0]["detail"].clone()
    };
    assert_eq!(run(), json!({"mails": 1}));
    assert_eq!(run(), json!({"mails": 0, "alreadyToldThisWeek": true}));
    let mail = server.mail_to("root@ejemplo.es");
    assert_eq!(mail["kind"], "waitlist-digest");
    let text = mail["text"].as_str().unwrap();
    for line in [
        "Altas de los últimos 7 días: 3",
        "En la lista: 3",
        "De dónde llegan: boletín (2), https   evil example x (1)",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    // Friday; the next week begins on Monday, 00:00 in Madrid.
    server.clock.advance_s(3 * 86_400 + 60);
    assert_eq!(run(), json!({"mails": 1}));
    let digests = server.mails().into_iter().filter(|mail| mail["kind"] == "waitlist-digest");
    assert!(digests.count() >= 1);
    assert_eq!(
        server.number("SELECT count(*) FROM outbox WHERE kind = 'waitlist-digest'"),
        2,
        "one a week"
    );
}

#[test]
fn digest_of_a_closed_list_says_nothing() {
    let server = Server::with(&[("ANTESALA_WAITLIST__ENABLED", "false")]);
    server.admin();
    let reply = server.machine().post("/api/cron", json!({"task": "waitlist_digest"}));
    assert_eq!(reply.expect(200).json()["ran"][0]["detail"], json!({"mails": 0}));
    assert_eq!(server.number("SELECT count(*) FROM outbox WHERE kind = 'waitlist-digest'"), 0);
}
