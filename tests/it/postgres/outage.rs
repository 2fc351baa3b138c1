//! Pulling the plug, ours and the server's, while people write: nothing acknowledged
//! is lost, nothing is done twice, and everything goes on by itself.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use rustix::process::Signal;
use serde_json::json;

use crate::support::cluster::Cluster;
use crate::support::database::Shared;
use crate::support::process::Place;
use crate::support::server::{SITE, wait_for};
use crate::support::{Client, Database};

/// Joins the list under new addresses until it is told to stop.
struct Crowd {
    over: Arc<AtomicBool>,
    /// Addresses whose joining was acknowledged.
    joined: Arc<Mutex<Vec<String>>>,
    /// Answers of 503.
    refused: Arc<AtomicUsize>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Crowd {
    /// Sends people to each of the servers, with the code of whoever told them.
    fn gather(bases: &[String], code: &str) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let joined = Arc::new(Mutex::new(Vec::new()));
        let refused = Arc::new(AtomicUsize::new(0));
        let threads = (0..8).map(|person| {
            let (over, joined, refused) =
                (Arc::clone(&over), Arc::clone(&joined), Arc::clone(&refused));
            let base = bases[person % bases.len()].clone();
            let code = code.to_owned();
            thread::spawn(move || {
                let config = ureq::Agent::config_builder().http_status_as_error(false).build();
                let agent = ureq::Agent::from(config);
                for n in 0.. {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    let email = format!("p{person}-{n}@ejemplo.es");
                    let body = json!({"email": email, "role": "professional", "ref": code});
                    let sent = agent
                        .post(format!("{base}/api/waitlist"))
                        .header("origin", SITE)
                        .header("content-type", "application/json")
                        .send(body.to_string().as_bytes());
                    match sent.map(|answer| answer.status().as_u16()) {
                        Ok(201) => joined.lock().unwrap().push(email),
                        Ok(503) => drop(refused.fetch_add(1, Ordering::Relaxed)),
                        Ok(status) => panic!("{status}"),
                        // A server that was killed answers nobody.
                        Err(_cut) => thread::yield_now(),
                    }
                }
            })
        });
        let threads = threads.collect();
        Self { over, joined, refused, threads }
    }

    /// Waits until `more` further joins are acknowledged.
    fn wait_for_joins(&self, more: usize) {
        let before = self.joined.lock().unwrap().len();
        wait_for("joins", || (self.joined.lock().unwrap().len() >= before + more).then_some(()));
    }

    /// Waits for a refusal.
    fn wait_for_refusals(&self) {
        let before = self.refused.load(Ordering::Relaxed);
        wait_for("a 503", || (self.refused.load(Ordering::Relaxed) > before).then_some(()));
    }

    /// Ends the load; returns everybody whose joining was acknowledged.
    fn disperse(self) -> Vec<String> {
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().unwrap();
        }
        Arc::into_inner(self.joined).unwrap().into_inner().unwrap()
    }
}

/// Holds what the database has against what was acknowledged: nothing is lost, and
/// nothing was done twice or by halves.
fn check(database: &Database, joined: &[String], code: &str) {
    for email in joined {
        let sql = format!("SELECT count(*) FROM waitlist WHERE email = '{email}'");
        assert_eq!(database.number(&sql), 1, "{email} was acknowledged and is gone");
    }
    let counted = database.number(&format!("SELECT referrals FROM waitlist WHERE id = '{code}'"));
    let referred = database.number("SELECT count(*) FROM waitlist WHERE referred_by IS NOT NULL");
    assert_eq!(counted, referred, "a join was applied twice or by half");
    let places = database.number("SELECT count(DISTINCT sequence) FROM waitlist");
    assert_eq!(places, database.count("waitlist"));
    let last = database.number("SELECT value FROM counter WHERE name = 'waitlist'");
    assert_eq!(last, database.number("SELECT max(sequence) FROM waitlist"));
}

/// Joins somebody and returns their code.
fn first_join(base: &str) -> String {
    let body = json!({"email": "ana@ejemplo.es", "role": "professional"});
    let reply = Client::new(base, SITE).post("/api/waitlist", body).expect(201);
    reply.json()["referralCode"].as_str().unwrap().to_owned()
}

fn place(database: Database) -> Place {
    let mut place = Place::on_file().on(database);
    place.set("ANTESALA_RATE_LIMIT__ENABLED", "false");
    place.set("ANTESALA_LOG__LEVEL", "warn");
    place
}

#[test]
fn killed_instance_loses_nothing_acknowledged_and_the_other_goes_on() {
    let Some(shared) = Shared::new() else { return };
    let (one, other) = (place(shared.lend()), place(shared.lend()));
    let (dying, staying) = (one.serve(), other.serve());
    let code = first_join(&staying.base());
    let crowd = Crowd::gather(&[dying.base(), staying.base()], &code);
    crowd.wait_for_joins(60);
    dying.signal(Signal::KILL);
    dying.wait();
    crowd.wait_for_joins(60);
    let again = one.serve();
    Client::new(&again.base(), SITE).get(&format!("/api/waitlist/{code}")).expect(200);
    let joined = crowd.disperse();
    drop((again, staying));
    check(&shared.lend(), &joined, &code);
}

#[test]
fn server_that_restarts_under_load_is_503_and_then_used_again() {
    let Some(cluster) = Cluster::start("") else { return };
    let url = cluster.fresh_database();
    let place = place(Database::at(&url));
    let server = place.serve();
    let code = first_join(&server.base());
    let crowd = Crowd::gather(&[server.base()], &code);
    let mut visitor = Client::new(&server.base(), SITE);
    for stop in [Cluster::crash, Cluster::stop] {
        crowd.wait_for_joins(60);
        stop(&cluster);
        crowd.wait_for_refusals();
        let ready = visitor.get("/readyz").expect(503);
        assert_eq!(ready.json()["checks"]["database"], "out of reach");
        let refused = visitor.get(&format!("/api/waitlist/{code}"));
        let refused = refused.refused(503, "SERVICE_UNAVAILABLE");
        assert!(refused.header("retry-after").is_some());
        visitor.get("/healthz").expect(200);
        cluster.restart();
    }
    crowd.wait_for_joins(60);
    let joined = crowd.disperse();
    visitor.get("/readyz").expect(200);
    check(&Database::at(&url), &joined, &code);
    let log = place.log();
    assert!(log.contains("database server is out of reach"), "{log}");
    assert!(!log.contains(r#""level":"ERROR""#), "{log}");
}
