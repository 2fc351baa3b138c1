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
pub fn by_resend(resend: &ResendServer) -> Place {
    let mut place = Place::new();
    place.set("ANTESALA_MAIL__TRANSPORT", "resend");
    place.set("ANTESALA_MAIL__FROM", "hola@acme.es");
    place.set("ANTESALA_MAIL__RESEND__BASE_URL", &resend.base_url());
    place.set("RESEND_API_KEY", API_KEY);
    place
}

pub fn by_smtp(relay: &SmtpServer) -> Place {
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

pub fn sign_up(server: &Running, email: &str) {
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
