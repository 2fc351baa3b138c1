//! Acting as somebody else, and going back.

use serde_json::json;

use super::{about, id_of, server, with};
use crate::support::{Client, Server};

const HOUR_S: i64 = 3_600;
const STOP: &str = "/api/auth/admin/stop-impersonating";

fn session(client: &mut Client) -> serde_json::Value {
    client.get("/api/auth/get-session").expect(200).json()
}

/// An administrator who acts as Ana, and Ana's own browser.
fn as_ana(server: &Server) -> (Client, Client, String) {
    let mut root = server.admin();
    let mut ana = server.person("ana@ejemplo.es");
    let id = id_of(&mut ana);
    about(&mut root, "impersonate-user", &id).expect(200);
    (root, ana, id)
}

#[test]
fn administrator_acts_as_somebody_and_goes_back() {
    let server = server();
    let mut root = server.admin();
    let own = session(&mut root);
    let mut ana = server.person("ana@ejemplo.es");
    let id = id_of(&mut ana);
    let reply = about(&mut root, "impersonate-user", &id).expect(200);
    let begun = reply.json();
    assert_eq!(begun["user"]["id"], id.as_str());
    assert_eq!(begun["session"]["impersonatedBy"], own["user"]["id"]);
    assert_eq!(begun["session"]["expiresAt"], "2027-01-15T11:00:00.000Z");
    let cookie = |name: &str| reply.set_cookie(&format!("better-auth.{name}")).unwrap();
    assert!(!cookie("session_token").contains("Max-Age"));
    assert!(!cookie("dont_remember").contains("Max-Age"));
    assert!(cookie("admin_session").contains("HttpOnly"));
    let acting = session(&mut root);
    assert_eq!((&acting["user"], &acting["session"]), (&begun["user"], &begun["session"]));
    about(&mut root, "ban-user", &id).refused(403, "YOU_ARE_NOT_ALLOWED_TO_BAN_USERS");
    let back = root.post(STOP, json!({})).expect(200);
    assert_eq!(back.json(), own);
    assert!(back.set_cookie("better-auth.session_token").unwrap().contains("Max-Age=604800"));
    assert!(back.set_cookie("better-auth.admin_session").unwrap().contains("Max-Age=0"));
    assert_eq!(session(&mut root), own);
    assert_eq!(root.cookie("better-auth.dont_remember"), None);
    let left = "SELECT count(*) FROM session WHERE impersonated_by IS NOT NULL";
    assert_eq!(server.number(left), 0);
}

#[test]
fn who_was_not_remembered_is_not_remembered_afterwards() {
    let server = server();
    server.admin();
    let id = id_of(&mut server.person("ana@ejemplo.es"));
    let mut root = server.visitor();
    let body = json!({"email": "root@ejemplo.es", "password": "una frase bien larga", "rememberMe": false});
    root.post("/api/auth/sign-in/email", body).expect(200);
    about(&mut root, "impersonate-user", &id).expect(200);
    let back = root.send("POST", STOP, None).expect(200);
    assert!(!back.set_cookie("better-auth.session_token").unwrap().contains("Max-Age"));
    assert!(root.cookie("better-auth.dont_remember").is_some());
}

#[test]
fn person_does_not_see_who_acts_as_them_and_the_administrator_does() {
    let server = server();
    let (mut root, mut ana, id) = as_ana(&server);
    let list = ana.get("/api/auth/list-sessions").expect(200).json();
    assert_eq!(list.as_array().unwrap().len(), 1);
    root.post(STOP, json!({})).expect(200);
    about(&mut root, "impersonate-user", &id).expect(200);
    let mut other = server.signed_in("root@ejemplo.es");
    let all = about(&mut other, "list-user-sessions", &id).expect(200).json();
    assert_eq!(all["sessions"].as_array().unwrap().len(), 2);
}

