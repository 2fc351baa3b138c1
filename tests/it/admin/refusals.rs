//! Who may not, and how each is told.

use serde_json::{Value, json};

use super::{about, id_of, server, with};
use crate::support::Client;

/// Every endpoint of administrators that acts on a person, with its own 403.
fn acts(id: &str) -> Vec<(&'static str, Value, &'static str)> {
    let user = json!({"userId": id});
    vec![
        (
            "set-role",
            json!({"userId": id, "role": "admin"}),
            "YOU_ARE_NOT_ALLOWED_TO_CHANGE_USERS_ROLE",
        ),
        (
            "create-user",
            json!({"email": "eva@ejemplo.es", "name": "Eva"}),
            "YOU_ARE_NOT_ALLOWED_TO_CREATE_USERS",
        ),
        (
            "update-user",
            json!({"userId": id, "data": {"name": "x"}}),
            "YOU_ARE_NOT_ALLOWED_TO_UPDATE_USERS",
        ),
        ("ban-user", user.clone(), "YOU_ARE_NOT_ALLOWED_TO_BAN_USERS"),
        ("unban-user", user.clone(), "YOU_ARE_NOT_ALLOWED_TO_BAN_USERS"),
        ("remove-user", user.clone(), "YOU_ARE_NOT_ALLOWED_TO_DELETE_USERS"),
        ("list-user-sessions", user.clone(), "YOU_ARE_NOT_ALLOWED_TO_LIST_USERS_SESSIONS"),
        ("revoke-user-sessions", user, "YOU_ARE_NOT_ALLOWED_TO_REVOKE_USERS_SESSIONS"),
        (
            "revoke-user-session",
            json!({"sessionToken": "nada"}),
            "YOU_ARE_NOT_ALLOWED_TO_REVOKE_USERS_SESSIONS",
        ),
        (
            "set-user-password",
            json!({"userId": id, "newPassword": "otra frase bien larga"}),
            "YOU_ARE_NOT_ALLOWED_TO_SET_USERS_PASSWORD",
        ),
    ]
}

fn act(client: &mut Client, verb: &str, body: Value) -> crate::support::Reply {
    client.post(&format!("/api/auth/admin/{verb}"), body)
}

#[test]
fn ordinary_people_are_told_what_exactly_they_may_not_do() {
    let server = server();
    let mut ana = server.person("ana@ejemplo.es");
    let id = id_of(&mut ana);
    for (verb, body, code) in acts(&id) {
        act(&mut ana, verb, body).refused(403, code);
    }
    ana.get(&format!("/api/auth/admin/get-user?id={id}"))
        .refused(403, "YOU_ARE_NOT_ALLOWED_TO_GET_USER");
    assert_eq!(server.count("user"), 1);
    assert_eq!(server.text("SELECT role FROM \"user\""), "user");
}

#[test]
fn strangers_and_the_banned_are_401_and_a_bad_body_comes_first() {
    let server = server();
    let mut root = server.admin();
    let mut ana = server.person("ana@ejemplo.es");
    let id = id_of(&mut ana);
    about(&mut root, "set-role", &id).refused(400, "VALIDATION_ERROR");
    with(&mut root, "set-role", &id, json!({"role": "admin"})).expect(200);
    about(&mut root, "ban-user", &id).expect(200);
    for client in [&mut ana, &mut server.visitor()] {
        for (verb, body, _) in acts(&id) {
            act(client, verb, body).refused(401, "UNAUTHORIZED");
        }
        act(client, "ban-user", json!({})).refused(400, "VALIDATION_ERROR");
        client.get("/api/auth/admin/get-user").refused(400, "VALIDATION_ERROR");
    }
}

#[test]
fn nobody_is_404() {
    let server = server();
    let mut root = server.admin();
    for (verb, body, _) in acts("usr_nadie") {
        let is_about_somebody = body.get("userId").is_some();
        if is_about_somebody && !verb.ends_with("sessions") {
            act(&mut root, verb, body).refused(404, "USER_NOT_FOUND");
        }
    }
    root.get("/api/auth/admin/get-user?id=usr_nadie").refused(404, "USER_NOT_FOUND");
    let none = about(&mut root, "list-user-sessions", "usr_nadie").expect(200).json();
    assert_eq!(none, json!({"sessions": []}));
    about(&mut root, "revoke-user-sessions", "usr_nadie").expect(200);
}

#[test]
fn sign_up_sets_no_role() {
    let server = server();
    for field in ["role", "banned", "banReason", "banExpires"] {
        let mut body =
            json!({"name": "Ana", "email": "ana@ejemplo.es", "password": "una frase bien larga"});
        body[field] = json!("admin");
        let reply = server.visitor().post("/api/auth/sign-up/email", body);
        reply.refused(400, "FIELD_NOT_ALLOWED");
    }
    let mut ana = server.person("ana@ejemplo.es");
    let body = json!({"name": "Ana", "role": "admin"});
    ana.post("/api/auth/update-user", body).refused(400, "FIELD_NOT_ALLOWED");
    assert_eq!(server.text("SELECT role FROM \"user\""), "user");
}

#[test]
fn refusals_are_spanish_for_whoever_prefers_it() {
    let server = server();
    let mut ana = server.person("ana@ejemplo.es");
    ana.set("accept-language", "es");
    let reply = about(&mut ana, "ban-user", "usr_nadie").expect(403).json();
    assert_eq!(reply["message"], "No puedes bloquear cuentas");
}
