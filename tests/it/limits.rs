//! Limits that all instances count in the database.

use antesala::base::clock::Millis;
use antesala::base::limiter::{Key, Limit, Limiter, RuleId};
use antesala::store::rate_limits::{self, Moments};
use proptest::prelude::*;
use serde_json::json;

use crate::support::database::Look;
use crate::support::opened::all;
use crate::support::pair::Pair;
use crate::support::server::PASSWORD;
use crate::support::{Client, Database, Opened, Server};

const SHARED: (&str, &str) = ("ANTESALA_RATE_LIMIT__STORE", "database");
const JOIN: &str = "/api/waitlist";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn windows_in_the_database_admit_as_those_in_memory(
        max in 1_u32..6,
        gaps in prop::collection::vec(0_i64..400, 1..40),
    ) {
        let limit = Limit { max, window_ms: 1000 };
        let (rule, key) = (RuleId(1), Key::address(None));
        for store in std::iter::once(Opened::on_file()).chain(Opened::on_server()) {
            let memory = Limiter::default();
            let mut now = Millis(1_800_000_000_000);
            for gap in &gaps {
                now = now.plus_ms(*gap);
                let statement = rate_limits::admit("a", limit, now);
                let admitted = store.wait(store.store.jot(statement)).unwrap().rows == 1;
                let expected = memory.admit(rule, key, limit, now);
                prop_assert_eq!(admitted, expected.is_ok());
                let moments: Option<Moments> = store.find(rate_limits::read("a")).unwrap();
                let full_until = moments.unwrap().full_until(limit, now);
                let blocked = memory.blocked(rule, key, limit, now);
                prop_assert_eq!(full_until.is_some(), blocked.is_err());
            }
        }
    }
}

/// Returns one client as he meets each of two servers.
fn same_client(pair: &Pair) -> [Client; 2] {
    [&pair.first, &pair.second].map(|server| {
        let mut client = server.visitor();
        client.set("x-forwarded-for", "198.51.100.7");
        client
    })
}

fn advance(pair: &Pair, seconds: i64) {
    pair.first.clock.advance_s(seconds);
    pair.second.clock.advance_s(seconds);
}

fn join(client: &mut Client, n: usize) -> crate::support::Reply {
    client.post(JOIN, json!({"email": format!("p{n}@ejemplo.es"), "role": "professional"}))
}

#[test]
fn limit_holds_across_instances_and_ends_when_it_says() {
    let Some(pair) = Pair::with(&[SHARED]) else { return };
    let mut clients = same_client(&pair);
    for n in 0..5 {
        join(&mut clients[n % 2], n).expect(201);
    }
    advance(&pair, 20);
    for (n, client) in clients.iter_mut().enumerate() {
        for _again in 0..2 {
            let refused = join(client, 10 + n).refused(429, "TOO_MANY_REQUESTS");
            assert_eq!(refused.header("retry-after"), Some("40"));
        }
    }
    advance(&pair, 40);
    for (n, client) in clients.iter_mut().enumerate() {
        join(client, 20 + n).expect(201);
    }
}

#[test]
fn of_many_at_once_from_two_instances_only_the_limit_gets_through() {
    let Some(store) = Opened::on_server() else { return };
    let other = store.again();
    let limit = Limit { max: 5, window_ms: 60_000 };
    let tries = (0..50).map(|n| {
        let instance = if n % 2 == 0 { &store.store } else { &other };
        instance.jot(rate_limits::admit("a", limit, Millis(1_800_000_000_000 + n)))
    });
    let admitted = store.wait(all(tries.collect())).into_iter().map(|jotted| jotted.unwrap().rows);
    assert_eq!(admitted.sum::<u64>(), 5);
}

fn sign_in(client: &mut Client, password: &str) -> crate::support::Reply {
    let body = json!({"email": "ana@ejemplo.es", "password": password});
    client.post("/api/auth/sign-in/email", body)
}

#[test]
fn failed_sign_ins_count_together_until_one_succeeds() {
    let Some(pair) = Pair::with(&[SHARED]) else { return };
    pair.first.person("ana@ejemplo.es");
    let mut clients = same_client(&pair);
    for n in 0..9 {
        sign_in(&mut clients[n % 2], "una frase equivocada")
            .refused(401, "INVALID_EMAIL_OR_PASSWORD");
    }
    // The path has a limit of its own, ten a minute.
    advance(&pair, 60);
    sign_in(&mut clients[0], PASSWORD).expect(200);
    // It is one browser, and the account knows it now: its failures count for themselves.
    let device = clients[0].cookie("better-auth.device").unwrap().to_owned();
    clients[1].put_cookie("better-auth.device", &device);
    for n in 0..10 {
        advance(&pair, 10);
        sign_in(&mut clients[n % 2], "una frase equivocada")
            .refused(401, "INVALID_EMAIL_OR_PASSWORD");
    }
    for client in &mut clients {
        advance(&pair, 10);
        sign_in(client, PASSWORD).refused(429, "TOO_MANY_REQUESTS");
    }
}

#[test]
fn local_limit_decides_while_the_database_is_slow() {
    let Some(pair) = Pair::with(&[SHARED]) else { return };
    let mut clients = same_client(&pair);
    clients[0].get("/api/auth/ok").expect(200);
    let Database::Server(served) = pair.first.database() else { unreachable!() };
    let lock = Look::connect(served.url()).unwrap();
    lock.rows("BEGIN; LOCK TABLE rate_limit IN ACCESS EXCLUSIVE MODE").unwrap();
    for n in 0..5 {
        join(&mut clients[0], n).expect(201);
    }
    join(&mut clients[0], 5).refused(429, "TOO_MANY_REQUESTS");
    join(&mut clients[1], 6).expect(201);
    lock.rows("ROLLBACK").unwrap();
}

#[test]
fn database_of_one_instance_counts_too_and_old_windows_are_swept() {
    let server = Server::with(&[SHARED]);
    let mut client = server.visitor();
    for n in 0..5 {
        join(&mut client, n).expect(201);
    }
    join(&mut client, 5).refused(429, "TOO_MANY_REQUESTS");
    assert_eq!(server.count("rate_limit"), 1);
    server.clock.advance_s(3600);
    crate::support::server::wait_for("the sweep", || {
        (server.count("rate_limit") == 0).then_some(())
    });
}
