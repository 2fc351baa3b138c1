//! The hour's mails are shared out: nobody's flood or batch keeps others from theirs.

use std::thread;

use serde_json::{Value, json};

use crate::mail_transport::executable::{by_resend, sign_up};
use crate::support::process::Place;
use crate::support::resend::{Instead, ResendServer};
use crate::support::server::{PASSWORD, SITE, wait_for};
use crate::support::{Client, Server};

const REQUEST: &str = "/api/auth/request-password-reset";
const SIGN_IN: &str = "/api/auth/sign-in/email";

const UNLIMITED: (&str, &str) = ("ANTESALA_RATE_LIMIT__ENABLED", "false");

fn sent(server: &Server, kind: &str) -> usize {
    server.mails().iter().filter(|mail| mail["kind"] == kind).count()
}

fn waiting(server: &Server) -> i64 {
    server.number("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')")
}

fn people(server: &Server, count: usize) -> Vec<String> {
    let emails: Vec<String> = (0..count).map(|n| format!("p{n}@ejemplo.es")).collect();
    for email in &emails {
        server.person(email);
    }
    wait_for("their mails", || (waiting(server) == 0).then_some(()));
    emails
}

#[test]
fn client_that_floods_waits_in_its_share_and_others_mails_go() {
    let server = Server::with(&[UNLIMITED, ("ANTESALA_MAIL__HOURLY_MAX", "20")]);
    let emails = people(&server, 12);
    let mut flooding = server.visitor();
    for email in &emails {
        flooding.post(REQUEST, json!({"email": email})).expect(200);
    }
    // Twelve of the twenty are gone; without shares the flood takes the rest of the hour.
    wait_for("its share", || (sent(&server, "reset-password") == 2).then_some(()));
    server.visitor().post(REQUEST, json!({"email": "p0@ejemplo.es"})).expect(200);
    wait_for("another's", || (sent(&server, "reset-password") == 3).then_some(()));
    assert_eq!(waiting(&server), 10, "nothing is dropped");
    for hour in 1..=5 {
        server.clock.advance_s(3_600);
        wait_for("its next share", || {
            (sent(&server, "reset-password") == 3 + 2 * hour).then_some(())
        });
    }
    wait_for("nothing to wait", || (waiting(&server) == 0).then_some(()));
}

#[test]
fn addresses_of_one_ipv6_network_have_one_share_and_are_kept_as_hashes() {
    let server = Server::with(&[UNLIMITED, ("ANTESALA_MAIL__HOURLY_MAX", "20")]);
    let emails = people(&server, 4);
    for (n, email) in emails.iter().enumerate() {
        let mut client = server.visitor();
        client.set("x-forwarded-for", &format!("2001:db8:1:2::{n}"));
        client.post(REQUEST, json!({"email": email})).expect(200);
    }
    wait_for("a share", || (sent(&server, "reset-password") == 2).then_some(()));
    assert_eq!(waiting(&server), 2);
    let keys = "SELECT count(DISTINCT client_key) FROM outbox WHERE kind = 'reset-password'";
    assert_eq!(server.number(keys), 1);
    let key = server.text("SELECT client_key FROM outbox WHERE kind = 'reset-password' LIMIT 1");
    assert!(key.starts_with("client:") && !key.contains("2001"), "{key}");
    server.clock.advance_s(3_600);
    wait_for("the rest", || (waiting(&server) == 0).then_some(()));
    server.clock.advance_s(31 * 86_400);
    wait_for("nothing", || {
        (server.count("outbox") + server.count("mail_share") == 0).then_some(())
    });
}

#[test]
fn full_hour_of_asked_mails_leaves_room_for_a_notice() {
    let server = Server::with(&[
        UNLIMITED,
        ("ANTESALA_MAIL__HOURLY_MAX", "20"),
        ("ANTESALA_MAIL__PER_ADDRESS_HOURLY_MAX", "100"),
    ]);
    server.person("ana@ejemplo.es");
    for _ in 0..25 {
        server.visitor().post(REQUEST, json!({"email": "ana@ejemplo.es"})).expect(200);
    }
    wait_for("the hour", || (server.mails().len() == 19).then_some(()));
    server.signed_in("ana@ejemplo.es");
    server.mail_of("new-device", "ana@ejemplo.es");
    server.clock.advance_s(3_600);
    wait_for("the rest", || (waiting(&server) == 0).then_some(()));
}

#[test]
fn flood_of_mails_that_anybody_can_ask_for_holds_back_no_notice() {
    let server = Server::with(&[UNLIMITED, ("ANTESALA_MAIL__PER_ADDRESS_HOURLY_MAX", "2")]);
    server.person("ana@ejemplo.es");
    thread::scope(|scope| {
        for _ in 0..20 {
            let mut stranger = server.visitor();
            scope.spawn(move || {
                stranger.post(REQUEST, json!({"email": "ana@ejemplo.es"})).expect(200);
            });
        }
    });
    let held = "SELECT count(*) FROM outbox WHERE state = 'suppressed'";
    assert_eq!(server.number(held), 19, "the cap of the address still holds");
    server.signed_in("ana@ejemplo.es");
    server.mail_of("new-device", "ana@ejemplo.es");
}

