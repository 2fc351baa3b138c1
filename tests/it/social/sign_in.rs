//! Sign-up and sign-in by a provider, as people live them.

use serde_json::json;

use super::server;
use crate::support::openid::{CLIENT_ID, CLIENT_SECRET, Provider, depart, person, query};
use crate::support::{Client, Server};

/// Goes to the provider and back; returns where the browser ends.
fn come_and_go(provider: &Provider, client: &mut Client, subject: &str, email: &str) -> String {
    let body = json!({
        "provider": "acme", "callbackURL": "/panel", "newUserCallbackURL": "/hola",
        "errorCallbackURL": "/fallo",
    });
    let url = depart(client, body);
    let back = provider.consent(&url, person(subject, email));
    client.get(&back).expect(302).header("location").unwrap().to_owned()
}

#[test]
fn first_sign_in_opens_an_account_and_the_next_finds_it() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.visitor();
    assert_eq!(come_and_go(&provider, &mut ana, "a-1", "ana@ejemplo.es"), "/hola");
    let session = ana.get("/api/auth/get-session").expect(200).json();
    assert_eq!(session["user"]["email"], "ana@ejemplo.es");
    assert_eq!(session["user"]["emailVerified"], true);
    assert_eq!(session["user"]["name"], "Ana de Acme");
    assert!(ana.cookie("better-auth.state").is_none(), "the state is spent");

    let mut again = server.visitor();
    assert_eq!(come_and_go(&provider, &mut again, "a-1", "otra@ejemplo.es"), "/panel");
    let found = again.get("/api/auth/get-session").expect(200).json();
    assert_eq!(found["user"]["id"], session["user"]["id"]);
    assert_eq!((server.count("user"), server.count("account")), (1, 1));
}

#[test]
fn the_address_of_the_provider_carries_every_proof() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.visitor();
    let body = json!({
        "provider": "acme", "scopes": ["calendar", "email"], "loginHint": "ana@ejemplo.es",
        "requestSignUp": true,
    });
    let reply = ana.post("/api/auth/sign-in/social", body).expect(200);
    let url = reply.json()["url"].as_str().unwrap().to_owned();
    assert_eq!(reply.header("location"), Some(url.as_str()));
    assert_eq!(reply.json()["redirect"], true);
    assert!(url.starts_with(&format!("{}/authorize?", provider.issuer())), "{url}");
    let asked = query(&url);
    assert_eq!(asked["redirect_uri"], "http://localhost:3000/api/auth/callback/acme");
    assert_eq!(asked["scope"], "openid profile email calendar");
    assert_eq!(asked["login_hint"], "ana@ejemplo.es");
    assert_eq!(asked["code_challenge"].len(), 43);
    assert!(asked["nonce"].len() >= 32 && asked["state"].len() >= 32);
    // The database holds nothing with which anybody could come back.
    let row = server.text("SELECT value || payload FROM verification");
    for secret in ["state", "nonce", "code_challenge"] {
        assert!(!row.contains(&asked[secret]), "{secret}");
    }
    let cookie = reply.set_cookie("better-auth.state").unwrap();
    assert!(cookie.ends_with("; Max-Age=300; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
}

#[test]
fn additional_parameters_reach_the_provider_and_reserved_ones_are_refused() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.visitor();
    let ask = |params: serde_json::Value| json!({"provider": "acme", "additionalParams": params});
    let params = json!({"access_type": "offline", "prompt": "consent", "hd": "a&b=c"});
    let reply = ana.post("/api/auth/sign-in/social", ask(params)).expect(200).json();
    let asked = query(reply["url"].as_str().unwrap());
    assert_eq!((&*asked["access_type"], &*asked["prompt"]), ("offline", "consent"));
    assert_eq!(asked["code_challenge"].len(), 43);
    for name in ["state", "redirect_uri", "nonce", "scope", "code_challenge", "client_id"] {
        let refused = ana.post("/api/auth/sign-in/social", ask(json!({name: "x"})));
        assert_eq!(refused.expect(400).json()["code"], "VALIDATION_ERROR", "{name}");
    }
}

#[test]
fn state_cookie_comes_back_from_another_site_even_where_sessions_are_strict() {
    let provider = Provider::start();
    let server = server(&provider, &[("ANTESALA_AUTH__COOKIE_SAME_SITE", "strict")]);
    let body = json!({"provider": "acme", "disableRedirect": true});
    let reply = server.visitor().post("/api/auth/sign-in/social", body).expect(200);
    assert!(reply.set_cookie("better-auth.state").unwrap().ends_with("SameSite=Lax"));
    assert_eq!((reply.header("location"), reply.json()["redirect"] == false), (None, true));
}

