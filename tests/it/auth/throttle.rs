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

/// Leaves the account closed to everybody whom it does not know.
fn besieged(server: &Server) {
    for n in 0..101 {
        assert_eq!(guess(&mut server.visitor(), "ana@ejemplo.es").0, 401, "{n}");
    }
    assert_eq!(guess(&mut server.visitor(), "ana@ejemplo.es").0, 429);
}

#[test]
fn streak_of_strangers_does_not_lock_the_owner_out_on_a_new_address() {
    for store in ["memory", "database"] {
        let server = Server::with(&[("ANTESALA_RATE_LIMIT__STORE", store)]);
        server.person("ana@ejemplo.es");
        let mut ana = server.visitor();
        assert_eq!(enter(&mut ana), 200);
        besieged(&server);
        ana.set("x-forwarded-for", "198.51.100.7");
        assert_eq!(enter(&mut ana), 200, "{store}: the browser is known, whatever its address");
    }
}

#[test]
fn neighbours_guesses_do_not_lock_the_owner_out_behind_one_address() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let mut ana = server.visitor();
    assert_eq!(enter(&mut ana), 200);
    let mut neighbour = server.visitor();
    for client in [&mut ana, &mut neighbour] {
        client.set("x-forwarded-for", "198.51.100.7");
    }
    for _ in 0..10 {
        assert_eq!(guess(&mut neighbour, "ana@ejemplo.es").0, 401);
        server.clock.advance_s(7);
    }
    server.clock.advance_s(30);
    assert_eq!(guess(&mut neighbour, "ana@ejemplo.es").0, 429);
    assert_eq!(enter(&mut ana), 200);
    assert_eq!(guess(&mut neighbour, "ana@ejemplo.es").0, 429, "that opened nothing to others");
    server.clock.advance_s(60);
    let mut stolen = server.visitor();
    stolen.put_cookie("better-auth.device", "nada.nada");
    stolen.set("x-forwarded-for", "198.51.100.7");
    assert_eq!(enter(&mut stolen), 429, "a cookie that we did not sign is none");
}

#[test]
fn browser_that_only_somebody_elses_account_knows_is_a_strangers() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let mut eva = server.person("eva@ejemplo.es");
    assert!(eva.cookie("better-auth.device").is_some());
    besieged(&server);
    assert_eq!(guess(&mut eva, "ana@ejemplo.es").0, 429);
}

#[test]
fn known_browser_guesses_a_bounded_number_and_is_then_a_strangers() {
    for store in ["memory", "database"] {
        let server = Server::with(&[("ANTESALA_RATE_LIMIT__STORE", store)]);
        server.person("ana@ejemplo.es");
        let mut thief = server.visitor();
        assert_eq!(enter(&mut thief), 200);
        assert_eq!(server.count("device"), 2);
        for round in 0..3 {
            for n in 0..10 {
                // Another address each time: it is the browser that counts.
                thief.set("x-forwarded-for", &format!("198.51.{round}.{n}"));
                assert_eq!(guess(&mut thief, "ana@ejemplo.es").0, 401, "{store} {round} {n}");
            }
            if round < 2 {
                assert_eq!(guess(&mut thief, "ana@ejemplo.es").0, 429, "{store} {round}");
                assert_eq!(enter(&mut thief), 429, "closed is closed");
                server.clock.advance_s(15 * 60);
            }
        }
        assert_eq!(server.count("device"), 1, "{store}: the account knows it no more");
        besieged(&server);
        thief.set("x-forwarded-for", "198.51.100.7");
        assert_eq!(enter(&mut thief), 429);
    }
}