#[test]
fn notices_of_a_kind_are_capped_and_what_is_held_back_is_audited() {
    let server = Server::with(&[UNLIMITED, ("ANTESALA_MAIL__NOTICE_HOURLY_MAX", "2")]);
    let mut admin = server.admin();
    let mut ana = server.person("ana@ejemplo.es");
    for _ in 0..4 {
        server.signed_in("ana@ejemplo.es");
    }
    wait_for("two notices", || (sent(&server, "new-device") == 2).then_some(()));
    let audit = admin.get("/api/admin/audit?act=security-notice-held-back").expect(200).json();
    let entries = audit["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2, "{audit}");
    let ana_id = server.text("SELECT id FROM \"user\" WHERE email = 'ana@ejemplo.es'");
    assert_eq!(entries[0]["targetId"], ana_id);
    let held = "SELECT count(*) FROM outbox WHERE state = 'suppressed'
        AND last_error = 'the address has had its notices of this kind and hour'";
    assert_eq!(server.number(held), 2);
    // Another kind has a cap of its own.
    let change = json!({"currentPassword": PASSWORD, "newPassword": "otra frase bien larga"});
    ana.post("/api/auth/change-password", change).expect(200);
    server.mail_of("password-changed", "ana@ejemplo.es");
    server.clock.advance_s(3_600);
    let body = json!({"email": "ana@ejemplo.es", "password": "otra frase bien larga"});
    server.visitor().post(SIGN_IN, body).expect(200);
    wait_for("the next hour's", || (sent(&server, "new-device") == 3).then_some(()));
}

/// A place with a waitlist of so many confirmed people.
fn with_waitlist(mut place: Place, count: usize) -> Place {
    place.set("ANTESALA_RATE_LIMIT__ENABLED", "false");
    let lines: Vec<String> = (0..count).map(|n| format!("w{n}@ejemplo.es,professional")).collect();
    place.write("list.csv", &format!("email,role\n{}\n", lines.join("\n")));
    place.ok(&["waitlist", "import", "list.csv"]);
    place
}

#[test]
fn batch_of_invitations_leaves_the_hour_to_others_and_says_when_it_is_through() {
    let place = with_waitlist(Place::new(), 500);
    let planned = place.ok(&["waitlist", "invite", "--next", "500", "--dry-run", "--json"]);
    let planned: Value = serde_json::from_str(&planned).unwrap();
    assert_eq!(planned["wouldInvite"].as_array().unwrap().len(), 500);
    assert!(place.ok(&["waitlist", "invite", "--next", "1", "--dry-run"]).contains("goes by"));
    let invited = place.ok(&["waitlist", "invite", "--next", "500", "--yes", "--json"]);
    let invited: Value = serde_json::from_str(&invited).unwrap();
    assert_eq!((&invited["invited"], &invited["waiting"]), (&json!(500), &json!(500)));
    let posted = place.database().number("SELECT min(created_at) FROM outbox");
    let last = place.database().number("SELECT max(next_attempt_at) FROM outbox");
    assert_eq!(last - posted, 3_600_000, "a half an hour each");
    let through = invited["throughAt"].as_str().unwrap();
    assert!(through >= planned["throughAt"].as_str().unwrap(), "{through}");
    let server = place.serve();
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    Client::new(&server.base(), SITE).post("/api/auth/sign-up/email", body).expect(200);
    let state = "SELECT state FROM outbox WHERE recipient = 'ana@ejemplo.es'";
    wait_for("the verification", || (place.database().text(state) == "sent").then_some(()));
    let sent = "SELECT count(*) FROM outbox WHERE kind = 'waitlist-invite' AND state = 'sent'";
    wait_for("the batch's share", || (place.database().number(sent) == 250).then_some(()));
}

#[test]
fn console_says_when_a_batch_is_through() {
    let server = Server::with(&[UNLIMITED, ("ANTESALA_MAIL__HOURLY_MAX", "20")]);
    let mut admin = server.admin();
    admin.set("accept-language", "es");
    for n in 0..12 {
        let body = json!({"email": format!("w{n}@ejemplo.es"), "role": "professional"});
        server.visitor().post("/api/waitlist", body).expect(201);
    }
    wait_for("the welcomes' share", || (sent(&server, "waitlist-welcome") == 10).then_some(()));
    let form = ("application/x-www-form-urlencoded", b"count=12".as_slice());
    let done = admin.send("POST", "/dashboard/admin/lista/invitar", Some(form)).expect(303);
    let location = done.header("location").unwrap().to_owned();
    let page = admin.get(&location).expect(200).text;
    assert!(page.contains("De este lote, el último correo sale hacia"), "{page}");
    let mails = admin.get("/dashboard/admin/correo").expect(200).text;
    assert!(mails.contains("a 20 por hora, el último sale hacia"), "{mails}");
    for _hour in 0..3 {
        server.clock.advance_s(3_600);
    }
    wait_for("everything", || (waiting(&server) == 0).then_some(()));
}

#[test]
fn slow_hand_over_of_a_batch_holds_up_no_verification() {
    let resend = ResendServer::start();
    resend.hang_on("waitlist-invite");
    let place = with_waitlist(by_resend(&resend), 40);
    let server = place.serve();
    place.ok(&["waitlist", "invite", "--next", "40", "--yes"]);
    sign_up(&server, "ana@ejemplo.es");
    wait_for("calls that hang", || (resend.asked().len() >= 2).then_some(()));
    sign_up(&server, "bea@ejemplo.es");
    resend.mail_to("ana@ejemplo.es");
    resend.mail_to("bea@ejemplo.es");
    let hanging = "SELECT count(*) FROM outbox WHERE state = 'sending'";
    wait_for("two at most", || (place.database().number(hanging) == 2).then_some(()));
}

#[test]
fn mail_that_the_provider_holds_holds_up_no_other() {
    let resend = ResendServer::start();
    resend.next(Instead::Hang);
    let place = by_resend(&resend);
    let server = place.serve();
    sign_up(&server, "ana@ejemplo.es");
    wait_for("a call that hangs", || (resend.asked().len() == 1).then_some(()));
    sign_up(&server, "bea@ejemplo.es");
    resend.mail_to("bea@ejemplo.es");
}
