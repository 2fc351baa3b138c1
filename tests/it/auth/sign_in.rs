//! `POST /sign-in/email`.

use serde_json::json;

use crate::support::Server;

const SIGN_IN: &str = "/api/auth/sign-in/email";
const PASSWORD: &str = "una frase bien larga";

#[test]
fn unknown_and_wrong_look_alike() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let wrong = server
        .visitor()
        .post(SIGN_IN, json!({"email": "ana@ejemplo.es", "password": "otra frase larga"}))
        .refused(401, "INVALID_EMAIL_OR_PASSWORD");
    let unknown = server
        .visitor()
        .post(SIGN_IN, json!({"email": "eva@ejemplo.es", "password": "otra frase larga"}))
        .refused(401, "INVALID_EMAIL_OR_PASSWORD");
    let (mut wrong, mut unknown) = (wrong.json(), unknown.json());
    assert_ne!(wrong["requestId"].take(), unknown["requestId"].take());
    assert_eq!(wrong, unknown);
}

#[test]
fn sign_in_makes_a_new_session_each_time() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let mut ana = server.visitor();
    let first =
        ana.post(SIGN_IN, json!({"email": "ana@ejemplo.es", "password": PASSWORD})).expect(200);
    let second =
        ana.post(SIGN_IN, json!({"email": "ana@ejemplo.es", "password": PASSWORD})).expect(200);
    assert_ne!(first.json()["token"], second.json()["token"]);
    assert_eq!(server.count("session"), 3);
}

#[test]
fn database_holds_neither_token_nor_password() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let token =
        ana.get("/api/auth/get-session").json()["session"]["token"].as_str().unwrap().to_owned();
    let stored = server.database().bytes();
    let holds =
        |needle: &str| stored.windows(needle.len()).any(|window| window == needle.as_bytes());
    assert!(!holds(&token));
    assert!(!holds(PASSWORD));
    assert!(holds("ana@ejemplo.es"), "the search itself works");
    assert!(holds("$argon2id$v=19$"));
}

#[test]
fn callback_url_is_echoed_as_url_and_location() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let body =
        json!({"email": "ana@ejemplo.es", "password": PASSWORD, "callbackURL": "/panel?x=1"});
    let reply = server.visitor().post(SIGN_IN, body).expect(200);
    assert_eq!(reply.json()["url"], "/panel?x=1");
    assert_eq!(reply.json()["redirect"], true);
    assert_eq!(reply.header("location"), Some("/panel?x=1"));
}

#[test]
fn callback_url_tricks_are_refused_before_anything_happens() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    for url in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "panel",
        "/%2f/evil.example",
        "/%5cevil.example",
        "/a\nb",
        "https://localhost:3000@evil.example/",
        "/..//evil.example",
        "/a/../..//evil.example",
    ] {
        let body = json!({"email": "ana@ejemplo.es", "password": PASSWORD, "callbackURL": url});
        let reply = server.visitor().post(SIGN_IN, body);
        assert_eq!((reply.status, reply.code().as_str()), (403, "INVALID_CALLBACK_URL"), "{url:?}");
    }
    assert_eq!(server.count("session"), 1);
}

#[test]
fn what_bars_an_account_is_told_after_the_right_password_only() {
    let server = Server::start();
    let cases = [
        (
            "baja@ejemplo.es",
            "UPDATE \"user\" SET is_active = 0 WHERE email = 'baja@ejemplo.es'",
            401,
            "ACCOUNT_DISABLED",
        ),
        (
            "vetada@ejemplo.es",
            "UPDATE \"user\" SET banned = 1 WHERE email = 'vetada@ejemplo.es'",
            403,
            "BANNED_USER",
        ),
    ];
    for (email, sql, status, code) in cases {
        let mut person = server.person(email);
        server.execute(sql);
        assert!(
            person.get("/api/auth/get-session").expect(200).json().is_null(),
            "the session is dead at once"
        );
        let wrong = json!({"email": email, "password": "otra frase larga"});
        server.visitor().post(SIGN_IN, wrong).refused(401, "INVALID_EMAIL_OR_PASSWORD");
        let right = json!({"email": email, "password": PASSWORD});
        let mut visitor = server.visitor();
        visitor.set("accept-language", "es");
        visitor.post(SIGN_IN, right).refused(status, code);
    }
}

#[test]
fn expired_ban_lifts_itself() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    server.execute("UPDATE \"user\" SET banned = 1, ban_reason = 'x', ban_expires_at = 1");
    server
        .visitor()
        .post(SIGN_IN, json!({"email": "ana@ejemplo.es", "password": PASSWORD}))
        .expect(200);
    assert_eq!(server.number("SELECT banned FROM \"user\""), 0);
}

#[test]
fn unverified_person_waits_where_verification_is_required() {
    let server = Server::with(&[("ANTESALA_AUTH__REQUIRE_EMAIL_VERIFICATION", "true")]);
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    server.visitor().post("/api/auth/sign-up/email", body).expect(200);
    let credentials = json!({"email": "ana@ejemplo.es", "password": PASSWORD});
    server.visitor().post(SIGN_IN, credentials.clone()).refused(403, "EMAIL_NOT_VERIFIED");
    let link = server.mail_to("ana@ejemplo.es")["url"].as_str().unwrap().to_owned();
    server.visitor().get(server.path_of(&link)).expect(302);
    server.visitor().post(SIGN_IN, credentials).expect(200);
}
