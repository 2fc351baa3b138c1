//! The real executable with mail that leaves: what it says, what it never says, its end.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use crate::support::client::Client;
use crate::support::process::{Place, Running};
use crate::support::resend::{API_KEY, Instead, ResendServer};
use crate::support::server::{PASSWORD, SITE, wait_for};
use crate::support::smtp::{LOGIN, SmtpServer, Speech};

/// A folder whose server mails by `resend`.
fn by_resend(resend: &ResendServer) -> Place {
    let mut place = Place::new();
    place.set("ANTESALA_MAIL__TRANSPORT", "resend");
    place.set("ANTESALA_MAIL__FROM", "hola@acme.es");
    place.set("ANTESALA_MAIL__RESEND__BASE_URL", &resend.base_url());
    place.set("RESEND_API_KEY", API_KEY);
    place
}

fn by_smtp(relay: &SmtpServer) -> Place {
    let mut place = Place::new();
    place.write("relay.pem", relay.certificate());
    place.set("ANTESALA_MAIL__TRANSPORT", "smtp");
    place.set("ANTESALA_MAIL__SMTP__HOST", "localhost");
    place.set("ANTESALA_MAIL__SMTP__PORT", &relay.port().to_string());
    place.set("ANTESALA_MAIL__SMTP__USERNAME", LOGIN.0);
    place.set("ANTESALA_MAIL__SMTP__PASSWORD", LOGIN.1);
    place.set("ANTESALA_MAIL__SMTP__CA_FILE", "../relay.pem");
    place
}

fn sign_up(server: &Running, email: &str) {
    let body = json!({"name": "Ana", "email": email, "password": PASSWORD});
    Client::new(&server.base(), SITE).post("/api/auth/sign-up/email", body).expect(200);
}

#[test]
fn start_says_where_mail_goes() {
    let waits_for = |place: &Place, said: &str| {
        wait_for(said, || place.log().contains(said).then_some(()));
    };
    let file = Place::new();
    let _running = file.serve();
    waits_for(&file, "no mail leaves this machine");
    let resend = ResendServer::start();
    let place = by_resend(&resend);
    let _running = place.serve();
    waits_for(&place, "mail goes by Resend");
    assert!(!place.log().contains("no mail leaves"), "{}", place.log());
    let relay = SmtpServer::start(Speech::StartTls);
    let place = by_smtp(&relay);
    let _running = place.serve();
    waits_for(&place, "mail goes by SMTP");
    assert!(!place.log().contains("no mail leaves"), "{}", place.log());
}

#[test]
fn wrong_mail_settings_end_the_start_with_64() {
    let mut place = Place::new();
    place.set("ANTESALA_MAIL__TRANSPORT", "smtp");
    let said = place.fails(&["serve"], 64);
    assert!(said.contains("mail.smtp.host = nothing: expected the mail server's name"), "{said}");
}

#[test]
fn most_talkative_log_holds_no_secret_and_no_address() {
    let resend = ResendServer::start();
    let relay = SmtpServer::start(Speech::StartTls);
    for (mut place, secret) in [(by_resend(&resend), API_KEY), (by_smtp(&relay), LOGIN.1)] {
        place.set("ANTESALA_LOG__LEVEL", "trace");
        let server = place.serve();
        sign_up(&server, "ana@ejemplo.es");
        wait_for("the mail", || place.log().contains("mail sent").then_some(()));
        let log = place.log();
        assert!(log.contains("TRACE"), "the log is as talkative as it can be");
        for told in [secret, PASSWORD, "ana@ejemplo.es", "AUTH PLAIN"] {
            let line = log.lines().find(|line| line.contains(told));
            assert!(line.is_none(), "{told} in {line:?}");
        }
    }
}

#[test]
fn provider_that_hangs_does_not_hold_the_exit() {
    let resend = ResendServer::start();
    resend.next(Instead::Hang);
    let mut place = by_resend(&resend);
    place.set("ANTESALA_SERVER__SHUTDOWN_GRACE_S", "1");
    let server = place.serve();
    sign_up(&server, "ana@ejemplo.es");
    wait_for("a call that hangs", || (resend.asked().len() == 1).then_some(()));
    let stopped = Instant::now();
    server.signal(Signal::TERM);
    assert!(server.wait().success());
    assert!(stopped.elapsed() < Duration::from_secs(10), "{:?}", stopped.elapsed());
}

/// Kills the server without a word and makes what waits due, as time would.
fn kill(place: &Place, server: Running) {
    server.signal(Signal::KILL);
    server.wait();
    place.database().execute("UPDATE outbox SET next_attempt_at = 0");
}

/// Returns the state of the one mail and how often it was tried.
fn state(place: &Place) -> String {
    place.database().rows("SELECT state, attempts FROM outbox")[0].join(" ")
}

fn wait_until(place: &Place, wanted: &str) {
    wait_for(wanted, || (state(place) == wanted).then_some(()));
}

/// The provider was asked twice for the same mail, and it went once.
fn assert_delivered_once(resend: &ResendServer) {
    let keys: Vec<_> = resend.asked().into_iter().map(|asked| asked.idempotency_key).collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1], "one mail, one key");
    assert_eq!(resend.accepted().len(), 1);
}

#[test]
fn process_killed_between_two_tries_delivers_the_mail_once() {
    let resend = ResendServer::start();
    resend.next(Instead::Refuse(500, "", "application_error"));
    let place = by_resend(&resend);
    let server = place.serve();
    sign_up(&server, "ana@ejemplo.es");
    wait_until(&place, "pending 1");
    kill(&place, server);
    let _server = place.serve();
    wait_until(&place, "sent 2");
    assert_delivered_once(&resend);
}

#[test]
fn process_killed_while_the_provider_holds_the_mail_delivers_it_once() {
    // The provider has not taken it yet; or it has, and nobody was left to hear it.
    for (instead, accepted) in [(Instead::Hang, 0), (Instead::KeepAnswer, 1)] {
        let resend = ResendServer::start();
        resend.next(instead);
        let place = by_resend(&resend);
        let server = place.serve();
        sign_up(&server, "ana@ejemplo.es");
        wait_for("the call", || (resend.asked().len() == 1).then_some(()));
        wait_for("its fate", || (resend.accepted().len() == accepted).then_some(()));
        assert_eq!(state(&place), "sending 1");
        kill(&place, server);
        let _server = place.serve();
        wait_until(&place, "sent 2");
        assert_delivered_once(&resend);
    }
}

#[test]
fn claim_of_a_killed_process_is_left_alone_until_it_runs_out() {
    let resend = ResendServer::start();
    resend.next(Instead::Hang);
    let place = by_resend(&resend);
    let server = place.serve();
    sign_up(&server, "ana@ejemplo.es");
    wait_for("the call", || (resend.asked().len() == 1).then_some(()));
    server.signal(Signal::KILL);
    server.wait();
    let server = place.serve();
    sign_up(&server, "bea@ejemplo.es");
    resend.mail_to("bea@ejemplo.es");
    let held = "SELECT state FROM outbox WHERE recipient = 'ana@ejemplo.es'";
    assert_eq!(place.database().text(held), "sending", "another instance might be sending it");
    assert_eq!(resend.asked().len(), 2);
}
