//! Roles, bans, passwords and permissions.

use serde_json::{Value, json};

use super::{about, id_of, server, with};
use crate::support::Client;
use crate::support::server::PASSWORD;

const DAY_S: i64 = 86_400;

fn sign_in(server: &crate::support::Server, password: &str) -> crate::support::Reply {
    let body = json!({"email": "ana@ejemplo.es", "password": password});
    server.visitor().post("/api/auth/sign-in/email", body)
}

#[test]
fn banned_person_is_out_at_once_and_stays_out() {
    let server = server();
    let mut root = server.admin();
    let mut ana = server.person("ana@ejemplo.es");
    let id = id_of(&mut ana);
    let banned = with(&mut root, "ban-user", &id, json!({"banReason": "Correo basura"}));
    let banned = banned.expect(200).json()["user"].clone();
    assert_eq!(banned["banned"], true);
    assert_eq!(banned["banReason"], "Correo basura");
    assert!(banned["banExpires"].is_null());
    assert!(ana.get("/api/auth/get-session").expect(200).json().is_null());
    sign_in(&server, PASSWORD).refused(403, "BANNED_USER");
    let lifted = about(&mut root, "unban-user", &id).expect(200).json()["user"].clone();
    assert_eq!(lifted["banned"], false);
    assert!(lifted["banReason"].is_null());
    assert!(ana.get("/api/auth/get-session").expect(200).json().is_null());
    sign_in(&server, PASSWORD).expect(200);
}

#[test]
fn ban_with_an_end_lifts_itself() {
    let server = server();
    let mut root = server.admin();
    let id = id_of(&mut server.person("ana@ejemplo.es"));
    let banned = with(&mut root, "ban-user", &id, json!({"banExpiresIn": DAY_S}));
    let banned = banned.expect(200).json()["user"].clone();
    assert_eq!(banned["banExpires"], "2027-01-16T10:00:00.000Z");
    assert_eq!(banned["banReason"], "No reason");
    server.clock.advance_s(DAY_S - 1);
    sign_in(&server, PASSWORD).refused(403, "BANNED_USER");
    server.clock.advance_s(1);
    let user = sign_in(&server, PASSWORD).expect(200).json()["user"].clone();
    let seen = root.get(&format!("/api/auth/admin/get-user?id={}", user["id"].as_str().unwrap()));
    assert_eq!(seen.expect(200).json()["banned"], false);
}

#[test]
fn ban_by_update_ends_the_sessions_too() {
    let server = server();
    let mut root = server.admin();
    let mut ana = server.person("ana@ejemplo.es");
    let id = id_of(&mut ana);
    let until = "2027-01-17T10:00:00.000Z";
    let data = json!({"banned": true, "banReason": "Pausa", "banExpires": until});
    let banned = with(&mut root, "update-user", &id, json!({"data": data})).expect(200).json();
    assert_eq!((&banned["banned"], &banned["banExpires"]), (&json!(true), &json!(until)));
    assert!(ana.get("/api/auth/get-session").json().is_null());
    let lifted = with(&mut root, "update-user", &id, json!({"data": {"banned": false}}));
    assert!(lifted.expect(200).json()["banReason"].is_null());
    let own = id_of(&mut root);
    about(&mut root, "ban-user", &own).refused(400, "YOU_CANNOT_BAN_YOURSELF");
    with(&mut root, "update-user", &own, json!({"data": {"banned": true}}))
        .refused(400, "YOU_CANNOT_BAN_YOURSELF");
    assert_eq!(id_of(&mut root), own);
}

#[test]
fn ban_that_cannot_be_reckoned_is_refused() {
    let server = server();
    let mut root = server.admin();
    let id = id_of(&mut server.person("ana@ejemplo.es"));
    for odd in [json!(-1), json!(i64::MAX), json!(1.5), json!("3")] {
        with(&mut root, "ban-user", &id, json!({"banExpiresIn": odd}))
            .refused(400, "VALIDATION_ERROR");
    }
    let long = "x".repeat(201);
    with(&mut root, "ban-user", &id, json!({"banReason": long})).refused(400, "VALIDATION_ERROR");
}

