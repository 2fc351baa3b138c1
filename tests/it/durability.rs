//! Pulling the plug: what was acknowledged is there, and nothing is half there.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use rustix::process::Signal;
use serde_json::json;
use ureq::Agent;

use crate::support::database::is_postgres;
use crate::support::process::Place;
use crate::support::server::{PASSWORD, SITE, wait_for};

/// Times that the plug is pulled.
const ROUNDS: usize = 5;

/// People who write at the same time.
const WRITERS: usize = 8;

/// Acknowledged writes of a round before the plug is pulled.
const WRITES_MIN: usize = 60;

/// Posts and says whether it was acknowledged; a cut connection is no answer.
fn post(agent: &Agent, url: &str, body: &serde_json::Value) -> Option<u16> {
    let request = agent.post(url).header("origin", SITE).header("content-type", "application/json");
    request.send(body.to_string().as_bytes()).ok().map(|answer| answer.status().as_u16())
}

#[test]
fn acknowledged_writes_survive_kill_9_and_no_account_is_half_made() {
    let mut place = Place::new();
    place.set("ANTESALA_RATE_LIMIT__ENABLED", "false");
    place.set("ANTESALA_LOG__LEVEL", "warn");
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    for round in 0..ROUNDS {
        let server = place.serve();
        let over = Arc::new(AtomicBool::new(false));
        let before = acknowledged.lock().unwrap().len();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (base, over, acknowledged) =
                    (server.base(), Arc::clone(&over), Arc::clone(&acknowledged));
                thread::spawn(move || write(&base, (round, writer), &over, &acknowledged))
            })
            .collect();
        wait_for("enough writes", || {
            (acknowledged.lock().unwrap().len() >= before + WRITES_MIN).then_some(())
        });
        server.signal(Signal::KILL);
        over.store(true, Ordering::Relaxed);
        for writer in writers {
            writer.join().unwrap();
        }
        drop(server);
        check(&place, &acknowledged.lock().unwrap());
    }
}

/// Signs up and joins, in turns, until the server is gone.
fn write(
    base: &str,
    who: (usize, usize),
    over: &AtomicBool,
    acknowledged: &Mutex<Vec<(&'static str, String)>>,
) {
    let config = Agent::config_builder().http_status_as_error(false).build();
    let agent = Agent::from(config);
    let (round, writer) = who;
    for n in 0.. {
        let email = format!("p{round}-{writer}-{n}@ejemplo.es");
        let (table, path, body, expected) = if n % 2 == 0 {
            let body = json!({"email": email, "role": "professional"});
            ("waitlist", "/api/waitlist", body, 201)
        } else {
            let body = json!({"name": "Ana", "email": email, "password": PASSWORD});
            ("user", "/api/auth/sign-up/email", body, 200)
        };
        match post(&agent, &format!("{base}{path}"), &body) {
            Some(status) => {
                assert_eq!(status, expected, "{path}");
                acknowledged.lock().unwrap().push((table, email));
            }
            None if over.load(Ordering::Relaxed) => return,
            // The plug was pulled, and the flag follows.
            None => thread::yield_now(),
        }
    }
}

fn check(place: &Place, acknowledged: &[(&'static str, String)]) {
    let database = place.database();
    let number = |sql: &str| database.number(sql);
    if !is_postgres() {
        assert_eq!(database.text("PRAGMA integrity_check"), "ok");
    }
    for (table, email) in acknowledged {
        let sql = format!("SELECT count(*) FROM \"{table}\" WHERE email = '{email}'");
        assert_eq!(number(&sql), 1, "{table} {email} was acknowledged and is gone");
    }
    let people = number("SELECT count(*) FROM \"user\"");
    for (what, sql) in [
        ("a password", "SELECT count(DISTINCT user_id) FROM account WHERE password IS NOT NULL"),
        ("a session", "SELECT count(DISTINCT user_id) FROM session"),
        ("a mail", "SELECT count(DISTINCT user_id) FROM outbox"),
    ] {
        assert_eq!(number(sql), people, "somebody has no {what}");
    }
}