#[test]
fn provider_that_answers_with_a_form_is_led_to_the_address() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.visitor();
    let url = depart(&mut ana, json!({"provider": "acme", "callbackURL": "/panel"}));
    let back = provider.consent(&url, person("a-1", "ana@ejemplo.es"));
    let (place, form) = back.split_once('?').unwrap();
    // The form comes from the provider's page, and no cookie comes with it.
    let mut elsewhere = server.visitor();
    elsewhere.set("origin", "https://acme.example");
    let form = ("application/x-www-form-urlencoded", form.as_bytes());
    let led = elsewhere.send("POST", place, Some(form)).expect(302);
    let led = server.path_of(led.header("location").unwrap()).to_owned();
    assert_eq!(ana.get(&led).expect(302).header("location"), Some("/panel"));
    assert_ne!(ana.get("/api/auth/get-session").json()["user"], json!(null));
}

#[test]
fn whoever_said_nowhere_lands_on_the_site_and_errors_on_the_error_page() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.visitor();
    let url = depart(&mut ana, json!({"provider": "acme"}));
    let back = provider.consent(&url, person("a-1", "ana@ejemplo.es"));
    assert_eq!(ana.get(&back).expect(302).header("location"), Some("/"));
    let error = ana.get(&back).expect(302).header("location").unwrap().to_owned();
    assert_eq!(error, "http://localhost:3000/api/auth/error?error=state_mismatch");
    let page = ana.get(server.path_of(&error)).expect(200);
    assert!(page.text.contains("state_mismatch"));
}

#[test]
fn new_key_is_looked_for_once_and_old_ones_do_not_outlive_it() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.visitor();
    come_and_go(&provider, &mut ana, "a-1", "ana@ejemplo.es");
    provider.rotate();
    assert_eq!(come_and_go(&provider, &mut ana, "a-1", "ana@ejemplo.es"), "/panel");
    assert_eq!(provider.asked("/jwks"), 2);
    // Another unknown key within the minute is not worth a call; after it, it is.
    provider.rotate();
    let lost = come_and_go(&provider, &mut ana, "a-1", "ana@ejemplo.es");
    assert_eq!(lost, "/fallo?error=unable_to_get_user_info");
    assert_eq!(provider.asked("/jwks"), 2);
    server.clock.advance_s(60);
    assert_eq!(come_and_go(&provider, &mut ana, "a-1", "ana@ejemplo.es"), "/panel");
    assert_eq!(
        (provider.asked("/jwks"), provider.asked("/.well-known/openid-configuration")),
        (3, 1)
    );
}

#[test]
fn sign_up_settings_hold_for_providers_too() {
    let provider = Provider::start();
    for signup in ["closed", "invite"] {
        let server = server(&provider, &[("ANTESALA_AUTH__SIGNUP", signup)]);
        let mut ana = server.visitor();
        let lost = come_and_go(&provider, &mut ana, "a-1", "ana@ejemplo.es");
        assert_eq!(lost, "/fallo?error=signup_disabled", "{signup}");
        assert_eq!((server.count("user"), server.count("session")), (0, 0));
    }
}

#[test]
fn banned_and_disabled_people_stay_outside() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.visitor();
    come_and_go(&provider, &mut ana, "a-1", "ana@ejemplo.es");
    for (column, code) in [("banned = 1", "BANNED_USER"), ("is_active = 0", "ACCOUNT_DISABLED")] {
        server.execute("UPDATE \"user\" SET banned = 0, is_active = 1");
        server.execute(&format!("UPDATE \"user\" SET {column}"));
        let lost = come_and_go(&provider, &mut server.visitor(), "a-1", "ana@ejemplo.es");
        let (error, why) = lost.split_once("&error_description=").unwrap();
        assert_eq!(error, format!("/fallo?error={code}"));
        assert!(why.len() > 10, "{lost}");
    }
    assert_eq!(server.count("session"), 1);
}

#[test]
fn what_a_provider_grants_is_sealed_at_rest() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    come_and_go(&provider, &mut server.visitor(), "a-1", "ana@ejemplo.es");
    let stored =
        server.text("SELECT access_token || ' ' || refresh_token || ' ' || id_token FROM account");
    assert_eq!(stored.split(' ').count(), 3);
    for plain in ["acceso", "renueva", "eyJ"] {
        assert!(!stored.contains(plain), "{stored}");
    }
    assert_eq!(server.text("SELECT scope FROM account"), "openid,email");
}

