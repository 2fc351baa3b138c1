//! A race that is forced: somebody else's transaction stands in the way of a request until
//! the test lets it go.

use rusqlite::Connection;

use super::database::{Database, Look};
use super::server::{Server, wait_for};

/// A transaction of somebody else's, written and not committed.
pub enum Pending {
    File(Connection),
    Served(Look),
}

impl Pending {
    /// Begins one that has done `sql`.
    pub fn begin(database: &Database, sql: &str) -> Self {
        match database {
            Database::File(path) => {
                let connection = Connection::open(path).unwrap();
                let begin = || connection.execute_batch("BEGIN IMMEDIATE").ok();
                wait_for("the lock", begin);
                connection.execute_batch(sql).unwrap();
                Self::File(connection)
            }
            Database::Server(served) => {
                let look = Look::connect(served.url()).unwrap();
                look.rows(&format!("BEGIN; {sql}")).unwrap();
                Self::Served(look)
            }
        }
    }

    /// Commits it: whoever waits goes on.
    pub fn commit(self) {
        match self {
            Self::File(connection) => connection.execute_batch("COMMIT").unwrap(),
            Self::Served(look) => drop(look.rows("COMMIT").unwrap()),
        }
    }
}

/// Waits until two writes stand behind somebody's transaction: the request whose write it is
/// the request has read whatever it reads.
pub fn until_a_write_waits(server: &Server) {
    match server.database() {
        Database::File(_) => {
            let mut local = server.local();
            let mut seen = 0;
            // The writer holds the plug; a job that stays in its queue is the request's.
            wait_for("a write that waits", || {
                seen = if local.metric("antesala_writer_queue") > 0 { seen + 1 } else { 0 };
                (seen > 3).then_some(())
            });
        }
        Database::Server(database) => {
            let look = Look::connect(database.url()).unwrap();
            let sql = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                WHERE NOT l.granted AND a.datname = current_database()";
            wait_for("a write that waits", || {
                (look.rows(sql).unwrap()[0][0].as_deref() != Some("0")).then_some(())
            });
        }
    }
}
