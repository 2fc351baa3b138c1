//! ID tokens that apps bring themselves.

use serde_json::json;

use super::server;
use crate::support::openid::{Provider, Twist, person};

const SIGN_IN: &str = "/api/auth/sign-in/social";

#[test]
fn token_of_the_provider_signs_in_without_a_browser() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.visitor();
    let token = provider.id_token(&person("a-1", "ana@ejemplo.es"), Some("n-1"));
    let body = json!({"provider": "acme", "idToken": {"token": token, "nonce": "n-1"}});
    let reply = ana.post(SIGN_IN, body.clone()).expect(200).json();
    assert_eq!(
        (&reply["redirect"], &reply["user"]["email"]),
        (&json!(false), &json!("ana@ejemplo.es"))
    );
    assert!(reply["token"].as_str().unwrap().len() >= 32);
    let session = ana.get("/api/auth/get-session").expect(200).json();
    assert_eq!(session["user"]["id"], reply["user"]["id"]);
    server.visitor().post(SIGN_IN, body).expect(200);
    assert_eq!((server.count("user"), server.count("account"), server.count("session")), (1, 1, 2));
}

#[test]
fn false_tokens_are_refused_and_change_nothing() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let claims = person("a-1", "ana@ejemplo.es");
    let mut ana = server.visitor();
    let mut bring = |token: &str, nonce: &str| {
        let body = json!({"provider": "acme", "idToken": {"token": token, "nonce": nonce}});
        ana.post(SIGN_IN, body)
    };
    for twist in [
        Twist::WrongAudience,
        Twist::WrongIssuer,
        Twist::WrongNonce,
        Twist::WrongSignature,
        Twist::AlgNone,
        Twist::PublicKeyAsSecret,
        Twist::Expired,
    ] {
        provider.twist(twist);
        bring(&provider.id_token(&claims, Some("n-1")), "n-1").refused(401, "INVALID_TOKEN");
    }
    provider.twist(Twist::None);
    bring("x.y.z", "").refused(401, "INVALID_TOKEN");
    bring(&provider.id_token(&claims, Some("n-2")), "n-1").refused(401, "INVALID_TOKEN");
    let unproven = json!({"sub": "a-1", "email": "ana@ejemplo.es", "email_verified": "false"});
    bring(&provider.id_token(&unproven, None), "").refused(403, "EMAIL_NOT_VERIFIED");
    let nobody = json!({"sub": "a-1", "email_verified": true});
    bring(&provider.id_token(&nobody, None), "").refused(401, "USER_EMAIL_NOT_FOUND");
    assert_eq!((server.count("user"), server.count("account"), server.count("session")), (0, 0, 0));
}

#[test]
fn closed_doors_are_closed_to_tokens_too() {
    let provider = Provider::start();
    let server = server(&provider, &[("ANTESALA_AUTH__SIGNUP", "closed")]);
    let token = provider.id_token(&person("a-1", "ana@ejemplo.es"), None);
    let body = json!({"provider": "acme", "idToken": {"token": token}});
    server.visitor().post(SIGN_IN, body).refused(403, "SIGNUP_DISABLED");
    let body = json!({"provider": "nadie", "idToken": {"token": "x"}});
    server.visitor().post(SIGN_IN, body).refused(404, "PROVIDER_NOT_FOUND");
    let body = json!({"provider": "acme", "idToken": {"nonce": "x"}});
    server.visitor().post(SIGN_IN, body).refused(400, "VALIDATION_ERROR");
}

#[test]
fn signed_in_person_links_by_a_token_what_is_theirs() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.person("ana@ejemplo.es");
    let mut link = |subject: &str, email: &str| {
        let token = provider.id_token(&person(subject, email), None);
        ana.post("/api/auth/link-social", json!({"provider": "acme", "idToken": {"token": token}}))
    };
    link("e-1", "eva@ejemplo.es").refused(400, "EMAIL_MISMATCH");
    let reply = link("a-1", "ana@ejemplo.es").expect(200);
    assert_eq!(reply.json()["status"], true);
    assert_eq!(server.count("account"), 2);
    let mut eva = server.person("eva@ejemplo.es");
    let token = provider.id_token(&person("a-1", "eva@ejemplo.es"), None);
    let body = json!({"provider": "acme", "idToken": {"token": token}});
    eva.post("/api/auth/link-social", body).refused(401, "SOCIAL_ACCOUNT_ALREADY_LINKED");
}

/// The Kelvin sign is lower-cased to a `k`: whoever has such an address at a provider is
/// not who has the plain one here.
#[test]
fn address_that_folds_into_another_is_nobodys() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let claims = |subject: &str, email: &str| {
        let token = provider.id_token(&person(subject, email), None);
        json!({"provider": "acme", "idToken": {"token": token}})
    };
    server.visitor().post(SIGN_IN, claims("k-1", "kim@ejemplo.es")).expect(200);
    for (n, email) in ["\u{212a}im@ejemplo.es", "\u{212a}IM@ejemplo.es", "k\u{130}m@ejemplo.es"]
        .into_iter()
        .enumerate()
    {
        let body = claims(&format!("k-{n}-x"), email);
        server.visitor().post(SIGN_IN, body).refused(401, "USER_EMAIL_NOT_FOUND");
    }
    let spelt = server.visitor().post(SIGN_IN, claims("m-1", "mari\u{301}a@ejemplo.es"));
    assert_eq!(spelt.expect(200).json()["user"]["email"], "mar\u{ed}a@ejemplo.es");
    assert_eq!((server.count("user"), server.count("account")), (2, 2));
}
