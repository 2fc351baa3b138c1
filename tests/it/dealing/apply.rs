//! Applying for an offer.

use std::thread;

use serde_json::json;

use super::stage::{JOB, Stage, applied, apply, items};

#[test]
fn application_holds_what_was_sent_and_each_side_sees_its_own() {
    let mut stage = Stage::new();
    stage.server.execute(
        "UPDATE job SET questions = '[
            {\"id\":\"q1\",\"text\":\"¿Por qué?\",\"kind\":\"text\",\"options\":[],\"isRequired\":true},
            {\"id\":\"q2\",\"text\":\"¿Coche?\",\"kind\":\"yes_no\",\"options\":[],\"isRequired\":false}]'",
    );
    let mut ana = stage.professional("ana@ejemplo.es");
    let sent = json!({
        "coverLetter": "Hola:\n\nMe interesa.", "salaryMin": 30000, "salaryMax": 36000,
        "availabilityDate": "2027-03-01",
        "answers": [{"questionId": "q1", "value": "Me gusta"}, {"questionId": "q2", "value": false}],
    });
    let made = apply(&mut ana, sent.clone()).expect(201).json();
    for field in ["coverLetter", "salaryMin", "salaryMax", "availabilityDate", "answers"] {
        assert_eq!(made[field], sent[field], "{field}");
    }
    assert_eq!(made["salaryCurrency"], "EUR");
    assert_eq!(made["status"], "pendiente");
    assert_eq!(made["job"]["title"], "Bióloga molecular");
    assert_eq!(made["cv"], json!(null));
    assert_eq!(made.get("candidate"), None);
    let path = format!("/api/applications/{}", made["id"].as_str().unwrap());
    assert_eq!(ana.get(&path).expect(200).json(), made);
    assert_eq!(items(&mut ana, "/api/applications"), std::slice::from_ref(&made));

    stage.server.clock.advance_s(60);
    assert_eq!(stage.owner.send("HEAD", &path, None).status, 200);
    assert_eq!(ana.get(&path).json()["viewedAt"], json!(null), "HEAD is no look");
    let seen = stage.owner.get(&path).expect(200).json();
    assert_eq!(seen["candidate"]["email"], "ana@ejemplo.es");
    assert_eq!(seen["viewedAt"], "2027-01-15T10:01:00.000Z");
    stage.server.clock.advance_s(60);
    assert_eq!(stage.owner.get(&path).json()["viewedAt"], seen["viewedAt"], "once");
    assert_eq!(ana.get(&path).json()["viewedAt"], seen["viewedAt"]);
    let listed = items(&mut stage.owner, &format!("/api/jobs/{JOB}/applications"));
    assert_eq!(listed, [seen]);
    assert_eq!(stage.server.number("SELECT applications_count FROM job"), 1);
}

#[test]
fn who_may_not_apply_is_told_why() {
    let mut stage = Stage::new();
    let mut unproven = stage.server.person("eva@ejemplo.es");
    apply(&mut unproven, json!({})).refused(403, "EMAIL_NOT_VERIFIED");
    apply(&mut stage.owner, json!({})).refused(403, "FORBIDDEN");
    apply(&mut stage.server.visitor(), json!({})).refused(401, "UNAUTHORIZED");
    let mut ana = stage.professional("ana@ejemplo.es");
    ana.post("/api/jobs/job_nada/applications", json!({})).refused(404, "NOT_FOUND");
    for status in ["pausada", "cerrada", "caducada", "archivada"] {
        stage.server.execute(&format!("UPDATE job SET status = '{status}'"));
        apply(&mut ana, json!({})).refused(409, "JOB_NOT_OPEN");
    }
    stage.server.execute("UPDATE job SET status = 'borrador'");
    apply(&mut ana, json!({})).refused(404, "NOT_FOUND");
    stage.server.execute("UPDATE job SET status = 'publicada', expires_at = 1");
    apply(&mut ana, json!({})).refused(409, "JOB_NOT_OPEN");
    assert_eq!(stage.server.count("application"), 0);
    assert_eq!(stage.server.number("SELECT applications_count FROM job"), 0);
}

#[test]
fn what_is_wrong_with_an_application_is_named() {
    let stage = Stage::new();
    stage.server.execute(
        "UPDATE job SET questions = '[{\"id\":\"q1\",\"text\":\"x\",\"kind\":\"choice\",
            \"options\":[\"a\",\"b\"],\"isRequired\":true}]'",
    );
    let mut ana = stage.professional("ana@ejemplo.es");
    let good = json!([{"questionId": "q1", "value": "a"}]);
    for (body, field, code) in [
        (json!({}), "answers.q1", "FIELD_REQUIRED"),
        (
            json!({"answers": [{"questionId": "q1", "value": "c"}]}),
            "answers.0.value",
            "FIELD_NOT_OPTION",
        ),
        (
            json!({"answers": [{"questionId": "zz", "value": "c"}]}),
            "answers.0.questionId",
            "FIELD_UNKNOWN",
        ),
        (json!({"answers": [{"questionId": "q1", "value": {}}]}), "answers.0.value", "FIELD_TYPE"),
        (json!({"answers": good, "salaryMin": 9, "salaryMax": 8}), "salaryMax", "FIELD_TOO_SMALL"),
        (json!({"answers": good, "salaryMin": -1}), "salaryMin", "FIELD_TOO_SMALL"),
        (json!({"answers": good, "salaryCurrency": "eur"}), "salaryCurrency", "FIELD_INVALID"),
        (
            json!({"answers": good, "availabilityDate": "2027-02-30"}),
            "availabilityDate",
            "FIELD_INVALID",
        ),
        (
            json!({"answers": good, "coverLetter": "x".repeat(4001)}),
            "coverLetter",
            "FIELD_TOO_LONG",
        ),
        (
            json!({"answers": good, "coverLetter": "a\u{0}"}),
            "coverLetter",
            "FIELD_CONTROL_CHARACTERS",
        ),
        (json!({"answers": good, "candidateId": "usr_otra"}), "candidateId", "FIELD_UNKNOWN"),
        (json!({"answers": good, "status": "contratado"}), "status", "FIELD_UNKNOWN"),
    ] {
        let told = apply(&mut ana, body.clone()).refused(400, "VALIDATION_ERROR").json();
        assert_eq!(told["details"][0]["field"], field, "{body}: {told}");
        assert_eq!(told["details"][0]["code"], code, "{body}: {told}");
    }
    assert_eq!(stage.server.count("application"), 0);
}

#[test]
fn fifty_applications_at_once_are_one() {
    let stage = Stage::new();
    let ana = stage.professional("ana@ejemplo.es");
    let base = format!("http://{}", stage.server.address());
    let statuses: Vec<u16> = thread::scope(|scope| {
        let sent: Vec<_> = (0..50)
            .map(|_| {
                let mut tab = ana.at(&base);
                scope.spawn(move || {
                    tab.set("origin", crate::support::server::SITE);
                    let reply = apply(&mut tab, json!({}));
                    if reply.status != 201 {
                        assert_eq!(reply.code(), "ALREADY_APPLIED");
                    }
                    reply.status
                })
            })
            .collect();
        sent.into_iter().map(|status| status.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1);
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 49);
    assert_eq!(stage.server.count("application"), 1);
    assert_eq!(stage.server.number("SELECT applications_count FROM job"), 1);
}

#[test]
fn cv_is_kept_as_it_was_and_comes_as_a_file() {
    let mut stage = Stage::new();
    let mut ana = stage.professional("ana@ejemplo.es");
    let known = "b221d9dbb083a7f33428d7c2a3c3198ae925614d70210e28716ccaa7cd4ddb79";
    let folder = stage.server.folder().join("uploads/b2");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(known), "hola").unwrap();
    let cv = |digest: &str, name: &str| {
        format!(
            "INSERT INTO profile (user_id, skills, languages, links, visibility, cv_digest, cv_name,
                cv_size_bytes, version, created_at, updated_at)
            SELECT id, '[]', '[]', '[]', 'hidden', '{digest}', '{name}', 4, 1, 1, 1 FROM \"user\"
            WHERE email = 'ana@ejemplo.es'"
        )
    };
    stage.server.execute(&cv(known, "Ana – \"CV\".pdf"));
    let id = applied(&mut ana);
    stage.server.execute("UPDATE profile SET cv_digest = 'otro', cv_name = 'nuevo.pdf'");
    let path = format!("/api/applications/{id}");
    let shown = stage.owner.get(&path).json();
    assert_eq!(shown["cv"], json!({"fileName": "Ana – \"CV\".pdf", "sizeBytes": 4}));
    let file = stage.owner.get(&format!("{path}/cv")).expect(200);
    assert_eq!(file.text, "hola");
    assert_eq!(file.header("content-type"), Some("application/pdf"));
    assert!(file.header("content-disposition").unwrap().starts_with("attachment;"));
    assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
    ana.get(&format!("{path}/cv")).expect(200);
    let mut bea = stage.professional("bea@ejemplo.es");
    bea.get(&format!("{path}/cv")).refused(404, "NOT_FOUND");
    let without = applied(&mut bea);
    bea.get(&format!("/api/applications/{without}/cv")).refused(404, "NOT_FOUND");
}

#[test]
fn lists_are_complete_by_pages_while_rows_come() {
    let mut stage = Stage::new();
    let mut expected = Vec::new();
    for n in 0..5 {
        expected.push(stage.candidate(&format!("p{n}@ejemplo.es")).1);
        stage.server.clock.advance_s(i64::from(n % 2));
    }
    let path = format!("/api/jobs/{JOB}/applications?limit=2");
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = stage.owner.get(&format!("{path}{cursor}")).expect(200).json();
        let ids = page["items"].as_array().unwrap().iter().map(|item| item["id"].clone());
        seen.extend(ids);
        let Some(next) = page["nextCursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
        stage.candidate(&format!("tarde{}@ejemplo.es", seen.len()));
    }
    let seen: Vec<_> = seen.iter().filter_map(|id| id.as_str()).collect();
    expected.sort_unstable();
    let mut sorted = seen.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected, "each once, none of those that came meanwhile");
    stage.owner.get(&format!("{path}&cursor=zz")).refused(400, "VALIDATION_ERROR");
    stage.owner.get(&format!("{path}&status=zz")).refused(400, "VALIDATION_ERROR");
}

