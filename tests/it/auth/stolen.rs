//! Links that somebody had mailed while they held an account or its mailbox: they
//! are worth nothing once its owner has it back.

use serde_json::json;

use crate::support::Server;
use crate::support::server::{PASSWORD, wait_for};

const CHANGE: &str = "/api/auth/change-email";
const ASK: &str = "/api/auth/request-password-reset";
const RESET: &str = "/api/auth/reset-password";
const NEW: &str = "otra frase bien larga";

fn token(server: &Server, kind: &str, email: &str) -> String {
    server.mail_of(kind, email)["token"].as_str().unwrap().to_owned()
}

fn open(token: &str) -> String {
    format!("/api/auth/verify-email?token={token}")
}

#[test]
fn change_asked_before_the_owner_reset_the_password_takes_nothing() {
    let server = Server::start();
    // Eva signs up with Ana's address and keeps a link up her sleeve.
    let mut eva = server.person("ana@ejemplo.es");
    eva.post(CHANGE, json!({"newEmail": "eva@ejemplo.es"})).expect(200);
    let sleeve = token(&server, "change-email", "eva@ejemplo.es");
    server.visitor().post(ASK, json!({"email": "ana@ejemplo.es"})).expect(200);
    let reset = token(&server, "reset-password", "ana@ejemplo.es");
    server.visitor().post(RESET, json!({"newPassword": NEW, "token": reset})).expect(200);
    server.visitor().get(&open(&sleeve)).refused(401, "INVALID_TOKEN");
    assert_eq!(server.text("SELECT email FROM \"user\""), "ana@ejemplo.es");
}

#[test]
fn mail_of_a_change_that_waited_past_the_reset_does_not_go() {
    let server = Server::with(&[("ANTESALA_MAIL__HOURLY_MAX", "1")]);
    let mut eva = server.person("ana@ejemplo.es");
    server.mail_to("ana@ejemplo.es");
    eva.post(CHANGE, json!({"newEmail": "eva@ejemplo.es"})).expect(200);
    let change = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    eva.post("/api/auth/change-password", change).expect(200);
    let ended = "SELECT count(*) FROM outbox WHERE state IN ('sent', 'failed')";
    for mails in [2, 3] {
        server.clock.advance_s(3_600);
        wait_for("an hour's mail", || (server.number(ended) == mails).then_some(()));
    }
    server.mail_of("password-changed", "ana@ejemplo.es");
    assert!(server.mails().iter().all(|mail| mail["to"] != "eva@ejemplo.es"));
    let why = server.text("SELECT last_error FROM outbox WHERE kind = 'change-email'");
    assert_eq!(why, "what the mail is about is gone");
}

#[test]
fn reset_link_dies_when_the_password_changes() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    server.visitor().post(ASK, json!({"email": "ana@ejemplo.es"})).expect(200);
    let reset = token(&server, "reset-password", "ana@ejemplo.es");
    let change = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    ana.post("/api/auth/change-password", change).expect(200);
    let body = json!({"newPassword": "una tercera frase larga", "token": reset});
    server.visitor().post(RESET, body).refused(400, "INVALID_TOKEN");
}

#[test]
fn reset_link_in_the_old_mailbox_dies_when_the_address_changes() {
    let server = Server::start();
    let mut ana = server.person("vieja@ejemplo.es");
    server.visitor().post(ASK, json!({"email": "vieja@ejemplo.es"})).expect(200);
    let reset = token(&server, "reset-password", "vieja@ejemplo.es");
    ana.post(CHANGE, json!({"newEmail": "nueva@ejemplo.es"})).expect(200);
    ana.get(&open(&token(&server, "change-email", "nueva@ejemplo.es"))).expect(200);
    let body = json!({"newPassword": NEW, "token": reset});
    server.visitor().post(RESET, body).refused(400, "INVALID_TOKEN");
}

#[test]
fn change_link_opened_again_after_changing_back_changes_nothing() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    ana.post(CHANGE, json!({"newEmail": "otra@ejemplo.es"})).expect(200);
    let there = token(&server, "change-email", "otra@ejemplo.es");
    ana.get(&open(&there)).expect(200);
    ana.post(CHANGE, json!({"newEmail": "ana@ejemplo.es"})).expect(200);
    ana.get(&open(&token(&server, "change-email", "ana@ejemplo.es"))).expect(200);
    ana.get(&open(&there)).refused(401, "INVALID_TOKEN");
    assert_eq!(server.text("SELECT email FROM \"user\""), "ana@ejemplo.es");
}

#[test]
fn one_change_of_several_that_were_asked_counts() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    for email in ["una@ejemplo.es", "otra@ejemplo.es"] {
        ana.post(CHANGE, json!({"newEmail": email})).expect(200);
    }
    ana.get(&open(&token(&server, "change-email", "otra@ejemplo.es"))).expect(200);
    ana.get(&open(&token(&server, "change-email", "otra@ejemplo.es"))).expect(200);
    let other = token(&server, "change-email", "una@ejemplo.es");
    // It names the address that was, and its token is dead as well.
    server.visitor().get(&open(&other)).expect(401);
    assert_eq!(server.text("SELECT email FROM \"user\""), "otra@ejemplo.es");
}
