//! Cookies from before a rotation.

use serde_json::{Value, json};

use super::{NEW, OLD, OTHER, again, base, signing};
use crate::support::server::{PASSWORD, hmac_base64};
use crate::support::{Client, Server};

const COOKIE: &str = "better-auth.session_token";

fn session(client: &mut Client) -> Value {
    client.get("/api/auth/get-session").expect(200).json()
}

fn encoded(token: &str, secret: &str) -> String {
    let signature = hmac_base64(secret, token);
    format!("{token}.{signature}").replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

#[test]
fn cookie_of_an_earlier_secret_counts_until_it_is_signed_anew_or_the_secret_goes() {
    let server = Server::with(&signing(OLD, ""));
    let browser = server.person("ana@ejemplo.es");
    let old = browser.cookie(COOKIE).unwrap().to_owned();
    let token = old.split('.').next().unwrap().to_owned();
    assert_eq!(old, encoded(&token, OLD));
    let server = again(server, &signing(NEW, &format!("{OTHER},{OLD}")));
    let mut ana = browser.at(&base(&server));
    assert_eq!(session(&mut ana)["user"]["email"], "ana@ejemplo.es");
    assert_eq!(ana.cookie(COOKIE), Some(old.as_str()), "an ordinary check sends nothing");
    server.clock.advance_s(86_401);
    assert!(!session(&mut ana).is_null());
    let anew = encoded(&token, NEW);
    assert_eq!(ana.cookie(COOKIE), Some(anew.as_str()), "a slide signs anew");
    let server = again(server, &signing(NEW, ""));
    let mut ana = ana.at(&base(&server));
    assert!(!session(&mut ana).is_null());
    let mut late = browser.at(&base(&server));
    assert!(session(&mut late).is_null(), "nobody honours the earlier secret any more");
}

#[test]
fn cookies_of_secrets_that_nobody_named_open_nothing() {
    let server = Server::with(&signing(NEW, OLD));
    let mut ana = server.person("ana@ejemplo.es");
    let token = ana.cookie(COOKIE).unwrap().split('.').next().unwrap().to_owned();
    for (secret, opens) in [(NEW, true), (OLD, true), (OTHER, false), ("", false)] {
        ana.put_cookie(COOKIE, &encoded(&token, secret));
        assert_eq!(session(&mut ana).is_null(), !opens, "{secret}");
    }
}

#[test]
fn browser_that_waits_for_its_address_to_be_proven_waits_through_a_rotation() {
    let required = ("ANTESALA_AUTH__REQUIRE_EMAIL_VERIFICATION", "true");
    let knowing = |secrets| [secrets, vec![required]].concat();
    let server = Server::with(&knowing(signing(OLD, "")));
    let browser = server.person("ana@ejemplo.es");
    let token = server.mail_of("verify-email", "ana@ejemplo.es")["token"].clone();
    let server = again(server, &knowing(signing(NEW, OLD)));
    let mut ana = browser.at(&base(&server));
    ana.get(&format!("/api/auth/verify-email?token={}", token.as_str().unwrap())).expect(200);
    assert_eq!(session(&mut ana)["user"]["email"], "ana@ejemplo.es");
}

#[test]
fn browser_that_an_earlier_secret_knows_is_no_new_device() {
    let server = Server::with(&signing(OLD, ""));
    let browser = server.person("ana@ejemplo.es");
    let server = again(server, &signing(NEW, OLD));
    let mut ana = browser.at(&base(&server));
    let body = json!({"email": "ana@ejemplo.es", "password": PASSWORD});
    ana.post("/api/auth/sign-in/email", body.clone()).expect(200);
    let device = ana.cookie("better-auth.device").unwrap().to_owned();
    assert_eq!(device, encoded(device.split('.').next().unwrap(), NEW), "it is signed anew");
    let server = again(server, &signing(NEW, ""));
    let mut ana = ana.at(&base(&server));
    ana.post("/api/auth/sign-in/email", body).expect(200);
    assert_eq!(server.number("SELECT count(*) FROM outbox WHERE kind = 'new-device'"), 0);
}
