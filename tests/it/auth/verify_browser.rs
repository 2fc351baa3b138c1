//! A verification link signs in only the browser that waits for it.

use serde_json::{Value, json};

use crate::support::server::PASSWORD;
use crate::support::{Client, Reply, Server};

const REQUIRED: (&str, &str) = ("ANTESALA_AUTH__REQUIRE_EMAIL_VERIFICATION", "true");
const CALM: (&str, &str) = ("ANTESALA_RATE_LIMIT__ENABLED", "false");
const COOKIE: &str = "better-auth.verification";
const FORM: &str = "application/x-www-form-urlencoded";
const DAY_S: i64 = 86_400;

/// Ways in which a browser comes to wait for `ana@ejemplo.es`, who has signed up.
const WAYS: [fn(&mut Client) -> Reply; 5] = [
    |client| client.post("/api/auth/sign-up/email", credentials()),
    |client| client.post("/api/auth/sign-in/email", credentials()),
    |client| client.post("/api/auth/send-verification-email", json!({"email": "ana@ejemplo.es"})),
    |client| {
        let form = b"name=Ana&email=ana%40ejemplo.es&password=una+frase+bien+larga";
        client.send("POST", "/registro", Some((FORM, form)))
    },
    |client| {
        let form = b"email=ana%40ejemplo.es&password=una+frase+bien+larga";
        client.send("POST", "/login", Some((FORM, form)))
    },
];

fn credentials() -> Value {
    json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD})
}

fn server() -> Server {
    Server::with(&[REQUIRED, CALM])
}

/// Signs Ana up; returns her browser and the link that she is mailed.
fn signed_up(server: &Server) -> (Client, String) {
    let ana = server.person("ana@ejemplo.es");
    let mail = server.mail_of("verify-email", "ana@ejemplo.es");
    let link = server.path_of(mail["url"].as_str().unwrap()).to_owned();
    (ana, link)
}

/// Opens the link; tells whether that signed in. The address is proven either way.
fn opens(server: &Server, client: &mut Client, link: &str) -> bool {
    let reply = client.get(link).expect(302);
    assert_eq!(server.number("SELECT email_verified FROM \"user\""), 1);
    let is_in = reply.set_cookie("better-auth.session_token").is_some();
    assert_eq!(server.count("session"), i64::from(is_in));
    assert_eq!(reply.set_cookie("better-auth.device").is_some(), is_in);
    is_in
}

#[test]
fn link_opens_a_session_in_the_browser_that_signed_up() {
    let server = server();
    let (mut ana, link) = signed_up(&server);
    assert!(opens(&server, &mut ana, &link));
    assert_eq!(ana.cookie(COOKIE), None, "it waits no more");
    assert_eq!(ana.get("/api/auth/get-session").json()["user"]["email"], "ana@ejemplo.es");
}

#[test]
fn link_opened_elsewhere_proves_the_address_and_opens_no_session() {
    let server = server();
    let (mut ana, link) = signed_up(&server);
    assert!(!opens(&server, &mut server.visitor(), &link));
    let bare = link.split("&callbackURL").next().unwrap();
    let reply = server.visitor().get(bare).expect(200);
    assert_eq!(reply.json(), json!({"status": true, "user": null}), "the contract's answer");
    assert!(reply.set_cookie("better-auth.session_token").is_none());
    ana.post("/api/auth/sign-in/email", credentials()).expect(200);
}

#[test]
fn link_opens_a_session_in_a_browser_that_asks_to_sign_in() {
    for (n, way) in WAYS.iter().enumerate() {
        let server = server();
        let (_, link) = signed_up(&server);
        let mut browser = server.visitor();
        let reply = way(&mut browser);
        let cookie = reply.set_cookie(COOKIE).unwrap_or_else(|| panic!("{n}: {reply:?}"));
        for attribute in ["HttpOnly", "SameSite=Lax", "Max-Age=86400"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(opens(&server, &mut browser, &link), "{n}");
    }
}

#[test]
fn cookie_of_another_address_a_forged_or_an_old_one_opens_nothing() {
    let server = server();
    let (mut ana, link) = signed_up(&server);
    let mut eva = server.visitor();
    eva.post("/api/auth/send-verification-email", json!({"email": "eva@ejemplo.es"})).expect(200);
    let mut forger = server.visitor();
    let altered = ana.cookie(COOKIE).unwrap().replace("verification-", "verification-1");
    forger.put_cookie(COOKIE, &altered);
    assert!(!opens(&server, &mut eva, &link));
    for browser in [&mut forger, &mut ana] {
        server.execute("UPDATE \"user\" SET email_verified = 0");
        server.clock.advance_s(DAY_S);
        ana_asks_again(&server);
        let mail = server.mail_of("verify-email", "ana@ejemplo.es");
        let link = server.path_of(mail["url"].as_str().unwrap()).to_owned();
        assert!(!opens(&server, browser, &link));
    }
}

fn ana_asks_again(server: &Server) {
    let before = server.mails().len();
    let body = json!({"email": "ana@ejemplo.es"});
    server.visitor().post("/api/auth/send-verification-email", body).expect(200);
    crate::support::server::wait_for("the mail", || (server.mails().len() > before).then_some(()));
}

#[test]
fn browser_that_signed_up_twice_waits_for_both() {
    let server = server();
    let (mut ana, link) = signed_up(&server);
    for email in ["eva@ejemplo.es", "ana@ejemplo.es", "eva@ejemplo.es"] {
        ana.post("/api/auth/send-verification-email", json!({"email": email})).expect(200);
    }
    assert!(opens(&server, &mut ana, &link));
}

#[test]
fn cookie_tells_nobody_whether_an_address_has_an_account() {
    let server = server();
    signed_up(&server);
    let send = |email: &str| {
        let body = json!({"email": email});
        server.visitor().post("/api/auth/send-verification-email", body).expect(200)
    };
    let sign_up = |email: &str| {
        let body = json!({"name": "Ana", "email": email, "password": PASSWORD});
        server.visitor().post("/api/auth/sign-up/email", body).expect(200)
    };
    for ask in [&send as &dyn Fn(&str) -> Reply, &sign_up] {
        let (known, again, unknown) =
            (ask("ana@ejemplo.es"), ask("ana@ejemplo.es"), ask("eva@ejemplo.es"));
        let value = |reply: &Reply| reply.set_cookie(COOKIE).unwrap().to_owned();
        assert_eq!(value(&known), value(&again), "made of the address alone");
        let attributes = |reply: &Reply| value(reply).split_once(';').unwrap().1.to_owned();
        assert_eq!(attributes(&known), attributes(&unknown));
        server.execute("DELETE FROM \"user\" WHERE email = 'eva@ejemplo.es'");
    }
}

#[test]
fn where_no_proof_signs_in_there_is_no_cookie() {
    for more in [&[][..], &[REQUIRED, ("ANTESALA_AUTH__AUTO_SIGN_IN", "false")][..]] {
        let server = Server::with(more);
        let reply = server.visitor().post("/api/auth/sign-up/email", credentials()).expect(200);
        assert!(reply.set_cookie(COOKIE).is_none());
    }
}
