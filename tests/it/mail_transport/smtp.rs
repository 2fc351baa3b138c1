//! Mail by SMTP: encryption, login, refusals, silence, connections that die.

use serde_json::json;

use super::{assert_discreet, fate_of, settled};
use crate::support::Server;
use crate::support::server::{PASSWORD, wait_for};
use crate::support::smtp::{Instead, LOGIN, SmtpServer, Speech};

/// Starts a server that mails through `relay`; `tls` is the setting.
fn mailing(relay: &SmtpServer, tls: &str, more: &[(&str, &str)]) -> Server {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("relay.pem"), relay.certificate()).unwrap();
    let port = relay.port().to_string();
    let mut settings = vec![
        ("ANTESALA_MAIL__TRANSPORT", "smtp"),
        ("ANTESALA_MAIL__SMTP__HOST", "localhost"),
        ("ANTESALA_MAIL__SMTP__PORT", &port),
        ("ANTESALA_MAIL__SMTP__TLS", tls),
        ("ANTESALA_MAIL__FROM", "Acme <hola@acme.es>"),
    ];
    if tls != "none" {
        settings.push(("ANTESALA_MAIL__SMTP__CA_FILE", "relay.pem"));
    }
    settings.extend(more);
    Server::in_folder(folder, &settings)
}

/// The settings with which the relay's login works.
const WITH_LOGIN: [(&str, &str); 2] =
    [("ANTESALA_MAIL__SMTP__USERNAME", LOGIN.0), ("ANTESALA_MAIL__SMTP__PASSWORD", LOGIN.1)];

#[test]
fn verification_mail_goes_out_by_each_encryption() {
    for (speech, tls) in
        [(Speech::Plain, "none"), (Speech::StartTls, "starttls"), (Speech::Tls, "tls")]
    {
        let relay = SmtpServer::start(speech);
        let server = mailing(&relay, tls, &WITH_LOGIN);
        server.person("ana@ejemplo.es");
        let mail = relay.mail_to("ana@ejemplo.es");
        assert_eq!((mail.is_encrypted, mail.is_logged_in), (tls != "none", true), "{tls}");
        assert_eq!(mail.from, "hola@acme.es");
        let parsed = mail_parser::MessageParser::new().parse(&mail.raw).unwrap();
        let fate = settled(&server, "ana@ejemplo.es", 1);
        assert_eq!(fate.state, "sent");
        assert_eq!(parsed.message_id(), Some(format!("{}@localhost", fate.id).as_str()));
        let text = parsed.body_text(0).unwrap();
        let link = text.split_whitespace().find(|word| word.starts_with("http")).unwrap();
        server.visitor().get(server.path_of(link)).expect(302);
        assert_eq!(server.number("SELECT email_verified FROM \"user\""), 1);
        let token = link.split(['=', '&']).nth(1).unwrap();
        assert_discreet(&server, &[LOGIN.1, token]);
        assert!(server.mails().is_empty(), "nothing goes into the file");
    }
}

#[test]
fn login_works_by_the_older_mechanism_too() {
    let relay = SmtpServer::offering(Speech::StartTls, &["AUTH LOGIN"]);
    let server = mailing(&relay, "starttls", &WITH_LOGIN);
    server.person("ana@ejemplo.es");
    assert!(relay.mail_to("ana@ejemplo.es").is_logged_in);
}

#[test]
fn login_works_however_the_server_writes_its_offer() {
    for offer in ["auth plain login", "AUTH=LOGIN"] {
        let relay = SmtpServer::offering(Speech::StartTls, &[offer]);
        let server = mailing(&relay, "starttls", &WITH_LOGIN);
        server.person("ana@ejemplo.es");
        assert!(relay.mail_to("ana@ejemplo.es").is_logged_in, "{offer}");
        assert_discreet(&server, &[LOGIN.1]);
    }
}

