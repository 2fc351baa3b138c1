//! One's own profile: written whole, read back, held to its forms and versions.

use serde_json::{Value, json};

use crate::support::{Client, Reply, Server};

fn put(person: &mut Client, body: &Value) -> Reply {
    person.send("PUT", "/api/profile", Some(("application/json", body.to_string().as_bytes())))
}

fn whole() -> Value {
    json!({
        "headline": "Bióloga molecular", "bio": "Primera línea\n\nSegunda",
        "profession": "Bióloga", "field": "biology", "level": "R2",
        "orcid": "https://orcid.org/0000-0002-1825-0097", "location": "León, España",
        "phone": "+34 600 123 456", "skills": ["PCR", "pcr", " R "],
        "languages": [{"code": "es", "level": "native"}, {"code": "EN", "level": "C1"}],
        "links": ["https://ejemplo.es/ana"], "availability": "En un mes", "visibility": "public",
    })
}

#[test]
fn profile_is_written_whole_and_read_back() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let empty = ana.get("/api/profile").expect(200);
    assert_eq!(empty.header("etag"), Some("\"v0\""));
    assert_eq!(empty.json()["visibility"], "hidden");
    let told = put(&mut ana, &whole()).expect(200);
    let read = ana.get("/api/profile").expect(200);
    assert_eq!(told.json(), read.json());
    assert_eq!(read.header("etag"), Some("\"v1\""));
    let profile = read.json();
    assert_eq!(profile["orcid"], "0000-0002-1825-0097");
    assert_eq!(profile["skills"], json!(["PCR", "R"]));
    assert_eq!(profile["languages"][1], json!({"code": "en", "level": "C1"}));
    assert_eq!(profile["bio"], "Primera línea\n\nSegunda");
    let session = ana.get("/api/auth/get-session").expect(200).json();
    assert_eq!(session["user"]["profession"], "Bióloga");
    // What is left out is emptied.
    let told = put(&mut ana, &json!({"headline": "  "})).expect(200).json();
    for field in ["headline", "bio", "profession", "orcid", "phone"] {
        assert_eq!(told[field], Value::Null, "{field}");
    }
    assert_eq!(told["skills"], json!([]));
}

#[test]
fn change_from_an_older_version_is_412() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    put(&mut ana, &json!({"headline": "uno"})).expect(200);
    ana.set("if-match", "\"v1\"");
    put(&mut ana, &json!({"headline": "dos"})).expect(200);
    put(&mut ana, &json!({"headline": "tres"})).refused(412, "PRECONDITION_FAILED");
    ana.set("if-match", "otra cosa");
    put(&mut ana, &json!({"headline": "tres"})).refused(412, "PRECONDITION_FAILED");
    ana.unset("if-match");
    assert_eq!(ana.get("/api/profile").expect(200).json()["headline"], "dos");
    put(&mut ana, &json!({"headline": "tres"})).expect(200);
}

#[test]
fn fields_are_held_to_their_forms_and_named_when_wrong() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut ana = server.person("ana@ejemplo.es");
    let many = |count: usize| vec!["x"; count];
    for (body, field, code) in [
        (json!({"headline": "x".repeat(121)}), "headline", "FIELD_TOO_LONG"),
        (json!({"bio": "x".repeat(3001)}), "bio", "FIELD_TOO_LONG"),
        (json!({"headline": "a\nb"}), "headline", "FIELD_CONTROL_CHARACTERS"),
        (json!({"bio": "a\u{0}b"}), "bio", "FIELD_CONTROL_CHARACTERS"),
        (json!({"orcid": "0000-0002-1825-0098"}), "orcid", "FIELD_INVALID"),
        (json!({"phone": "llámame"}), "phone", "FIELD_INVALID"),
        (json!({"skills": many(31)}), "skills", "FIELD_TOO_MANY"),
        (json!({"skills": [" "]}), "skills.0", "FIELD_INVALID"),
        (json!({"skills": ["x".repeat(61)]}), "skills.0", "FIELD_TOO_LONG"),
        (
            json!({"languages": [{"code": "es", "level": "D1"}]}),
            "languages.0.level",
            "FIELD_NOT_OPTION",
        ),
        (
            json!({"languages": [{"code": "12", "level": "A1"}]}),
            "languages.0.code",
            "FIELD_INVALID",
        ),
        (json!({"links": ["javascript:alert(1)"]}), "links.0", "FIELD_INVALID"),
        (json!({"links": ["http://ejemplo.es"]}), "links.0", "FIELD_INVALID"),
        (json!({"links": many(11)}), "links", "FIELD_TOO_MANY"),
        (json!({"visibility": "friends"}), "visibility", "FIELD_NOT_OPTION"),
        (json!({"userId": "usr_otra"}), "userId", "FIELD_UNKNOWN"),
        (json!({"role": "admin"}), "role", "FIELD_UNKNOWN"),
    ] {
        let told = put(&mut ana, &body).refused(400, "VALIDATION_ERROR").json();
        assert_eq!(told["details"][0]["field"], field, "{told}");
        assert_eq!(told["details"][0]["code"], code, "{told}");
    }
    put(&mut ana, &json!({"headline": "ñ".repeat(120), "skills": many(30)})).expect(200);
    server.visitor().get("/api/profile").refused(401, "UNAUTHORIZED");
}

/// What a browser might run if it came back as anything but data.
pub const HOSTILE: [&str; 7] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "';DROP TABLE profile;--",
    "\u{202e}txt.exe <!--",
    "</textarea><svg/onload=alert`1`>",
];

#[test]
fn hostile_texts_come_back_as_data() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut ana = server.person("ana@ejemplo.es");
    let user_id = ana.get("/api/profile").json()["userId"].as_str().unwrap().to_owned();
    for hostile in HOSTILE {
        let body = json!({
            "headline": hostile, "bio": hostile, "profession": hostile, "field": hostile,
            "level": hostile, "location": hostile, "availability": hostile,
            "skills": [hostile], "visibility": "public",
        });
        put(&mut ana, &body).expect(200);
        let station = json!({
            "title": hostile, "institution": hostile, "startDate": "2020-01", "description": hostile,
        });
        ana.post("/api/profile/experience", station).expect(201);
        ana.post(
            "/api/profile/publications",
            json!({"title": hostile, "venue": hostile, "year": 2020}),
        )
        .expect(201);
        let seen = server.visitor().get(&format!("/api/profiles/{user_id}")).expect(200);
        assert_eq!(seen.header("content-type"), Some("application/json"));
        assert_eq!(seen.header("x-content-type-options"), Some("nosniff"));
        let seen = seen.json();
        for field in ["headline", "bio", "profession", "field", "level", "location", "availability"]
        {
            assert_eq!(seen[field], hostile, "{field}");
        }
        assert_eq!(seen["skills"], json!([hostile]));
        let titles = seen["experience"].as_array().unwrap().iter().map(|each| &each["title"]);
        assert!(titles.into_iter().any(|title| title == hostile));
    }
}
