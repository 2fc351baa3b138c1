//! `POST /update-user`, `GET /list-accounts` and the small endpoints.

use serde_json::json;

use crate::support::Server;

#[test]
fn name_and_picture_change_and_null_clears() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let image = "https://img.ejemplo.es/a.png";
    ana.post("/api/auth/update-user", json!({"name": "Ana Ruiz", "image": image})).expect(200);
    let user = ana.get("/api/auth/get-session").json()["user"].clone();
    assert_eq!((user["name"].as_str(), user["image"].as_str()), (Some("Ana Ruiz"), Some(image)));
    ana.post("/api/auth/update-user", json!({"image": null})).expect(200);
    let user = ana.get("/api/auth/get-session").json()["user"].clone();
    assert_eq!(user["name"], "Ana Ruiz");
    assert!(user["image"].is_null());
}

#[test]
fn what_may_not_change_does_not() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let cases = [
        (json!({"email": "eva@ejemplo.es"}), "EMAIL_CAN_NOT_BE_UPDATED"),
        (json!({"role": "admin"}), "FIELD_NOT_ALLOWED"),
        (json!({"name": "x", "banned": false}), "FIELD_NOT_ALLOWED"),
        (json!({"emailVerified": true}), "NO_FIELDS_TO_UPDATE"),
        (json!({}), "NO_FIELDS_TO_UPDATE"),
        (json!({"name": 7}), "VALIDATION_ERROR"),
        (json!({"name": "x".repeat(201)}), "VALIDATION_ERROR"),
    ];
    let before = server.text("SELECT name || role || email_verified || email FROM \"user\"");
    for (body, code) in cases {
        ana.post("/api/auth/update-user", body).refused(400, code);
    }
    assert_eq!(server.text("SELECT name || role || email_verified || email FROM \"user\""), before);
}

#[test]
fn accounts_list_the_credential() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let list = ana.get("/api/auth/list-accounts").expect(200).json();
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(list[0]["providerId"], "credential");
    assert_eq!(list[0]["accountId"], list[0]["userId"]);
    assert_eq!(list[0]["scopes"], json!([]));
    assert!(list[0].get("password").is_none());
}

#[test]
fn ok_answers_ok_and_error_is_a_page() {
    let server = Server::start();
    assert_eq!(server.visitor().get("/api/auth/ok").expect(200).json(), json!({"ok": true}));
    let mut visitor = server.visitor();
    let page = visitor.get("/api/auth/error?error=INVALID_TOKEN").expect(200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(page.text.contains("INVALID_TOKEN"));
    let page = visitor.get("/api/auth/error?error=%3Cscript%3Ealert(1)%3C/script%3E").expect(200);
    assert!(!page.text.contains("alert(1)"));
}
