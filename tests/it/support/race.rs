//! Requests that wait for the database all at once, in an order of the test's choice.
//!
//! A connection of the tests' own keeps the database. Each request reads and verifies what
//! it will act on and comes to a stand before its write; then the database is let go.

use std::thread;

use rusqlite::Connection;
use serde_json::json;

use super::database::{Database, Look};
use super::server::wait_for;
use super::{Client, Reply, Server};

/// What somebody does; returns their browser with the answer.
pub type Act<'a> = Box<dyn FnOnce() -> (Client, Reply) + Send + 'a>;

/// Keeps the database until it is dropped.
enum Held {
    File { _held: Connection },
    Server { _held: Box<Look>, watch: Box<Look> },
}

impl Held {
    /// Takes a file whole, and on a server the row that stands for somebody's account.
    fn of(server: &Server, user_id: &str) -> Self {
        match server.database() {
            Database::File(path) => {
                let connection = Connection::open(path).unwrap();
                wait_for("the database", || connection.execute_batch("BEGIN IMMEDIATE").ok());
                Self::File { _held: connection }
            }
            Database::Server(database) => {
                let held = Look::connect(database.url()).unwrap();
                let row = format!("SELECT id FROM \"user\" WHERE id = '{user_id}' FOR UPDATE");
                held.rows(&format!("BEGIN; {row}")).unwrap();
                let watch = Look::connect(database.url()).unwrap();
                Self::Server { _held: Box::new(held), watch: Box::new(watch) }
            }
        }
    }

    /// Counts who waits behind whoever the writer has taken already, or for a lock.
    fn waiting(&self, server: &Server) -> usize {
        match self {
            Self::File { .. } => {
                let queued = server.local().metric("antesala_writer_queue");
                usize::try_from(queued).unwrap()
            }
            Self::Server { watch, .. } => {
                let sql = "SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock'";
                watch.rows(sql).unwrap()[0][0].as_deref().unwrap().parse().unwrap()
            }
        }
    }
}

/// Does each thing when all before it wait for somebody's account, and lets go when all do.
pub fn in_order(server: &Server, user_id: &str, acts: Vec<Act<'_>>) -> Vec<(Client, Reply)> {
    wait_for("an empty outbox", || {
        let open = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')";
        (server.number(open) == 0).then_some(())
    });
    let held = Held::of(server, user_id);
    thread::scope(|scope| {
        // A file has one writer: it takes the first of two who are nobody's and stands with it.
        let nobodies = match held {
            Held::File { .. } => 2,
            Held::Server { .. } => 0,
        };
        for _ in 0..nobodies {
            scope.spawn(|| {
                let body = json!({"email": "nadie@ejemplo.es", "password": "nada de nada"});
                server.visitor().post("/api/auth/sign-in/email", body).expect(401);
            });
        }
        let behind = usize::from(nobodies > 0);
        let wait = |count| {
            wait_for("all who shall wait", || (held.waiting(server) >= count).then_some(()));
        };
        wait(behind);
        let mut under_way = Vec::new();
        for (n, act) in acts.into_iter().enumerate() {
            under_way.push(scope.spawn(act));
            wait(behind + n + 1);
        }
        drop(held);
        under_way.into_iter().map(|act| act.join().unwrap()).collect()
    })
}
