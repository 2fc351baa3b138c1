//! On which side people stand: chosen at sign-up, changed by administrators alone.

use serde_json::json;

use crate::support::board::{id_of, organization_of, server, text};
use crate::support::server::PASSWORD;

#[test]
fn sign_up_takes_side_profession_and_an_organisation_with_its_owner() {
    let server = server();
    let mut ana = server.professional("ana@ejemplo.es");
    let user = ana.get("/api/auth/get-session").json()["user"].clone();
    assert_eq!(user["type"], "professional");
    assert_eq!(user["profession"], "Bióloga");
    assert_eq!(user["isActive"], true);
    assert!(user["organizationId"].is_null());
    let mut olga = server.organization("olga@ejemplo.es", "Instituto de Biología");
    let user = olga.get("/api/auth/get-session").json()["user"].clone();
    assert_eq!(user["type"], "organization");
    let organization = server.visitor().get("/api/organizations/instituto-de-biologia");
    let organization = organization.expect(200).json();
    assert_eq!(organization["id"], user["organizationId"]);
    assert_eq!(organization["name"], "Instituto de Biología");
    let members = format!("/api/organizations/{}/members", organization_of(&mut olga));
    let members = olga.get(&members).expect(200).json();
    assert_eq!(members["items"][0]["role"], "owner");
    assert!(members["nextCursor"].is_null());
    // The same name again: another address, and nobody is turned away.
    let mut otra = server.organization("otra@ejemplo.es", "Instituto de Biología");
    assert_ne!(organization_of(&mut otra), organization_of(&mut olga));
    // A professional's organisation is not looked at.
    let body = json!({"name": "P", "email": "p@ejemplo.es", "password": PASSWORD,
        "organizationName": "Nada"});
    server.visitor().post("/api/auth/sign-up/email", body).expect(200);
    assert_eq!(server.count("organization"), 2);
}

#[test]
fn sign_up_refuses_other_sides_and_what_nobody_sets_for_themselves() {
    let server = server();
    let mut body = json!({"name": "P", "email": "p@ejemplo.es", "password": PASSWORD});
    body["type"] = json!("admin");
    server.visitor().post("/api/auth/sign-up/email", body.clone()).refused(400, "VALIDATION_ERROR");
    body["type"] = json!("organization");
    body["organizationId"] = json!("org_x");
    server.visitor().post("/api/auth/sign-up/email", body).refused(400, "FIELD_NOT_ALLOWED");
    assert_eq!(server.count("user"), 0);
}

#[test]
fn people_change_their_profession_and_not_their_side() {
    let server = server();
    let mut ana = server.professional("ana@ejemplo.es");
    ana.post("/api/auth/update-user", json!({"profession": " Química "})).expect(200);
    let user =
        |ana: &mut crate::support::Client| ana.get("/api/auth/get-session").json()["user"].clone();
    assert_eq!(user(&mut ana)["profession"], "Química");
    assert_eq!(user(&mut ana)["name"], "Ana");
    ana.post("/api/auth/update-user", json!({"profession": null})).expect(200);
    assert!(user(&mut ana)["profession"].is_null());
    ana.post("/api/auth/update-user", json!({"type": "organization"}))
        .refused(400, "FIELD_NOT_ALLOWED");
}

#[test]
fn administrators_change_side_profession_and_activity() {
    let server = server();
    let mut root = server.admin();
    let mut ana = server.professional("ana@ejemplo.es");
    let id = id_of(&mut ana);
    let mut update =
        |data| root.post("/api/auth/admin/update-user", json!({"userId": id, "data": data}));
    let changed =
        update(json!({"type": "organization", "profession": "Física"})).expect(200).json();
    assert_eq!(changed["type"], "organization");
    assert_eq!(changed["profession"], "Física");
    update(json!({"type": "king"})).refused(400, "VALIDATION_ERROR");
    assert_eq!(update(json!({"isActive": false})).expect(200).json()["isActive"], false);
    assert!(ana.get("/api/auth/get-session").json().is_null(), "signed out at once");
    let sign_in = json!({"email": "ana@ejemplo.es", "password": PASSWORD});
    server.visitor().post("/api/auth/sign-in/email", sign_in).refused(401, "ACCOUNT_DISABLED");
    let entries = "SELECT count(*) FROM audit WHERE act = 'activity-changed'";
    assert_eq!(server.number(entries), 1);
    update(json!({"isActive": true})).expect(200);
    server.signed_in("ana@ejemplo.es");
    let own = id_of(&mut root);
    root.post("/api/auth/admin/update-user", json!({"userId": own, "data": {"isActive": false}}))
        .refused(400, "YOU_CANNOT_BAN_YOURSELF");
}

#[test]
fn invited_empresa_becomes_an_organisation_of_the_name_that_it_waited_under() {
    let server = server();
    let body = json!({"email": "e@ejemplo.es", "role": "empresa", "company": "Labs S.L."});
    server.visitor().post("/api/waitlist", body).expect(201);
    let mut root = server.admin();
    root.post("/api/admin/waitlist/invite", json!({"count": 1})).expect(200);
    let token = text(&server.mail_of("waitlist-invite", "e@ejemplo.es")["token"]);
    let mut client = server.visitor();
    let body = json!({"name": "E", "email": "e@ejemplo.es", "password": PASSWORD,
        "invitation": token});
    let user = client.post("/api/auth/sign-up/email", body).expect(200).json()["user"].clone();
    assert_eq!(
        (user["type"].as_str(), user["emailVerified"].as_bool()),
        (Some("organization"), Some(true))
    );
    server.visitor().get("/api/organizations/labs-s-l").expect(200);
}
