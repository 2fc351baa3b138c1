//! Writing offers: what is taken, what is refused, who may, who was faster.

use std::thread;

use serde_json::{Value, json};

use crate::support::board::{
    delete, description, draft, job_body, organization_of, patch, server, text,
};

#[test]
fn offer_is_what_was_written_and_a_draft() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Instituto Ñ");
    let body = json!({
        "reference": "REF-1", "title": "  Biólogo/a de campo  ", "description": description("# Hola\n\n**Ven**."),
        "category": "biology", "employmentType": "contract", "experienceLevel": "R2",
        "minExperience": 3,
        "salary": {"min": 2000, "max": 2500, "period": "month", "isNegotiable": true},
        "location": {"city": "Ávila", "state": "Ávila", "country": "es", "isHybrid": true},
        "benefits": [{"title": "Coche", "description": "Eléctrico"}],
        "requiredSkills": ["GIS", "R"],
        "questions": [
            {"text": "¿Conduces?", "kind": "yes_no", "isRequired": true},
            {"id": "turno", "text": "¿Turno?", "kind": "choice", "options": ["día", "noche"]},
            {"text": "¿Por qué?"},
        ],
        "applyUrl": "https://ejemplo.es/empleo", "expiresAt": server.in_days(20),
    });
    let reply = olga.post("/api/jobs", body).expect(201);
    assert_eq!(reply.header("location"), Some("/api/jobs/biologo-a-de-campo"));
    assert_eq!(reply.header("etag"), Some("\"v1\""));
    let job = reply.json();
    assert_eq!(job["title"], "Biólogo/a de campo");
    assert_eq!(job["status"], "borrador");
    assert_eq!(job["organization"]["slug"], "instituto-n");
    assert_eq!(job["organizationId"], organization_of(&mut olga).as_str());
    assert_eq!(
        job["salary"],
        json!({"min": 2000, "max": 2500, "currency": "EUR", "period": "month", "isNegotiable": true})
    );
    assert_eq!(
        job["location"],
        json!({"city": "Ávila", "state": "Ávila", "country": "ES", "isRemote": false, "isHybrid": true})
    );
    assert!(text(&job["descriptionHtml"]).contains("<h1>Hola</h1>\n<p><strong>Ven</strong>."));
    assert_eq!(job["questions"][0]["kind"], "yes_no");
    assert_eq!(job["questions"][1]["id"], "turno");
    assert_eq!(
        job["questions"][2],
        json!({"id": job["questions"][2]["id"], "text": "¿Por qué?", "kind": "text", "options": [], "isRequired": false})
    );
    assert_eq!(job["requiredSkills"], json!(["GIS", "R"]));
    assert!(job["publishedAt"].is_null() && job["closeReason"].is_null());
    // The same title again finds another address.
    server.clock.advance_s(1);
    let again = draft(&mut olga, json!({"title": "Biólogo/a de campo"}));
    assert!(text(&again["slug"]).starts_with("biologo-a-de-campo-"));
    let mine = olga.get("/api/jobs/mine?limit=1").expect(200).json();
    assert_eq!(mine["items"][0]["id"], again["id"]);
    assert!(mine["items"][0].get("description").is_none());
    let rest = olga.get(&format!("/api/jobs/mine?cursor={}", text(&mine["nextCursor"])));
    let rest = rest.expect(200).json();
    assert_eq!((&rest["items"][0]["id"], &rest["nextCursor"]), (&job["id"], &json!(null)));
}