#[test]
fn mail_goes_whichever_letters_the_server_writes_its_extensions_in() {
    let relay = SmtpServer::offering(Speech::StartTls, &["smtputf8", "8BitMime"]);
    relay.next("EHLO", Instead::Say("250-relevo.example\r\n250 StartTls"));
    let server = mailing(&relay, "starttls", &[]);
    let body = json!({"name": "María", "email": "maría@ejemplo.es", "password": PASSWORD});
    server.visitor().post("/api/auth/sign-up/email", body).expect(200);
    let fate = settled(&server, "maría@ejemplo.es", 1);
    assert_eq!(fate.state, "sent", "{fate:?}");
    assert!(relay.mail_to("maría@ejemplo.es").is_encrypted);
}

#[test]
fn server_that_refuses_the_newer_greeting_gets_the_older() {
    for refusal in ["500 5.5.2 what?", "502 5.5.1 not here", "504 5.5.4 not so"] {
        let relay = SmtpServer::start(Speech::Plain);
        relay.next("EHLO", Instead::Say(refusal));
        let server = mailing(&relay, "none", &[]);
        server.person("ana@ejemplo.es");
        let fate = settled(&server, "ana@ejemplo.es", 1);
        assert_eq!(fate.state, "sent", "{refusal}: {fate:?}");
        relay.mail_to("ana@ejemplo.es");
    }
}

#[test]
fn server_that_refuses_every_greeting_is_asked_later() {
    let relay = SmtpServer::start(Speech::Plain);
    relay.next("EHLO", Instead::Say("550 5.7.1 localhost is not welcome"));
    relay.next("HELO", Instead::Say("550 5.7.1 localhost is not welcome"));
    let server = mailing(&relay, "none", &[]);
    server.person("ana@ejemplo.es");
    let fate = settled(&server, "ana@ejemplo.es", 1);
    assert_eq!(fate.state, "pending");
    assert!(fate.last_error.ends_with("refused the greeting: 550 5.7.1"), "{fate:?}");
    server.clock.advance_s(10);
    assert_eq!(settled(&server, "ana@ejemplo.es", 2).state, "sent");
}

#[test]
fn nothing_said_in_plain_counts_after_encryption() {
    let relay = SmtpServer::start(Speech::StartTls);
    relay.next("STARTTLS", Instead::Say("220 go ahead\r\n250 AUTH PLAIN"));
    let server = mailing(&relay, "starttls", &WITH_LOGIN);
    server.person("ana@ejemplo.es");
    let fate = settled(&server, "ana@ejemplo.es", 1);
    assert_eq!(fate.state, "pending");
    assert!(fate.last_error.ends_with("it said more than it was asked"), "{fate:?}");
    assert!(relay.mails().is_empty());
    assert_discreet(&server, &[LOGIN.1]);
    server.stop();
}

#[test]
fn answer_without_end_is_left() {
    static ENDLESS: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| format!("250-relevo.example\r\n{}", "250-X\r\n".repeat(4000)));
    let relay = SmtpServer::start(Speech::Plain);
    relay.next("EHLO", Instead::Say(ENDLESS.as_str()));
    let server = mailing(&relay, "none", &[]);
    server.person("ana@ejemplo.es");
    let fate = settled(&server, "ana@ejemplo.es", 1);
    assert_eq!(fate.state, "pending");
    assert!(fate.last_error.ends_with("the answer has no end"), "{fate:?}");
    server.stop();
}

#[test]
fn mail_over_the_providers_quota_waits_instead_of_being_lost() {
    let relay = SmtpServer::start(Speech::StartTls);
    relay.next("RCPT", Instead::Say("550 5.4.5 Daily user sending quota exceeded"));
    relay.next(".", Instead::Say("553 sorry, sending quota exceeded for ana@ejemplo.es"));
    let server = mailing(&relay, "starttls", &[]);
    server.person("ana@ejemplo.es");
    let first = settled(&server, "ana@ejemplo.es", 1);
    assert_eq!(first.state, "pending", "{first:?}");
    server.clock.advance_s(4 * 3600);
    let second = settled(&server, "ana@ejemplo.es", 2);
    assert_eq!(second.state, "pending", "{second:?}");
    server.clock.advance_s(4 * 3600);
    assert_eq!(settled(&server, "ana@ejemplo.es", 3).state, "sent");
    assert_discreet(&server, &[]);
}

