//! Who sees whose profile, and what of it.

use serde_json::json;

use crate::support::{Client, Server};

/// Who looks.
const EYES: [&str; 7] =
    ["visitor", "professional", "member", "member with application", "admin", "self", "rejected"];

fn id(person: &mut Client) -> String {
    person.get("/api/profile").expect(200).json()["userId"].as_str().unwrap().to_owned()
}

/// Makes somebody a member of a new organisation with an offer.
pub fn organization(server: &Server, name: &str, user_id: &str) {
    server.execute(&format!(
        "INSERT INTO organization (id, slug, name, created_at, updated_at)
        VALUES ('org_{name}', '{name}', '{name}', 1, 1)"
    ));
    server.execute(&format!(
        "INSERT INTO member (id, organization_id, user_id, role, created_at)
        VALUES ('mem_{name}', 'org_{name}', '{user_id}', 'viewer', 1)"
    ));
    server.execute(&format!(
        "INSERT INTO job (id, slug, organization_id, title, description, category,
            employment_type, is_salary_negotiable, mode, benefits, required_skills, questions,
            status, created_at, updated_at)
        VALUES ('job_{name}', '{name}', 'org_{name}', 't', 'd', 'biology', 'full_time', 0,
            'on_site', '[]', '[]', '[]', 'publicada', 1, 1)"
    ));
}

/// Lets somebody have applied to an organisation.
pub fn application(server: &Server, name: &str, user_id: &str, status: &str) {
    server.execute(&format!(
        "INSERT INTO application (id, job_id, organization_id, candidate_id, answers, status,
            created_at, updated_at)
        VALUES ('app_{name}', 'job_{name}', 'org_{name}', '{user_id}', '[]', '{status}', 1, 1)"
    ));
}

#[test]
fn profile_is_seen_by_whom_its_owner_lets_and_by_whom_they_applied_to() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let admin = server.admin();
    let mut ana = server.person("ana@ejemplo.es");
    let ana_id = id(&mut ana);
    let mut members = ["member", "live", "rejected"].map(|name| {
        let mut person = server.person(&format!("{name}@ejemplo.es"));
        organization(&server, name, &id(&mut person));
        person
    });
    application(&server, "live", &ana_id, "entrevista");
    application(&server, "rejected", &ana_id, "rechazado");
    let professional = server.person("luis@ejemplo.es");
    let [member, live, rejected] = &mut members;
    let (mut visitor, mut professional, mut admin) = (server.visitor(), professional, admin);
    let eyes = [&mut visitor, &mut professional, member, live, &mut admin, &mut ana, rejected];
    for (visibility, seen_by) in [
        ("public", [true, true, true, true, true, true, true]),
        ("organizations", [false, false, true, true, true, true, true]),
        ("hidden", [false, false, false, true, true, true, false]),
    ] {
        let body =
            json!({"headline": "Hola", "phone": "+34 600 123 456", "visibility": visibility});
        let body = body.to_string();
        let body = Some(("application/json", body.as_bytes()));
        eyes[5].send("PUT", "/api/profile", body).expect(200);
        for (number, (who, sees)) in EYES.iter().zip(seen_by).enumerate() {
            let reply = eyes[number].get(&format!("/api/profiles/{ana_id}"));
            assert_eq!(reply.status, if sees { 200 } else { 404 }, "{visibility}: {who}");
            if !sees {
                reply.refused(404, "NOT_FOUND");
                continue;
            }
            let may_reach = matches!(*who, "member with application" | "admin" | "self");
            let profile = reply.json();
            assert_eq!(profile["headline"], "Hola");
            assert_eq!(profile.get("phone").is_some(), may_reach, "{visibility}: {who}");
            assert_eq!(profile.get("email").is_some(), may_reach, "{visibility}: {who}");
            assert_eq!(reply.text.contains("600 123"), may_reach, "{visibility}: {who}");
            assert!(!reply.text.contains("cv"), "{visibility}: {who}");
        }
    }
    // An account that is turned off is nobody's to see.
    eyes[5].send("PUT", "/api/profile", Some(("application/json", br#"{"visibility":"public"}"#)));
    server.execute(&format!(r#"UPDATE "user" SET is_active = 0 WHERE id = '{ana_id}'"#));
    eyes[0].get(&format!("/api/profiles/{ana_id}")).refused(404, "NOT_FOUND");
    eyes[0].get("/api/profiles/usr_nadie").refused(404, "NOT_FOUND");
}

#[test]
fn end_of_an_application_ends_what_it_showed() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let ana_id = id(&mut ana);
    ana.send("PUT", "/api/profile", Some(("application/json", b"{}"))).expect(200);
    let mut member = server.person("member@ejemplo.es");
    organization(&server, "uno", &id(&mut member));
    application(&server, "uno", &ana_id, "pendiente");
    let path = format!("/api/profiles/{ana_id}");
    member.get(&path).expect(200);
    for end in ["status = 'retirado'", "status = 'oferta', archived_at = 5"] {
        server.execute(&format!("UPDATE application SET {end}"));
        member.get(&path).refused(404, "NOT_FOUND");
    }
    server.execute("UPDATE application SET archived_at = NULL");
    member.get(&path).expect(200);
}
