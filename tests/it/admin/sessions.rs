//! Other people's sessions: seen without their tokens, and ended.

use serde_json::json;

use super::{about, id_of, server};

#[test]
fn administrator_sees_handles_and_ends_one_session() {
    let server = server();
    let mut root = server.admin();
    let mut ana = server.person("ana@ejemplo.es");
    server.clock.advance_s(1);
    let mut phone = server.signed_in("ana@ejemplo.es");
    let id = id_of(&mut ana);
    let list = about(&mut root, "list-user-sessions", &id).expect(200);
    let token = ana.get("/api/auth/get-session").json()["session"]["token"].clone();
    assert!(!list.text.contains(token.as_str().unwrap()), "a list holds nobody's token");
    let sessions = list.json()["sessions"].clone();
    assert_eq!(sessions.as_array().unwrap().len(), 2);
    assert_eq!(sessions[0]["userId"], id.as_str());
    let path = "/api/auth/admin/revoke-user-session";
    root.post(path, json!({"sessionToken": sessions[0]["token"]})).expect(200);
    assert!(ana.get("/api/auth/get-session").json().is_null());
    let token = phone.get("/api/auth/get-session").json()["session"]["token"].clone();
    root.post(path, json!({"sessionToken": token})).expect(200);
    assert!(phone.get("/api/auth/get-session").json().is_null());
    root.post(path, json!({"sessionToken": "nada"})).expect(200);
}

#[test]
fn administrator_ends_all_sessions_of_somebody_and_nobody_elses() {
    let server = server();
    let mut root = server.admin();
    let mut ana = server.person("ana@ejemplo.es");
    let mut phone = server.signed_in("ana@ejemplo.es");
    let id = id_of(&mut ana);
    let ended = about(&mut root, "revoke-user-sessions", &id).expect(200).json();
    assert_eq!(ended, json!({"success": true}));
    for client in [&mut ana, &mut phone] {
        assert!(client.get("/api/auth/get-session").json().is_null());
    }
    assert_eq!(server.count("session"), 1);
    id_of(&mut root);
}
