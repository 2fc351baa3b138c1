//! The end of an account, by its owner.

use serde_json::json;

use crate::support::Server;
use crate::support::server::PASSWORD;

const DELETE: &str = "/api/auth/delete-user";
const DAY_S: i64 = 86_400;

#[test]
fn fresh_session_or_password_deletes_with_everything() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    ana.post(DELETE, json!({"password": "no es esta"})).refused(400, "INVALID_PASSWORD");
    let gone = ana.post(DELETE, json!({})).expect(200);
    assert_eq!(gone.json(), json!({"success": true, "message": "User deleted"}));
    assert!(gone.set_cookie("better-auth.session_token").unwrap().contains("Max-Age=0"));
    for table in ["user", "account", "session", "device", "outbox", "sign_in_address"] {
        assert_eq!(server.count(table), 0, "{table}");
    }
}

#[test]
fn deletion_waits_for_the_mailed_link_where_the_settings_want_it() {
    let server = Server::with(&[("ANTESALA_AUTH__DELETE_NEEDS_MAIL", "true")]);
    let mut ana = server.person("ana@ejemplo.es");
    ana.post(DELETE, json!({"password": "no es esta"})).refused(400, "INVALID_PASSWORD");
    for body in [json!({}), json!({"password": PASSWORD, "callbackURL": "/adios"})] {
        let mailed = ana.post(DELETE, body).expect(200).json();
        assert_eq!(mailed, json!({"success": true, "message": "Verification email sent"}));
        assert_eq!(server.count("user"), 1);
    }
    let mail = server.mail_of("delete-account", "ana@ejemplo.es");
    let bye = ana.get(server.path_of(mail["url"].as_str().unwrap())).expect(302);
    assert_eq!(bye.header("location"), Some("/adios"));
    assert_eq!(server.count("user"), 0);
}

#[test]
fn stale_session_needs_the_password_or_a_mailed_link() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    server.clock.advance_s(DAY_S);
    ana.post(DELETE, json!({})).refused(400, "SESSION_EXPIRED");
    let mailed = ana.post(DELETE, json!({"callbackURL": "/adios"})).expect(200).json();
    assert_eq!(mailed, json!({"success": true, "message": "Verification email sent"}));
    let mail = server.mail_of("delete-account", "ana@ejemplo.es");
    let link = server.path_of(mail["url"].as_str().unwrap()).to_owned();
    server.visitor().get(&link).refused(404, "FAILED_TO_GET_USER_INFO");
    let mut other = server.person("otra@ejemplo.es");
    other.get(&link).refused(404, "INVALID_TOKEN");
    ana.send("HEAD", &link, None).expect(200);
    assert_eq!(server.count("user"), 2, "looking deletes nobody");
    let bye = ana.get(&link).expect(302);
    assert_eq!(bye.header("location"), Some("/adios"));
    assert_eq!(server.count("user"), 1);
    ana.get(&link).refused(404, "FAILED_TO_GET_USER_INFO");
}

#[test]
fn password_deletes_whatever_the_sessions_age() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    server.clock.advance_s(2 * DAY_S);
    ana.post(DELETE, json!({"token": "nada"})).refused(404, "INVALID_TOKEN");
    ana.post(DELETE, json!({"password": PASSWORD})).expect(200);
    assert_eq!(server.count("user"), 0);
}
