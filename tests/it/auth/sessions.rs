//! Reading, sliding, listing and ending sessions.

use serde_json::json;

use crate::support::Server;

const DAY_S: i64 = 86_400;

#[test]
fn session_slides_after_a_day_and_not_before() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    server.clock.advance_s(DAY_S - 1);
    let early = ana.get("/api/auth/get-session").expect(200);
    assert_eq!(early.all("set-cookie").count(), 0);
    server.clock.advance_s(1);
    let due = ana.get("/api/auth/get-session").expect(200);
    assert!(due.set_cookie("better-auth.session_token").unwrap().contains("Max-Age=604800"));
    assert_eq!(due.json()["session"]["expiresAt"], "2027-01-23T10:00:00.000Z");
    assert_eq!(due.json()["session"]["createdAt"], "2027-01-15T10:00:00.000Z");
}

#[test]
fn head_and_disable_refresh_slide_nothing() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    server.clock.advance_s(2 * DAY_S);
    let before = server.number("SELECT expires_at FROM session");
    let head = ana.send("HEAD", "/api/auth/get-session", None).expect(200);
    assert_eq!(head.all("set-cookie").count(), 0);
    assert_eq!(head.text, "");
    ana.get("/api/auth/get-session?disableRefresh=true").expect(200);
    assert_eq!(server.number("SELECT expires_at FROM session"), before);
}

#[test]
fn expired_session_is_null_and_clears_its_cookies() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    server.clock.advance_s(7 * DAY_S);
    let reply = ana.get("/api/auth/get-session").expect(200);
    assert!(reply.json().is_null());
    for name in ["session_token", "session_data", "dont_remember"] {
        let cookie = reply.set_cookie(&format!("better-auth.{name}")).unwrap();
        assert!(cookie.contains("Max-Age=0"), "{cookie}");
    }
    ana.get("/api/auth/list-sessions").refused(401, "UNAUTHORIZED");
}

#[test]
fn forgotten_browser_keeps_its_session_a_day_and_never_slides() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let mut ana = server.visitor();
    let body =
        json!({"email": "ana@ejemplo.es", "password": "una frase bien larga", "rememberMe": false});
    let reply = ana.post("/api/auth/sign-in/email", body).expect(200);
    assert!(!reply.set_cookie("better-auth.session_token").unwrap().contains("Max-Age"));
    assert!(!reply.set_cookie("better-auth.dont_remember").unwrap().contains("Max-Age"));
    server.clock.advance_s(DAY_S - 1);
    assert_eq!(ana.get("/api/auth/get-session").expect(200).all("set-cookie").count(), 0);
    server.clock.advance_s(1);
    assert!(ana.get("/api/auth/get-session").expect(200).json().is_null());
}

#[test]
fn list_shows_own_token_and_handles_of_the_others() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    server.clock.advance_s(1);
    let mut phone = server.signed_in("ana@ejemplo.es");
    let phone_token = phone.get("/api/auth/get-session").json()["session"]["token"].clone();
    let own_token = ana.get("/api/auth/get-session").json()["session"]["token"].clone();
    let list = ana.get("/api/auth/list-sessions").expect(200).json();
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert_eq!(list[0]["token"], own_token);
    let handle = list[1]["token"].as_str().unwrap();
    assert_ne!(list[1]["token"], phone_token);
    assert!(handle.starts_with("ses_"));
    ana.post("/api/auth/revoke-session", json!({"token": handle})).expect(200);
    assert!(phone.get("/api/auth/get-session").expect(200).json().is_null());
    assert_eq!(ana.get("/api/auth/list-sessions").json().as_array().unwrap().len(), 1);
}

#[test]
fn stale_session_may_not_list() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    server.clock.advance_s(DAY_S);
    ana.get("/api/auth/list-sessions").refused(403, "SESSION_NOT_FRESH");
    ana.get("/api/auth/list-accounts").expect(200);
}

#[test]
fn nobody_revokes_what_is_somebody_elses() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let mut eva = server.person("eva@ejemplo.es");
    let theirs = ana.get("/api/auth/get-session").json()["session"].clone();
    for named in [&theirs["token"], &theirs["id"]] {
        eva.post("/api/auth/revoke-session", json!({"token": named})).expect(200);
    }
    assert!(!ana.get("/api/auth/get-session").expect(200).json().is_null());
}

#[test]
fn revoking_ends_what_it_says() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let mut phone = server.signed_in("ana@ejemplo.es");
    ana.post("/api/auth/revoke-other-sessions", json!({})).expect(200);
    assert!(phone.get("/api/auth/get-session").json().is_null());
    assert!(!ana.get("/api/auth/get-session").json().is_null());
    let reply = ana.send("POST", "/api/auth/revoke-sessions", None).expect(200);
    assert!(reply.set_cookie("better-auth.session_token").unwrap().contains("Max-Age=0"));
    assert_eq!(server.count("session"), 0);
}

#[test]
fn sign_out_says_what_older_front_ends_read() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let reply = ana.post("/api/auth/sign-out", json!({})).expect(200);
    let body = reply.json();
    assert_eq!(body["success"], true);
    assert_eq!(body["message"], "Signed out successfully");
    assert_eq!(body["status"], 200);
    assert_eq!(server.count("session"), 0);
    server.visitor().send("POST", "/api/auth/sign-out", None).expect(200);
}

#[test]
fn session_and_its_alias_answer_alike() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    assert_eq!(
        ana.get("/api/auth/session").expect(200).json(),
        ana.get("/api/auth/get-session").json()
    );
    ana.post("/api/auth/session", json!({}))
        .refused(405, "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED");
}

#[test]
fn absolute_life_ends_even_a_busy_session() {
    let server = Server::with(&[("ANTESALA_AUTH__SESSION_ABSOLUTE_TTL_S", "864000")]);
    let mut ana = server.person("ana@ejemplo.es");
    for _ in 0..9 {
        server.clock.advance_s(DAY_S);
        assert!(!ana.get("/api/auth/get-session").expect(200).json().is_null());
    }
    server.clock.advance_s(DAY_S);
    assert!(ana.get("/api/auth/get-session").expect(200).json().is_null());
}
