//! `POST /api/waitlist` and `GET /api/waitlist/{code}`.

use std::thread;

use serde_json::json;

use crate::support::Server;

const JOIN: &str = "/api/waitlist";

#[test]
fn joining_gives_a_place_a_code_and_a_link() {
    let server = Server::start();
    let first = server
        .visitor()
        .post(JOIN, json!({"email": "ana@ejemplo.es", "role": "professional", "name": "Ana", "field": "Física"}))
        .expect(201)
        .json();
    assert_eq!(first["success"], true);
    assert_eq!(first["position"], 1);
    let code = first["referralCode"].as_str().unwrap();
    assert!(first["referralUrl"].as_str().unwrap().ends_with(&format!("/?ref={code}")));
    let second = server
        .visitor()
        .post(
            JOIN,
            json!({"email": "lab@ejemplo.es", "role": "empresa", "company": "Lab", "ref": code}),
        )
        .expect(201)
        .json();
    assert_eq!(second["position"], 2);
    let place = server.visitor().get(&format!("/api/waitlist/{code}")).expect(200).json();
    assert_eq!((place["position"].as_i64(), place["referrals"].as_i64()), (Some(1), Some(1)));
    server.visitor().get("/api/waitlist/nadie").refused(404, "WAITLIST_NOT_FOUND");
}

#[test]
fn referrals_move_people_up_and_never_above_the_first() {
    let server = Server::with(&[("ANTESALA_WAITLIST__REFERRAL_BONUS", "2")]);
    let join = |n: usize, code: Option<&str>| {
        let body = json!({"email": format!("p{n}@ejemplo.es"), "role": "professional", "ref": code.unwrap_or("x")});
        server.visitor().post(JOIN, body).expect(201).json()
    };
    for n in 0..4 {
        join(n, None);
    }
    let fifth = join(4, None);
    let code = fifth["referralCode"].as_str().unwrap();
    let place = || {
        server.visitor().get(&format!("/api/waitlist/{code}")).json()["position"].as_i64().unwrap()
    };
    assert_eq!(place(), 5);
    join(5, Some(code));
    assert_eq!(place(), 3);
    join(6, Some(code));
    join(7, Some(code));
    assert_eq!(place(), 1);
}

#[test]
fn fifty_parallel_joins_of_one_address_make_one_entry() {
    let server = Server::start();
    let statuses: Vec<u16> = thread::scope(|scope| {
        let tries: Vec<_> = (0..50)
            .map(|n| {
                let mut visitor = server.visitor();
                let email = ["ana@ejemplo.es", "ANA@ejemplo.es", " Ana@Ejemplo.ES "][n % 3];
                let body = json!({"email": email, "role": "professional"});
                scope.spawn(move || visitor.post(JOIN, body).status)
            })
            .collect();
        tries.into_iter().map(|each| each.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 49, "{statuses:?}");
    assert_eq!(server.count("waitlist"), 1);
}

#[test]
fn words_are_the_callers() {
    let server = Server::start();
    server
        .visitor()
        .post(JOIN, json!({"email": "ana@ejemplo.es", "role": "professional"}))
        .expect(201);
    let again = json!({"email": "ana@ejemplo.es", "role": "professional"});
    let spanish = server.visitor().post(JOIN, again.clone()).refused(409, "WAITLIST_DUPLICATE");
    assert_eq!(spanish.json()["message"], "Ya estás registrado. Pronto te contactaremos.");
    assert_eq!(spanish.json()["error"], spanish.json()["message"]);
    let mut english = server.visitor();
    english.set("accept-language", "en-GB,en;q=0.9");
    let reply = english.post(JOIN, again).refused(409, "WAITLIST_DUPLICATE");
    assert_ne!(reply.json()["message"], spanish.json()["message"]);
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let server = Server::start();
    let body = json!({"email": "no es un correo", "role": "otra cosa", "name": 7});
    let reply = server.visitor().post(JOIN, body).refused(400, "VALIDATION_ERROR").json();
    assert_eq!(reply["message"], "Datos inválidos");
    let fields: Vec<_> = reply["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|detail| detail["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["email", "role", "name"]);
    assert!(reply["details"].as_array().unwrap().iter().all(|detail| {
        detail["code"].as_str().is_some_and(|code| !code.is_empty())
            && detail["message"].as_str().is_some_and(|message| !message.is_empty())
    }));
    let missing = server.visitor().post(JOIN, json!({})).refused(400, "VALIDATION_ERROR").json();
    assert_eq!(missing["details"].as_array().unwrap().len(), 2);
}

#[test]
fn the_other_roles_field_and_unknown_keys_are_ignored() {
    let server = Server::start();
    let body = json!({"email": "ana@ejemplo.es", "role": "professional", "company": "Lab", "otra": [1, 2], "source": "ig"});
    server.visitor().post(JOIN, body).expect(201);
    assert_eq!(
        server.number("SELECT count(*) FROM waitlist WHERE company IS NULL AND source = 'ig'"),
        1
    );
}

#[test]
fn duplicate_may_be_fine() {
    let server = Server::with(&[("ANTESALA_WAITLIST__DUPLICATE", "ok")]);
    let body = json!({"email": "ana@ejemplo.es", "role": "professional"});
    let first = server.visitor().post(JOIN, body.clone()).expect(201).json();
    let again = server.visitor().post(JOIN, body).expect(201).json();
    assert_eq!(first, again);
    assert_eq!(server.count("waitlist"), 1);
}

#[test]
fn sixth_post_of_a_minute_is_told_when_to_come_back() {
    let server = Server::start();
    let mut visitor = server.visitor();
    for n in 0..5 {
        let body = json!({"email": format!("p{n}@ejemplo.es"), "role": "professional"});
        visitor.post(JOIN, body).expect(201);
        server.clock.advance_s(1);
    }
    let reply = visitor.post(JOIN, json!({"email": "p5@ejemplo.es", "role": "professional"}));
    let reply = reply.refused(429, "TOO_MANY_REQUESTS");
    assert_eq!(reply.json()["message"], "Demasiados intentos. Intenta más tarde.");
    assert_eq!(reply.header("retry-after"), Some("55"));
    server.clock.advance_s(55);
    visitor.post(JOIN, json!({"email": "p5@ejemplo.es", "role": "professional"})).expect(201);
}

#[test]
fn count_is_public_only_where_it_is_switched_on() {
    let hidden = Server::start();
    hidden.visitor().get("/api/waitlist/count").refused(404, "WAITLIST_NOT_FOUND");
    let shown = Server::with(&[("ANTESALA_WAITLIST__PUBLIC_COUNT", "true")]);
    shown.visitor().post(JOIN, json!({"email": "ana@ejemplo.es", "role": "empresa"})).expect(201);
    assert_eq!(shown.visitor().get("/api/waitlist/count").expect(200).json(), json!({"count": 1}));
}

#[test]
fn switched_off_waitlist_is_not_there() {
    let server = Server::with(&[("ANTESALA_WAITLIST__ENABLED", "false")]);
    let reply = server.visitor().post(JOIN, json!({"email": "ana@ejemplo.es", "role": "empresa"}));
    assert_eq!(reply.status, 404);
}
