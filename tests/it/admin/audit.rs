//! The audit log: every act with who, on whom and from where, and never a secret.

use serde_json::{Value, json};

use super::{about, id_of, server, with};
use crate::support::server::PASSWORD;
use crate::support::{Client, Server};

const AUDIT: &str = "/api/admin/audit";

fn entries(admin: &mut Client, query: &str) -> Vec<Value> {
    let page = admin.get(&format!("{AUDIT}?{query}")).expect(200).json();
    page["entries"].as_array().unwrap().clone()
}

/// The names of the acts on somebody, oldest first.
fn acts_on(admin: &mut Client, id: &str) -> Vec<String> {
    let found = entries(admin, &format!("targetId={id}&limit=500"));
    found.iter().rev().map(|entry| entry["act"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn acts_of_people_are_remembered_in_their_order() {
    let server = server();
    let mut root = server.admin();
    let mut ana = server.person("ana@ejemplo.es");
    let id = id_of(&mut ana);
    let tick = || server.clock.advance_s(1);
    tick();
    let wrong = json!({"email": "ana@ejemplo.es", "password": "no es esta frase"});
    server.visitor().post("/api/auth/sign-in/email", wrong).expect(401);
    tick();
    let mut phone = server.signed_in("ana@ejemplo.es");
    tick();
    phone.post("/api/auth/sign-out", json!({})).expect(200);
    tick();
    let token = server.mail_of("verify-email", "ana@ejemplo.es")["token"].clone();
    let link = format!("/api/auth/verify-email?token={}", token.as_str().unwrap());
    ana.get(&link).expect(200);
    tick();
    let tablet = server.signed_in("ana@ejemplo.es").get("/api/auth/get-session").json();
    tick();
    let handle = json!({"token": tablet["session"]["id"]});
    ana.post("/api/auth/revoke-session", handle).expect(200);
    tick();
    ana.post("/api/auth/revoke-other-sessions", json!({})).expect(200);
    tick();
    let change = json!({"currentPassword": PASSWORD, "newPassword": "otra frase bien larga"});
    ana.post("/api/auth/change-password", change).expect(200);
    tick();
    ana.post("/api/auth/delete-user", json!({"password": "otra frase bien larga"})).expect(200);
    assert_eq!(
        acts_on(&mut root, &id),
        [
            "sign-up",
            "sign-in-failed",
            "sign-in",
            "sign-out",
            "email-verified",
            "sign-in",
            "session-revoked",
            "sessions-revoked",
            "password-changed",
            "user-deleted",
        ]
    );
    let failed = entries(&mut root, "act=sign-in-failed");
    assert!(failed[0]["actorId"].is_null(), "nobody knows who tried");
    for entry in entries(&mut root, &format!("targetId={id}")) {
        let is_theirs = entry["actorId"] == id.as_str() || entry["act"] == "sign-in-failed";
        assert!(is_theirs, "{entry}");
        assert!(entry["ipAddress"].as_str().unwrap().starts_with("203."), "{entry}");
        assert!(!entry["requestId"].as_str().unwrap().is_empty(), "{entry}");
    }
}

#[test]
fn acts_of_administrators_say_who_and_what() {
    let server = server();
    let mut root = server.admin();
    root.set("user-agent", "Navegador/1");
    root.set("x-request-id", "peticion-7");
    let root_id = id_of(&mut root);
    let id = id_of(&mut server.person("ana@ejemplo.es"));
    let mut act = |verb: &str, more: Value| {
        server.clock.advance_s(1);
        with(&mut root, verb, &id, more).expect(200);
    };
    act("set-role", json!({"role": "editor"}));
    act("ban-user", json!({"banReason": "Correo basura", "banExpiresIn": 60}));
    act("unban-user", json!({}));
    act("update-user", json!({"data": {"name": "Eva", "role": "user", "banned": true}}));
    act("update-user", json!({"data": {"banned": false}}));
    act("set-user-password", json!({"newPassword": "otra frase bien larga"}));
    act("revoke-user-sessions", json!({}));
    act("impersonate-user", json!({}));
    server.clock.advance_s(1);
    root.post("/api/auth/update-user", json!({"name": "Otra"})).expect(200);
    root.post("/api/auth/revoke-other-sessions", json!({})).expect(200);
    server.clock.advance_s(1);
    root.post("/api/auth/admin/stop-impersonating", json!({})).expect(200);
    server.clock.advance_s(1);
    about(&mut root, "remove-user", &id).expect(200);
    let acts = acts_on(&mut root, &id);
    assert_eq!(acts[..4], ["sign-up", "role-changed", "user-banned", "user-unbanned"]);
    for name in ["user-updated", "role-changed", "user-banned"] {
        assert!(acts[4..7].iter().any(|act| act == name), "{name}: {acts:?}");
    }
    assert_eq!(
        acts[7..],
        [
            "user-unbanned",
            "password-changed",
            "sessions-revoked",
            "impersonation-began",
            "sessions-revoked",
            "impersonation-ended",
            "user-deleted",
        ]
    );
    let by_root = entries(&mut root, &format!("actorId={root_id}&limit=500"));
    assert_eq!(by_root.len(), acts.len(), "all but the sign-up, and the first administrator's own");
    let banned = entries(&mut root, "act=user-banned");
    let until = json!({"reason": "Correo basura", "until": "2027-01-15T10:01:02.000Z"});
    assert_eq!(banned[1]["detail"], until);
    assert_eq!(banned[1]["userAgent"], "Navegador/1");
    assert_eq!(banned[1]["requestId"], "peticion-7");
    let roles = entries(&mut root, "act=role-changed");
    assert_eq!(roles[1]["detail"], json!({"from": "user", "to": "editor"}));
}

#[test]
fn refused_acts_leave_no_trace_and_no_entry_holds_a_secret() {
    let server = server();
    let mut root = server.admin();
    let mut ana = server.person("ana@ejemplo.es");
    let id = id_of(&mut ana);
    let before = server.count("audit");
    with(&mut ana, "set-role", &id, json!({"role": "admin"})).expect(403);
    with(&mut root, "set-role", "usr_nadie", json!({"role": "admin"})).expect(404);
    with(&mut root, "set-user-password", &id, json!({"newPassword": "corta"})).expect(400);
    root.post("/api/auth/admin/revoke-user-session", json!({"sessionToken": "nada"})).expect(200);
    assert_eq!(server.count("audit"), before);
    with(&mut root, "set-user-password", &id, json!({"newPassword": "otra frase bien larga"}))
        .expect(200);
    let data = json!({"email": "ana2@ejemplo.es"});
    with(&mut root, "update-user", &id, json!({"data": data})).expect(200);
    let all = root.get(&format!("{AUDIT}?limit=500")).expect(200).text;
    for secret in ["otra frase", "@ejemplo.es", "argon2"] {
        assert!(!all.contains(secret), "{secret}");
    }
}

#[test]
fn pages_go_on_where_the_last_one_ended() {
    let server = server();
    let mut root = server.admin();
    for _ in 0..5 {
        // Several in one moment: the id tells them apart.
        server.signed_in("root@ejemplo.es");
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    for round in 0..5 {
        let page = root.get(&format!("{AUDIT}?limit=2{cursor}")).expect(200).json();
        let ids = page["entries"].as_array().unwrap().iter().map(|entry| entry["id"].to_string());
        seen.extend(ids);
        let Some(next) = page["nextCursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
        assert!(round < 4, "the pages end");
    }
    let whole: Vec<_> =
        entries(&mut root, "limit=500").iter().map(|entry| entry["id"].to_string()).collect();
    assert_eq!(seen.len(), 6);
    assert_eq!(seen, whole);
}

#[test]
fn export_is_csv_without_formulas() {
    let server = server();
    let mut root = server.admin();
    let mut visitor = server.visitor();
    visitor.set("user-agent", "=cmd|' /C calc'!A0, \"x\"");
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    visitor.post("/api/auth/sign-up/email", body).expect(200);
    let reply = root.get(&format!("{AUDIT}.csv?act=sign-up")).expect(200);
    assert!(reply.header("content-type").unwrap().starts_with("text/csv"));
    let mut lines = reply.text.lines();
    let header = "id,at,act,actorId,targetId,ipAddress,userAgent,requestId,detail";
    assert_eq!(lines.next(), Some(header));
    let line = lines.next().unwrap();
    assert!(line.contains(",sign-up,usr_"), "{line}");
    assert!(line.contains("\"'=cmd|' /C calc'!A0, \"\"x\"\"\""), "{line}");
    assert_eq!(lines.next(), None);
}

#[test]
fn only_administrators_look_and_only_for_what_there_is() {
    let server = server();
    let mut root = server.admin();
    let mut ana = server.person("ana@ejemplo.es");
    for path in [AUDIT, "/api/admin/audit.csv"] {
        ana.get(path).refused(403, "FORBIDDEN");
        server.visitor().get(path).refused(401, "UNAUTHORIZED");
    }
    for (query, field) in [
        ("act=fly", "act"),
        ("cursor=nada", "cursor"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("actorId=a&targetId=b", "targetId"),
        ("actorId=a&act=sign-in", "act"),
        ("targetId=%00", "targetId"),
    ] {
        let told = root.get(&format!("{AUDIT}?{query}")).refused(400, "VALIDATION_ERROR").json();
        assert_eq!(told["details"][0]["field"], field, "{query}");
    }
}

#[test]
fn log_is_kept_for_ever_or_for_as_long_as_was_set() {
    for (days, left) in [("0", 2), ("30", 0)] {
        let server = Server::with(&[
            ("ANTESALA_RATE_LIMIT__ENABLED", "false"),
            ("ANTESALA_AUDIT__RETENTION_DAYS", days),
        ]);
        server.admin();
        server.person("ana@ejemplo.es");
        assert_eq!(server.count("audit"), 2);
        server.clock.advance_s(30 * 86_400);
        let clean = json!({"task": "clean_sessions"});
        server.machine().post("/api/cron", clean.clone()).expect(200);
        assert_eq!(server.count("audit"), 2, "the thirtieth day is kept");
        server.clock.advance_s(1);
        server.machine().post("/api/cron", clean).expect(200);
        assert_eq!(server.count("audit"), left, "{days}");
    }
}