#[test]
fn wrong_fields_are_named_and_unknown_ones_refused() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let choice = |options: Value| json!({"questions": [{"text": "x", "kind": "choice", "options": options}]});
    for (more, field, code) in [
        (json!({"colour": "red"}), "colour", "FIELD_UNKNOWN"),
        (json!({"status": "publicada"}), "status", "FIELD_UNKNOWN"),
        (json!({"organizationId": "org_x"}), "organizationId", "FIELD_UNKNOWN"),
        (json!({"salary": {"bonus": 1}}), "salary.bonus", "FIELD_UNKNOWN"),
        (json!({"title": "abc"}), "title", "FIELD_TOO_SHORT"),
        (json!({"title": "     a     "}), "title", "FIELD_TOO_SHORT"),
        (json!({"title": "x".repeat(121)}), "title", "FIELD_TOO_LONG"),
        (json!({"description": "corta"}), "description", "FIELD_TOO_SHORT"),
        (json!({"description": "x".repeat(20_001)}), "description", "FIELD_TOO_LONG"),
        (json!({"category": "alchemy"}), "category", "FIELD_NOT_OPTION"),
        (json!({"employmentType": null}), "employmentType", "FIELD_NOT_OPTION"),
        (json!({"minExperience": 41}), "minExperience", "FIELD_TOO_LARGE"),
        (json!({"salary": {"min": 3, "max": 2}}), "salary.max", "FIELD_TOO_SMALL"),
        (json!({"salary": {"min": -1}}), "salary.min", "FIELD_TOO_SMALL"),
        (json!({"salary": {"currency": "ZZZ"}}), "salary.currency", "FIELD_INVALID"),
        (json!({"location": {"country": "ZZ"}}), "location.country", "FIELD_INVALID"),
        (
            json!({"location": {"isRemote": true, "isHybrid": true}}),
            "location.isHybrid",
            "FIELD_INVALID",
        ),
        (json!({"requiredSkills": vec!["x"; 31]}), "requiredSkills", "FIELD_TOO_MANY"),
        (json!({"requiredSkills": [" "]}), "requiredSkills.0", "FIELD_TOO_SHORT"),
        (json!({"questions": vec![json!({"text": "x"}); 11]}), "questions", "FIELD_TOO_MANY"),
        (choice(json!(["a"])), "questions.0.options", "FIELD_INVALID"),
        (choice(json!(["a", "a"])), "questions.0.options", "FIELD_INVALID"),
        (
            json!({"questions": [{"id": "a", "text": "x"}, {"id": "a", "text": "y"}]}),
            "questions.1.id",
            "FIELD_INVALID",
        ),
        (json!({"applyUrl": "javascript:alert(1)"}), "applyUrl", "FIELD_INVALID"),
        (json!({"applyUrl": "https://a:b@ejemplo.es"}), "applyUrl", "FIELD_INVALID"),
        (json!({"expiresAt": "mañana"}), "expiresAt", "FIELD_INVALID"),
        (json!({"title": "hola\u{0}hola"}), "title", "FIELD_CONTROL_CHARACTERS"),
    ] {
        let told = olga.post("/api/jobs", job_body(more)).refused(400, "VALIDATION_ERROR").json();
        let detail = &told["details"][0];
        assert_eq!((&detail["field"], &detail["code"]), (&json!(field), &json!(code)), "{told}");
    }
    assert_eq!(server.count("job"), 0);
}

#[test]
fn change_needs_the_version_it_was_made_from() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let job = server.published(&mut olga, json!({"salary": {"min": 10}, "reference": "a"}));
    let path = format!("/api/jobs/{}", text(&job["id"]));
    let tag = format!("\"v{}\"", job["version"]);
    let body = json!({"title": "Otro título", "salary": null, "requiredSkills": ["R"]});
    let changed = patch(&mut olga, &path, &tag, body.clone()).expect(200);
    let next = changed.header("etag").unwrap().to_owned();
    let changed = changed.json();
    assert_eq!((&changed["title"], &changed["salary"]), (&json!("Otro título"), &json!(null)));
    assert_eq!((&changed["reference"], &changed["slug"]), (&json!("a"), &job["slug"]));
    patch(&mut olga, &path, &tag, body.clone()).refused(412, "PRECONDITION_FAILED");
    for tag in ["*", ""] {
        let code =
            if tag == "*" { (428, "PRECONDITION_REQUIRED") } else { (412, "PRECONDITION_FAILED") };
        patch(&mut olga, &path, tag, body.clone()).refused(code.0, code.1);
    }
    patch(&mut olga, &path, &next, json!({"expiresAt": server.in_days(181)}))
        .refused(400, "EXPIRES_AT_INVALID");
    patch(&mut olga, &path, &next, json!({"expiresAt": null})).refused(400, "EXPIRES_AT_INVALID");
    // Of many who change the same version at once, one does.
    let base = format!("http://{}", server.address());
    let statuses: Vec<u16> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|n| {
                let (mut client, path, next) = (olga.at(&base), &path, &next);
                let body = json!({"title": format!("Título número {n}")});
                scope.spawn(move || patch(&mut client, path, next, body).status)
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 412).count(), 7, "{statuses:?}");
}