#[test]
fn impersonation_lives_an_hour_and_never_slides() {
    let server = Server::with(&[
        ("ANTESALA_RATE_LIMIT__ENABLED", "false"),
        ("ANTESALA_AUTH__SESSION_REFRESH_AGE_S", "0"),
    ]);
    let (mut root, _, _) = as_ana(&server);
    // Even without the cookie that says so.
    root.put_cookie("better-auth.dont_remember", "nada");
    server.clock.advance_s(HOUR_S - 1);
    assert!(!session(&mut root).is_null());
    server.clock.advance_s(1);
    assert!(session(&mut root).is_null());
}

#[test]
fn nobody_acts_as_an_administrator_or_as_who_may_not_enter() {
    let server = server();
    let mut root = server.admin();
    let own = id_of(&mut root);
    about(&mut root, "impersonate-user", &own).refused(403, "YOU_CANNOT_IMPERSONATE_ADMINS");
    about(&mut root, "impersonate-user", "usr_nadie").refused(404, "USER_NOT_FOUND");
    let mut ana = server.person("ana@ejemplo.es");
    let id = id_of(&mut ana);
    about(&mut ana, "impersonate-user", &id)
        .refused(403, "YOU_ARE_NOT_ALLOWED_TO_IMPERSONATE_USERS");
    about(&mut root, "ban-user", &id).expect(200);
    about(&mut root, "impersonate-user", &id).refused(403, "BANNED_USER");
    about(&mut root, "unban-user", &id).expect(200);
    server.execute("UPDATE \"user\" SET is_active = 0 WHERE is_admin = 0");
    about(&mut root, "impersonate-user", &id).refused(401, "ACCOUNT_DISABLED");
}

#[test]
fn there_must_be_something_to_go_back_from_and_to() {
    let server = server();
    server.visitor().post(STOP, json!({})).refused(401, "UNAUTHORIZED");
    let mut root = server.admin();
    root.post(STOP, json!({})).refused(400, "YOU_ARE_NOT_IMPERSONATING_ANYONE");
    let mut ana = server.person("ana@ejemplo.es");
    let id = id_of(&mut ana);
    about(&mut root, "impersonate-user", &id).expect(200);
    let waiting = root.cookie("better-auth.admin_session").unwrap().to_owned();
    root.put_cookie("better-auth.admin_session", "nada");
    root.post(STOP, json!({})).refused(401, "FAILED_TO_FIND_ADMIN_SESSION");
    assert_eq!(id_of(&mut root), id, "a refusal changes nothing");
    ana.put_cookie("better-auth.admin_session", &waiting);
    ana.post(STOP, json!({})).refused(400, "YOU_ARE_NOT_IMPERSONATING_ANYONE");
}

#[test]
fn impersonation_ends_with_the_standing_of_who_acts() {
    for (verb, more) in [
        ("ban-user", json!({})),
        ("set-role", json!({"role": "user"})),
        ("update-user", json!({"data": {"role": "user"}})),
        ("update-user", json!({"data": {"banned": true}})),
        ("update-user", json!({"data": {"isActive": false}})),
        ("revoke-user-sessions", json!({})),
        ("set-user-password", json!({"newPassword": "otra frase bien larga"})),
        ("remove-user", json!({})),
    ] {
        let server = server();
        let mut root = server.admin();
        let mut eva = server.person("eva@ejemplo.es");
        let eva_id = id_of(&mut eva);
        with(&mut root, "set-role", &eva_id, json!({"role": "admin"})).expect(200);
        let id = id_of(&mut server.person("ana@ejemplo.es"));
        about(&mut eva, "impersonate-user", &id).expect(200);
        assert_eq!(id_of(&mut eva), id);
        with(&mut root, verb, &eva_id, more).expect(200);
        assert!(session(&mut eva).is_null(), "{verb}");
    }
}

/// A second browser with what another one holds.
fn copy(server: &Server, of: &Client) -> Client {
    let mut client = server.visitor();
    for name in ["better-auth.session_token", "better-auth.admin_session"] {
        if let Some(value) = of.cookie(name) {
            client.put_cookie(name, value);
        }
    }
    client
}

