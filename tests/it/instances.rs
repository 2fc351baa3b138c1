//! Two instances on one database: what one does holds for the other.

use std::collections::BTreeSet;
use std::thread;

use antesala::base::clock::Millis;
use antesala::store::migrate::{self, Copying};
use rustix::process::Signal;
use serde_json::json;

use crate::support::database::Shared;
use crate::support::pair::Pair;
use crate::support::process::Place;
use crate::support::server::{PASSWORD, wait_for};
use crate::support::{Client, Server};

fn base(server: &Server) -> String {
    format!("http://{}", server.address())
}

fn is_signed_in(client: &mut Client) -> bool {
    !client.get("/api/auth/get-session").expect(200).json().is_null()
}

#[test]
fn revoked_session_is_dead_on_every_instance_at_once() {
    let Some(pair) = Pair::start() else { return };
    let mut here = pair.first.person("ana@ejemplo.es");
    let mut there = here.at(&base(&pair.second));
    assert!(is_signed_in(&mut here) && is_signed_in(&mut there));
    there.post("/api/auth/sign-out", json!({})).expect(200);
    assert!(!is_signed_in(&mut here));
    let mut here = pair.first.signed_in("ana@ejemplo.es");
    let mut there = pair.second.signed_in("ana@ejemplo.es");
    here.post("/api/auth/revoke-other-sessions", json!({})).expect(200);
    assert!(is_signed_in(&mut here) && !is_signed_in(&mut there));
}

#[test]
fn fifty_joins_of_one_address_across_two_instances_make_one_entry() {
    let Some(pair) = Pair::start() else { return };
    let body = json!({"email": "ana@ejemplo.es", "role": "professional"});
    let replies = pair.fifty("/api/waitlist", |_n| body.clone());
    let joined = replies.iter().filter(|reply| reply.status == 201).count();
    let refused = replies.iter().filter(|reply| reply.status == 409).count();
    assert_eq!((joined, refused), (1, 49));
    assert_eq!(pair.first.count("waitlist"), 1);
}

#[test]
fn fifty_joins_across_two_instances_get_fifty_places() {
    let Some(pair) = Pair::start() else { return };
    let body = |n| json!({"email": format!("p{n}@ejemplo.es"), "role": "professional"});
    let replies = pair.fifty("/api/waitlist", body);
    let places: BTreeSet<i64> = replies
        .into_iter()
        .map(|reply| reply.expect(201).json()["position"].as_i64().unwrap())
        .collect();
    assert_eq!(places, (1..=50).collect());
}

#[test]
fn fifty_sign_ups_of_one_address_across_two_instances_make_one_person() {
    let Some(pair) = Pair::start() else { return };
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    let replies = pair.fifty("/api/auth/sign-up/email", |_n| body.clone());
    let opened = replies.iter().filter(|reply| reply.status == 200).count();
    let refused = replies.iter().filter(|reply| reply.status == 422).count();
    assert_eq!((opened, refused), (1, 49));
    for table in ["user", "account", "session"] {
        assert_eq!(pair.second.count(table), 1, "{table}");
    }
}

#[test]
fn each_mail_goes_out_once_whichever_instance_sends_it() {
    let Some(pair) = Pair::start() else { return };
    let body =
        |n| json!({"name": "Ana", "email": format!("p{n}@ejemplo.es"), "password": PASSWORD});
    for reply in pair.fifty("/api/auth/sign-up/email", body) {
        reply.expect(200);
    }
    let sent = || {
        let mails = [&pair.first, &pair.second].map(Server::mails).concat();
        mails.iter().map(|mail| mail["to"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    wait_for("fifty mails", || {
        // The clock stands still: whoever lost a race looks again when it moves.
        pair.first.clock.advance_s(1);
        pair.second.clock.advance_s(1);
        (sent().len() >= 50).then_some(())
    });
    let people: BTreeSet<String> = sent().into_iter().collect();
    assert_eq!((people.len(), sent().len()), (50, 50));
}

#[test]
fn instances_that_start_at_once_migrate_once() {
    let Some(shared) = Shared::new() else { return };
    let database = shared.lend();
    let applied: usize = thread::scope(|scope| {
        let starts: Vec<_> = (0..8)
            .map(|_n| {
                let location = database.location();
                scope.spawn(move || {
                    let runtime =
                        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    let up = migrate::up(&location, Copying::Demanded, Millis(0));
                    runtime.block_on(up).unwrap().applied.len()
                })
            })
            .collect();
        starts.into_iter().map(|start| start.join().unwrap()).sum()
    });
    assert_eq!(i64::try_from(applied).unwrap(), database.count("migration"));
}

#[test]
fn instances_are_listed_until_they_end() {
    let place = Place::new();
    let list = || -> Vec<serde_json::Value> {
        serde_json::from_str(&place.ok(&["instances", "--json"])).unwrap()
    };
    assert_eq!(list(), Vec::<serde_json::Value>::new());
    let server = place.serve();
    let listed = wait_for("the instance", || list().pop());
    assert_eq!(listed["address"], server.address.to_string());
    assert_eq!(listed["state"], "running");
    assert_eq!(listed["version"], env!("CARGO_PKG_VERSION"));
    assert!(place.ok(&["instances"]).contains("running"));
    place.database().execute("UPDATE instance SET seen_at = seen_at - 200000");
    assert_eq!(list()[0]["state"], "silent");
    server.signal(Signal::TERM);
    assert_eq!(server.wait().code(), Some(0));
    assert_eq!(list(), Vec::<serde_json::Value>::new());
}
