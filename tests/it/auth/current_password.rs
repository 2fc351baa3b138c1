//! Wrong passwords given with a session: counted, remembered, and the end of it.

use std::thread;

use antesala::http::endpoint::{Access, BodyRule, Endpoint, Media};
use antesala::serve::tables;
use serde_json::{Map, Value, json};

use crate::support::server::PASSWORD;
use crate::support::{Client, Reply, Server};

const CALM: (&str, &str) = ("ANTESALA_RATE_LIMIT__ENABLED", "false");

/// Bodies whose password is somebody's new one, and no proof of who asks.
const NEW_PASSWORDS: [&str; 1] = ["adminCreateUser"];

/// How many wrong ones in a row a session survives but for the last.
const OF_SESSION: usize = 5;

/// The fields of a row's body.
fn fields(row: &Endpoint) -> Vec<String> {
    let schema = match row.body {
        BodyRule::None => return Vec::new(),
        BodyRule::Required(schema) | BodyRule::Optional(schema) => schema().unwrap().json,
    };
    schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

fn is_proof(field: &str) -> bool {
    let field = field.to_lowercase();
    field.contains("password") && !field.starts_with("new")
}

/// Every endpoint that asks whoever is signed in for their password: a later one is here
/// by itself.
fn rows() -> Vec<&'static Endpoint> {
    let asks = |row: &&Endpoint| {
        row.access != Access::Public && fields(row).iter().any(|field| is_proof(field))
    };
    let rows = tables().into_iter().flatten().filter(asks);
    rows.filter(|row| !NEW_PASSWORDS.contains(&row.id)).collect()
}

/// Asks with a password; every other field is as it should be.
fn ask(client: &mut Client, row: &Endpoint, password: &str) -> Reply {
    let value = |field: &str| match field {
        field if is_proof(field) => Some(json!(password)),
        "newPassword" => Some(json!("otra frase bien larga")),
        "sure" => Some(json!("true")),
        _ => None,
    };
    let names = fields(row);
    let body: Map<String, Value> =
        names.iter().filter_map(|name| Some((name.clone(), value(name)?))).collect();
    if row.media != Media::Form {
        return client.post(row.path, Value::Object(body));
    }
    let pairs = body.iter().map(|(name, value)| (name, value.as_str().unwrap()));
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let kind = "application/x-www-form-urlencoded";
    client.send("POST", row.path, Some((kind, form.as_bytes())))
}

fn told(server: &Server, act: &str) -> i64 {
    server.number(&format!("SELECT count(*) FROM audit WHERE act = '{act}'"))
}

fn is_live(client: &mut Client) -> bool {
    !client.get("/api/auth/get-session").expect(200).json().is_null()
}

#[test]
fn every_endpoint_that_asks_for_the_password_is_known() {
    let ids: Vec<_> = rows().iter().map(|row| row.id).collect();
    for id in ["changePassword", "verifyPassword", "deleteUser"] {
        assert!(ids.contains(&id), "{id} in {ids:?}");
    }
    assert!(ids.len() >= 5, "{ids:?}");
}

#[test]
fn wrong_passwords_with_a_session_are_remembered_and_end_it() {
    for row in rows() {
        let server = Server::with(&[CALM]);
        let mut home = server.person("ana@ejemplo.es");
        let mut thief = server.signed_in("ana@ejemplo.es");
        for n in 1..=OF_SESSION {
            assert!(is_live(&mut thief), "{} {n}", row.id);
            let reply = ask(&mut thief, row, &format!("no es esta frase {n}"));
            assert_eq!(reply.status, 400, "{} {n}: {}", row.id, reply.text);
            assert_eq!(told(&server, "password-check-failed"), i64::try_from(n).unwrap());
        }
        assert_eq!(told(&server, "session-ended-by-guesses"), 1, "{}", row.id);
        assert!(!is_live(&mut thief), "{}", row.id);
        let late = ask(&mut thief, row, PASSWORD);
        assert!(late.status == 401 || late.status == 303, "{} {}", row.id, late.status);
        assert!(is_live(&mut home), "the owner's own session stays");
        server.signed_in("ana@ejemplo.es");
        assert_eq!(server.number(r#"SELECT count(*) FROM "user""#), 1, "{}", row.id);
    }
}

#[test]
fn right_password_forgets_the_wrong_ones_before_it() {
    let server = Server::with(&[CALM]);
    let mut ana = server.person("ana@ejemplo.es");
    let mut check = |password: &str| {
        ana.post("/api/auth/verify-password", json!({"password": password})).status
    };
    for _ in 0..3 {
        for _ in 1..OF_SESSION {
            assert_eq!(check("no es esta frase"), 400);
        }
        assert_eq!(check(PASSWORD), 200);
    }
}

#[test]
fn many_passwords_at_once_are_no_more_than_one_after_the_other() {
    let server = Server::with(&[CALM]);
    let cookie = server.person("ana@ejemplo.es");
    let cookie = cookie.cookie("better-auth.session_token").unwrap();
    let guess = |n: usize| {
        let mut thief = server.visitor();
        thief.put_cookie("better-auth.session_token", cookie);
        let body = json!({"password": format!("no es esta frase {n}")});
        thief.post("/api/auth/verify-password", body).status
    };
    let statuses: Vec<u16> = thread::scope(|scope| {
        let guesses: Vec<_> = (0..30).map(|n| scope.spawn(move || guess(n))).collect();
        guesses.into_iter().map(|guess| guess.join().unwrap()).collect()
    });
    let looked_at = statuses.iter().filter(|status| **status == 400).count();
    assert_eq!(looked_at, OF_SESSION, "{statuses:?}");
    assert_eq!(told(&server, "session-ended-by-guesses"), 1);
    assert_eq!(server.count("session"), 0);
}

#[test]
fn passwords_of_all_sessions_of_an_account_are_throttled_and_sign_in_is_not() {
    for store in ["memory", "database"] {
        let server = Server::with(&[("ANTESALA_RATE_LIMIT__STORE", store)]);
        server.person("ana@ejemplo.es");
        let mut thieves: Vec<_> = (0..4).map(|_| server.signed_in("ana@ejemplo.es")).collect();
        let mut statuses = Vec::new();
        for _ in 0..4 {
            for thief in &mut thieves {
                let body = json!({"password": "no es esta frase"});
                statuses.push(thief.post("/api/auth/verify-password", body).status);
            }
        }
        let (looked_at, refused) = statuses.split_at(10);
        assert!(looked_at.iter().all(|status| *status == 400), "{store} {statuses:?}");
        assert!(refused.iter().all(|status| *status == 429), "{store} {statuses:?}");
        assert_eq!(told(&server, "password-check-failed"), 10);
        assert_eq!(told(&server, "password-checks-throttled"), 1, "told once");
        let right = thieves[0].post("/api/auth/verify-password", json!({"password": PASSWORD}));
        assert!(right.expect(429).header("retry-after").is_some());
        server.signed_in("ana@ejemplo.es");
        server.clock.advance_s(15 * 60);
        thieves[0].post("/api/auth/verify-password", json!({"password": PASSWORD})).expect(200);
    }
}
