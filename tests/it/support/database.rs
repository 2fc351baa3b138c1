//! The database of a test, on the engine that this run is about.
//!
//! `ANTESALA_TEST_DATABASE=postgres` puts every test on a throw-away PostgreSQL, a
//! fresh database each; otherwise each has a file. Tests look into either alike.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use antesala::base::secret::Secret;
use antesala::store::Location;
use rusqlite::Connection;
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use super::cluster::Cluster;

/// Where a server's tests keep the address of their database, beside the other data.
const URL_FILE: &str = "test-database.url";

/// Secrets that every instance on a server database is given.
const AUTH_SECRET: &str = "kq3vT9qLx0aWm5uR8nYc2bHd7eJf4gPs";
const CRON_SECRET: &str = "Zp7wB1sNd6hXk2yQ9mVt4rGc8fLj3eAu";

/// A database that tests may look into and change behind the server's back.
pub enum Database {
    /// A file.
    File(PathBuf),
    /// A database on the throw-away server.
    Server(Box<Served>),
}

/// A database on a server, and a connection to look with.
pub struct Served {
    url: String,
    /// Whether it goes with its owner.
    is_owned: bool,
    look: Mutex<Option<Look>>,
}

/// Tells whether this run puts every test on PostgreSQL.
pub fn is_postgres() -> bool {
    match std::env::var("ANTESALA_TEST_DATABASE").as_deref() {
        Ok("postgres") => true,
        Ok("sqlite" | "") | Err(_) => false,
        Ok(other) => panic!("ANTESALA_TEST_DATABASE is sqlite or postgres, not {other}"),
    }
}

/// Returns the token of the machines of a server on `folder`: the one that it drew, or
/// the one that every instance on a server database is given.
pub fn cron_secret(folder: &Path) -> String {
    let drawn = std::fs::read_to_string(folder.join("cron.secret"));
    drawn.map_or_else(|_none| CRON_SECRET.to_owned(), |drawn| drawn.trim().to_owned())
}

impl Database {
    /// Returns the database that belongs to a folder, made where there is none: `file`
    /// in it, or one on the server.
    pub fn of_folder(folder: &Path, file: &str) -> Self {
        if !is_postgres() {
            return Self::File(folder.join(file));
        }
        let kept = folder.join(URL_FILE);
        let url = std::fs::read_to_string(&kept).unwrap_or_else(|_none| {
            let cluster = Cluster::shared().expect("ANTESALA_TEST_DATABASE=postgres needs one");
            let url = cluster.fresh_database();
            std::fs::write(&kept, &url).unwrap();
            url
        });
        Self::owned(url)
    }

    /// Returns a database on a server that goes with its owner.
    pub fn owned(url: String) -> Self {
        Self::Server(Box::new(Served { url, is_owned: true, look: Mutex::new(None) }))
    }

    /// Returns a database on a server that stays: others use it too.
    pub fn at(url: &str) -> Self {
        let url = url.to_owned();
        Self::Server(Box::new(Served { url, is_owned: false, look: Mutex::new(None) }))
    }

