//! What applications, notes and messages say.

use super::{CORPUS, assert_harmless};
use crate::pages::dealings::House;
use crate::pages::{browser, led, submit};
use crate::support::Client;
use crate::support::server::PASSWORD;

#[test]
fn what_applications_and_messages_say_is_text() {
    let mut house = House::new();
    for (number, text) in CORPUS.iter().enumerate() {
        house.server.clock.advance_s(60);
        let (mut eva, id) = hostile_applicant(&house, number, text);
        let (own, talk) =
            (format!("/dashboard/recibidas/{id}"), format!("/dashboard/mensajes/{id}"));
        let (step, notes) = (format!("{own}/estado"), format!("{own}/notas"));
        let long = format!("{text}{}", "x".repeat(5_000));
        let back: [(&str, &[(&str, &str)]); 5] = [
            (&step, &[("message", text), ("note", text), ("next", text)]),
            (&step, &[("status", "oferta"), ("message", &long), ("note", &long)]),
            (&step, &[("status", "oferta"), ("note", &long)]),
            (&notes, &[("content", &long)]),
            (&talk, &[("content", &long), ("next", text)]),
        ];
        for (path, fields) in back {
            assert_harmless(&submit(&mut house.owner, path, fields).expect(400), path);
        }
        let taken = [("status", "entrevista"), ("message", *text), ("note", *text)];
        led(&mut house.owner, &step, &taken);
        led(&mut house.owner, &notes, &[("content", text)]);
        led(&mut eva, &talk, &[("content", text)]);
        let board = house.board();
        let query: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let asked = format!("{board}?vista=lista&estado={query}&orden={query}");
        for page in [&own, &talk, &board, &asked, &format!("{board}?vista={query}")] {
            assert_harmless(&house.owner.get(page).expect(200), page);
        }
        assert_harmless(&house.owner.get("/dashboard/mensajes").expect(200), "mensajes");
        let theirs = format!("/dashboard/candidaturas/{id}");
        for page in [&theirs, &talk, &format!("{talk}?antes={query}")] {
            assert_harmless(&eva.get(page).expect(200), page);
        }
        assert_harmless(&eva.get("/dashboard/mensajes").expect(200), "mensajes");
    }
}

/// Somebody who says `text` wherever something can be said, and their application.
fn hostile_applicant(house: &House, number: usize, text: &str) -> (Client, String) {
    let mut eva = browser(&house.server);
    let email = format!("eva{number}@ejemplo.es");
    let fields = [("name", text), ("email", &email), ("password", PASSWORD), ("profession", text)];
    led(&mut eva, "/registro", &fields);
    house.server.execute("UPDATE \"user\" SET email_verified = 1");
    let told = serde_json::json!({"headline": text, "bio": text, "profession": text,
        "field": text, "level": text, "location": text, "skills": [text], "availability": text});
    eva.send("PUT", "/api/profile", Some(("application/json", told.to_string().as_bytes())))
        .expect(200);
    let station = serde_json::json!({"title": text, "institution": text, "startDate": "2020-01",
        "description": text});
    eva.post("/api/profile/education", station).expect(201);
    let work = serde_json::json!({"title": text, "venue": text, "year": 2020});
    eva.post("/api/profile/publications", work).expect(201);
    let body = serde_json::json!({"coverLetter": text, "answers": []});
    let made = eva.post(&format!("/api/jobs/{}/applications", house.job), body).expect(201);
    (eva, made.json()["id"].as_str().unwrap().to_owned())
}
