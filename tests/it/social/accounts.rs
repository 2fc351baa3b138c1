//! Ways in: listed, taken away, and asked for by their older names.

use serde_json::{Value, json};

use super::server;
use crate::support::openid::{Provider, person};
use crate::support::{Client, Server};

/// Gives a signed-in person another way in, by the older names of everything.
fn link(provider: &Provider, client: &mut Client, email: &str) {
    let body = json!({"providerId": "acme", "callbackURL": "/cuenta"});
    let reply = client.post("/api/auth/oauth2/link", body).expect(200);
    let url = reply.json()["url"].as_str().unwrap().to_owned();
    let back = provider.consent(&url, person("a-1", email));
    let back = back.replace("/callback/", "/oauth2/callback/");
    assert_eq!(client.get(&back).expect(302).header("location"), Some("/cuenta"));
}

fn list(client: &mut Client) -> Vec<Value> {
    client.get("/api/auth/list-accounts").expect(200).json().as_array().unwrap().clone()
}

fn linked(provider: &Provider) -> (Server, Client) {
    let server = server(provider, &[]);
    let mut ana = server.person("ana@ejemplo.es");
    // Ways in are listed by age, and this one shall be the younger.
    server.clock.advance_s(1);
    link(provider, &mut ana, "ana@ejemplo.es");
    (server, ana)
}

#[test]
fn ways_in_are_listed_without_what_they_open() {
    let provider = Provider::start();
    let (_server, mut ana) = linked(&provider);
    let accounts = list(&mut ana);
    assert_eq!(accounts.len(), 2);
    assert_eq!(accounts[0]["providerId"], "credential");
    let acme = accounts[1].as_object().unwrap();
    assert_eq!((&acme["providerId"], &acme["accountId"]), (&json!("acme"), &json!("a-1")));
    assert_eq!(acme["scopes"], json!(["openid", "email"]));
    let keys: Vec<_> = acme.keys().map(String::as_str).collect();
    let known = ["id", "providerId", "accountId", "userId", "createdAt", "updatedAt", "scopes"];
    assert_eq!(keys, known);
}

#[test]
fn way_in_goes_by_its_row_and_by_what_older_clients_send() {
    let provider = Provider::start();
    let (server, mut ana) = linked(&provider);
    let id = list(&mut ana)[1]["id"].clone();
    for body in [
        json!({"accountId": id}),
        json!({"accountId": "a-1"}),
        json!({"providerId": "acme", "accountId": "a-1"}),
        json!({"providerId": "acme"}),
    ] {
        // The row has another id each time it is linked again.
        let mut body = body;
        if body["accountId"] == id {
            body["accountId"] = list(&mut ana)[1]["id"].clone();
        }
        let reply = ana.post("/api/auth/unlink-account", body).expect(200);
        assert_eq!(reply.json(), json!({"status": true}));
        assert_eq!(server.count("account"), 1);
        link(&provider, &mut ana, "ana@ejemplo.es");
    }
}

#[test]
fn last_way_in_stays_and_so_do_those_of_others() {
    let provider = Provider::start();
    let (server, mut ana) = linked(&provider);
    let mut eva = server.person("eva@ejemplo.es");
    let theirs = list(&mut ana)[1]["id"].clone();
    let unlink = "/api/auth/unlink-account";
    eva.post(unlink, json!({"accountId": theirs})).refused(400, "FAILED_TO_UNLINK_LAST_ACCOUNT");
    let own = list(&mut eva)[0]["id"].clone();
    ana.post(unlink, json!({"accountId": own})).refused(400, "ACCOUNT_NOT_FOUND");
    ana.post(unlink, json!({"providerId": "credential"})).expect(200);
    ana.post(unlink, json!({"accountId": theirs})).refused(400, "FAILED_TO_UNLINK_LAST_ACCOUNT");
    ana.post(unlink, json!({})).refused(400, "VALIDATION_ERROR");
    assert_eq!(server.count("account"), 2);
}

#[test]
fn two_at_once_do_not_take_the_last_two() {
    let provider = Provider::start();
    let (server, mut ana) = linked(&provider);
    let accounts = list(&mut ana);
    let session = ana.cookie("better-auth.session_token").unwrap().to_owned();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = accounts
            .iter()
            .map(|account| {
                let mut client = server.visitor();
                client.put_cookie("better-auth.session_token", &session);
                let body = json!({"accountId": account["id"]});
                scope.spawn(move || client.post("/api/auth/unlink-account", body).status)
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(server.count("account"), 1);
}

#[test]
fn taking_a_way_in_wants_a_fresh_session() {
    let provider = Provider::start();
    let (server, mut ana) = linked(&provider);
    server.clock.advance_s(86_400);
    let body = json!({"providerId": "acme"});
    ana.post("/api/auth/unlink-account", body).refused(403, "SESSION_NOT_FRESH");
    assert_eq!(server.count("account"), 2);
}

#[test]
fn older_name_of_the_sign_in_leads_to_the_same_place() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.visitor();
    let body = json!({"providerId": "acme", "callbackURL": "/panel", "scopes": ["calendar"]});
    let reply = ana.post("/api/auth/sign-in/oauth2", body).expect(200);
    let url = reply.json()["url"].as_str().unwrap().to_owned();
    assert!(url.contains("calendar"), "{url}");
    let back = provider.consent(&url, person("a-1", "ana@ejemplo.es"));
    assert_eq!(ana.get(&back).expect(302).header("location"), Some("/panel"));
}
