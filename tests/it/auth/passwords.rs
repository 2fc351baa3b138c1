//! Changing, checking and storing passwords.

use serde_json::json;

use crate::support::Server;

const OLD: &str = "una frase bien larga";
const NEW: &str = "otra frase aún más larga";

#[test]
fn change_keeps_other_sessions_unless_asked() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let mut phone = server.signed_in("ana@ejemplo.es");
    let body = json!({"currentPassword": OLD, "newPassword": NEW});
    let reply = ana.post("/api/auth/change-password", body).expect(200);
    assert!(reply.json()["token"].is_null());
    assert!(!phone.get("/api/auth/get-session").json().is_null());
    let body = json!({"currentPassword": NEW, "newPassword": OLD, "revokeOtherSessions": true});
    let reply = ana.post("/api/auth/change-password", body).expect(200);
    assert!(reply.json()["token"].is_string());
    assert!(phone.get("/api/auth/get-session").json().is_null());
    assert!(!ana.get("/api/auth/get-session").json().is_null());
    assert_eq!(server.count("session"), 1);
}

#[test]
fn old_password_is_dead_after_the_change() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    ana.post("/api/auth/change-password", json!({"currentPassword": OLD, "newPassword": NEW}))
        .expect(200);
    let sign_in = |password: &str| {
        let body = json!({"email": "ana@ejemplo.es", "password": password});
        server.visitor().post("/api/auth/sign-in/email", body).status
    };
    assert_eq!(sign_in(OLD), 401);
    assert_eq!(sign_in(NEW), 200);
}

#[test]
fn wrong_current_password_changes_nothing() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let body = json!({"currentPassword": "no es esta", "newPassword": NEW});
    ana.post("/api/auth/change-password", body).refused(400, "INVALID_PASSWORD");
    ana.post("/api/auth/verify-password", json!({"password": OLD})).expect(200);
    ana.post("/api/auth/verify-password", json!({"password": NEW}))
        .refused(400, "INVALID_PASSWORD");
}

#[test]
fn person_without_a_password_has_none_to_change() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    server.execute("DELETE FROM account");
    let body = json!({"currentPassword": OLD, "newPassword": NEW});
    ana.post("/api/auth/change-password", body).refused(400, "CREDENTIAL_ACCOUNT_NOT_FOUND");
}

#[test]
fn length_counts_utf_16_units_and_composition_does_not_matter() {
    let server = Server::start();
    let sign_up = |email: &str, password: &str| {
        let body = json!({"name": "Ana", "email": email, "password": password});
        server.visitor().post("/api/auth/sign-up/email", body).status
    };
    // Four emoji are eight units; three are six.
    assert_eq!(sign_up("cuatro@ejemplo.es", "🦊🦉🐢🦋"), 200);
    assert_eq!(sign_up("tres@ejemplo.es", "🦊🦉🐢"), 400);
    assert_eq!(sign_up("largo@ejemplo.es", &"ñ".repeat(128)), 200);
    assert_eq!(sign_up("larguisimo@ejemplo.es", &"ñ".repeat(129)), 400);
    // "señora mía" composed at sign-up, decomposed at sign-in.
    assert_eq!(sign_up("nfkc@ejemplo.es", "señora mía linda"), 200);
    let body = json!({"email": "nfkc@ejemplo.es", "password": "sen\u{303}ora mi\u{301}a linda"});
    server.visitor().post("/api/auth/sign-in/email", body).expect(200);
}

#[test]
fn imported_hashes_sign_in_once_and_become_argon2id() {
    let server = Server::start();
    // Each is the hash of "una frase bien larga", made by another implementation.
    for (name, hash) in [
        ("scrypt", include_str!("../../golden/hash-better-auth-scrypt.txt").trim()),
        ("bcrypt", include_str!("../../golden/hash-bcrypt.txt").trim()),
        ("pbkdf2", include_str!("../../golden/hash-pbkdf2-sha256.txt").trim()),
        ("argon2", include_str!("../../golden/hash-argon2i.txt").trim()),
    ] {
        let email = format!("{name}@ejemplo.es");
        server.person(&email);
        let of_person = format!("user_id = (SELECT id FROM \"user\" WHERE email = '{email}')");
        server.execute(&format!("UPDATE account SET password = '{hash}' WHERE {of_person}"));
        let sign_in = |password: &str| {
            let body = json!({"email": email, "password": password});
            server.visitor().post("/api/auth/sign-in/email", body).status
        };
        assert_eq!(sign_in("otra frase larga"), 401, "{name}");
        assert_eq!(server.text(&format!("SELECT password FROM account WHERE {of_person}")), hash);
        assert_eq!(sign_in(OLD), 200, "{name}");
        let stored = server.text(&format!("SELECT password FROM account WHERE {of_person}"));
        assert!(stored.starts_with("$argon2id$v=19$"), "{name}: {stored}");
        assert_eq!(sign_in(OLD), 200, "{name}");
    }
}
