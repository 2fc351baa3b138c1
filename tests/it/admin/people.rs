//! Creating, looking at, changing and removing people.

use serde_json::{Value, json};

use super::{about, id_of, server, with};
use crate::support::server::PASSWORD;

const CREATE: &str = "/api/auth/admin/create-user";

#[test]
fn created_person_signs_in_and_is_what_was_asked() {
    let server = server();
    let mut root = server.admin();
    let body = json!({"email": "Eva@Ejemplo.ES", "password": PASSWORD, "name": "Eva",
        "role": ["user", "editor"], "data": {"image": "https://ejemplo.es/e.png", "emailVerified": true}});
    let created = root.post(CREATE, body).expect(200).json()["user"].clone();
    assert_eq!(created["email"], "eva@ejemplo.es");
    assert_eq!(created["role"], "user,editor");
    assert_eq!(created["emailVerified"], true);
    assert_eq!(created["banned"], false);
    assert!(created["banReason"].is_null() && created["banExpires"].is_null());
    let mut eva = server.signed_in("eva@ejemplo.es");
    let own = eva.get("/api/auth/get-session").json()["user"].clone();
    assert_eq!(own, created);
    let id = created["id"].as_str().unwrap();
    let seen = root.get(&format!("/api/auth/admin/get-user?id={id}")).expect(200).json();
    assert_eq!(seen, created);
}

#[test]
fn creation_refuses_what_sign_up_refuses_with_the_contracts_statuses() {
    let server = server();
    let mut root = server.admin();
    server.person("ana@ejemplo.es");
    let body =
        |email: &str, password: &str| json!({"email": email, "password": password, "name": "N"});
    root.post(CREATE, body("ANA@ejemplo.es", PASSWORD))
        .refused(400, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
    root.post(CREATE, body("nope", PASSWORD)).refused(400, "INVALID_EMAIL");
    root.post(CREATE, body("eva@ejemplo.es", "corta")).refused(400, "PASSWORD_TOO_SHORT");
    root.post(CREATE, body("eva@ejemplo.es", &"x".repeat(129))).refused(400, "PASSWORD_TOO_LONG");
    root.post(CREATE, body("eva@ejemplo.es", "password123")).refused(400, "PASSWORD_TOO_COMMON");
    let mut odd = body("eva@ejemplo.es", PASSWORD);
    odd["data"] = json!({"role": 7});
    root.post(CREATE, odd).refused(400, "INVALID_ROLE_TYPE");
    let empty = root.post(CREATE, json!({})).refused(400, "VALIDATION_ERROR").json();
    assert_eq!(
        empty["message"],
        "[body.email] Invalid input: expected string, received undefined; \
         [body.name] Invalid input: expected string, received undefined"
    );
    assert_eq!(server.count("user"), 2);
}

#[test]
fn person_without_a_password_gets_none() {
    let server = server();
    let mut root = server.admin();
    let body = json!({"email": "eva@ejemplo.es", "name": "Eva"});
    let created = root.post(CREATE, body).expect(200).json()["user"].clone();
    let own = format!(
        "SELECT count(*) FROM account WHERE user_id = '{}'",
        created["id"].as_str().unwrap()
    );
    assert_eq!(server.number(&own), 0);
    let sign_in = json!({"email": "eva@ejemplo.es", "password": PASSWORD});
    server
        .visitor()
        .post("/api/auth/sign-in/email", sign_in)
        .refused(401, "INVALID_EMAIL_OR_PASSWORD");
    let id = created["id"].as_str().unwrap();
    with(&mut root, "set-user-password", id, json!({"newPassword": PASSWORD})).expect(200);
    server.signed_in("eva@ejemplo.es");
}

#[test]
fn update_changes_what_was_sent_and_nothing_else() {
    let server = server();
    let mut root = server.admin();
    let id = id_of(&mut server.person("ana@ejemplo.es"));
    let mut update = |data: Value| {
        server.clock.advance_s(1);
        with(&mut root, "update-user", &id, json!({"data": data}))
    };
    let changed = update(json!({"name": "Ana María", "image": "https://ejemplo.es/a.png"}));
    let changed = changed.expect(200).json();
    assert_eq!(changed["name"], "Ana María");
    assert_eq!(changed["image"], "https://ejemplo.es/a.png");
    assert_eq!(changed["email"], "ana@ejemplo.es");
    assert_eq!(changed["updatedAt"], "2027-01-15T10:00:01.000Z");
    assert!(update(json!({"image": null})).expect(200).json()["image"].is_null());
    assert_eq!(update(json!({"emailVerified": true})).json()["emailVerified"], true);
    let moved = update(json!({"email": "Ana2@ejemplo.es"})).expect(200).json();
    assert_eq!(moved["email"], "ana2@ejemplo.es");
    assert_eq!(moved["emailVerified"], false, "a new address is not proven");
    assert_eq!(update(json!({"role": ["user", "editor"]})).json()["role"], "user,editor");
    update(json!({})).refused(400, "NO_DATA_TO_UPDATE");
    update(json!({"color": "rojo"})).refused(400, "NO_DATA_TO_UPDATE");
    update(json!({"password": "x"})).refused(400, "PASSWORD_CANNOT_BE_UPDATED_VIA_UPDATE_USER");
    update(json!({"id": "usr_otra"})).refused(400, "USER_ID_CANNOT_BE_UPDATED");
    update(json!({"role": null})).refused(400, "INVALID_ROLE_TYPE");
    update(json!({"email": "nope"})).refused(400, "INVALID_EMAIL");
    update(json!({"email": "root@ejemplo.es"}))
        .refused(400, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
    update(json!({"name": 7})).refused(400, "VALIDATION_ERROR");
    update(json!({"banExpires": "mañana"})).refused(400, "VALIDATION_ERROR");
    server.signed_in("ana2@ejemplo.es");
}

#[test]
fn new_address_voids_the_links_mailed_to_the_old_one() {
    let server = server();
    let mut root = server.admin();
    let id = id_of(&mut server.person("ana@ejemplo.es"));
    let asked = json!({"email": "ana@ejemplo.es"});
    server.visitor().post("/api/auth/request-password-reset", asked).expect(200);
    let token = server.mail_of("reset-password", "ana@ejemplo.es")["token"].clone();
    with(&mut root, "update-user", &id, json!({"data": {"email": "ana2@ejemplo.es"}})).expect(200);
    let reset = json!({"token": token, "newPassword": "otra frase bien larga"});
    server.visitor().post("/api/auth/reset-password", reset).refused(400, "INVALID_TOKEN");
}

#[test]
fn removed_person_is_gone_with_everything() {
    let server = server();
    let mut root = server.admin();
    let mut ana = server.person("ana@ejemplo.es");
    let id = id_of(&mut ana);
    let removed = about(&mut root, "remove-user", &id).expect(200).json();
    assert_eq!(removed, json!({"success": true}));
    assert!(ana.get("/api/auth/get-session").expect(200).json().is_null());
    assert_eq!(server.count("session"), 1);
    assert_eq!(server.count("account"), 1);
    about(&mut root, "remove-user", &id).refused(404, "USER_NOT_FOUND");
    let own = id_of(&mut root);
    about(&mut root, "remove-user", &own).refused(400, "YOU_CANNOT_REMOVE_YOURSELF");
}
