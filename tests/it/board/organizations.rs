//! Organisations, their members and invitations, by role and under parallelism.

use std::thread;

use serde_json::json;

use crate::support::board::{delete, id_of, organization_of, patch, server, text};
use crate::support::server::PASSWORD;
use crate::support::{Client, Server};

fn etag(client: &mut Client, path: &str) -> String {
    client.get(path).expect(200).header("etag").unwrap().to_owned()
}

#[test]
fn owner_makes_changes_and_deletes() {
    let server = server();
    let mut nora = server.unattached("nora@ejemplo.es");
    let body = json!({"name": "Año Ñ Labs", "website": "https://ejemplo.es", "size": "11-50",
        "description": "Uno.\nDos.", "address": {"city": "León", "country": "es"}});
    let made = nora.post("/api/organizations", body.clone()).expect(201).json();
    assert_eq!(made["slug"], "ano-n-labs");
    assert_eq!(made["address"], json!({"city": "León", "state": null, "country": "ES"}));
    assert_eq!(organization_of(&mut nora), made["id"].as_str().unwrap());
    nora.post("/api/organizations", body).refused(409, "ALREADY_IN_ORGANIZATION");
    let path = format!("/api/organizations/{}", text(&made["id"]));
    let first = etag(&mut nora, &path);
    let changed = patch(&mut nora, &path, &first, json!({"sector": "salud", "website": null}));
    let changed = changed.expect(200);
    assert_ne!(changed.header("etag"), Some(first.as_str()));
    let changed = changed.json();
    assert_eq!((&changed["sector"], &changed["website"]), (&json!("salud"), &json!(null)));
    assert_eq!(changed["name"], "Año Ñ Labs");
    patch(&mut nora, &path, &first, json!({"sector": "otra"})).refused(412, "PRECONDITION_FAILED");
    nora.send("PATCH", &path, Some(("application/json", b"{}")))
        .refused(428, "PRECONDITION_REQUIRED");
    delete(&mut nora, &path).expect(204);
    nora.get(&path).refused(404, "NOT_FOUND");
    assert!(nora.get("/api/auth/get-session").json()["user"]["organizationId"].is_null());
}

#[test]
fn bodies_are_read_strictly() {
    let server = server();
    let mut nora = server.unattached("nora@ejemplo.es");
    let cases = [
        (json!({"name": "Labs", "colour": 1}), "colour", "FIELD_UNKNOWN"),
        (json!({"name": "Labs", "address": {"zip": 1}}), "address.zip", "FIELD_UNKNOWN"),
        (json!({"name": "Labs", "website": "javascript:alert(1)"}), "website", "FIELD_INVALID"),
        (json!({"name": "Labs", "address": {"country": "ZZ"}}), "address.country", "FIELD_INVALID"),
        (json!({"name": "Labs", "isVerified": true}), "isVerified", "FIELD_UNKNOWN"),
        (json!({"name": "   x  "}), "name", "FIELD_TOO_SHORT"),
        (json!({"name": "Labs", "size": "many"}), "size", "FIELD_NOT_OPTION"),
    ];
    for (body, field, code) in cases {
        let told = nora.post("/api/organizations", body).refused(400, "VALIDATION_ERROR").json();
        assert_eq!(
            (&told["details"][0]["field"], &told["details"][0]["code"]),
            (&json!(field), &json!(code))
        );
    }
    let mut ana = server.professional("ana@ejemplo.es");
    ana.post("/api/organizations", json!({"name": "Labs"}))
        .refused(403, "ORGANIZATION_ACCOUNT_REQUIRED");
}

