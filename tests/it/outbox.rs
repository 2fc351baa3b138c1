//! The outbox by what it promises: caps, retries, crashes, order, forgetting.

use std::thread;

use serde_json::{Value, json};

use crate::support::Server;
use crate::support::process::Place;
use crate::support::server::{SITE, wait_for};
use crate::support::{Client, Reply};

const REQUEST: &str = "/api/auth/request-password-reset";

fn ask(server: &Server, email: &str) -> Reply {
    server.visitor().post(REQUEST, json!({"email": email}))
}

fn sent(server: &Server, kind: &str) -> usize {
    server.mails().iter().filter(|mail| mail["kind"] == kind).count()
}

#[test]
fn fifty_at_once_get_one_address_its_five_and_no_more() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    server.person("ana@ejemplo.es");
    thread::scope(|scope| {
        for _ in 0..50 {
            scope.spawn(|| ask(&server, "ana@ejemplo.es").expect(200));
        }
    });
    wait_for("an empty outbox", || {
        let open = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')";
        (server.number(open) == 0).then_some(())
    });
    // The verification mail of the sign-up was the first of the five.
    assert_eq!(sent(&server, "reset-password"), 4);
    let suppressed = "SELECT count(*) FROM outbox WHERE state = 'suppressed' AND
        last_error = 'the address has had its mails of this hour'";
    assert_eq!(server.number(suppressed), 46);
    server.clock.advance_s(3_600);
    ask(&server, "ana@ejemplo.es").expect(200);
    assert_eq!(sent(&server, "reset-password"), 5);
}

#[test]
fn warning_of_a_changed_password_is_never_held_back() {
    let server = Server::with(&[("ANTESALA_MAIL__PER_ADDRESS_HOURLY_MAX", "2")]);
    server.person("ana@ejemplo.es");
    ask(&server, "ana@ejemplo.es").expect(200);
    let token = server.mail_of("reset-password", "ana@ejemplo.es")["token"].clone();
    let body = json!({"newPassword": "otra frase bien larga", "token": token});
    server.visitor().post("/api/auth/reset-password", body).expect(200);
    assert_eq!(sent(&server, "password-changed"), 1);
}

#[test]
fn full_hour_delays_and_account_mails_go_before_bulk() {
    let server = Server::with(&[
        ("ANTESALA_MAIL__HOURLY_MAX", "2"),
        ("ANTESALA_RATE_LIMIT__ENABLED", "false"),
    ]);
    let join = |n: usize| {
        let body = json!({"email": format!("p{n}@ejemplo.es"), "role": "professional"});
        server.visitor().post("/api/waitlist", body).expect(201);
    };
    join(0);
    join(1);
    wait_for("two welcomes", || (sent(&server, "waitlist-welcome") == 2).then_some(()));
    join(2);
    server.person("ana@ejemplo.es");
    server.person("eva@ejemplo.es");
    assert_eq!(server.mails().len(), 2, "the hour is full");
    let ready = server.local().get("/readyz").expect(200).json();
    assert!(ready["outbox"]["waiting"].as_i64().unwrap() >= 2, "{ready}");
    server.clock.advance_s(3_600);
    wait_for("two more", || (server.mails().len() == 4).then_some(()));
    assert_eq!(sent(&server, "verify-email"), 2, "accounts first");
    server.clock.advance_s(3_600);
    wait_for("the last", || (sent(&server, "waitlist-welcome") == 3).then_some(()));
}

#[test]
fn tokens_wait_sealed_and_are_erased_once_sent() {
    let server = Server::with(&[("ANTESALA_MAIL__HOURLY_MAX", "1")]);
    server.person("ana@ejemplo.es");
    ask(&server, "ana@ejemplo.es").expect(200);
    let row = "FROM outbox WHERE kind = 'reset-password'";
    assert_eq!(server.number(&format!("SELECT secret IS NOT NULL {row}")), 1);
    server.clock.advance_s(3_600);
    let token = server.mail_of("reset-password", "ana@ejemplo.es")["token"].clone();
    let token = token.as_str().unwrap().as_bytes().to_owned();
    wait_for("the mark", || (server.text(&format!("SELECT state {row}")) == "sent").then_some(()));
    assert_eq!(server.number(&format!("SELECT secret IS NULL {row}")), 1);
    let stored = server.database().bytes();
    assert!(!stored.windows(token.len()).any(|window| window == token));
}

#[test]
fn claim_of_a_dead_worker_runs_out_and_the_mail_goes() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    server.mail_to("ana@ejemplo.es");
    let later = "(SELECT max(next_attempt_at) + 60000 FROM outbox)";
    server.execute(&format!(
        "UPDATE outbox SET state = 'sending', finished_at = NULL, sent_at = NULL,
            next_attempt_at = {later}"
    ));
    server.clock.advance_s(15);
    assert_eq!(server.mails().len(), 1, "somebody else has it");
    server.clock.advance_s(180);
    wait_for("the mail again", || (server.mails().len() == 2).then_some(()));
}

