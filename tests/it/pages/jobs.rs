//! The job board as visitors, candidates and organisations see it.

use serde_json::{Value, json};

use super::{browser, led, reader, submit};
use crate::support::board::{draft, server, text};
use crate::support::{Client, Server};

const QUESTIONS: [&str; 2] = ["¿Cuántos años llevas en esto?", "¿Qué turno prefieres?"];

/// An organisation with two published offers; returns the first.
fn offers(server: &Server) -> (Client, Value) {
    let mut owner = server.organization("lab@ejemplo.es", "Laboratorio Alborán");
    let job = server.published(
        &mut owner,
        json!({
            "title": "Bióloga marina", "requiredSkills": ["Buceo"],
            "salary": {"min": 30_000, "max": 38_000},
            "location": {"city": "Málaga", "state": "Andalucía", "country": "ES"},
            "benefits": [{"title": "Barco propio"}],
            "questions": [
                {"id": "years", "text": QUESTIONS[0], "kind": "number", "isRequired": true},
                {"id": "shift", "text": QUESTIONS[1], "kind": "choice", "options": ["Día", "Noche"]},
            ],
        }),
    );
    server.clock.advance_s(60);
    let more = json!({"title": "Físico de partículas", "category": "physics",
        "location": {"isRemote": true}});
    server.published(&mut owner, more);
    (owner, job)
}

fn page_of(job: &Value) -> String {
    format!("/empleos/{}", text(&job["slug"]))
}

#[test]
fn offers_are_searched_filtered_and_counted_by_the_address() {
    let server = server();
    offers(&server);
    let mut visitor = browser(&server);
    let all = visitor.get("/empleos").expect(200).text;
    for said in [
        "Bióloga marina",
        "Físico de partículas",
        "2 ofertas",
        "30.000 – 38.000\u{a0}€ al año",
        "Málaga, España",
        "/empleos?category=physics",
        "A distancia",
    ] {
        assert!(all.contains(said), "{said}: {all}");
    }
    for (query, is_found) in [
        ("q=biolog", true),
        ("category=biology&sort=salary", true),
        ("state=andalucia", true),
        ("country=ES&salaryMin=30000", true),
        ("country=&salaryMin=&q=&colour=x&mode=moon", true),
        ("mode=remote", false),
        ("q=nadie", false),
        ("salaryMin=90000", false),
    ] {
        let page = visitor.get(&format!("/empleos?{query}")).expect(200).text;
        assert_eq!(page.contains("Bióloga marina"), is_found, "{query}: {page}");
    }
    // A field that is filtered by still shows its other names.
    let remote = visitor.get("/empleos?mode=remote").expect(200).text;
    assert!(remote.contains("href=\"/empleos?mode=on_site\""), "{remote}");
    let none = visitor.get("/empleos?q=nadie").expect(200).text;
    assert!(none.contains("Nada encaja") && none.contains("Ninguna oferta"), "{none}");
    let first = visitor.get("/empleos?limit=1").expect(200).text;
    let next = first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let second = visitor.get(&next.replace("&#38;", "&")).expect(200).text;
    assert!(first.contains("Físico de partículas") && second.contains("Bióloga marina"), "{next}");
    assert!(!second.contains("Físico de partículas"));
    visitor.get("/empleos?cursor=x").expect(400);
}