#[test]
fn each_role_may_what_it_may() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let hidden = draft(&mut olga, json!({}));
    let shown = server.published(&mut olga, json!({}));
    let mut recruiter = server.member(&mut olga, "r@ejemplo.es", "recruiter");
    let mut others = [
        (server.member(&mut olga, "v@ejemplo.es", "viewer"), 200, 403, 403),
        (server.organization("x@ejemplo.es", "Otra"), 404, 404, 403),
        (server.professional("p@ejemplo.es"), 404, 404, 403),
        (server.visitor(), 404, 401, 401),
    ];
    for (client, reads, on_hidden, on_shown) in &mut others {
        for (job, status) in [(&hidden, *on_hidden), (&shown, *on_shown)] {
            let path = format!("/api/jobs/{}", text(&job["id"]));
            assert_eq!(patch(client, &path, "\"v1\"", json!({"title": "Robada"})).status, status);
            assert_eq!(delete(client, &path).status, status);
            for (step, body) in [
                ("publish", json!({"expiresAt": server.in_days(9)})),
                ("pause", json!({})),
                ("resume", json!({})),
                ("close", json!({"reason": "filled"})),
                ("renew", json!({"expiresAt": server.in_days(9)})),
                ("duplicate", json!({})),
            ] {
                let reply = client.post(&format!("{path}/{step}"), body);
                assert_eq!(reply.status, status, "{step}: {}", reply.text);
            }
        }
        assert_eq!(client.get(&format!("/api/jobs/{}", text(&hidden["id"]))).status, *reads);
        assert_eq!(client.get(&format!("/api/jobs/{}", text(&hidden["slug"]))).status, *reads);
        client.get(&format!("/api/jobs/{}", text(&shown["slug"]))).expect(200);
    }
    let mine = |status: u16, client: &mut crate::support::Client| {
        client.get("/api/jobs/mine").expect(status)
    };
    let [viewer, _, professional, visitor] = &mut others;
    assert_eq!(mine(200, &mut viewer.0).json()["items"].as_array().unwrap().len(), 2);
    mine(403, &mut professional.0);
    mine(401, &mut visitor.0);
    viewer.0.post("/api/jobs", job_body(json!({}))).refused(403, "FORBIDDEN");
    professional
        .0
        .post("/api/jobs", job_body(json!({})))
        .refused(403, "ORGANIZATION_ACCOUNT_REQUIRED");
    draft(&mut recruiter, json!({}));
    // Whoever was a recruiter a moment ago is none.
    server.execute("UPDATE member SET role = 'viewer' WHERE role = 'recruiter'");
    recruiter.post("/api/jobs", job_body(json!({}))).refused(403, "FORBIDDEN");
    server.admin().get(&format!("/api/jobs/{}", text(&hidden["id"]))).expect(200);
}

#[test]
fn hostile_texts_come_back_as_data() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "<b>Labs</b>");
    for hostile in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "javascript:alert(1)//",
        "[x](javascript:alert(1)) ![x](https://evil.example/t.gif)",
        "{{7*7}} ${7*7} <%= 7*7 %>",
        "</script><svg/onload=alert(1)>",
        "'; DROP TABLE job; --",
    ] {
        let job = server.published(&mut olga, json!({
            "title": hostile, "description": description(hostile), "reference": hostile,
            "location": {"city": hostile, "state": hostile},
            "requiredSkills": [hostile], "benefits": [{"title": hostile, "description": hostile}],
            "questions": [{"text": hostile, "kind": "choice", "options": [hostile, "b"]}],
        }));
        let path = format!("/api/jobs/{}", text(&job["slug"]));
        let reply = server.visitor().get(&path).expect(200);
        assert_eq!(reply.header("content-type"), Some("application/json"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        let seen = reply.json();
        for told in [
            &seen["title"],
            &seen["reference"],
            &seen["location"]["city"],
            &seen["requiredSkills"][0],
            &seen["benefits"][0]["description"],
            &seen["questions"][0]["options"][0],
        ] {
            assert_eq!(told, hostile);
        }
        let html = text(&seen["descriptionHtml"]).to_lowercase();
        for banned in ["<script", "<img", "<svg", "href=\"javascript", "onerror=alert(1)>"] {
            assert!(!html.contains(banned), "{html}");
        }
        let slug = text(&seen["slug"]);
        assert!(slug.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{slug}");
    }
}

#[test]
fn draft_is_deleted_and_whatever_else_is_copied() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let job = server.published(&mut olga, json!({"requiredSkills": ["R"], "reference": "x"}));
    let path = format!("/api/jobs/{}", text(&job["id"]));
    let copy = olga.post(&format!("{path}/duplicate"), json!({})).expect(201).json();
    assert_ne!(copy["slug"], job["slug"]);
    assert_eq!((&copy["status"], &copy["requiredSkills"]), (&json!("borrador"), &json!(["R"])));
    assert!(copy["expiresAt"].is_null() && copy["publishedAt"].is_null());
    delete(&mut olga, &path).refused(409, "ILLEGAL_TRANSITION");
    let copy = format!("/api/jobs/{}", text(&copy["id"]));
    delete(&mut olga, &copy).expect(204);
    olga.get(&copy).refused(404, "NOT_FOUND");
}

#[test]
fn tag_that_compression_made_weak_is_taken_with_a_change() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Instituto Ñ");
    let job = draft(&mut olga, json!({"description": description(&"Texto. ".repeat(400))}));
    let path = format!("/api/jobs/{}", text(&job["id"]));
    let changed = patch(&mut olga, &path, "W/\"v1\"", json!({"reference": "r"})).expect(200);
    assert_eq!(changed.header("etag"), Some("\"v2\""));
    patch(&mut olga, &path, "W/\"v1\"", json!({"reference": "s"}))
        .refused(412, "PRECONDITION_FAILED");
}

#[test]
fn longest_description_fits_however_it_is_escaped() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Instituto Ñ");
    let long = "ñ".repeat(20_000);
    let body = job_body(json!({"description": long})).to_string().replace('ñ', "\\u00f1");
    assert!(body.len() > 100_000);
    let sent = Some(("application/json", body.as_bytes()));
    let job = olga.send("POST", "/api/jobs", sent).expect(201).json();
    assert_eq!(job["description"].as_str().unwrap().chars().count(), 20_000);
}
