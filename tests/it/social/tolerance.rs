//! Providers that write what they mean in other ways, and what stays strict all the same.

use serde_json::{Value, json};

use super::server;
use crate::support::openid::{CLIENT_ID, Provider, Twist, depart, person};
use crate::support::{Client, Server};

/// Goes to the provider and back; returns where the browser ends.
fn come_and_go(server: &Server, provider: &Provider, claims: Value) -> (Client, String) {
    let mut client = server.visitor();
    let body = json!({"provider": "acme", "callbackURL": "/panel", "errorCallbackURL": "/fallo"});
    let url = depart(&mut client, body);
    let back = provider.consent(&url, claims);
    let end = client.get(&back).expect(302).header("location").unwrap().to_owned();
    (client, end)
}

#[test]
fn address_proven_by_the_text_true_opens_an_account() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let claims = json!({"sub": "a-1", "email": "ana@ejemplo.es", "email_verified": "true"});
    let (mut ana, end) = come_and_go(&server, &provider, claims.clone());
    assert_eq!(end, "/panel");
    assert_eq!(ana.get("/api/auth/get-session").json()["user"]["emailVerified"], true);
    let body = json!({"provider": "acme", "idToken": {"token": provider.id_token(&claims, None)}});
    server.visitor().post("/api/auth/sign-in/social", body).expect(200);
}

#[test]
fn address_that_the_profile_alone_proves_opens_an_account() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    provider.says("id_token", json!({"email_verified": null}));
    assert_eq!(come_and_go(&server, &provider, person("a-1", "ana@ejemplo.es")).1, "/panel");
    // Proof goes with the address that it was given for.
    provider.says("id_token", json!({"email": "eva@ejemplo.es", "email_verified": null}));
    provider.says("/userinfo", json!({"email": null}));
    let (_, end) = come_and_go(&server, &provider, person("b-1", "berta@ejemplo.es"));
    assert_eq!(end, "/fallo?error=email_not_verified");
    provider.says("/userinfo", json!({"email": "berta@ejemplo.es"}));
    let (mut berta, end) = come_and_go(&server, &provider, person("b-1", "berta@ejemplo.es"));
    assert_eq!(end, "/panel");
    let session = berta.get("/api/auth/get-session").json();
    assert_eq!(session["user"]["email"], "berta@ejemplo.es");
}

#[test]
fn signed_profile_counts_when_the_provider_signed_it_for_us() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    provider.says("id_token", json!({"email": null, "email_verified": null}));
    let signed = json!({"iss": provider.issuer(), "aud": CLIENT_ID});
    for (twist, otherwise, expected) in [
        (Twist::SignedProfile, signed.clone(), "/panel"),
        (Twist::ForgedProfile, signed.clone(), "/fallo?error=unable_to_get_user_info"),
        (
            Twist::SignedProfile,
            json!({"iss": provider.issuer(), "aud": "otra-app"}),
            "/fallo?error=unable_to_get_user_info",
        ),
        (
            Twist::SignedProfile,
            json!({"iss": "https://accounts.google.com", "aud": CLIENT_ID}),
            "/fallo?error=unable_to_get_user_info",
        ),
        (
            Twist::SignedProfile,
            json!({"iss": provider.issuer(), "aud": CLIENT_ID, "sub": "eva"}),
            "/fallo?error=unable_to_get_user_info",
        ),
    ] {
        provider.twist(twist);
        provider.says("/userinfo", otherwise.clone());
        let (_, end) = come_and_go(&server, &provider, person("a-1", "ana@ejemplo.es"));
        assert_eq!(end, expected, "{twist:?} {otherwise}");
    }
}

#[test]
fn answer_of_the_token_endpoint_may_be_written_in_other_ways() {
    for answer in [
        json!({"expires_in": "3600", "scope": ["openid", "email"]}),
        json!({"expires_in": 3599.9, "scope": "openid email"}),
        json!({"expires_in": null, "scope": null, "refresh_token": null}),
        json!({"expires_in": "pronto", "refresh_token_expires_in": "86400.5"}),
        json!({"expires_in": -1}),
    ] {
        let provider = Provider::start();
        let server = server(&provider, &[]);
        provider.says("/token", answer.clone());
        let (_, end) = come_and_go(&server, &provider, person("a-1", "ana@ejemplo.es"));
        assert_eq!(end, "/panel", "{answer}");
        let kept = server.text("SELECT coalesce(scope, '-') FROM account");
        let expected = if answer["scope"].is_null() && answer.get("scope").is_some() {
            "-"
        } else {
            "openid,email"
        };
        assert_eq!(kept, expected, "{answer}");
        let ends = "SELECT CASE WHEN access_token_expires_at IS NULL THEN 'no' ELSE 'yes' END FROM account";
        let is_told = ["\"3600\"", "3599.9"].contains(&answer["expires_in"].to_string().as_str());
        assert_eq!(server.text(ends), if is_told { "yes" } else { "no" }, "{answer}");
    }
}

#[test]
fn tokens_that_come_with_201_are_taken() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    provider.twist(Twist::TokenIsCreated);
    assert_eq!(come_and_go(&server, &provider, person("a-1", "ana@ejemplo.es")).1, "/panel");
}

#[test]
fn name_in_two_parts_is_one_name() {
    for (says, expected) in [
        (json!({"name": null, "given_name": "Ana", "family_name": "Ruiz"}), "Ana Ruiz"),
        (json!({"name": "  ", "given_name": "Ana"}), "Ana"),
        (json!({"name": null, "family_name": "Ruiz"}), "Ruiz"),
        (json!({"name": null, "preferred_username": "anita"}), "anita"),
        (json!({"given_name": "Otra"}), "Ana de Acme"),
    ] {
        let provider = Provider::start();
        let server = server(&provider, &[]);
        provider.says("id_token", says.clone());
        let (mut ana, _) = come_and_go(&server, &provider, person("a-1", "ana@ejemplo.es"));
        let session = ana.get("/api/auth/get-session").json();
        assert_eq!(session["user"]["name"], expected, "{says}");
    }
}

#[test]
fn issuer_of_many_tenants_lets_in_whom_the_token_names() {
    let provider = Provider::start();
    let common = format!("{}/common/v2.0", provider.issuer());
    let server = server(&provider, &[("ANTESALA_SOCIAL__ACME__ISSUER", &common)]);
    let template = format!("{}/{{tenantid}}/v2.0", provider.issuer());
    provider.says("/common/v2.0/.well-known/openid-configuration", json!({"issuer": template}));
    let tenant = "9188040d-6c67-4c5b-b112-36a304b66dad";
    let issuer = |tenant: &str| format!("{}/{tenant}/v2.0", provider.issuer());
    for (iss, tid, expected) in [
        (issuer(tenant), json!(tenant), "/panel"),
        (issuer(tenant), json!(null), "/fallo?error=unable_to_get_user_info"),
        (issuer("common"), json!("common"), "/fallo?error=unable_to_get_user_info"),
        (provider.issuer(), json!(tenant), "/fallo?error=unable_to_get_user_info"),
    ] {
        provider.says("id_token", json!({"iss": iss, "tid": tid}));
        let (_, end) = come_and_go(&server, &provider, person("a-1", "ana@ejemplo.es"));
        assert_eq!(end, expected, "{iss} {tid}");
    }
}
