//! Searching offers: words, filters, orders, pages, counts.

use serde_json::{Value, json};

use crate::support::board::{description, organization_of, patch, server, text};
use crate::support::{Client, Server};

/// Asks for a search and lists the titles that it finds.
#[track_caller]
fn titles(client: &mut Client, query: &str) -> Vec<String> {
    let found = client.get(&format!("/api/jobs?{query}")).expect(200).json();
    found["items"].as_array().unwrap().iter().map(|job| text(&job["title"])).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
fn publish(server: &Server, owner: &mut Client, title: &str, more: Value) -> Value {
    server.clock.advance_s(1);
    let mut body = json!({"title": title});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server.published(owner, body)
}

#[test]
fn words_are_found_without_case_accents_and_whole() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Fundación Cañón");
    let mut olga_publishes = |title: &str, more| publish(&server, &mut olga, title, more);
    olga_publishes("Técnica de laboratorio", json!({"requiredSkills": ["Microscopía", "C++"]}));
    olga_publishes(
        "Bióloga marina",
        json!({"description": description("Trabajo en la Antártida con pingüinos.")}),
    );
    olga_publishes("Programador R", json!({"requiredSkills": ["C#", "R"]}));
    let mut visitor = server.visitor();
    for (query, found) in [
        ("biologa", vec!["Bióloga marina"]),
        ("BIÓLOGA%20MARI", vec!["Bióloga marina"]),
        ("marina%20bio", vec!["Bióloga marina"]),
        ("ping%C3%BCinos", vec!["Bióloga marina"]),
        ("pinguino", vec!["Bióloga marina"]),
        ("inguinos", vec![]),
        ("microscop", vec!["Técnica de laboratorio"]),
        ("micros%20tecnica", vec![]),
        ("ca%C3%B1on", vec!["Programador R", "Bióloga marina", "Técnica de laboratorio"]),
        ("c%2B%2B", vec!["Técnica de laboratorio"]),
        ("c%23", vec!["Programador R"]),
        ("r", vec!["Programador R"]),
        ("bio%20zzz", vec![]),
        // Nothing of an engine's language means anything.
        ("bio*", vec!["Bióloga marina"]),
        ("%22biologa", vec!["Bióloga marina"]),
        ("biologa%20OR%20tecnica", vec![]),
        ("title%3Abiologa", vec![]),
        ("NEAR(biologa%20marina)", vec![]),
        ("%27%20OR%201%3D1%20--", vec![]),
        ("biologa%20%26%20marina", vec!["Bióloga marina"]),
        ("!biologa", vec!["Bióloga marina"]),
        ("***", vec![]),
        ("%C2%A1!", vec![]),
    ] {
        assert_eq!(titles(&mut visitor, &format!("q={query}")), found, "{query}");
    }
    let long = "x".repeat(300);
    visitor.get(&format!("/api/jobs?q={long}")).refused(400, "VALIDATION_ERROR");
    visitor.get("/api/jobs?q=a%00b").refused(400, "VALIDATION_ERROR");
}

#[test]
fn better_places_rank_higher_and_newer_ones_among_equals() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Centro de Genómica");
    let mut other = server.organization("x@ejemplo.es", "Labs");
    publish(&server, &mut other, "Con genómica en el título", json!({}));
    publish(&server, &mut other, "Otra de genómica", json!({}));
    publish(&server, &mut other, "Con destreza", json!({"requiredSkills": ["Genómica"]}));
    publish(&server, &mut olga, "De la casa", json!({}));
    publish(
        &server,
        &mut other,
        "En el texto",
        json!({"description": description("Haz genómica.")}),
    );
    let mut visitor = server.visitor();
    let expected = [
        "Otra de genómica",
        "Con genómica en el título",
        "Con destreza",
        "De la casa",
        "En el texto",
    ];
    assert_eq!(titles(&mut visitor, "q=genomica"), expected);
    assert_eq!(titles(&mut visitor, "q=genomica&sort=newest")[0], "En el texto");
    // Page by page it is the same, while others come.
    let mut seen = Vec::new();
    let mut path = String::from("/api/jobs?q=genomica&limit=2");
    loop {
        let page = visitor.get(&path).expect(200).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|job| text(&job["title"])));
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("/api/jobs?q=genomica&limit=2&cursor={cursor}");
        publish(&server, &mut other, "Genómica nueva", json!({}));
    }
    seen.retain(|title| title != "Genómica nueva");
    assert_eq!(seen, expected);
}