#[test]
fn roles_are_stored_as_asked_and_count_at_once() {
    let server = server();
    let mut root = server.admin();
    let mut ana = server.person("ana@ejemplo.es");
    let id = id_of(&mut ana);
    let mut set = |role: Value| with(&mut root, "set-role", &id, json!({"role": role}));
    assert_eq!(set(json!("raro")).expect(200).json()["user"]["role"], "raro");
    assert_eq!(set(json!(["user", "admin"])).expect(200).json()["user"]["role"], "user,admin");
    ana.get(&format!("/api/auth/admin/get-user?id={id}")).expect(200);
    assert_eq!(set(json!("user")).expect(200).json()["user"]["role"], "user");
    ana.get(&format!("/api/auth/admin/get-user?id={id}"))
        .refused(403, "YOU_ARE_NOT_ALLOWED_TO_GET_USER");
    set(json!(7)).refused(400, "VALIDATION_ERROR");
    set(json!([7])).refused(400, "VALIDATION_ERROR");
    set(json!("a\nb")).refused(400, "VALIDATION_ERROR");
}

#[test]
fn new_password_ends_every_session_but_the_one_that_set_it() {
    let server = server();
    let mut root = server.admin();
    let mut ana = server.person("ana@ejemplo.es");
    let id = id_of(&mut ana);
    let other = json!({"newPassword": "otra frase bien larga"});
    let set = with(&mut root, "set-user-password", &id, other.clone()).expect(200).json();
    assert_eq!(set, json!({"status": true}));
    assert!(ana.get("/api/auth/get-session").json().is_null());
    sign_in(&server, PASSWORD).refused(401, "INVALID_EMAIL_OR_PASSWORD");
    sign_in(&server, "otra frase bien larga").expect(200);
    with(&mut root, "set-user-password", &id, json!({"newPassword": "corta"}))
        .refused(400, "PASSWORD_TOO_SHORT");
    with(&mut root, "set-user-password", &id, json!({"newPassword": "x".repeat(129)}))
        .refused(400, "PASSWORD_TOO_LONG");
    let own = id_of(&mut root);
    with(&mut root, "set-user-password", &own, other).expect(200);
    assert_eq!(id_of(&mut root), own, "whoever sets their own stays signed in");
}

fn may(client: &mut Client, permissions: &Value) -> Value {
    let body = json!({"permissions": permissions});
    let reply = client.post("/api/auth/admin/has-permission", body).expect(200).json();
    assert!(reply["error"].is_null());
    reply["success"].clone()
}

#[test]
fn permissions_are_those_of_the_role() {
    let server = server();
    let mut root = server.admin();
    let mut ana = server.person("ana@ejemplo.es");
    for (asked, answer) in [
        (json!({"user": ["list", "ban"], "session": ["revoke"]}), true),
        (json!({"user": ["list", "fly"]}), false),
        (json!({"user": ["impersonate-admins"]}), false),
        (json!({"rocket": ["launch"]}), false),
        (json!({"user": []}), false),
        (json!({}), false),
    ] {
        assert_eq!(may(&mut root, &asked), answer, "{asked}");
        assert_eq!(may(&mut ana, &asked), false, "{asked}");
    }
    let claimed = json!({"permissions": {"user": ["list"]}, "role": "admin"});
    let reply = ana.post("/api/auth/admin/has-permission", claimed).expect(200);
    assert_eq!(reply.json()["success"], false, "the role in the body is nobody's");
    let path = "/api/auth/admin/has-permission";
    ana.post(path, json!({})).refused(400, "VALIDATION_ERROR");
    ana.post(path, json!({"permissions": {"user": "list"}})).refused(400, "VALIDATION_ERROR");
    server
        .visitor()
        .post(path, json!({"permissions": {"user": ["list"]}}))
        .refused(401, "UNAUTHORIZED");
}
