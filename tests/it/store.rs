//! The engine by itself: batches against a model, many at once, and a disk that fails.

use std::collections::BTreeSet;

use antesala::base::clock::Millis;
use antesala::store::verifications::{self, Verification};
use antesala::store::{Statement, Store, StoreError, migrate};
use proptest::prelude::*;
use serde_json::json;
use tempfile::TempDir;

use crate::support::Server;
use crate::support::process::Place;
use crate::support::server::{SITE, wait_for};
use crate::support::{Client, Reply};

/// Opens an empty database of its own.
pub fn open() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("antesala.db");
    migrate::up(&path, Millis(0)).unwrap();
    let store = Store::open_sqlite(&path, Box::new(|_batches| {})).unwrap();
    (folder, store)
}

/// Waits for one answer.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

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

fn is_there(store: &Store, id: u8) -> bool {
    let read = verifications::by_identifier(&format!("key_{id}"));
    block_on(store.find::<Verification>(read)).unwrap().is_some()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn batches_are_all_or_none_as_the_model_says(
        batches in proptest::collection::vec(proptest::collection::vec(step(), 1..5), 1..12)
    ) {
        let (_folder, store) = open();
        let mut model = BTreeSet::new();
        for batch in batches {
            let mut next = model.clone();
            let holds = batch.iter().all(|step| step.apply(&mut next));
            let outcome = block_on(store.apply(batch.iter().map(Step::statement).collect()));
            prop_assert_eq!(outcome.is_ok(), holds, "{:?}: {:?}", batch, outcome);
            if holds {
                model = next;
            }
            for id in 0..6 {
                prop_assert_eq!(is_there(&store, id), model.contains(&id));
            }
        }
        block_on(store.close()).unwrap();
    }
}

#[test]
fn many_batches_at_once_hurt_none_but_the_wrong_ones() {
    let (_folder, store) = open();
    let outcomes = block_on(async {
        let jobs = (0..1000_u32).map(|n| store.apply(vec![insert(u8::try_from(n % 250).unwrap())]));
        futures(jobs.collect()).await
    });
    let (kept, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!((kept.len(), refused.len()), (250, 750));
    assert!(refused.iter().all(|outcome| matches!(outcome, Err(StoreError::Duplicate { .. }))));
    block_on(store.close()).unwrap();
    let closed = block_on(store.apply(vec![insert(251)]));
    assert!(matches!(closed, Err(StoreError::Unavailable { .. })), "{closed:?}");
}

/// Polls every future at once; the order of the outcomes is the order of the jobs.
pub async fn futures<F: Future>(jobs: Vec<F>) -> Vec<F::Output> {
    let mut pending: Vec<_> = jobs.into_iter().map(|job| (Box::pin(job), None)).collect();
    std::future::poll_fn(move |context| {
        let mut is_ready = true;
        for (job, outcome) in &mut pending {
            if outcome.is_none() {
                match job.as_mut().poll(context) {
                    std::task::Poll::Ready(done) => *outcome = Some(done),
                    std::task::Poll::Pending => is_ready = false,
                }
            }
        }
        if is_ready {
            let done = pending.iter_mut().map(|(_, outcome)| outcome.take().unwrap());
            return std::task::Poll::Ready(done.collect());
        }
        std::task::Poll::Pending
    })
    .await
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
    let other = server.database();
    wait_for("the lock", || other.execute_batch("BEGIN IMMEDIATE").ok());
    let refused = join(&mut server.visitor(), 1).refused(503, "SERVICE_UNAVAILABLE");
    assert!(refused.header("retry-after").is_some());
    assert_eq!(ana.get("/api/auth/get-session").expect(200).json()["user"]["name"], "Ana");
    other.execute_batch("ROLLBACK").unwrap();
    join(&mut server.visitor(), 1).expect(201);
}

#[test]
fn full_disk_is_503_while_reads_go_on_and_writing_recovers() {
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
    let database = place.database();
    let sound: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    let count: i64 =
        database.query_row("SELECT count(*) FROM waitlist", [], |row| row.get(0)).unwrap();
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