/// A way in which the administrator's own session ends while they act as somebody: in the
/// browser that has it, or by another session of theirs.
type End = fn(own: &mut Client, other: &mut Client, own_id: &str);

#[test]
fn borrowed_session_ends_with_the_session_out_of_which_it_was_borrowed() {
    let ends: [(&str, End); 6] = [
        ("signed out", |own, _other, _id| {
            own.post("/api/auth/sign-out", json!({})).expect(200);
        }),
        ("left by the page", |own, _other, _id| {
            own.send("POST", "/salir", None).expect(303);
        }),
        ("ended by wrong passwords", |own, _other, _id| {
            let wrong = json!({"password": "no es esta frase"});
            let tries = (0..20).map(|_| own.post("/api/auth/verify-password", wrong.clone()));
            assert!(tries.filter(|reply| reply.status == 401).count() > 0);
        }),
        ("revoked by name", |_own, other, id| {
            other.post("/api/auth/revoke-session", json!({"token": id})).expect(200);
        }),
        ("revoked with the others", |_own, other, _id| {
            other.post("/api/auth/revoke-other-sessions", json!({})).expect(200);
        }),
        ("revoked by an administrator", |_own, other, id| {
            let body = json!({"sessionToken": id});
            other.post("/api/auth/admin/revoke-user-session", body).expect(200);
        }),
    ];
    for (name, end) in ends {
        let server = server();
        let mut root = server.admin();
        let mut own = copy(&server, &root);
        let mut other = server.signed_in("root@ejemplo.es");
        let own_id = session(&mut root)["session"]["id"].as_str().unwrap().to_owned();
        let id = id_of(&mut server.person("ana@ejemplo.es"));
        about(&mut root, "impersonate-user", &id).expect(200);
        end(&mut own, &mut other, &own_id);
        assert!(session(&mut root).is_null(), "{name}");
        let left = "SELECT count(*) FROM session WHERE impersonated_by IS NOT NULL";
        assert_eq!(server.number(left), 0, "{name}");
    }
}

#[test]
fn end_of_another_session_leaves_the_borrowed_one() {
    let server = server();
    let mut root = server.admin();
    let mut other = server.signed_in("root@ejemplo.es");
    let id = id_of(&mut server.person("ana@ejemplo.es"));
    about(&mut root, "impersonate-user", &id).expect(200);
    other.post("/api/auth/sign-out", json!({})).expect(200);
    assert_eq!(id_of(&mut root), id);
}

#[test]
fn sign_out_while_acting_leaves_neither_session_nor_cookie() {
    for path in ["/api/auth/sign-out", "/salir"] {
        let server = server();
        let (mut root, _ana, _id) = as_ana(&server);
        let mut kept = copy(&server, &root);
        let reply = root.send("POST", path, None);
        assert!(reply.set_cookie("better-auth.admin_session").unwrap().contains("Max-Age=0"));
        kept.post(STOP, json!({})).refused(401, "UNAUTHORIZED");
        let roots = "SELECT count(*) FROM session s JOIN \"user\" u ON u.id = s.user_id
            WHERE u.is_admin = 1";
        assert_eq!(server.number(roots), 0, "{path}");
    }
}

#[test]
fn borrowed_session_is_over_when_the_own_one_would_be() {
    let server = Server::with(&[
        ("ANTESALA_RATE_LIMIT__ENABLED", "false"),
        ("ANTESALA_AUTH__SESSION_TTL_S", "900"),
        ("ANTESALA_AUTH__SESSION_REFRESH_AGE_S", "900"),
    ]);
    let (mut root, _, _) = as_ana(&server);
    server.clock.advance_s(899);
    assert!(!session(&mut root).is_null());
    server.clock.advance_s(1);
    assert!(session(&mut root).is_null());
}