#[test]
fn each_role_may_what_it_may() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let path = format!("/api/organizations/{}", organization_of(&mut olga));
    let (members, invitations) = (format!("{path}/members"), format!("{path}/invitations"));
    let mut others = [
        (server.member(&mut olga, "r@ejemplo.es", "recruiter"), 200, 403),
        (server.member(&mut olga, "v@ejemplo.es", "viewer"), 200, 403),
        (server.organization("x@ejemplo.es", "Otra"), 404, 404),
        (server.professional("p@ejemplo.es"), 404, 404),
    ];
    let own = id_of(&mut olga);
    let tag = etag(&mut olga, &path);
    for (client, reads, decides) in &mut others {
        assert_eq!(client.get(&members).status, *reads);
        assert_eq!(client.get(&invitations).status, *decides);
        let body = json!({"email": "y@ejemplo.es", "role": "owner"});
        assert_eq!(client.post(&members, body).status, *decides);
        assert_eq!(patch(client, &path, &tag, json!({"sector": "x"})).status, *decides);
        assert_eq!(
            patch(client, &format!("{members}/{own}"), "", json!({"role": "viewer"})).status,
            *decides
        );
        assert_eq!(delete(client, &format!("{members}/{own}")).status, *decides);
        assert_eq!(delete(client, &path).status, *decides);
    }
    let roles = olga.get(&members).json();
    assert_eq!(roles["items"].as_array().unwrap().len(), 3);
    // Whoever belongs may leave.
    let mut recruiter = server.signed_in("r@ejemplo.es");
    let recruiter_id = id_of(&mut recruiter);
    delete(&mut recruiter, &format!("{members}/{recruiter_id}")).expect(204);
    assert!(recruiter.get("/api/auth/get-session").json()["user"]["organizationId"].is_null());
    recruiter.get(&members).refused(404, "NOT_FOUND");
}

#[test]
fn invitation_works_once_for_its_address_alone() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let members = format!("/api/organizations/{}/members", organization_of(&mut olga));
    let invite = |olga: &mut Client, email: &str| {
        olga.post(&members, json!({"email": email, "role": "viewer"})).expect(201);
        text(&server.mail_of("organization-invite", email)["token"])
    };
    let accept = |client: &mut Client, token: &str| {
        client.post(&format!("/api/invitations/{token}/accept"), json!({}))
    };
    let token = invite(&mut olga, "nora@ejemplo.es");
    let mut thief = server.unattached("thief@ejemplo.es");
    accept(&mut thief, &token).refused(410, "INVITATION_INVALID");
    let mut nora = server.unattached("nora@ejemplo.es");
    assert_eq!(accept(&mut nora, &token).expect(200).json()["role"], "viewer");
    accept(&mut nora, &token).refused(410, "INVITATION_INVALID");
    accept(&mut nora, "nada").refused(410, "INVITATION_INVALID");
    olga.post(&members, json!({"email": "nora@ejemplo.es", "role": "owner"}))
        .refused(409, "ALREADY_IN_ORGANIZATION");
    // Whoever belongs elsewhere stays there; a professional changes no side by it.
    let mut otra = server.organization("otra@ejemplo.es", "Otra");
    let token = invite(&mut olga, "otra@ejemplo.es");
    accept(&mut otra, &token).refused(409, "ALREADY_IN_ORGANIZATION");
    let mut ana = server.professional("ana@ejemplo.es");
    let token = invite(&mut olga, "ana@ejemplo.es");
    accept(&mut ana, &token).refused(403, "ORGANIZATION_ACCOUNT_REQUIRED");
    // A week later it is over.
    let token = invite(&mut olga, "tarde@ejemplo.es");
    server.clock.advance_s(6 * 86_400);
    let mut tarde = server.unattached("tarde@ejemplo.es");
    server.clock.advance_s(86_400 + 1);
    accept(&mut tarde, &token).refused(410, "INVITATION_INVALID");
    assert_eq!(server.number("SELECT count(*) FROM invitation WHERE token_hash IS NULL"), 0);
}

