//! The audit log of what strangers try: every reset that is asked for, and each time that
//! an account closes, however many knock.

use serde_json::{Value, json};

use super::id_of;
use crate::support::{Client, Server};

const SIGN_IN: &str = "/api/auth/sign-in/email";

fn guess(client: &mut Client, email: &str) -> u16 {
    client.post(SIGN_IN, json!({"email": email, "password": "no es esta frase"})).status
}

/// Whom the entries of an act are about, newest first.
fn told(admin: &mut Client, act: &str) -> Vec<Value> {
    let page = admin.get(&format!("/api/admin/audit?act={act}&limit=500")).expect(200).json();
    page["entries"].as_array().unwrap().iter().map(|entry| entry["targetId"].clone()).collect()
}

#[test]
fn reset_that_is_asked_for_is_remembered_whoever_asks_and_for_whom() {
    let server = Server::start();
    let mut root = server.admin();
    let id = id_of(&mut server.person("ana@ejemplo.es"));
    for email in ["ana@ejemplo.es", "nadie@ejemplo.es"] {
        server.clock.advance_s(1);
        let body = json!({"email": email});
        server.visitor().post("/api/auth/request-password-reset", body).expect(200);
    }
    assert_eq!(told(&mut root, "reset-asked"), [Value::Null, json!(id)]);
    let page = root.get("/api/admin/audit?act=reset-asked").expect(200);
    assert!(!page.text.contains('@'), "{}", page.text);
    assert!(page.json()["entries"][1]["actorId"].is_null(), "nobody knows who asked");
}

#[test]
fn account_that_closes_to_an_address_is_told_once_a_window() {
    let server = Server::start();
    let mut root = server.admin();
    let id = id_of(&mut server.person("ana@ejemplo.es"));
    let mut guesser = server.visitor();
    for email in ["ana@ejemplo.es", "nadie@ejemplo.es"] {
        for _ in 0..10 {
            assert_eq!(guess(&mut guesser, email), 401);
            server.clock.advance_s(7);
        }
        for _ in 0..5 {
            assert_eq!(guess(&mut guesser, email), 429);
            server.clock.advance_s(7);
        }
    }
    assert_eq!(told(&mut root, "sign-in-throttled"), [Value::Null, json!(id)]);
    assert_eq!(told(&mut root, "sign-in-failed").len(), 20, "what was refused was no failure");
    server.clock.advance_s(15 * 60);
    for _ in 0..10 {
        assert_eq!(guess(&mut guesser, "ana@ejemplo.es"), 401);
        server.clock.advance_s(7);
    }
    assert_eq!(guess(&mut guesser, "ana@ejemplo.es"), 429);
    assert_eq!(told(&mut root, "sign-in-throttled").len(), 3, "it closed again");
}

#[test]
fn account_that_closes_to_strangers_is_told_once_for_all_of_them() {
    let server = Server::start();
    let mut root = server.admin();
    let id = id_of(&mut server.person("ana@ejemplo.es"));
    for _ in 0..101 {
        assert_eq!(guess(&mut server.visitor(), "ana@ejemplo.es"), 401);
    }
    for _ in 0..5 {
        assert_eq!(guess(&mut server.visitor(), "ana@ejemplo.es"), 429);
    }
    assert_eq!(told(&mut root, "sign-in-throttled"), [json!(id)]);
}