#[test]
fn explicit_addresses_do_without_discovery() {
    let provider = Provider::start();
    let at = |path: &str| format!("{}{path}", provider.issuer());
    let [authorization, token, jwks] = ["/authorize", "/token", "/jwks"].map(at);
    let server = Server::with(&[
        ("ANTESALA_SOCIAL__ACME__CLIENT_ID", CLIENT_ID),
        ("ANTESALA_SOCIAL__ACME__CLIENT_SECRET", CLIENT_SECRET),
        ("ANTESALA_SOCIAL__ACME__AUTHORIZATION_URL", &authorization),
        ("ANTESALA_SOCIAL__ACME__TOKEN_URL", &token),
        ("ANTESALA_SOCIAL__ACME__JWKS_URL", &jwks),
    ]);
    let mut ana = server.visitor();
    assert_eq!(come_and_go(&provider, &mut ana, "a-1", "ana@ejemplo.es"), "/hola");
    assert_eq!(provider.asked("/.well-known/openid-configuration"), 0);
}

#[test]
fn provider_without_keys_is_believed_by_its_profile() {
    let provider = Provider::start();
    let at = |path: &str| format!("{}{path}", provider.issuer());
    let [authorization, token, userinfo] = ["/authorize", "/token", "/userinfo"].map(at);
    let server = Server::with(&[
        ("ANTESALA_SOCIAL__ACME__CLIENT_ID", CLIENT_ID),
        ("ANTESALA_SOCIAL__ACME__CLIENT_SECRET", CLIENT_SECRET),
        ("ANTESALA_SOCIAL__ACME__AUTHORIZATION_URL", &authorization),
        ("ANTESALA_SOCIAL__ACME__TOKEN_URL", &token),
        ("ANTESALA_SOCIAL__ACME__USERINFO_URL", &userinfo),
    ]);
    let mut ana = server.visitor();
    assert_eq!(come_and_go(&provider, &mut ana, "a-1", "ana@ejemplo.es"), "/hola");
    assert_eq!(provider.asked("/userinfo"), 1);
}

#[test]
fn github_is_believed_by_its_list_of_addresses() {
    let provider = Provider::start();
    let at = |path: &str| format!("{}{path}", provider.issuer());
    let [authorization, token, user] = ["/authorize", "/token", "/user"].map(at);
    let server = Server::with(&[
        ("ANTESALA_SOCIAL__GITHUB__CLIENT_ID", CLIENT_ID),
        ("ANTESALA_SOCIAL__GITHUB__CLIENT_SECRET", CLIENT_SECRET),
        ("ANTESALA_SOCIAL__GITHUB__AUTHORIZATION_URL", &authorization),
        ("ANTESALA_SOCIAL__GITHUB__TOKEN_URL", &token),
        ("ANTESALA_SOCIAL__GITHUB__USERINFO_URL", &user),
    ]);
    // What the profile itself says of an address proves nothing.
    let profile = json!({
        "id": 583_231, "login": "ana", "name": null, "email": "eva@ejemplo.es",
        "email_verified": true, "avatar_url": "https://avatars.example.com/ana.png",
    });
    let mut ana = server.visitor();
    let body = json!({"provider": "github", "callbackURL": "/panel", "errorCallbackURL": "/fallo"});
    let mut come_and_go = |emails| {
        provider.emails(emails);
        let url = depart(&mut ana, body.clone());
        let asked = query(&url);
        assert_eq!((asked["scope"].as_str(), asked.get("nonce")), ("read:user user:email", None));
        let back = provider.consent(&url, profile.clone());
        ana.get(&back).expect(302).header("location").unwrap().to_owned()
    };
    let other = json!({"email": "otra@ejemplo.es", "primary": false, "verified": true});
    let unproven = json!({"email": "ana@ejemplo.es", "primary": true, "verified": false});
    assert_eq!(come_and_go(json!([other, unproven])), "/fallo?error=email_not_verified");
    assert_eq!(come_and_go(json!([other])), "/fallo?error=email_not_found");
    let proven = json!({"email": "ana@ejemplo.es", "primary": true, "verified": true});
    assert_eq!(come_and_go(json!([other, proven])), "/panel");
    let stored = "SELECT u.email || ' ' || u.name || ' ' || u.image || ' ' || a.account_id
        FROM account a JOIN \"user\" u ON u.id = a.user_id";
    let stored = server.text(stored);
    assert_eq!(stored, "ana@ejemplo.es ana https://avatars.example.com/ana.png 583231");
}