#[test]
fn offer_tells_people_and_search_engines_and_is_gone_when_it_is_over() {
    let server = server();
    let (mut owner, job) = offers(&server);
    let path = page_of(&job);
    let mut visitor = browser(&server);
    let page = visitor.get(&path).expect(200).text;
    for said in [
        "<h1>Bióloga marina</h1>",
        "Barco propio",
        "Buceo",
        "\"@type\":\"JobPosting\"",
        "<link rel=\"canonical\" href=\"http",
        "template=job",
        "/dashboard/solicitar/bio",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert_eq!(
        server.text("SELECT CAST(views AS TEXT) FROM job WHERE title = 'Bióloga marina'"),
        "1"
    );
    let id = text(&job["id"]);
    let by_id = visitor.get(&format!("/empleos/{id}")).expect(303);
    assert_eq!(by_id.header("location"), Some(path.as_str()));
    let employer = visitor.get("/organizaciones/laboratorio-alboran").expect(200).text;
    assert!(employer.contains("Bióloga marina") && employer.contains("2 ofertas"), "{employer}");
    owner.post(&format!("/api/jobs/{id}/close"), json!({"reason": "filled"})).expect(200);
    assert!(visitor.get(&path).expect(410).text.contains("Esta oferta ya se cerró"));
    let own = reader(owner).get(&path).expect(200).text;
    assert!(own.contains("Cerrada") && !own.contains("JobPosting"), "{own}");
    visitor.get("/empleos/nada").expect(404);
    visitor.get("/organizaciones/nada").expect(404);
}

#[test]
fn draft_is_for_nobody_else() {
    let server = server();
    let mut owner = server.organization("lab@ejemplo.es", "Laboratorio");
    let job = draft(&mut owner, json!({}));
    browser(&server).get(&page_of(&job)).expect(404);
    reader(owner).get(&page_of(&job)).expect(200);
}

#[test]
fn candidate_applies_sees_the_history_and_withdraws() {
    let server = server();
    let (_owner, job) = offers(&server);
    let form = format!("/dashboard/solicitar/{}", text(&job["slug"]));
    let stranger = browser(&server).get(&form).expect(303);
    assert!(stranger.header("location").unwrap().starts_with("/login?next=%2Fdashboard%2Fsol"));
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    assert!(ana.get(&form).expect(200).text.contains(QUESTIONS[0]));
    let wrong = [
        ("coverLetter", "Porque sí"),
        ("answer0", "muchos"),
        ("answer1", "Tarde"),
        ("salaryMin", "9"),
        ("salaryMax", "8"),
        ("availabilityDate", "2027-02-30"),
    ];
    let page = submit(&mut ana, &form, &wrong).expect(400).text;
    for field in ["answer0", "answer1", "salaryMax", "availabilityDate"] {
        assert!(page.contains(&format!("id=\"{field}-wrong\"")), "{field}: {page}");
    }
    assert!(page.contains("Porque sí"), "what was typed stays");
    submit(&mut ana, &form, &[]).expect(400);
    let right = [
        ("coverLetter", "Porque sí"),
        ("answer0", "2,5"),
        ("answer1", "Noche"),
        ("salaryMin", "32000"),
        ("availabilityDate", "2027-03-01"),
    ];
    let made = led(&mut ana, &form, &right);
    assert_eq!(
        server.text("SELECT answers FROM application"),
        r#"[{"questionId":"years","value":2.5},{"questionId":"shift","value":"Noche"}]"#
    );
    let page = ana.get(&made).expect(200).text;
    assert!(page.contains("Candidatura enviada") && page.contains("Pendiente"), "{page}");
    assert!(ana.get("/dashboard/candidaturas").expect(200).text.contains("Bióloga marina"));
    assert!(ana.get(&page_of(&job)).expect(200).text.contains("Ya te has presentado"));
    // Once is enough, however it is asked for.
    ana.get(&form).expect(303);
    assert!(submit(&mut ana, &form, &right).expect(400).text.contains("role=\"alert\""));
    let own = made.split('?').next().unwrap().to_owned();
    reader(server.professional("eva@ejemplo.es")).get(&own).expect(404);
    led(&mut ana, &own, &[]);
    let page = ana.get(&own).expect(200).text;
    assert!(page.contains("Retirada") && !page.contains("data-confirm"), "{page}");
    assert_eq!(led(&mut ana, &own, &[]), own, "what is decided stays");
}

#[test]
fn whoever_cannot_apply_is_told_why() {
    let server = server();
    let (owner, job) = offers(&server);
    let form = format!("/dashboard/solicitar/{}", text(&job["slug"]));
    let mut eva = reader(server.person("eva@ejemplo.es"));
    server.execute("UPDATE \"user\" SET email_verified = 0 WHERE email = 'eva@ejemplo.es'");
    let page = eva.get(&form).expect(200).text;
    assert!(page.contains("verifica tu dirección") && !page.contains("coverLetter"), "{page}");
    submit(&mut eva, &form, &[("answer0", "1")]).expect(400);
    let page = reader(owner).get(&form).expect(200).text;
    assert!(page.contains("cuenta de profesional") && !page.contains("coverLetter"), "{page}");
    assert_eq!(server.count("application"), 0);
}

#[test]
fn offers_are_saved_and_forgotten() {
    let server = server();
    let (_owner, job) = offers(&server);
    let (id, path) = (text(&job["id"]), page_of(&job));
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    let save = [("job", id.as_str()), ("act", "save"), ("next", path.as_str())];
    assert_eq!(led(&mut ana, "/dashboard/guardadas", &save), format!("{path}?done=job-saved"));
    assert!(ana.get(&path).expect(200).text.contains("aria-pressed=\"true\""));
    assert!(ana.get("/dashboard/guardadas").expect(200).text.contains("Bióloga marina"));
    let elsewhere = [("job", "nada"), ("act", "save"), ("next", "https://evil.example")];
    assert!(led(&mut ana, "/dashboard/guardadas", &elsewhere).ends_with("?problem=NOT_FOUND"));
    led(&mut ana, "/dashboard/guardadas", &[("job", &id), ("act", "forget")]);
    assert!(ana.get("/dashboard/guardadas").expect(200).text.contains("No has guardado"));
}
