//! Whose account a provider's word opens.

use serde_json::json;

use super::server;
use crate::support::Client;
use crate::support::openid::{Provider, depart, person};
use crate::support::server::PASSWORD;

fn come_and_go(provider: &Provider, client: &mut Client, subject: &str, email: &str) -> String {
    let body = json!({"provider": "acme", "callbackURL": "/panel", "errorCallbackURL": "/fallo"});
    let url = depart(client, body);
    let back = provider.consent(&url, person(subject, email));
    client.get(&back).expect(302).header("location").unwrap().to_owned()
}

#[test]
fn proven_account_with_the_address_gains_a_way_in_and_keeps_its_password() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.person("ana@ejemplo.es");
    server.execute("UPDATE \"user\" SET email_verified = 1");
    assert_eq!(come_and_go(&provider, &mut server.visitor(), "a-1", "Ana@Ejemplo.es"), "/panel");
    assert_eq!((server.count("user"), server.count("account")), (1, 2));
    assert_ne!(ana.get("/api/auth/get-session").json(), json!(null));
    server.signed_in("ana@ejemplo.es");
}

#[test]
fn trap_laid_for_an_address_is_gone_once_its_owner_comes() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    // Somebody opens an account with Ana's address, which they cannot prove.
    let mut eva = server.person("ana@ejemplo.es");
    let body = json!({"email": "ana@ejemplo.es"});
    eva.post("/api/auth/request-password-reset", body).expect(200);
    server.mail_of("reset-password", "ana@ejemplo.es");
    assert_eq!(come_and_go(&provider, &mut server.visitor(), "a-1", "ana@ejemplo.es"), "/panel");
    // Session, password, links: all gone. The account is Ana's.
    assert_eq!(eva.get("/api/auth/get-session").json(), json!(null));
    let body = json!({"email": "ana@ejemplo.es", "password": PASSWORD});
    eva.post("/api/auth/sign-in/email", body).refused(401, "INVALID_EMAIL_OR_PASSWORD");
    assert_eq!(server.text("SELECT provider_id FROM account"), "acme");
    assert_eq!((server.count("user"), server.count("session")), (1, 1));
    let links = "SELECT count(*) FROM verification WHERE subject IS NOT NULL";
    assert_eq!(server.number(links), 0);
    assert_eq!(server.number("SELECT email_verified FROM \"user\""), 1);
}

#[test]
fn many_first_sign_ins_at_once_open_one_account() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let ready: Vec<_> = (0..8)
        .map(|_| {
            let mut client = server.visitor();
            let url = depart(&mut client, json!({"provider": "acme", "callbackURL": "/panel"}));
            let back = provider.consent(&url, person("a-1", "ana@ejemplo.es"));
            (client, back)
        })
        .collect();
    let ends: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = ready
            .into_iter()
            .map(|(mut client, back)| scope.spawn(move || client.get(&back)))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for end in ends {
        assert_eq!(end.expect(302).header("location"), Some("/panel"));
    }
    assert_eq!((server.count("user"), server.count("account")), (1, 1));
    assert_eq!(server.count("session"), 8);
}

/// Asks for another way in and comes back; returns where the browser ends.
fn link(provider: &Provider, client: &mut Client, subject: &str, email: &str) -> String {
    let body = json!({"provider": "acme", "callbackURL": "/cuenta", "errorCallbackURL": "/fallo"});
    let reply = client.post("/api/auth/link-social", body).expect(200);
    let url = reply.json()["url"].as_str().unwrap().to_owned();
    let back = provider.consent(&url, person(subject, email));
    client.get(&back).expect(302).header("location").unwrap().to_owned()
}