/// Publishes four offers that differ in everything; returns when the second came.
fn four(server: &Server) -> String {
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let mut other = server.organization("x@ejemplo.es", "Otra Casa");
    let first = json!({"category": "physics", "experienceLevel": "R1",
        "location": {"state": "Málaga", "country": "ES"},
        "salary": {"min": 1500, "max": 2500, "period": "month"}});
    publish(server, &mut olga, "Primera", first);
    let second = json!({"employmentType": "internship",
        "location": {"state": "Malaga", "country": "ES", "isRemote": true},
        "salary": {"max": 20, "period": "hour"}});
    let second = publish(server, &mut olga, "Segunda", second);
    let third = json!({"location": {"country": "PT", "isHybrid": true},
        "salary": {"max": 90_000, "currency": "USD"}});
    publish(server, &mut other, "Tercera", third);
    publish(server, &mut other, "Cuarta", json!({"salary": {"isNegotiable": true}}));
    text(&second["publishedAt"])
}

#[test]
fn filters_hold_back_and_facets_count_the_same() {
    let server = server();
    let since = format!("since={}", four(&server));
    let mut visitor = server.visitor();
    for (query, found) in [
        ("", vec!["Cuarta", "Tercera", "Segunda", "Primera"]),
        ("category=physics", vec!["Primera"]),
        ("state=malaga", vec!["Segunda", "Primera"]),
        ("country=pt", vec!["Tercera"]),
        ("mode=remote", vec!["Segunda"]),
        ("mode=on_site", vec!["Cuarta", "Primera"]),
        ("employmentType=internship", vec!["Segunda"]),
        ("experienceLevel=R1", vec!["Primera"]),
        ("organization=otra-casa", vec!["Cuarta", "Tercera"]),
        ("organization=nadie", vec![]),
        ("salaryMin=30001", vec!["Segunda"]),
        ("salaryMin=30000&category=physics", vec!["Primera"]),
        ("salaryMin=1&currency=USD", vec!["Tercera"]),
        (since.as_str(), vec!["Cuarta", "Tercera", "Segunda"]),
        ("q=tercera&country=ES", vec![]),
        ("q=buscamos&country=ES", vec!["Segunda", "Primera"]),
    ] {
        assert_eq!(titles(&mut visitor, query), found, "{query}");
        let counted = visitor.get(&format!("/api/jobs?{query}")).json();
        assert_eq!(counted["total"], found.len(), "{query}");
        let facets = visitor.get(&format!("/api/jobs/facets?{query}")).expect(200).json();
        let counts = facets["category"].as_array().unwrap().iter();
        let count: i64 = counts.map(|row| row["count"].as_i64().unwrap()).sum();
        assert_eq!(usize::try_from(count).unwrap(), found.len(), "{query}: {facets}");
    }
    let facets = visitor.get("/api/jobs/facets").expect(200).json();
    let count = |value: &str, count: i64| json!({"value": value, "count": count});
    assert_eq!(
        facets["mode"],
        json!([count("on_site", 2), count("hybrid", 1), count("remote", 1)])
    );
    assert_eq!(facets["state"], json!([count("Málaga", 2)]));
}

#[test]
fn best_paid_come_first_and_other_currencies_last() {
    let server = server();
    four(&server);
    let mut visitor = server.visitor();
    for (query, known) in [
        ("sort=salary", vec!["Segunda", "Primera"]),
        ("sort=salary&currency=USD", vec!["Tercera"]),
        ("sort=salary&q=buscamos&country=ES", vec!["Segunda", "Primera"]),
    ] {
        let seen = titles(&mut visitor, query);
        assert_eq!(seen[..known.len()], known, "{query}");
        assert_eq!(seen.len(), if query.contains("country") { 2 } else { 4 }, "{query}");
    }
}

#[test]
fn wrong_filters_are_named() {
    let server = server();
    let mut visitor = server.visitor();
    for (query, field, code) in [
        ("colour=red", "colour", "FIELD_UNKNOWN"),
        ("mode=moon", "mode", "FIELD_NOT_OPTION"),
        ("salaryMin=x", "salaryMin", "FIELD_INVALID"),
        ("since=ayer", "since", "FIELD_INVALID"),
        ("limit=101", "limit", "FIELD_TOO_LARGE"),
        ("cursor=x", "cursor", "FIELD_INVALID"),
    ] {
        let told = visitor.get(&format!("/api/jobs?{query}")).refused(400, "VALIDATION_ERROR");
        let detail = &told.json()["details"][0];
        assert_eq!((&detail["field"], &detail["code"]), (&json!(field), &json!(code)), "{query}");
    }
}

