//! Experience, education, publications: each its owner's alone.

use serde_json::{Value, json};

use crate::support::{Client, Reply, Server};

fn patch(person: &mut Client, path: &str, body: &Value) -> Reply {
    person.send("PATCH", path, Some(("application/json", body.to_string().as_bytes())))
}

fn station(title: &str, start: &str) -> Value {
    json!({"title": title, "institution": "CSIC", "startDate": start})
}

/// The lists with a body that adds to each and one that changes an entry.
fn lists() -> [(&'static str, Value, Value); 3] {
    [
        ("experience", station("Técnica", "2019-03"), json!({"title": "Investigadora"})),
        ("education", station("Grado", "2015-09-01"), json!({"title": "Doctorado"})),
        ("publications", json!({"title": "CRISPR", "year": 2021}), json!({"title": "CRISPR 2"})),
    ]
}

#[test]
fn entries_are_added_changed_listed_and_removed() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    for (list, body, change) in lists() {
        let path = format!("/api/profile/{list}");
        assert_eq!(ana.get(&path).expect(200).json(), json!({"items": [], "nextCursor": null}));
        let added = ana.post(&path, body).expect(201).json();
        let one = format!("{path}/{}", added["id"].as_str().unwrap());
        assert_eq!(ana.get(&one).expect(200).json(), added);
        let changed = patch(&mut ana, &one, &change).expect(200).json();
        assert_eq!(changed["title"], change["title"]);
        assert_eq!(ana.get(&path).expect(200).json()["items"], json!([changed]));
        // Another's entry is not there, whatever is asked of it.
        let mut luis = server.person(&format!("luis-{list}@ejemplo.es"));
        luis.get(&one).refused(404, "NOT_FOUND");
        patch(&mut luis, &one, &change).refused(404, "NOT_FOUND");
        luis.send("DELETE", &one, None).refused(404, "NOT_FOUND");
        ana.set("if-match", "\"v1\"");
        patch(&mut ana, &one, &change).refused(412, "PRECONDITION_FAILED");
        ana.unset("if-match");
        ana.send("DELETE", &one, None).expect(204);
        ana.send("DELETE", &one, None).refused(404, "NOT_FOUND");
        assert_eq!(server.visitor().get(&path).status, 401);
    }
}

#[test]
fn one_section_does_not_reach_into_the_other() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let added = ana.post("/api/profile/experience", station("Técnica", "2019-03")).json();
    let id = added["id"].as_str().unwrap();
    ana.get(&format!("/api/profile/education/{id}")).refused(404, "NOT_FOUND");
    ana.send("DELETE", &format!("/api/profile/education/{id}"), None).refused(404, "NOT_FOUND");
    ana.get(&format!("/api/profile/experience/{id}")).expect(200);
}

#[test]
fn newest_stands_first_and_a_patch_leaves_the_rest() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let body = json!({
        "title": "Técnica", "institution": "CSIC", "startDate": "2019-03",
        "endDate": "2020-04-30", "description": "a\nb",
    });
    let old = ana.post("/api/profile/experience", body).expect(201).json();
    ana.post("/api/profile/experience", station("Jefa", "2021-01")).expect(201);
    let listed = ana.get("/api/profile/experience").json();
    assert_eq!(listed["items"][0]["title"], "Jefa");
    let path = format!("/api/profile/experience/{}", old["id"].as_str().unwrap());
    let told = patch(&mut ana, &path, &json!({"endDate": null})).expect(200).json();
    assert_eq!(told["endDate"], Value::Null);
    assert_eq!(told["description"], "a\nb");
    // An end before the start is refused, whichever of them the patch names.
    patch(&mut ana, &path, &json!({"endDate": "2018-01"})).refused(400, "VALIDATION_ERROR");
}

#[test]
fn wrong_entries_name_their_field() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let with = |field: &str, value: Value| {
        let mut body = station("Técnica", "2020-05");
        body[field] = value;
        body
    };
    for (body, field) in [
        (with("startDate", json!("2020-13")), "startDate"),
        (with("startDate", json!("mayo")), "startDate"),
        (with("endDate", json!("2020-04")), "endDate"),
        (with("endDate", json!("2020-02-30")), "endDate"),
        (with("title", json!("   ")), "title"),
        (with("title", json!("")), "title"),
        (with("userId", json!("usr_otra")), "userId"),
    ] {
        let told = ana.post("/api/profile/education", body).refused(400, "VALIDATION_ERROR").json();
        assert_eq!(told["details"][0]["field"], field, "{told}");
    }
    for (body, field) in [
        (json!({"title": "T", "year": 1500}), "year"),
        (json!({"title": "T", "year": 2020, "doi": "11.1000/182"}), "doi"),
    ] {
        let told =
            ana.post("/api/profile/publications", body).refused(400, "VALIDATION_ERROR").json();
        assert_eq!(told["details"][0]["field"], field, "{told}");
    }
    let told = json!({"title": "T", "year": 2020, "doi": "https://doi.org/10.1000/182"});
    let told = ana.post("/api/profile/publications", told).expect(201).json();
    assert_eq!(told["doi"], "10.1000/182");
}

#[test]
fn lists_end_where_they_must() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut ana = server.person("ana@ejemplo.es");
    for _ in 0..50 {
        ana.post("/api/profile/experience", station("Técnica", "2019-03")).expect(201);
    }
    ana.post("/api/profile/experience", station("Otra", "2019-03")).refused(409, "LIMIT_REACHED");
    ana.post("/api/profile/education", station("Grado", "2019-03")).expect(201);
}
