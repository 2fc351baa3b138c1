//! Links and invitations that many use at once: one of them counts.

use std::thread;

use serde_json::{Value, json};

use crate::support::server::PASSWORD;
use crate::support::{Reply, Server};

const CALM: (&str, &str) = ("ANTESALA_RATE_LIMIT__ENABLED", "false");
const REQUIRED: (&str, &str) = ("ANTESALA_AUTH__REQUIRE_EMAIL_VERIFICATION", "true");

/// Does the same `count` times at once; returns the answers.
fn at_once(count: usize, act: impl Fn() -> Reply + Sync) -> Vec<Reply> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(&act)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn with_status(replies: &[Reply], status: u16) -> usize {
    replies.iter().filter(|reply| reply.status == status).count()
}

fn mails(server: &Server, kind: &str) -> usize {
    server.mails().iter().filter(|mail| mail["kind"] == kind).count()
}

fn invited(server: &Server, email: &str) -> Value {
    let body = json!({"email": email, "role": "professional", "name": "Ana"});
    server.visitor().post("/api/waitlist", body).expect(201);
    let mut admin = server.admin();
    admin.post("/api/admin/waitlist/invite", json!({"emails": [email]})).expect(200);
    server.mail_of("waitlist-invite", email)
}

#[test]
fn fifty_resets_with_one_token_set_one_password_and_tell_once() {
    let server = Server::with(&[CALM]);
    server.person("ana@ejemplo.es");
    let ask = json!({"email": "ana@ejemplo.es"});
    server.visitor().post("/api/auth/request-password-reset", ask).expect(200);
    let token = server.mail_of("reset-password", "ana@ejemplo.es")["token"].clone();
    let replies = at_once(50, || {
        let body = json!({"newPassword": "otra frase bien larga", "token": token});
        server.visitor().post("/api/auth/reset-password", body)
    });
    assert_eq!((with_status(&replies, 200), with_status(&replies, 400)), (1, 49));
    assert!(replies.iter().all(|reply| reply.status == 200 || reply.code() == "INVALID_TOKEN"));
    assert_eq!(mails(&server, "password-changed"), 1);
}

#[test]
fn proofs_of_one_address_at_once_sign_in_once() {
    let server = Server::with(&[CALM, REQUIRED]);
    let ana = server.person("ana@ejemplo.es");
    let waits = ana.cookie("better-auth.verification").unwrap();
    let mail = server.mail_of("verify-email", "ana@ejemplo.es");
    let link = server.path_of(mail["url"].as_str().unwrap()).to_owned();
    let replies = at_once(20, || {
        let mut tab = server.visitor();
        tab.put_cookie("better-auth.verification", waits);
        tab.get(&link)
    });
    assert_eq!(with_status(&replies, 302), 20);
    let signed_in =
        replies.iter().filter(|reply| reply.set_cookie("better-auth.session_token").is_some());
    assert_eq!((signed_in.count(), server.count("session")), (1, 1));
}

#[test]
fn sign_ups_of_one_address_at_once_look_alike_where_it_may_not_be_told() {
    let server = Server::with(&[CALM, REQUIRED]);
    let replies = at_once(20, || {
        let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
        server.visitor().post("/api/auth/sign-up/email", body)
    });
    let told: Vec<_> = replies.iter().filter(|reply| reply.status != 200).collect();
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(server.count("user"), 1);
}

#[test]
fn invitation_used_by_many_at_once_opens_one_account() {
    for more in [&[CALM][..], &[CALM, REQUIRED][..]] {
        let server = Server::with(more);
        let token = invited(&server, "ana@ejemplo.es")["token"].clone();
        let replies = at_once(10, || {
            let body = json!({
                "name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD, "invitation": token,
            });
            server.visitor().post("/api/auth/sign-up/email", body)
        });
        assert_eq!(with_status(&replies, 200), 1, "{replies:?}");
        let refused = with_status(&replies, 422) + with_status(&replies, 410);
        assert_eq!(refused, 9, "{replies:?}");
        assert_eq!(server.number("SELECT count(*) FROM \"user\" WHERE name = 'Ana'"), 1);
    }
}

#[test]
fn confirmations_at_once_count_one_referral_and_welcome_once() {
    let server = Server::with(&[CALM, ("ANTESALA_WAITLIST__DOUBLE_OPT_IN", "true")]);
    let join = |email: &str, code: &str| {
        let body = json!({"email": email, "role": "professional", "ref": code});
        server.visitor().post("/api/waitlist", body).expect(201);
    };
    join("ana@ejemplo.es", "");
    join("eva@ejemplo.es", &server.text("SELECT id FROM waitlist"));
    let token = server.mail_of("waitlist-confirm", "eva@ejemplo.es")["token"].clone();
    let replies =
        at_once(50, || server.visitor().post("/api/waitlist/confirm", json!({"token": token})));
    assert_eq!(with_status(&replies, 200), 50);
    assert_eq!(server.number("SELECT sum(referrals) FROM waitlist"), 1);
    server.mail_of("waitlist-welcome", "eva@ejemplo.es");
    assert_eq!(mails(&server, "waitlist-welcome"), 1);
}

#[test]
fn administrators_who_invite_at_once_invite_once() {
    let server = Server::with(&[CALM]);
    for n in 0..5 {
        let body = json!({"email": format!("p{n}@ejemplo.es"), "role": "professional"});
        server.visitor().post("/api/waitlist", body).expect(201);
    }
    let cookie = server.admin().cookie("better-auth.session_token").unwrap().to_owned();
    let replies = at_once(10, || {
        let mut admin = server.visitor();
        admin.put_cookie("better-auth.session_token", &cookie);
        admin.post("/api/admin/waitlist/invite", json!({"count": 5}))
    });
    let told: i64 = replies.iter().map(|reply| reply.json()["invited"].as_i64().unwrap()).sum();
    assert_eq!(told, 5);
    server.mail_of("waitlist-invite", "p4@ejemplo.es");
    assert_eq!(server.number("SELECT count(*) FROM outbox WHERE kind = 'waitlist-invite'"), 5);
}
