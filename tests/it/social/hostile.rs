//! Answers that must not be believed: each ends in a redirect and changes nothing.

use serde_json::{Value, json};

use super::server;
use crate::support::Server;
use crate::support::openid::{Provider, Twist, depart, person, query};

fn asked() -> Value {
    json!({"provider": "acme", "callbackURL": "/panel", "errorCallbackURL": "/fallo?x=1#y"})
}

/// Counts what a sign-in could have changed.
fn traces(server: &Server) -> [i64; 4] {
    ["user", "account", "session", "outbox"].map(|table| server.count(table))
}

/// Comes back with what the provider says; returns where the browser ends.
fn end(server: &Server, provider: &Provider, claims: Value) -> String {
    let mut ana = server.visitor();
    let url = depart(&mut ana, asked());
    let back = provider.consent(&url, claims);
    let reply = ana.get(&back).expect(302);
    let location = reply.header("location").unwrap().to_owned();
    let is_in = reply.set_cookie("better-auth.session_token").is_some();
    assert_eq!(is_in, location == "/panel", "{location}");
    location
}

#[test]
fn false_tokens_and_broken_providers_change_nothing() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    for (twist, code) in [
        (Twist::WrongAudience, "unable_to_get_user_info"),
        (Twist::WrongIssuer, "unable_to_get_user_info"),
        (Twist::WrongNonce, "unable_to_get_user_info"),
        (Twist::WrongSignature, "unable_to_get_user_info"),
        (Twist::AlgNone, "unable_to_get_user_info"),
        (Twist::PublicKeyAsSecret, "unable_to_get_user_info"),
        (Twist::Expired, "unable_to_get_user_info"),
        (Twist::NoExpiry, "unable_to_get_user_info"),
        (Twist::FromTheFuture, "unable_to_get_user_info"),
        (Twist::NoIdToken, "unable_to_get_user_info"),
        (Twist::TokenFails, "temporarily_unavailable"),
        (Twist::TokenIsAPage, "invalid_code"),
    ] {
        provider.twist(twist);
        let location = end(&server, &provider, person("a-1", "ana@ejemplo.es"));
        assert_eq!(location, format!("/fallo?x=1&error={code}#y"), "{twist:?}");
        assert_eq!(traces(&server), [0; 4], "{twist:?}");
    }
    provider.twist(Twist::None);
    assert_eq!(end(&server, &provider, person("a-1", "ana@ejemplo.es")), "/panel");
}

#[test]
fn provider_that_is_down_is_said_so_at_each_step() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    provider.twist(Twist::Silent);
    let reply = server.visitor().post("/api/auth/sign-in/social", asked());
    reply.refused(503, "PROVIDER_UNAVAILABLE");
    provider.twist(Twist::None);
    let mut ana = server.visitor();
    let url = depart(&mut ana, asked());
    provider.twist(Twist::KeysFail);
    let back = provider.consent(&url, person("a-1", "ana@ejemplo.es"));
    let location = "/fallo?x=1&error=temporarily_unavailable#y";
    assert_eq!(ana.get(&back).expect(302).header("location"), Some(location));
    let url = depart(&mut ana, asked());
    let back = provider.consent(&url, person("a-1", "ana@ejemplo.es"));
    provider.twist(Twist::Silent);
    assert_eq!(ana.get(&back).expect(302).header("location"), Some(location));
    assert_eq!(traces(&server), [0; 4]);
}

#[test]
fn address_that_nobody_vouches_for_opens_nothing() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    server.person("ana@ejemplo.es");
    let before = traces(&server);
    for verified in [json!(false), json!("false"), json!("yes"), json!(1), json!(["true"])] {
        for email in ["ana@ejemplo.es", "eva@ejemplo.es"] {
            let claims = json!({"sub": "a-1", "email": email, "email_verified": verified});
            let location = end(&server, &provider, claims);
            assert_eq!(location, "/fallo?x=1&error=email_not_verified#y", "{verified}");
        }
    }
    for email in [json!(null), json!("no es una dirección"), json!("a@b.es,c@d.es")] {
        let claims = json!({"sub": "a-1", "email": email, "email_verified": true});
        let location = end(&server, &provider, claims);
        assert_eq!(location, "/fallo?x=1&error=email_not_found#y", "{email}");
    }
    assert_eq!(traces(&server), before);
}

#[test]
fn linked_person_whose_address_is_no_longer_vouched_for_stays_outside() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    assert_eq!(end(&server, &provider, person("a-1", "ana@ejemplo.es")), "/panel");
    let before = traces(&server);
    let claims = json!({"sub": "a-1", "email": "ana@ejemplo.es", "email_verified": false});
    let location = end(&server, &provider, claims);
    assert_eq!(location, "/fallo?x=1&error=email_not_verified#y");
    assert_eq!(traces(&server), before);
}

#[test]
fn state_is_bound_to_its_browser_and_works_once() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.visitor();
    let url = depart(&mut ana, asked());
    let back = provider.consent(&url, person("a-1", "ana@ejemplo.es"));
    // Another browser, with no cookie and with the cookie of its own sign-in.
    let mut eva = server.visitor();
    let mismatch = "/fallo?x=1&error=state_mismatch#y";
    assert_eq!(eva.get(&back).expect(302).header("location"), Some(mismatch));
    depart(&mut eva, asked());
    assert_eq!(eva.get(&back).expect(302).header("location"), Some(mismatch));
    // A cookie that we did not sign is none.
    let state = query(&url)["state"].clone();
    eva.put_cookie(
        "better-auth.state",
        &format!("{state}.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D"),
    );
    assert_eq!(eva.get(&back).expect(302).header("location"), Some(mismatch));
    assert_eq!((traces(&server), provider.asked("/token")), ([0; 4], 0));
    // Their own browser may, once; what comes again finds nothing, cookie or not.
    let cookie = ana.cookie("better-auth.state").unwrap().to_owned();
    assert_eq!(ana.get(&back).expect(302).header("location"), Some("/panel"));
    let after = traces(&server);
    ana.put_cookie("better-auth.state", &cookie);
    let again = ana.get(&back).expect(302).header("location").unwrap().to_owned();
    assert_eq!(again, "http://localhost:3000/api/auth/error?error=state_mismatch");
    assert_eq!((traces(&server), provider.asked("/token")), (after, 1));
}

