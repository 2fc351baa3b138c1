//! Mail by Resend: what is asked, what its answers mean, and repeats that are none.

use super::{assert_discreet, settled};
use crate::support::Server;
use crate::support::resend::{API_KEY, Instead, ResendServer};
use crate::support::server::wait_for;
use crate::support::smtp::{SmtpServer, Speech};

fn mailing(resend: &ResendServer, api_key: &str) -> Server {
    mailing_to(&resend.base_url(), api_key)
}

fn mailing_to(base_url: &str, api_key: &str) -> Server {
    Server::with(&[
        ("ANTESALA_MAIL__TRANSPORT", "resend"),
        ("RESEND_API_KEY", api_key),
        ("ANTESALA_MAIL__RESEND__BASE_URL", base_url),
        ("ANTESALA_MAIL__FROM", "\"Acme, S.L.\" <hola@acme.es>"),
        ("ANTESALA_MAIL__REPLY_TO", "ayuda@acme.es"),
    ])
}

#[test]
fn verification_mail_goes_out() {
    let resend = ResendServer::start();
    let server = mailing(&resend, API_KEY);
    server.person("ana@ejemplo.es");
    let mail = resend.mail_to("ana@ejemplo.es");
    let fate = settled(&server, "ana@ejemplo.es", 1);
    assert_eq!((fate.state.as_str(), &fate.id), ("sent", &mail.idempotency_key));
    assert_eq!(mail.path, "/emails");
    assert!(mail.user_agent.starts_with("antesala/"), "{}", mail.user_agent);
    let body = &mail.body;
    assert_eq!(body["from"], "\"Acme, S.L.\" <hola@acme.es>");
    assert_eq!(body["to"], serde_json::json!(["ana@ejemplo.es"]));
    assert_eq!(body["reply_to"], "ayuda@acme.es");
    assert_eq!(body["tags"], serde_json::json!([{"name": "kind", "value": "verify-email"}]));
    let text = body["text"].as_str().unwrap();
    let link = text.split_whitespace().find(|word| word.starts_with("http")).unwrap();
    assert!(body["html"].as_str().unwrap().contains("<!doctype html>"), "{body}");
    server.visitor().get(server.path_of(link)).expect(302);
    assert_eq!(server.text("SELECT provider_id FROM outbox"), "49a3999c-0");
    let token = link.split(['=', '&']).nth(1).unwrap();
    assert_discreet(&server, &[API_KEY, token]);
}

#[test]
fn two_refusals_then_success_are_one_mail_and_one_key() {
    let resend = ResendServer::start();
    resend.next(Instead::Refuse(500, "", "application_error"));
    resend.next(Instead::Refuse(429, "Retry-After: 120\r\n", "rate_limit_exceeded"));
    let server = mailing(&resend, API_KEY);
    server.person("ana@ejemplo.es");
    let first = settled(&server, "ana@ejemplo.es", 1);
    assert_eq!(first.state, "pending");
    assert_eq!(first.last_error, "Resend answered 500: application_error");
    server.clock.advance_s(10);
    let second = settled(&server, "ana@ejemplo.es", 2);
    assert_eq!(second.last_error, "Resend answered 429: rate_limit_exceeded");
    server.clock.advance_s(119);
    server.person("bea@ejemplo.es");
    resend.mail_to("bea@ejemplo.es");
    assert_eq!(settled(&server, "ana@ejemplo.es", 2), second, "60 s are due, 120 were asked for");
    server.clock.advance_s(1);
    assert_eq!(settled(&server, "ana@ejemplo.es", 3).state, "sent");
    let keys: Vec<_> = resend
        .asked()
        .into_iter()
        .filter(|asked| asked.body["to"][0] == "ana@ejemplo.es")
        .map(|asked| asked.idempotency_key)
        .collect();
    assert_eq!(keys, vec![first.id; 3]);
    assert_eq!(resend.accepted().len(), 2);
    assert_discreet(&server, &[API_KEY]);
}

#[test]
fn refusals_for_good_end_a_mail_at_once() {
    for (status, name) in
        [(400, "invalid_parameter"), (403, "validation_error"), (422, "invalid_to")]
    {
        let resend = ResendServer::start();
        resend.next(Instead::Refuse(status, "", name));
        let server = mailing(&resend, API_KEY);
        server.person("ana@ejemplo.es");
        let fate = settled(&server, "ana@ejemplo.es", 1);
        assert_eq!(fate.state, "failed");
        assert_eq!(fate.last_error, format!("Resend answered {status}: {name}"));
        assert_discreet(&server, &[API_KEY]);
    }
}