#[test]
fn signed_in_person_links_their_own_address_and_no_other() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.person("ana@ejemplo.es");
    assert_eq!(
        link(&provider, &mut ana, "e-1", "eva@ejemplo.es"),
        "/fallo?error=email_does_not_match"
    );
    assert_eq!(server.count("account"), 1);
    assert_eq!(link(&provider, &mut ana, "a-1", "ana@ejemplo.es"), "/cuenta");
    assert_eq!(link(&provider, &mut ana, "a-1", "ana@ejemplo.es"), "/cuenta");
    assert_eq!(server.count("account"), 2);
    assert_eq!(server.number("SELECT email_verified FROM \"user\""), 1);
    server.signed_in("ana@ejemplo.es");
    assert_eq!(come_and_go(&provider, &mut server.visitor(), "a-1", "ana@ejemplo.es"), "/panel");
}

#[test]
fn way_in_of_somebody_else_is_not_taken_from_them() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    come_and_go(&provider, &mut server.visitor(), "a-1", "ana@ejemplo.es");
    let mut eva = server.person("eva@ejemplo.es");
    assert_eq!(
        link(&provider, &mut eva, "a-1", "eva@ejemplo.es"),
        "/fallo?error=account_already_linked_to_different_user"
    );
    assert_eq!(server.count("account"), 2);
}

#[test]
fn linking_ends_with_the_session_that_asked_for_it() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let mut ana = server.person("ana@ejemplo.es");
    let body = json!({"provider": "acme", "errorCallbackURL": "/fallo"});
    let reply = ana.post("/api/auth/link-social", body).expect(200);
    let url = reply.json()["url"].as_str().unwrap().to_owned();
    let back = provider.consent(&url, person("a-1", "ana@ejemplo.es"));
    ana.post("/api/auth/sign-out", json!({})).expect(200);
    let location = ana.get(&back).expect(302).header("location").unwrap().to_owned();
    assert_eq!(location, "/fallo?error=unable_to_link_account");
    assert_eq!(server.count("account"), 1);
}

#[test]
fn acts_by_a_provider_are_in_the_audit_log() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let count = |act: &str| {
        let detail = r#"{"provider":"acme"}"#;
        server.number(&format!(
            "SELECT count(*) FROM audit WHERE act = '{act}' AND detail = '{detail}'
            AND actor_id = target_id AND ip_address <> ''"
        ))
    };
    // New here.
    come_and_go(&provider, &mut server.visitor(), "e-1", "eva@ejemplo.es");
    assert_eq!((count("sign-up"), count("sign-in"), count("account-linked")), (1, 1, 0));
    // Somebody laid a trap for this one.
    server.person("ana@ejemplo.es");
    let mut ana = server.visitor();
    come_and_go(&provider, &mut ana, "a-1", "ana@ejemplo.es");
    let counts = (count("account-linked"), count("account-taken-over"), count("sign-in"));
    assert_eq!(counts, (1, 1, 2));
    // Signed in, another way in, and without it again.
    let mut leo = server.person("leo@ejemplo.es");
    link(&provider, &mut leo, "l-1", "leo@ejemplo.es");
    leo.post("/api/auth/unlink-account", json!({"providerId": "acme"})).expect(200);
    assert_eq!((count("account-linked"), count("account-unlinked")), (2, 1));
}

#[test]
fn what_an_intruder_handed_on_ends_when_the_owner_takes_the_account_over() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    server.organization("ana@ejemplo.es", "Labs");
    server.execute(
        "INSERT INTO invitation (id, organization_id, email, role, status, token_hash,
            inviter_id, expires_at, created_at)
        SELECT 'inv_1', o.id, 'nora@ejemplo.es', 'owner', 'open', s.token_hash, s.user_id,
            9999999999999, 0
        FROM organization o, session s",
    );
    assert_eq!(server.count("invitation"), 1);
    let known = "SELECT count(*) FROM device";
    assert_eq!(server.number(known), 1);
    come_and_go(&provider, &mut server.visitor(), "a-1", "ana@ejemplo.es");
    assert_eq!(server.count("invitation"), 0);
    assert_eq!(server.number(known), 1, "the owner's, and not the intruder's");
}