#[test]
fn code_of_another_sign_in_and_one_that_was_used_open_nothing() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    // What leads back to us, with the code of another sign-in in it.
    let with_code = |back: &str, other: &str| {
        let code = |path: &str| query(&format!("http://localhost{path}"))["code"].clone();
        back.replace(&format!("code={}", code(back)), &format!("code={}", code(other)))
    };
    let begin = |subject: &str| {
        let mut visitor = server.visitor();
        let url = depart(&mut visitor, asked());
        let back = provider.consent(&url, person(subject, "ana@ejemplo.es"));
        (visitor, back)
    };
    let (mut ana, used) = begin("a-1");
    assert_eq!(ana.get(&used).expect(302).header("location"), Some("/panel"));
    let after = traces(&server);
    let (mut eva, back) = begin("e-1");
    let (_iris, stolen) = begin("i-1");
    let refused = "/fallo?x=1&error=invalid_code#y";
    let reply = eva.get(&with_code(&back, &used)).expect(302);
    assert_eq!(reply.header("location"), Some(refused), "used before");
    let (mut eva, back) = begin("e-1");
    let reply = eva.get(&with_code(&back, &stolen)).expect(302);
    assert_eq!(reply.header("location"), Some(refused), "another browser's");
    assert_eq!((traces(&server), provider.asked("/token")), (after, 3));
}

#[test]
fn wrong_old_and_missing_states_lead_to_the_error_page() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.visitor();
    let page = |code: &str| format!("http://localhost:3000/api/auth/error?error={code}");
    for (query, code) in [
        ("", "state_not_found"),
        ("?code=x", "state_not_found"),
        ("?code=x&state=", "state_not_found"),
        ("?code=x&state=inventado", "state_mismatch"),
        ("?error=access_denied&state=inventado", "state_mismatch"),
    ] {
        let reply = ana.get(&format!("/api/auth/callback/acme{query}")).expect(302);
        assert_eq!(reply.header("location"), Some(page(code).as_str()), "{query}");
    }
    let url = depart(&mut ana, asked());
    let back = provider.consent(&url, person("a-1", "ana@ejemplo.es"));
    server.clock.advance_s(600);
    assert_eq!(
        ana.get(&back).expect(302).header("location"),
        Some(page("state_mismatch").as_str())
    );
    assert_eq!(traces(&server), [0; 4]);
}

#[test]
fn answer_of_another_provider_is_refused() {
    let provider = Provider::start();
    let issuer = provider.issuer();
    let server = server(
        &provider,
        &[
            ("ANTESALA_SOCIAL__OTRA__CLIENT_ID", "x"),
            ("ANTESALA_SOCIAL__OTRA__CLIENT_SECRET", "y"),
            ("ANTESALA_SOCIAL__OTRA__ISSUER", issuer.as_str()),
        ],
    );
    let mut ana = server.visitor();
    let url = depart(&mut ana, asked());
    let back = provider.consent(&url, person("a-1", "ana@ejemplo.es"));
    let mismatch = "/fallo?x=1&error=state_mismatch#y";
    let other = back.replace("/callback/acme", "/callback/otra");
    assert_eq!(ana.get(&other).expect(302).header("location"), Some(mismatch));
    let foreign = format!("{back}&iss=https%3A%2F%2Faccounts.google.com");
    let location = ana.get(&foreign).expect(302).header("location").unwrap().to_owned();
    assert_eq!(location, "/fallo?x=1&error=issuer_mismatch#y");
    assert_eq!((traces(&server), provider.asked("/token")), ([0; 4], 0));
}

#[test]
fn provider_that_says_no_is_repeated_without_line_breaks() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.visitor();
    let state = query(&depart(&mut ana, asked()))["state"].clone();
    let no = format!("error=access_denied&error_description=no%20quiere%0d%0aX:%20y&state={state}");
    let reply = ana.get(&format!("/api/auth/callback/acme?{no}")).expect(302);
    let said = "/fallo?x=1&error=access_denied&error_description=no+quiereX%3A+y#y";
    assert_eq!(reply.header("location"), Some(said));
    let state = query(&depart(&mut ana, asked()))["state"].clone();
    let reply = ana.get(&format!("/api/auth/callback/acme?state={state}")).expect(302);
    assert_eq!(reply.header("location"), Some("/fallo?x=1&error=no_code#y"));
    let state = query(&depart(&mut ana, asked()))["state"].clone();
    let reply = ana.get(&format!("/api/auth/callback/acme?code=inventado&state={state}"));
    assert_eq!(reply.expect(302).header("location"), Some("/fallo?x=1&error=invalid_code#y"));
    assert_eq!(traces(&server), [0; 4]);
}

#[test]
fn looking_without_following_spends_nothing() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.visitor();
    let url = depart(&mut ana, asked());
    let back = provider.consent(&url, person("a-1", "ana@ejemplo.es"));
    ana.send("HEAD", &back, None).expect(302);
    assert_eq!(ana.get(&back).expect(302).header("location"), Some("/panel"));
}
