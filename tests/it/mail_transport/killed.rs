//! `kill -9` with a mail at the provider: it goes after the next start, under the same key.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::executable::{by_resend, by_smtp, sign_up};
use crate::support::database::Shared;
use crate::support::process::{Place, Running};
use crate::support::resend::{Instead, ResendServer};
use crate::support::server::wait_for;
use crate::support::smtp::{Instead as Smtp, SmtpServer, Speech};

/// Within which a mail of a killed process is on its way again.
const SOON: Duration = Duration::from_secs(15);

/// Kills the server without a word.
fn kill(server: Running) {
    server.signal(Signal::KILL);
    server.wait();
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
    kill(server);
    place.database().execute("UPDATE outbox SET next_attempt_at = 0");
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
        kill(server);
        let started = Instant::now();
        let _server = place.serve();
        wait_until(&place, "sent 2");
        assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
        assert_delivered_once(&resend);
    }
}

#[test]
fn mail_of_a_killed_process_goes_within_15_s_by_smtp_too() {
    let relay = SmtpServer::start(Speech::StartTls);
    relay.next("MAIL", Smtp::Hang);
    let place = by_smtp(&relay);
    let server = place.serve();
    sign_up(&server, "ana@ejemplo.es");
    wait_for("a relay that hangs", || (relay.hanging() == 1).then_some(()));
    kill(server);
    relay.release();
    let id = place.database().text("SELECT id FROM outbox");
    let started = Instant::now();
    let _server = place.serve();
    let mail = relay.mail_to("ana@ejemplo.es");
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    let raw = String::from_utf8_lossy(&mail.raw).into_owned();
    assert!(raw.contains(&format!("Message-ID: <{id}@")), "{raw}");
}

#[test]
fn instance_that_lives_frees_the_mail_of_one_that_was_killed() {
    let Some(shared) = Shared::new() else { return };
    let resend = ResendServer::start();
    resend.next(Instead::Hang);
    let first = by_resend(&resend).on(shared.lend());
    let second = by_resend(&resend).on(shared.lend());
    let dying = first.serve();
    sign_up(&dying, "ana@ejemplo.es");
    wait_for("the call", || (resend.asked().len() == 1).then_some(()));
    let _living = second.serve();
    let killed = Instant::now();
    kill(dying);
    wait_until(&second, "sent 2");
    assert!(killed.elapsed() < SOON, "{:?}", killed.elapsed());
    assert_delivered_once(&resend);
}

#[test]
fn mail_of_an_instance_that_lives_is_left_alone() {
    let Some(shared) = Shared::new() else { return };
    let resend = ResendServer::start();
    resend.next(Instead::Hang);
    let first = by_resend(&resend).on(shared.lend());
    let second = by_resend(&resend).on(shared.lend());
    let slow = first.serve();
    sign_up(&slow, "ana@ejemplo.es");
    wait_for("the call", || (resend.asked().len() == 1).then_some(()));
    let other = second.serve();
    sign_up(&other, "bea@ejemplo.es");
    resend.mail_to("bea@ejemplo.es");
    // Longer than a dead one's mail waits, by the living one's own looks.
    let started = Instant::now();
    wait_for("three looks", || (started.elapsed() > Duration::from_secs(12)).then_some(()));
    let held = "SELECT state FROM outbox WHERE recipient = 'ana@ejemplo.es'";
    assert_eq!(second.database().text(held), "sending");
    assert_eq!(resend.asked().len(), 2);
}

#[test]
fn task_of_a_killed_process_is_free_within_15_s_of_the_next_start() {
    let place = Place::new();
    let server = place.serve();
    let instance = wait_for("the instance", || {
        place.database().rows("SELECT id FROM instance").first().map(|row| row[0].clone())
    });
    kill(server);
    // As it would be left in the middle of a run: its lease lasts a minute, or a day here.
    place.database().execute(&format!(
        "INSERT INTO task_run (id, task, door, status, started_at, detail)
        VALUES ('run_1', 'optimize', 'schedule', 'running', 0, '{{}}');
        INSERT INTO lease (name, holder, until, fence, instance)
        VALUES ('task:optimize', 'run_1', 99999999999999, 1, '{instance}')"
    ));
    let started = Instant::now();
    let _server = place.serve();
    let status = "SELECT status FROM task_run WHERE id = 'run_1'";
    wait_for("its end", || (place.database().text(status) == "interrupted").then_some(()));
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
}