#[test]
fn what_is_found_follows_what_becomes_of_offers() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let job = publish(&server, &mut olga, "Geóloga", json!({}));
    let id = text(&job["id"]);
    let mut visitor = server.visitor();
    assert_eq!(titles(&mut visitor, "q=geologa"), ["Geóloga"]);
    let path = format!("/api/jobs/{id}");
    let tag = format!("\"v{}\"", job["version"]);
    patch(&mut olga, &path, &tag, json!({"title": "Física teórica", "category": "physics"}))
        .expect(200);
    assert!(titles(&mut visitor, "q=geologa").is_empty());
    assert_eq!(titles(&mut visitor, "q=fisica&category=physics"), ["Física teórica"]);
    for (step, body, is_found) in [
        ("pause", json!({}), false),
        ("resume", json!({}), true),
        ("close", json!({"reason": "filled"}), false),
    ] {
        olga.post(&format!("{path}/{step}"), body).expect(200);
        assert_eq!(titles(&mut visitor, "q=fisica").len(), usize::from(is_found), "{step}");
        assert_eq!(titles(&mut visitor, "").len(), usize::from(is_found), "{step}");
    }
    publish(&server, &mut olga, "Otra oferta", json!({}));
    let organization = format!("/api/organizations/{}", organization_of(&mut olga));
    // The organisation's new name is found, and the old one no more.
    patch(&mut olga, &organization, "\"v1\"", json!({"name": "Observatorio"})).expect(200);
    assert_eq!(titles(&mut visitor, "q=observatorio"), ["Otra oferta"]);
    assert!(titles(&mut visitor, "q=labs").is_empty());
    crate::support::board::delete(&mut olga, &organization).expect(204);
    assert!(titles(&mut visitor, "").is_empty());
    assert!(titles(&mut visitor, "q=otra").is_empty());
    assert_eq!(visitor.get("/api/jobs/facets").json()["category"], json!([]));
}

#[test]
fn totals_are_exact_to_a_thousand_and_pages_complete_while_offers_come() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let job = publish(&server, &mut olga, "Modelo de oferta", json!({}));
    many(&server, &text(&job["id"]), 1_004);
    let mut visitor = server.visitor();
    let all = visitor.get("/api/jobs?limit=1").expect(200).json();
    assert_eq!((&all["total"], &all["totalIsCapped"]), (&json!(1000), &json!(true)));
    let some = visitor.get("/api/jobs?limit=1&category=physics").expect(200).json();
    assert_eq!((&some["total"], &some["totalIsCapped"]), (&json!(502), &json!(false)));
    let words = visitor.get("/api/jobs?limit=1&q=modelo").expect(200).json();
    assert_eq!((&words["total"], &words["totalIsCapped"]), (&json!(1000), &json!(true)));
    for sort in ["newest", "salary"] {
        let mut seen = std::collections::BTreeSet::new();
        let mut count = 0;
        let mut cursor = String::new();
        loop {
            let page = visitor.get(&format!("/api/jobs?limit=100&sort={sort}{cursor}")).expect(200);
            let page = page.json();
            for job in page["items"].as_array().unwrap() {
                let is_old = text(&job["title"]) == "Modelo de oferta";
                count += usize::from(is_old);
                assert!(seen.insert(text(&job["id"])), "{sort}: twice");
            }
            let Some(next) = page["nextCursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
            publish(&server, &mut olga, "Llegada entretanto", json!({}));
        }
        assert_eq!(count, 1_005, "{sort}");
    }
}

/// Makes copies of a published offer behind the server's back, half of them in physics.
fn many(server: &Server, id: &str, count: i64) {
    let rows = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    );
    server.execute(&format!(
        "INSERT INTO job (id, slug, organization_id, title, description, category,
            employment_type, is_salary_negotiable, salary_yearly, salary_currency, salary_period,
            mode, benefits, required_skills, questions, status, published_at, expires_at,
            created_at, updated_at)
        {rows} SELECT 'job_n' || i, 'n' || i, organization_id, title, description,
            CASE i % 2 WHEN 0 THEN 'physics' ELSE category END, employment_type, 0, i % 50, 'EUR',
            'year', mode, benefits, required_skills, questions, status, published_at + i % 100,
            expires_at, created_at, updated_at
        FROM job, n WHERE id = '{id}'"
    ));
    server.execute(&format!(
        "INSERT INTO job_listing (job_id, number, is_listed, organization_id, category, mode,
            employment_type, salary_currency, salary_yearly, published_at, title_words,
            skill_words, organization_words, description_words)
        {rows} SELECT 'job_n' || i, 1000 + i, 1, organization_id,
            CASE i % 2 WHEN 0 THEN 'physics' ELSE category END, mode, employment_type, 'EUR',
            i % 50, published_at + i % 100, title_words, skill_words, organization_words,
            description_words
        FROM job_listing, n WHERE job_id = '{id}'"
    ));
    server.execute(&format!(
        "UPDATE counter SET value = {} WHERE name = 'job_listing'",
        1000 + count
    ));
}
