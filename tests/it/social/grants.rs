//! What a provider granted: handed out, renewed, and asked again.

use serde_json::{Value, json};

use super::server;
use crate::support::openid::{Provider, Twist, depart, person};
use crate::support::{Client, Server};

fn signed_in(provider: &Provider) -> (Server, Client, Value) {
    let server = server(provider, &[]);
    let mut ana = server.visitor();
    let url = depart(&mut ana, json!({"provider": "acme"}));
    let back = provider.consent(&url, person("a-1", "ana@ejemplo.es"));
    ana.get(&back).expect(302);
    let account = ana.get("/api/auth/list-accounts").expect(200).json()[0]["id"].clone();
    (server, ana, account)
}

#[test]
fn access_token_is_handed_out_and_renewed_when_it_ends() {
    let provider = Provider::start();
    let (server, mut ana, id) = signed_in(&provider);
    let mut access = |server: &Server, seconds| {
        server.clock.advance_s(seconds);
        let body = json!({"accountId": id});
        ana.post("/api/auth/get-access-token", body).expect(200).json()
    };
    let first = access(&server, 0);
    assert_eq!(
        (&first["accessToken"], &first["scopes"]),
        (&json!("acceso-1"), &json!(["openid", "email"]))
    );
    assert!(first["idToken"].as_str().unwrap().starts_with("eyJ"));
    assert!(first["accessTokenExpiresAt"].as_str().unwrap().ends_with('Z'));
    assert_eq!(access(&server, 3594)["accessToken"], "acceso-1");
    assert_eq!(access(&server, 1)["accessToken"], "acceso-2");
    assert_eq!(access(&server, 0)["accessToken"], "acceso-2");
    assert_eq!(provider.asked("/token"), 2);
}

#[test]
fn renewing_keeps_what_the_provider_does_not_grant_again() {
    let provider = Provider::start();
    let (_server, mut ana, _) = signed_in(&provider);
    let mut renew = || {
        let body = json!({"providerId": "acme", "accountId": "a-1"});
        ana.post("/api/auth/refresh-token", body)
    };
    for number in [2, 3] {
        let renewed = renew().expect(200).json();
        assert_eq!(renewed["accessToken"], format!("acceso-{number}"));
        assert_eq!(renewed["refreshToken"], format!("renueva-{number}"));
        assert_eq!(
            (&renewed["scope"], &renewed["providerId"]),
            (&json!("openid,email"), &json!("acme"))
        );
    }
    provider.twist(Twist::TokenIsAPage);
    renew().refused(400, "FAILED_TO_REFRESH_ACCESS_TOKEN");
    provider.twist(Twist::TokenFails);
    renew().refused(503, "PROVIDER_UNAVAILABLE");
    provider.twist(Twist::None);
    assert_eq!(renew().expect(200).json()["accessToken"], "acceso-4");
}

#[test]
fn what_was_granted_to_somebody_else_is_not_found() {
    let provider = Provider::start();
    let (server, mut ana, id) = signed_in(&provider);
    let mut eva = server.person("eva@ejemplo.es");
    for path in ["/api/auth/get-access-token", "/api/auth/refresh-token"] {
        eva.post(path, json!({"accountId": id})).refused(400, "ACCOUNT_NOT_FOUND");
        ana.post(path, json!({"useAccountCookie": true})).refused(400, "ACCOUNT_NOT_FOUND");
        for body in [json!({}), json!({"accountId": id, "userId": "usr_1"})] {
            let reply = ana.post(path, body).refused(400, "VALIDATION_ERROR");
            assert_eq!(reply.json()["message"], "[body] Invalid input");
        }
    }
    let credential = json!({"providerId": "credential"});
    eva.post("/api/auth/get-access-token", credential.clone())
        .refused(400, "FAILED_TO_GET_ACCESS_TOKEN");
    eva.post("/api/auth/refresh-token", credential).refused(404, "PROVIDER_NOT_FOUND");
}

#[test]
fn provider_is_asked_who_the_person_is_now() {
    let provider = Provider::start();
    let (_server, mut ana, id) = signed_in(&provider);
    let id = id.as_str().unwrap().to_owned();
    let info = ana.get(&format!("/api/auth/account-info?accountId={id}")).expect(200).json();
    let user = json!({
        "id": "a-1", "name": "Ana de Acme", "email": "ana@ejemplo.es", "image": null,
        "emailVerified": true,
    });
    assert_eq!((&info["user"], &info["data"]["sub"]), (&user, &json!("a-1")));
    ana.get("/api/auth/account-info").refused(400, "VALIDATION_ERROR");
    ana.get("/api/auth/account-info?accountId=nadie").refused(400, "ACCOUNT_NOT_FOUND");
    // A renewed token opens no profile at this provider, and nobody makes one up.
    ana.post("/api/auth/refresh-token", json!({"accountId": id})).expect(200);
    let lost = ana.get(&format!("/api/auth/account-info?accountId={id}"));
    lost.refused(404, "FAILED_TO_GET_USER_INFO");
}

#[test]
fn tokens_moved_to_another_row_do_not_open() {
    let provider = Provider::start();
    let (server, mut ana, id) = signed_in(&provider);
    let id = id.as_str().unwrap();
    server.execute("UPDATE account SET access_token = refresh_token");
    let body = json!({"accountId": id});
    ana.post("/api/auth/get-access-token", body).refused(400, "FAILED_TO_GET_ACCESS_TOKEN");
}