#[test]
fn invitation_is_taken_back_by_its_organisation_and_turned_down_by_its_address() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let organization = format!("/api/organizations/{}", organization_of(&mut olga));
    let invite = |olga: &mut Client, email: &str| {
        let body = json!({"email": email, "role": "viewer"});
        let made = olga.post(&format!("{organization}/members"), body).expect(201).json();
        let token = text(&server.mail_of("organization-invite", email)["token"]);
        (format!("{organization}/invitations/{}", text(&made["id"])), token)
    };
    let answer = |client: &mut Client, token: &str, act: &str| {
        client.post(&format!("/api/invitations/{token}/{act}"), json!({}))
    };
    let (path, token) = invite(&mut olga, "nora@ejemplo.es");
    let mut nora = server.unattached("nora@ejemplo.es");
    let mut rival = server.organization("ramon@ejemplo.es", "Rival");
    let theirs = format!("/api/organizations/{}", organization_of(&mut rival));
    // One's own organisation's address does not reach another's invitation.
    delete(&mut rival, &path.replace(&organization, &theirs)).refused(404, "NOT_FOUND");
    delete(&mut olga, &path).expect(204);
    delete(&mut olga, &path).refused(404, "NOT_FOUND");
    answer(&mut nora, &token, "accept").refused(410, "INVITATION_INVALID");
    let (_path, token) = invite(&mut olga, "nora@ejemplo.es");
    answer(&mut rival, &token, "decline").refused(410, "INVITATION_INVALID");
    answer(&mut nora, &token, "decline").expect(204);
    answer(&mut nora, &token, "decline").refused(410, "INVITATION_INVALID");
    answer(&mut nora, &token, "accept").refused(410, "INVITATION_INVALID");
    assert_eq!(server.count("invitation"), 0);
}

#[test]
fn an_owner_always_remains() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let id = organization_of(&mut olga);
    let own = format!("/api/organizations/{id}/members/{}", id_of(&mut olga));
    patch(&mut olga, &own, "", json!({"role": "viewer"})).refused(409, "LAST_OWNER");
    delete(&mut olga, &own).refused(409, "LAST_OWNER");
    for _round in 0..5 {
        race(&server, &mut olga, &id);
    }
}

/// Two owners demote or leave at the same moment; one of them stays.
fn race(server: &Server, olga: &mut Client, id: &str) {
    let members = format!("/api/organizations/{id}/members");
    let number = server.count("user");
    let email = format!("o{number}@ejemplo.es");
    let mut other = server.member(olga, &email, "owner");
    let (own, theirs) = (id_of(olga), id_of(&mut other));
    thread::scope(|scope| {
        scope.spawn(|| patch(olga, &format!("{members}/{own}"), "", json!({"role": "viewer"})));
        scope.spawn(|| delete(&mut other, &format!("{members}/{theirs}")));
    });
    let owners =
        format!("SELECT count(*) FROM member WHERE organization_id = '{id}' AND role = 'owner'");
    assert_eq!(server.number(&owners), 1);
    // Whatever happened, the first owner owns again, alone.
    server.execute(&format!("DELETE FROM member WHERE user_id = '{theirs}'"));
    server.execute(&format!("UPDATE member SET role = 'owner' WHERE user_id = '{own}'"));
}

#[test]
fn nobody_comes_to_belong_twice_at_the_same_moment() {
    let server = server();
    let nora = server.unattached("nora@ejemplo.es");
    let base = format!("http://{}", server.address());
    let made: Vec<u16> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|n| {
                let mut client = nora.at(&base);
                scope.spawn(move || {
                    client.post("/api/organizations", json!({"name": format!("Labs {n}")})).status
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(made.iter().filter(|status| **status == 201).count(), 1, "{made:?}");
    assert!(made.iter().all(|status| [201, 409].contains(status)), "{made:?}");
    assert_eq!((server.count("organization"), server.count("member")), (1, 1));
}

#[test]
fn account_that_would_leave_an_organisation_without_an_owner_stays() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    server.member(&mut olga, "r@ejemplo.es", "recruiter");
    olga.post("/api/auth/delete-user", json!({"password": PASSWORD})).refused(409, "LAST_OWNER");
    // An organisation of one goes with them.
    let mut sola = server.organization("sola@ejemplo.es", "Sola");
    sola.post("/api/auth/delete-user", json!({"password": PASSWORD})).expect(200);
    assert_eq!(server.count("organization"), 1);
}
