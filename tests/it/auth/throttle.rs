//! Guessing one account's password is slow, and its owner is not locked out.

use serde_json::json;

use crate::support::{Client, Server};

const SIGN_IN: &str = "/api/auth/sign-in/email";

fn guess(client: &mut Client, email: &str) -> (u16, Option<u64>) {
    let reply = client.post(SIGN_IN, json!({"email": email, "password": "no es esta frase"}));
    (reply.status, reply.header("retry-after").map(|wait| wait.parse().unwrap()))
}

fn enter(client: &mut Client) -> u16 {
    let body = json!({"email": "ana@ejemplo.es", "password": "una frase bien larga"});
    client.post(SIGN_IN, body).status
}

#[test]
fn ten_failures_from_one_address_close_the_account_to_it() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    for email in ["ana@ejemplo.es", "nadie@ejemplo.es"] {
        let mut guesser = server.visitor();
        for n in 0..10 {
            assert_eq!(guess(&mut guesser, email).0, 401, "{email} {n}");
            server.clock.advance_s(7);
        }
        let (status, wait) = guess(&mut guesser, email);
        assert_eq!(status, 429, "{email}");
        let wait = wait.unwrap();
        assert_eq!(wait, 15 * 60 - 70, "{email}");
        assert_eq!(guess(&mut server.visitor(), email).0, 401, "another address is not closed");
        server.clock.advance_s(i64::try_from(wait).unwrap());
        assert_eq!(guess(&mut guesser, email).0, 401, "the wait was true");
    }
}

#[test]
fn right_password_is_refused_too_while_closed_and_success_forgets() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let mut ana = server.visitor();
    for _ in 0..9 {
        guess(&mut ana, "ana@ejemplo.es");
        server.clock.advance_s(7);
    }
    assert_eq!(enter(&mut ana), 200);
    for _ in 0..10 {
        server.clock.advance_s(7);
        assert_eq!(guess(&mut ana, "ana@ejemplo.es").0, 401);
    }
    server.clock.advance_s(7);
    assert_eq!(enter(&mut ana), 429);
}

#[test]
fn a_hundred_failures_in_a_row_make_strangers_wait_and_not_the_owner() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let mut home = server.visitor();
    assert_eq!(enter(&mut home), 200);
    for n in 0..100 {
        assert_eq!(guess(&mut server.visitor(), "ana@ejemplo.es").0, 401, "{n}");
    }
    assert_eq!(guess(&mut server.visitor(), "ana@ejemplo.es").0, 401, "one try a minute");
    let (status, wait) = guess(&mut server.visitor(), "ana@ejemplo.es");
    assert_eq!(status, 429);
    assert!((1..=60).contains(&wait.unwrap()));
    assert_eq!(enter(&mut home), 200, "an address that has signed in before is let in at once");
    assert_eq!(guess(&mut server.visitor(), "ana@ejemplo.es").0, 401, "success ended the streak");
}