#[test]
fn two_refusals_then_success_are_one_mail() {
    let relay = SmtpServer::start(Speech::StartTls);
    relay.next("RCPT", Instead::Say("451 4.7.1 <ana@ejemplo.es> come back later"));
    relay.next("MAIL", Instead::Say("421 4.3.2 not now"));
    let server = mailing(&relay, "starttls", &[]);
    server.person("ana@ejemplo.es");
    let first = settled(&server, "ana@ejemplo.es", 1);
    assert_eq!(first.state, "pending");
    assert!(first.last_error.ends_with("refused the mail: 451 4.7.1"), "{first:?}");
    server.clock.advance_s(10);
    let second = settled(&server, "ana@ejemplo.es", 2);
    assert!(second.last_error.ends_with("refused the mail: 421 4.3.2"), "{second:?}");
    server.clock.advance_s(60);
    assert_eq!(settled(&server, "ana@ejemplo.es", 3).state, "sent");
    assert_eq!(relay.mails().len(), 1);
    assert_discreet(&server, &[]);
}

#[test]
fn permanent_refusal_ends_a_mail_at_once_and_no_other() {
    let relay = SmtpServer::start(Speech::StartTls);
    relay.next("RCPT", Instead::Say("550 5.1.1 <ana@ejemplo.es>: user unknown"));
    relay.next(".", Instead::Say("554 we do not like ana@ejemplo.es"));
    let server = mailing(&relay, "starttls", &[]);
    for (email, reason) in
        [("ana@ejemplo.es", "refused the mail: 550 5.1.1"), ("bea@ejemplo.es", "mail: 554")]
    {
        server.person(email);
        let fate = settled(&server, email, 1);
        assert_eq!(fate.state, "failed");
        assert!(fate.last_error.ends_with(reason), "{fate:?}");
    }
    server.person("cris@ejemplo.es");
    relay.mail_to("cris@ejemplo.es");
    assert_discreet(&server, &[]);
}

#[test]
fn silent_server_delays_its_mail_and_nobody_else() {
    let relay = SmtpServer::start(Speech::StartTls);
    relay.next("CONNECT", Instead::Hang);
    let server = mailing(&relay, "starttls", &[]);
    server.person("ana@ejemplo.es");
    wait_for("a connection that hangs", || (relay.hanging() == 1).then_some(()));
    server.person("bea@ejemplo.es");
    server.signed_in("bea@ejemplo.es").get("/api/auth/get-session").expect(200);
    server.visitor().get("/readyz").expect(200);
    assert!(relay.mails().is_empty());
    relay.release();
    let fate = settled(&server, "ana@ejemplo.es", 1);
    assert_eq!(fate.state, "pending", "{fate:?}");
    relay.mail_to("bea@ejemplo.es");
    server.clock.advance_s(10);
    assert_eq!(settled(&server, "ana@ejemplo.es", 2).state, "sent");
    assert_discreet(&server, &[]);
}

