//! Mail about sign-ins from browsers that the account does not know.

use serde_json::json;

use crate::support::Server;
use crate::support::server::PASSWORD;

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
    let sign_in = |client: &mut crate::support::Client, email: &str| {
        let body = json!({"email": email, "password": PASSWORD});
        client.post("/api/auth/sign-in/email", body).expect(200);
    };
    sign_in(&mut ana, "ana@ejemplo.es");
    let mut admin = server.admin();
    sign_in(&mut admin, "root@ejemplo.es");
    assert_eq!(told(&server), 0);
}