#[test]
fn organisations_are_told_once_an_hour_and_offer_with_a_number() {
    let stage = Stage::new();
    stage.member("marta@ejemplo.es", "recruiter");
    stage.member("mira@ejemplo.es", "viewer");
    stage.candidate("ana@ejemplo.es");
    for email in ["duero@ejemplo.es", "marta@ejemplo.es"] {
        let mail = stage.server.mail_of("application-received", email);
        assert_eq!(mail["subject"], "Tienes una candidatura nueva");
    }
    stage.candidate("bea@ejemplo.es");
    stage.candidate("cleo@ejemplo.es");
    let mails = || {
        let all = stage.server.mails();
        all.into_iter().filter(|mail| mail["kind"] == "application-received").collect::<Vec<_>>()
    };
    assert_eq!(mails().len(), 2);
    stage.server.clock.advance_s(3600);
    crate::support::server::wait_for("the second mails", || (mails().len() == 4).then_some(()));
    assert_eq!(mails()[3]["subject"], "Tienes 2 candidaturas nuevas");
    assert!(mails().iter().all(|mail| mail["to"] != "mira@ejemplo.es"));
    stage.server.clock.advance_s(7200);
    stage.candidate("dora@ejemplo.es");
    assert_eq!(mails().len(), 6, "after a pause at once");
}