    /// Returns the variables that lead a server to the database.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::File(_) => Vec::new(),
            Self::Server(served) => vec![
                ("ANTESALA_DATABASE__URL", served.url.clone()),
                ("ANTESALA_AUTH__SECRET", AUTH_SECRET.to_owned()),
                ("ANTESALA_CRON__SECRET", CRON_SECRET.to_owned()),
            ],
        }
    }

    /// Returns the location as the store takes it.
    pub fn location(&self) -> Location {
        let url = match self {
            Self::File(path) => format!("sqlite:{}", path.display()),
            Self::Server(served) => served.url.clone(),
        };
        Location::parse(&Secret::new(url), Path::new("")).unwrap()
    }

    /// Reads rows, whatever they hold, as text; null is the empty text.
    pub fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        match self {
            Self::File(path) => {
                let connection = connect(path);
                let mut query = connection.prepare(sql).unwrap_or_else(|error| panic!("{error}"));
                let columns = query.column_count();
                let read = |row: &rusqlite::Row<'_>| (0..columns).map(|n| shown(row, n)).collect();
                query.query_map([], read).unwrap().map(Result::unwrap).collect()
            }
            Self::Server(served) => {
                let rows = served.rows(sql).into_iter();
                rows.map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect()
            }
        }
    }

    /// Reads one text.
    pub fn text(&self, sql: &str) -> String {
        self.rows(sql).swap_remove(0).swap_remove(0)
    }

    /// Reads one number; a truth is 1 or 0, as SQLite has it.
    pub fn number(&self, sql: &str) -> i64 {
        match self.text(sql).as_str() {
            "t" => 1,
            "f" => 0,
            number => number.parse().unwrap(),
        }
    }

    /// Counts the rows of a table.
    pub fn count(&self, table: &str) -> i64 {
        self.number(&format!("SELECT count(*) FROM \"{table}\""))
    }

    /// Changes the database.
    pub fn execute(&self, sql: &str) {
        match self {
            Self::File(path) => connect(path).execute_batch(sql).unwrap(),
            Self::Server(served) => drop(served.rows(sql)),
        }
    }

    /// Keeps everybody from writing until the lock is dropped; `None`: somebody
    /// writes right now.
    pub fn lock(&self) -> Option<Lock> {
        match self {
            Self::File(path) => {
                let connection = Connection::open(path).unwrap();
                connection.execute_batch("BEGIN IMMEDIATE").ok()?;
                Some(Lock::File(connection))
            }
            Self::Server(served) => {
                let look = Look::connect(&served.url).unwrap();
                look.rows("BEGIN; LOCK TABLE waitlist, counter IN EXCLUSIVE MODE").unwrap();
                Some(Lock::Server(look))
            }
        }
    }

    /// Keeps everybody from changing a table until the lock is dropped; `None`: somebody
    /// writes right now.
    pub fn hold(&self, table: &str) -> Option<Lock> {
        match self {
            Self::File(_) => self.lock(),
            Self::Server(served) => {
                let look = Look::connect(&served.url).unwrap();
                look.rows(&format!("BEGIN; LOCK TABLE \"{table}\" IN EXCLUSIVE MODE")).unwrap();
                Some(Lock::Server(look))
            }
        }
    }

    /// Returns everything that the database holds, as it lies on the disk or as a dump.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::File(path) => {
                let log = path.with_extension("db-wal");
                [path, &log].iter().flat_map(|file| std::fs::read(file).unwrap()).collect()
            }
            Self::Server(served) => {
                let cluster = Cluster::shared().unwrap();
                cluster.run("pg_dump", &["--inserts", &served.url])
            }
        }
    }

    /// Drops an owned database on the shared server; a file goes with its folder.
    pub fn drop_for_good(&self) {
        if let (Self::Server(served), Some(cluster)) = (self, Cluster::shared())
            && served.is_owned
        {
            served.look.lock().unwrap_or_else(PoisonError::into_inner).take();
            cluster.drop_database(&served.url);
        }
    }
}

/// A database on the shared server that several use; it goes with this.
pub struct Shared(Database);

impl Shared {
    /// Makes an empty one; `None`: the machine has no PostgreSQL.
    pub fn new() -> Option<Self> {
        Some(Self(Database::owned(Cluster::shared()?.fresh_database())))
    }

    /// Returns the database for somebody to use.
    pub fn lend(&self) -> Database {
        let Database::Server(served) = &self.0 else { unreachable!() };
        Database::at(&served.url)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.0.drop_for_good();
    }
}

/// A lock that ends with its connection.
#[expect(dead_code, reason = "held, never read")]
pub enum Lock {
    File(Connection),
    Server(Look),
}

fn shown(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(match row.get(column)? {
        rusqlite::types::Value::Null => String::new(),
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text,
        other @ (rusqlite::types::Value::Real(_) | rusqlite::types::Value::Blob(_)) => {
            panic!("{other:?} is no text")
        }
    })
}

fn connect(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.busy_timeout(Duration::from_secs(5)).unwrap();
    connection.pragma_update(None, "foreign_keys", true).unwrap();
    connection
}

impl Served {
    /// Returns the database's address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs a query; a connection that was lost is opened anew.
    fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let mut look = self.look.lock().unwrap_or_else(PoisonError::into_inner);
        if look.as_ref().is_none_or(|look| look.client.is_closed()) {
            *look = Some(Look::connect(&self.url).unwrap());
        }
        look.as_ref().unwrap().rows(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"))
    }
}

/// A connection of the tests' own.
pub struct Look {
    runtime: Runtime,
    client: Client,
}

impl Look {
    pub fn connect(url: &str) -> Result<Self, tokio_postgres::Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (client, connection) = runtime.block_on(tokio_postgres::connect(url, NoTls))?;
        runtime.spawn(async move {
            // The client sees the same end.
            let _ = connection.await;
        });
        Ok(Self { runtime, client })
    }

    /// Names the types of a statement's parameters and columns.
    pub fn types(&self, sql: &str) -> Result<Vec<String>, tokio_postgres::Error> {
        let prepared = self.runtime.block_on(self.client.prepare(sql))?;
        let columns = prepared.columns().iter().map(tokio_postgres::Column::type_);
        Ok(prepared.params().iter().chain(columns).map(|kind| kind.name().to_owned()).collect())
    }

    pub fn rows(&self, sql: &str) -> Result<Vec<Vec<Option<String>>>, tokio_postgres::Error> {
        let messages = self.runtime.block_on(self.client.simple_query(sql))?;
        let mut rows = Vec::new();
        for message in messages {
            if let SimpleQueryMessage::Row(row) = message {
                let columns = (0..row.len()).map(|index| row.get(index).map(str::to_owned));
                rows.push(columns.collect());
            }
        }
        Ok(rows)
    }
}
