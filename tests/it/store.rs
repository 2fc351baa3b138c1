//! The engines by themselves: batches against a model, many at once, and a disk that
//! fails.

use std::collections::BTreeSet;

use antesala::base::clock::Millis;
use antesala::store::verifications::{self, Verification};
use antesala::store::{Statement, StoreError};
use proptest::prelude::*;
use serde_json::json;

use crate::support::database::is_postgres;
use crate::support::opened::all;
use crate::support::process::Place;
use crate::support::server::{SITE, wait_for};
use crate::support::{Client, Opened, Reply, Server};

fn insert(id: u8) -> Statement {
    verifications::insert(&Verification {
        id: format!("ver_{id}"),
        identifier: format!("key_{id}"),
        value: String::from("x"),
        subject: None,
        expires_at: Millis(1),
        created_at: Millis(0),
    })
}

/// One step of a batch, and what a set says to it.
#[derive(Clone, Debug)]
enum Step {
    Insert(u8),
    Consume(u8),
}

impl Step {
    fn statement(&self) -> Statement {
        match self {
            Self::Insert(id) => insert(*id),
            Self::Consume(id) => verifications::consume(&format!("ver_{id}")),
        }
    }

    fn apply(&self, model: &mut BTreeSet<u8>) -> bool {
        match self {
            Self::Insert(id) => model.insert(*id),
            Self::Consume(id) => model.remove(id),
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![(0..6_u8).prop_map(Step::Insert), (0..6_u8).prop_map(Step::Consume)]
}

/// Returns an empty database on each engine that this machine has.
fn engines() -> Vec<Opened> {
    std::iter::once(Opened::on_file()).chain(Opened::on_server()).collect()
}

fn is_there(store: &Opened, id: u8) -> bool {
    let read = verifications::by_identifier(&format!("key_{id}"));
    store.find::<Verification>(read).unwrap().is_some()
}

/// What became of a batch, without what only one engine says.
fn told(outcome: &Result<Vec<antesala::store::Affected>, StoreError>) -> String {
    match outcome {
        Ok(answers) => {
            format!("{:?}", answers.iter().map(|affected| affected.rows).collect::<Vec<_>>())
        }
        Err(error) => error.to_string(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn batches_are_all_or_none_as_the_model_says_on_every_engine(
        batches in proptest::collection::vec(proptest::collection::vec(step(), 1..5), 1..12)
    ) {
        let engines = engines();
        let mut model = BTreeSet::new();
        for batch in batches {
            let mut next = model.clone();
            let holds = batch.iter().all(|step| step.apply(&mut next));
            let outcomes: Vec<_> = engines
                .iter()
                .map(|store| store.apply(batch.iter().map(Step::statement).collect()))
                .collect();
            if holds {
                model = next;
            }
            for (store, outcome) in engines.iter().zip(&outcomes) {
                prop_assert_eq!(outcome.is_ok(), holds, "{:?}: {:?}", batch, outcome);
                prop_assert_eq!(told(outcome), told(&outcomes[0]));
                for id in 0..6 {
                    prop_assert_eq!(is_there(store, id), model.contains(&id));
                }
            }
        }
    }
}

#[test]
fn many_batches_at_once_hurt_none_but_the_wrong_ones() {
    let store = Opened::new();
    let jobs = (0..1000_u32).map(|n| vec![insert(u8::try_from(n % 250).unwrap())]);
    let outcomes = store.wait(all(jobs.map(|job| store.store.apply(job)).collect()));
    let (kept, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!((kept.len(), refused.len()), (250, 750));
    assert!(refused.iter().all(|outcome| matches!(outcome, Err(StoreError::Duplicate { .. }))));
    store.wait(store.store.close()).unwrap();
    let closed = store.apply(vec![insert(251)]);
    assert!(matches!(closed, Err(StoreError::Unavailable { .. })), "{closed:?}");
}

fn join(client: &mut Client, n: usize) -> Reply {
    client.post("/api/waitlist", json!({"email": format!("p{n}@ejemplo.es"), "role": "empresa"}))
}

#[test]
fn foreign_lock_is_503_while_reads_go_on_and_writing_recovers() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut ana = server.person("ana@ejemplo.es");
    // A lock between the mail and its mark would make the worker send it again later.
    wait_for("the mail", || {
        (server.number("SELECT count(*) FROM outbox WHERE state = 'sent'") == 1).then_some(())
    });
    let lock = wait_for("the lock", || server.database().lock());
    let refused = join(&mut server.visitor(), 1).refused(503, "SERVICE_UNAVAILABLE");
    assert!(refused.header("retry-after").is_some());
    assert_eq!(ana.get("/api/auth/get-session").expect(200).json()["user"]["name"], "Ana");
    drop(lock);
    join(&mut server.visitor(), 1).expect(201);
}

#[test]
fn full_disk_is_503_while_reads_go_on_and_writing_recovers() {
    if is_postgres() {
        return; // The disk is the server's there.
    }
    let mut place = Place::new();
    place.set("ANTESALA_RATE_LIMIT__ENABLED", "false");
    let server = place.serve_ignoring_file_size_signals();
    let mut visitor = Client::new(&server.base(), SITE);
    let code =
        join(&mut visitor, 0).expect(201).json()["referralCode"].as_str().unwrap().to_owned();
    // No file may grow any more: to the process the disk is full.
    server.limit_file_size(Some(1));
    let refused = join(&mut visitor, 1).refused(503, "SERVICE_UNAVAILABLE");
    assert!(refused.header("retry-after").is_some());
    visitor.get(&format!("/api/waitlist/{code}")).expect(200);
    let ready = visitor.get("/readyz").expect(503).json();
    assert_eq!(ready["checks"]["database"], "not writable");
    visitor.get("/healthz").expect(200);
    server.limit_file_size(None);
    join(&mut visitor, 2).expect(201);
    visitor.get("/readyz").expect(200);
    assert!(place.log().contains("database is writable again"), "{}", place.log());
    drop(server);
    assert_eq!(place.database().text("PRAGMA integrity_check"), "ok");
    let count = place.database().count("waitlist");
    assert_eq!(count, 2, "what was refused is not there, what was acknowledged is");
}

#[test]
fn data_directory_that_cannot_be_made_is_a_clear_error() {
    let mut place = Place::new();
    place.write("file", "");
    place.set("ANTESALA_SERVER__DATA_DIR", "file/data");
    let said = place.fails(&["serve"], 1);
    assert!(said.contains("file/data") && said.contains("server.data_dir"), "{said}");
}

#[test]
fn server_that_was_stopped_starts_again_on_its_folder() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    server.mail_to("ana@ejemplo.es");
    let folder = server.stop();
    let again = Server::in_folder(folder, &[]);
    again.signed_in("ana@ejemplo.es");
    assert_eq!(again.count("user"), 1);
}
