//! Mail about sign-ins from browsers that the account does not know.

use serde_json::json;

use crate::support::server::PASSWORD;
use crate::support::{Client, Server};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

fn told(server: &Server) -> usize {
    server.mails().iter().filter(|mail| mail["kind"] == "new-device").count()
}

#[test]
fn unknown_browser_is_told_once_whatever_its_address() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let sign_in = json!({"email": "ana@ejemplo.es", "password": PASSWORD});
    let path = "/api/auth/sign-in/email";
    ana.set("x-forwarded-for", "198.51.100.9");
    ana.post(path, sign_in.clone()).expect(200);
    assert_eq!(told(&server), 0, "the browser of the sign-up is known");
    let mut other = server.visitor();
    other.set("user-agent", FIREFOX);
    let reply = other.post(path, sign_in.clone()).expect(200);
    let cookie = reply.set_cookie("better-auth.device").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("Max-Age=34560000"), "{cookie}");
    let mail = server.mail_of("new-device", "ana@ejemplo.es");
    assert_eq!(mail["subject"], "Nuevo inicio de sesión");
    assert!(mail["text"].as_str().unwrap().contains("Firefox · Linux"), "{}", mail["text"]);
    other.set("x-forwarded-for", "198.51.100.10");
    other.post(path, sign_in.clone()).expect(200);
    assert_eq!(told(&server), 1, "now it is known");
    let mut forger = server.visitor();
    let altered = other.cookie("better-auth.device").unwrap().replace("%3D", "x");
    forger.put_cookie("better-auth.device", &altered);
    forger.post(path, sign_in).expect(200);
    assert_eq!(told(&server), 2, "a cookie that we did not sign is none");
}

#[test]
fn agents_of_strangers_never_reach_the_mail() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let mut bot = server.visitor();
    bot.set("user-agent", "ganaste www.evil.example");
    bot.post("/api/auth/sign-in/email", json!({"email": "ana@ejemplo.es", "password": PASSWORD}))
        .expect(200);
    let mail = server.mail_of("new-device", "ana@ejemplo.es");
    assert!(!mail.to_string().contains("evil"));
}

#[test]
fn switched_off_there_is_neither_mail_nor_cookie() {
    let server = Server::with(&[("ANTESALA_AUTH__NOTIFY_NEW_DEVICE", "false")]);
    server.person("ana@ejemplo.es");
    let reply = server
        .visitor()
        .post("/api/auth/sign-in/email", json!({"email": "ana@ejemplo.es", "password": PASSWORD}))
        .expect(200);
    assert!(reply.set_cookie("better-auth.device").is_none());
    assert_eq!(told(&server), 0);
}

#[test]
fn browser_whose_account_was_opened_in_it_is_known_at_the_next_sign_in() {
    let server = Server::with(&[("ANTESALA_AUTH__REQUIRE_EMAIL_VERIFICATION", "true")]);
    let mut ana = server.person("ana@ejemplo.es");
    let mail = server.mail_of("verify-email", "ana@ejemplo.es");
    ana.get(server.path_of(mail["url"].as_str().unwrap())).expect(302);
    assert!(ana.cookie("better-auth.device").is_some(), "the proof signed in");
    let sign_in = |client: &mut Client, email: &str| {
        let body = json!({"email": email, "password": PASSWORD});
        client.post("/api/auth/sign-in/email", body).expect(200);
    };
    sign_in(&mut ana, "ana@ejemplo.es");
    let mut admin = server.admin();
    sign_in(&mut admin, "root@ejemplo.es");
    assert_eq!(told(&server), 0);
}

/// A way in which an owner, in their own browser, throws an intruder out; the password
/// after it.
type Expulsion = (&'static str, fn(&Server, &mut Client, &mut Client) -> &'static str);

const OTHER: &str = "otra frase bien larga";

/// The owner asks from the second client, an administrator from the third.
const EXPULSIONS: [Expulsion; 8] = [
    ("reset", |server, owner, _root| {
        let asked = json!({"email": "ana@ejemplo.es"});
        owner.post("/api/auth/request-password-reset", asked).expect(200);
        let token = server.mail_of("reset-password", "ana@ejemplo.es")["token"].clone();
        let body = json!({"newPassword": OTHER, "token": token});
        owner.post("/api/auth/reset-password", body).expect(200);
        OTHER
    }),
    ("change of the password", |_server, owner, _root| {
        let body = json!({"currentPassword": PASSWORD, "newPassword": OTHER,
            "revokeOtherSessions": true});
        owner.post("/api/auth/change-password", body).expect(200);
        OTHER
    }),
    ("end of one session", |_server, owner, _root| {
        let list = owner.get("/api/auth/list-sessions").expect(200).json();
        let own = owner.get("/api/auth/get-session").json()["session"]["id"].clone();
        let others = list.as_array().unwrap().iter().filter(|session| session["id"] != own);
        for session in others {
            let body = json!({"token": session["token"]});
            owner.post("/api/auth/revoke-session", body).expect(200);
        }
        PASSWORD
    }),
    ("end of the other sessions", |_server, owner, _root| {
        owner.post("/api/auth/revoke-other-sessions", json!({})).expect(200);
        PASSWORD
    }),
    ("end of all sessions", |_server, owner, _root| {
        owner.post("/api/auth/revoke-sessions", json!({})).expect(200);
        PASSWORD
    }),
    ("password by an administrator", |_server, owner, root| {
        let body = json!({"userId": of(owner), "newPassword": OTHER});
        root.post("/api/auth/admin/set-user-password", body).expect(200);
        OTHER
    }),
    ("end of all by an administrator", |_server, owner, root| {
        let body = json!({"userId": of(owner)});
        root.post("/api/auth/admin/revoke-user-sessions", body).expect(200);
        PASSWORD
    }),
    ("end of one by an administrator", |_server, owner, root| {
        let body = json!({"userId": of(owner)});
        let list = root.post("/api/auth/admin/list-user-sessions", body).expect(200).json();
        for session in list["sessions"].as_array().unwrap() {
            let body = json!({"sessionToken": session["token"]});
            root.post("/api/auth/admin/revoke-user-session", body).expect(200);
        }
        PASSWORD
    }),
];

fn of(client: &mut Client) -> String {
    let session = client.get("/api/auth/get-session").expect(200).json();
    session["user"]["id"].as_str().unwrap().to_owned()
}

#[test]
fn browser_of_whoever_was_thrown_out_is_told_of_again() {
    for (name, expel) in EXPULSIONS {
        let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
        let mut root = server.admin();
        let mut owner = server.person("ana@ejemplo.es");
        let mut intruder = server.visitor();
        let sign_in = |client: &mut Client, password: &str| {
            let body = json!({"email": "ana@ejemplo.es", "password": password});
            client.post("/api/auth/sign-in/email", body).expect(200);
        };
        sign_in(&mut intruder, PASSWORD);
        sign_in(&mut intruder, PASSWORD);
        assert_eq!(told(&server), 1, "{name}");
        let password = expel(&server, &mut owner, &mut root);
        sign_in(&mut intruder, password);
        assert_eq!(told(&server), 2, "{name}");
        let is_the_owners = !name.contains("administrator");
        sign_in(&mut owner, password);
        assert_eq!(told(&server), if is_the_owners { 2 } else { 3 }, "{name}");
    }
}