#[test]
fn connection_is_kept_while_it_lives_and_its_death_costs_no_try() {
    let relay = SmtpServer::start(Speech::StartTls);
    let server = mailing(&relay, "starttls", &[]);
    let mail = |email: &str| {
        server.person(email);
        let fate = settled(&server, email, 1);
        assert_eq!(fate.state, "sent", "{fate:?}");
        relay.connections()
    };
    assert_eq!(mail("ana@ejemplo.es"), 1);
    assert_eq!(mail("bea@ejemplo.es"), 1, "the connection is used again");
    relay.break_connections();
    assert_eq!(mail("cris@ejemplo.es"), 2, "a dead one is not");
    relay.next("NOOP", Instead::Say("421 4.3.2 closing"));
    assert_eq!(mail("dani@ejemplo.es"), 3, "nor one that says goodbye");
    server.clock.advance_s(60);
    assert_eq!(mail("eva@ejemplo.es"), 4, "nor an old one");
    assert_eq!(relay.mails().len(), 5);
}

#[test]
fn refused_login_is_not_the_mails_fault() {
    let relay = SmtpServer::start(Speech::StartTls);
    relay.next("AUTH", Instead::Say("535 5.7.8 antesala is not welcome"));
    relay.next("MAIL", Instead::Say("530 5.7.0 who are you?"));
    let server = mailing(&relay, "starttls", &WITH_LOGIN);
    server.person("ana@ejemplo.es");
    let fate = settled(&server, "ana@ejemplo.es", 1);
    assert_eq!(fate.state, "pending");
    assert!(fate.last_error.ends_with("refused the login: 535 5.7.8"), "{fate:?}");
    server.clock.advance_s(10);
    assert_eq!(settled(&server, "ana@ejemplo.es", 2).state, "pending");
    server.clock.advance_s(60);
    assert_eq!(settled(&server, "ana@ejemplo.es", 3).state, "sent");
    assert_discreet(&server, &[LOGIN.1]);
}

#[test]
fn nothing_is_said_in_plain_when_encryption_was_asked_for() {
    let relay = SmtpServer::start(Speech::Plain);
    let server = mailing(&relay, "starttls", &WITH_LOGIN);
    server.person("ana@ejemplo.es");
    let fate = settled(&server, "ana@ejemplo.es", 1);
    assert_eq!(fate.state, "pending");
    assert!(fate.last_error.contains("does not turn to TLS"), "{fate:?}");
    assert_eq!((relay.mails().len(), relay.greetings()), (0, vec!["localhost".to_owned()]));
    assert_discreet(&server, &[LOGIN.1]);
    server.stop();
}

#[test]
fn server_whose_certificate_nobody_vouches_for_gets_nothing() {
    for (speech, tls) in [(Speech::StartTls, "starttls"), (Speech::Tls, "tls")] {
        let relay = SmtpServer::start(speech);
        let public = [("ANTESALA_MAIL__SMTP__CA_FILE", "")];
        let server = mailing(&relay, tls, &[WITH_LOGIN.as_slice(), &public].concat());
        server.person("ana@ejemplo.es");
        let fate = settled(&server, "ana@ejemplo.es", 1);
        assert_eq!(fate.state, "pending");
        assert!(fate.last_error.contains("invalid peer certificate"), "{fate:?}");
        assert!(relay.mails().is_empty());
        server.stop();
    }
}

#[test]
fn address_beyond_ascii_goes_where_it_can() {
    let sign_up = |server: &Server| {
        let body = json!({"name": "María", "email": "maría@ejemplo.es", "password": PASSWORD});
        server.visitor().post("/api/auth/sign-up/email", body).expect(200);
        settled(server, "maría@ejemplo.es", 1)
    };
    let modern = SmtpServer::start(Speech::Plain);
    let server = mailing(&modern, "none", &[]);
    assert_eq!(sign_up(&server).state, "sent");
    assert_eq!(modern.mails()[0].to, "maría@ejemplo.es");
    let old = SmtpServer::offering(Speech::Plain, &["8BITMIME"]);
    let server = mailing(&old, "none", &[]);
    let fate = sign_up(&server);
    assert_eq!(fate.state, "failed");
    assert!(fate.last_error.contains("letters beyond ASCII"), "{fate:?}");
    assert_eq!(fate_of(&server, "maría@ejemplo.es"), fate);
}