#[test]
fn finished_mails_are_forgotten_after_thirty_days() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    server.mail_to("ana@ejemplo.es");
    wait_for("the mark", || {
        (server.number("SELECT count(*) FROM outbox WHERE state = 'sent'") == 1).then_some(())
    });
    server.clock.advance_s(29 * 86_400);
    ask(&server, "nadie@ejemplo.es").expect(200);
    assert_eq!(server.count("outbox"), 2);
    server.clock.advance_s(2 * 86_400);
    wait_for("the first to go", || (server.count("outbox") == 1).then_some(()));
    assert_eq!(server.count("mail_quota"), 1, "only the count of all mails stays");
}

#[test]
fn operator_sees_each_mail_and_sends_it_again() {
    let mut place = Place::new();
    place.set("ANTESALA_MAIL__PER_ADDRESS_HOURLY_MAX", "1");
    let server = place.serve();
    let mut ana = Client::new(&server.base(), SITE);
    let body =
        json!({"name": "Ana", "email": "ana@ejemplo.es", "password": "una frase bien larga"});
    ana.post("/api/auth/sign-up/email", body).expect(200);
    ana.post(REQUEST, json!({"email": "ana@ejemplo.es"})).expect(200);
    let list =
        |arguments: &[&str]| -> Vec<Value> { serde_json::from_str(&place.ok(arguments)).unwrap() };
    let held = list(&["mail", "list", "--state", "suppressed", "--json"]);
    assert_eq!(held.len(), 1);
    assert_eq!(held[0]["kind"], "reset-password");
    assert_eq!(held[0]["lastError"], "the address has had its mails of this hour");
    let id = held[0]["id"].as_str().unwrap();
    let shown: Value = serde_json::from_str(&place.ok(&["mail", "show", id, "--json"])).unwrap();
    assert_eq!((&shown["to"], &shown["locale"]), (&json!("ana@ejemplo.es"), &json!("es")));
    assert!(place.ok(&["mail", "list"]).contains("verify-email"));
    place.ok(&["mail", "retry", id]);
    ana.post(REQUEST, json!({"email": "nadie@ejemplo.es"})).expect(200);
    wait_for("the mail", || {
        let sent = list(&["mail", "list", "--state", "sent", "--json"]);
        sent.iter().any(|mail| mail["id"] == id).then_some(())
    });
    assert!(place.fails(&["mail", "retry", id], 1).contains(id));
    // A mail to nobody was never meant to go.
    let held = list(&["mail", "list", "--state", "suppressed", "--json"]);
    let nobodys = held.iter().find(|mail| mail["to"] == "nadie@ejemplo.es").unwrap();
    let nobodys = nobodys["id"].as_str().unwrap();
    assert!(place.fails(&["mail", "retry", nobodys], 1).contains("nobody to go to"));
    assert!(place.fails(&["mail", "show", "out_nada"], 1).contains("antesala mail list"));
    let link = place.ok(&["user", "reset-link", "ana@ejemplo.es"]);
    let path = link.trim().strip_prefix(SITE).unwrap_or_else(|| link.trim());
    let path = path.split_once("/api/").map_or(path, |(_, rest)| rest);
    let onward = ana.get(&format!("/api/{path}")).expect(302);
    assert!(onward.header("location").unwrap().contains("/restablecer?token="));
}

#[test]
fn every_template_speaks_both_languages() {
    let place = Place::new();
    let names = place.fails(&["mail", "preview", "nada"], 2);
    let names = names.split("one of: ").nth(1).unwrap().trim();
    assert_eq!(names.split(", ").count(), 20);
    for name in names.split(", ") {
        let texts = ["es", "en"].map(|tag| {
            let html = place.ok(&["mail", "preview", name, "--locale", tag, "--html"]);
            assert!(html.contains(&format!("<html lang=\"{tag}\">")), "{name}");
            assert!(!html.contains("mail-"), "{name}: a text is missing in {tag}");
            assert!(!html.contains("<img") && !html.contains("http-equiv"), "{name}");
            place.ok(&["mail", "preview", name, "--locale", tag])
        });
        assert_ne!(texts[0], texts[1], "{name}");
        // Whom an organisation invites it knows by the address alone.
        let hello = if name == "organization-invite" { "Hola:" } else { "Hola, Ana María:" };
        assert!(texts[0].contains(hello), "{name}: {}", texts[0]);
    }
    place.ok(&["mail", "test", "ana@ejemplo.es", "--template", "new-device"]);
    let mails = std::fs::read_to_string(place.data().join("data/mail.jsonl")).unwrap();
    assert!(mails.contains("\"kind\":\"new-device\""), "{mails}");
}