#[test]
fn wrong_key_is_said_and_never_shown() {
    let resend = ResendServer::start();
    let server = mailing(&resend, "re_LaClaveDeOtros");
    server.person("ana@ejemplo.es");
    let fate = settled(&server, "ana@ejemplo.es", 1);
    assert_eq!(
        (fate.state.as_str(), fate.last_error.as_str()),
        ("failed", "Resend answered 403: invalid_api_key")
    );
    assert_discreet(&server, &["re_LaClaveDeOtros"]);
}

#[test]
fn what_may_work_later_is_tried_again() {
    let resend = ResendServer::start();
    resend.next(Instead::Refuse(409, "", "concurrent_idempotent_requests"));
    resend.next(Instead::Refuse(408, "", "<b>no code of theirs</b>"));
    resend.next(Instead::Refuse(503, "Retry-After: never\r\n", ""));
    let server = mailing(&resend, API_KEY);
    server.person("ana@ejemplo.es");
    for (attempt, wait_s, reason) in [
        (1, 10, "Resend answered 409: concurrent_idempotent_requests"),
        (2, 60, "Resend answered 408: no reason given"),
        (3, 300, "Resend answered 503: no reason given"),
    ] {
        let fate = settled(&server, "ana@ejemplo.es", attempt);
        assert_eq!((fate.state.as_str(), fate.last_error.as_str()), ("pending", reason));
        server.clock.advance_s(wait_s);
    }
    assert_eq!(settled(&server, "ana@ejemplo.es", 4).state, "sent");
    assert_eq!(resend.accepted().len(), 1);
}

#[test]
fn mail_whose_answer_was_lost_is_not_sent_twice() {
    let resend = ResendServer::start();
    resend.next(Instead::LoseAnswer);
    let server = mailing(&resend, API_KEY);
    server.person("ana@ejemplo.es");
    let fate = settled(&server, "ana@ejemplo.es", 1);
    assert_eq!(fate.state, "pending", "{fate:?}");
    server.clock.advance_s(10);
    // The link is minted anew, so the second call has another body under the same key.
    assert_eq!(settled(&server, "ana@ejemplo.es", 2).state, "sent");
    assert_eq!((resend.asked().len(), resend.accepted().len()), (2, 1));
    assert_discreet(&server, &[API_KEY]);
}

#[test]
fn server_whose_certificate_nobody_vouches_for_is_not_told_the_key() {
    // Whatever speaks TLS will do: the call must end before a word of HTTP.
    let impostor = SmtpServer::start(Speech::Tls);
    let server = mailing_to(&format!("https://localhost:{}", impostor.port()), API_KEY);
    server.person("ana@ejemplo.es");
    let fate = settled(&server, "ana@ejemplo.es", 1);
    assert_eq!(fate.state, "pending");
    assert!(fate.last_error.contains("invalid peer certificate"), "{fate:?}");
    assert_discreet(&server, &[API_KEY]);
    server.stop();
}

#[test]
fn reset_mail_that_a_dead_provider_delayed_has_a_link_that_works() {
    let resend = ResendServer::start();
    let server = mailing(&resend, API_KEY);
    server.person("ana@ejemplo.es");
    resend.mail_to("ana@ejemplo.es");
    for _ in 0..5 {
        resend.next(Instead::Refuse(503, "", "application_error"));
    }
    let ask = serde_json::json!({"email": "ana@ejemplo.es"});
    server.visitor().post("/api/auth/request-password-reset", ask).expect(200);
    for (attempt, wait_s) in [(1, 10), (2, 60), (3, 300), (4, 1800), (5, 7200)] {
        let refused = format!(
            "SELECT count(*) FROM outbox WHERE kind = 'reset-password' AND state = 'pending'
                AND attempts = {attempt}"
        );
        wait_for("the refusal", || (server.number(&refused) == 1).then_some(()));
        server.clock.advance_s(wait_s);
    }
    let is_reset = |body: &serde_json::Value| body["tags"][0]["value"] == "reset-password";
    let mail = wait_for("the mail", || {
        resend.accepted().into_iter().map(|mail| mail.body).find(|body| is_reset(body))
    });
    let text = mail["text"].as_str().unwrap();
    let link = text.split_whitespace().find(|word| word.starts_with("http")).unwrap();
    // Its hour begins when it is handed over.
    server.clock.advance_s(3_599);
    let mut ana = server.visitor();
    let onward = ana.get(server.path_of(link)).expect(302);
    ana.get(server.path_of(onward.header("location").unwrap())).expect(200);
    server.clock.advance_s(1);
    let late = ana.get(server.path_of(link)).expect(302);
    assert!(late.header("location").unwrap().ends_with("error=INVALID_TOKEN"));
}
